"""The controller's keys as files that only their owner can read.

A key file is written once and never overwritten: the key that opens last year's vault must not
vanish under a second `keygen`. A file that others can read is refused, not only warned about.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Final

from forms.problems import Problem
from sync.agefile import Identity, Recipient
from sync.errors import VaultError
from sync.keys import SigningKey, VerifyKey

SIGN_FILE: Final = "bundle-sign.key"
SIGN_PUBLIC_FILE: Final = "controller.pub"
VAULT_FILE: Final = "vault-identity.key"
VAULT_PUBLIC_FILE: Final = "vault-recipient.pub"
OWNER_ONLY: Final = 0o600


def write_secret(path: Path, text: str) -> None:
    """Write a new file of mode 0600 and see it on the disk.

    Raises:
        VaultError: SY-214, when it is there already or cannot be written.
    """
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(text + "\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        why = "is there already" if isinstance(error, FileExistsError) else "cannot be written"
        raise _refused(path, f"The key file {why}.", "Choose another folder.") from error


def read_secret(path: Path) -> str:
    """The text of a key file that only its owner can read.

    Raises:
        VaultError: SY-214, when it is missing or others can read it.
    """
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        if os.name == "posix" and mode & 0o077:
            raise _refused(path, "Others can read the key file.", f"chmod 600 {path.name}")
        return path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise _refused(path, "The key file cannot be read.", "Name its folder: --keys.") from error


def make_keys(folder: Path) -> tuple[VerifyKey, Recipient]:
    """Make both key pairs in `folder`, and prove the vault's by sealing and opening once.

    Returns:
        The public halves: who signs the forms, and who the vault is sealed to.

    Raises:
        VaultError: SY-214, when a key is there already or the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise _refused(folder, "The folder cannot be made.", "Choose another.") from error
    signing, identity = SigningKey.generate(), Identity.generate()
    write_secret(folder / SIGN_FILE, signing.to_text())
    write_secret(folder / SIGN_PUBLIC_FILE, signing.verify_key.to_text())
    write_secret(folder / VAULT_FILE, identity.to_text())
    write_secret(folder / VAULT_PUBLIC_FILE, identity.recipient.to_text())
    return signing.verify_key, identity.recipient


def signing_key(folder: Path) -> SigningKey:
    """The bundle signing key in `folder`.

    Raises:
        VaultError: SY-214.
        KeyFormatError: SY-203.
    """
    return SigningKey.from_text(read_secret(folder / SIGN_FILE))


def vault_identity(folder: Path) -> Identity:
    """The vault identity in `folder`.

    Raises:
        VaultError: SY-214.
        KeyFormatError: SY-203.
    """
    return Identity.from_text(read_secret(folder / VAULT_FILE))


def _refused(path: Path, message: str, advice: str) -> VaultError:
    return VaultError(Problem("SY-214", path.name, message, advice))
