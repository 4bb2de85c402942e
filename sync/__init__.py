"""Keeps answers safe, releases, seals, sends and carries."""
