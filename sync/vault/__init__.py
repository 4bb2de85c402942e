"""The vault: what identifies, sealed to the data controller and opened only at their desk."""

from sync.vault.desk import main
from sync.vault.entry import VaultEntry, open_entry, seal_entry

__all__ = ["VaultEntry", "main", "open_entry", "seal_entry"]
