"""XForm XML to definitions and instances, and back."""
