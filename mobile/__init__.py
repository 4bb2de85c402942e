"""The tablet: shows and listens."""
