"""The instance being filled: the one thing in `forms` that changes."""
