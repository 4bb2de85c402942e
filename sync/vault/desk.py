"""`makazi vault`: the data controller's desk, meant for a machine without a network.

Making keys, signing a form and opening an entry are the controller's acts; nothing else in the
house holds a key that could do them.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from forms.errors import FormsError
from forms.problems import Problem
from sync.agefile import Recipient, seal, unseal
from sync.bundles import open_bundle, sign_bundle
from sync.errors import SyncError, VaultError
from sync.keys import VerifyKey
from sync.vault.entry import open_entry
from sync.vault.keyfiles import make_keys, signing_key, vault_identity
from sync.wire.canonical import canonical_json

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_FIELDS: Final = {
    "verify-key": "controller key",
    "fingerprint": "its fingerprint",
    "recipient": "vault recipient",
}
REHEARSAL: Final = b"makazi vault rehearsal"


def main(argv: Sequence[str]) -> int:
    """Run one command of the desk.

    Returns:
        0 done, 1 refused with a problem on standard error, 2 wrong usage.
    """
    options = _parser().parse_args(argv)
    try:
        _COMMANDS[options.command](options)
    except (SyncError, FormsError) as error:
        _say("\n".join(str(problem) for problem in error.problems), to_errors=True)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="makazi vault", description="Keys, signatures and sealed answers of a controller."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    keygen = commands.add_parser("keygen", help="make both key pairs and try them once")
    sign = commands.add_parser("sign", help="name the vault's recipients and sign a form bundle")
    sign.add_argument("file", type=Path)
    sign.add_argument("--recipient", action="append", default=[], help="another age1… recipient")
    sign.add_argument("-o", "--out", type=Path, help="write here instead of over FILE")
    opened = commands.add_parser("open", help="print vault entries as JSON, one per line")
    opened.add_argument("file", type=Path, nargs="+")
    verify = commands.add_parser("verify", help="say who signed a bundle and what it is")
    verify.add_argument("file", type=Path)
    verify.add_argument("--key", required=True, help="the controller's mkverify1…")
    shown = commands.add_parser("show", help="print the public halves of the keys")
    shown.add_argument("--field", choices=sorted(_FIELDS), help="only this one, and nothing else")
    keygen.add_argument(
        "--out", "--keys", dest="keys", type=Path, required=True, help="folder to make them in"
    )
    for command in (sign, opened, shown):
        command.add_argument("--keys", type=Path, required=True, help="folder of the key files")
    return parser


def _keygen(options: argparse.Namespace) -> None:
    verify_key, recipient = make_keys(options.keys)
    rehearsed = unseal(seal(REHEARSAL, [recipient]), [vault_identity(options.keys)])
    proved = verify_key.verify(REHEARSAL, signing_key(options.keys).sign(REHEARSAL))
    if rehearsed != REHEARSAL or not proved:
        raise VaultError(Problem("SY-215", "keys", "The new keys do not work together."))
    _say(f"controller key   {verify_key.to_text()}")
    _say(f"vault recipient  {recipient.to_text()}")
    _say("Sealed and opened a test, signed and verified one: the keys work.")
    _say("Copy the folder to a second safe place. Without it nobody opens the vault.")


def _sign(options: argparse.Namespace) -> None:
    key = signing_key(options.keys)
    own = vault_identity(options.keys).recipient
    others = [Recipient.from_text(text) for text in options.recipient]
    recipients = list(dict.fromkeys(r.to_text() for r in (own, *others)))
    signed = sign_bundle(_read(options.file), key, recipients)
    bundle = open_bundle(signed, key.verify_key)
    target: Path = options.out or options.file
    part = target.with_name(target.name + ".part")
    try:
        part.write_bytes(signed)
        part.replace(target)
    except OSError as error:
        raise _unwritable(target) from error
    _say(f"signed {bundle.form_id} {bundle.version}, bundle {bundle.digest}")
    _say(f"sealed answers open for {len(recipients)} recipient(s)")


def _open(options: argparse.Namespace) -> None:
    identity = vault_identity(options.keys)
    for path in options.file:
        entry = open_entry(_read(path), [identity])
        _say(canonical_json(entry.to_document()).decode())


def _show(options: argparse.Namespace) -> None:
    verify_key = signing_key(options.keys).verify_key
    found = {
        "verify-key": verify_key.to_text(),
        "fingerprint": verify_key.fingerprint,
        "recipient": vault_identity(options.keys).recipient.to_text(),
    }
    if options.field:
        _say(found[options.field])
        return
    for name, what in _FIELDS.items():
        _say(f"{what:<24} {found[name]}")


def _verify(options: argparse.Namespace) -> None:
    bundle = open_bundle(_read(options.file), VerifyKey.from_text(options.key))
    _say(f"genuine: {bundle.form_id} {bundle.version}, bundle {bundle.digest}")
    for recipient in bundle.recipients:
        _say(f"recipient {recipient}")


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise VaultError(
            Problem("SY-214", path.name, "The file cannot be read.", "Check its name.")
        ) from error


def _unwritable(path: Path) -> VaultError:
    return VaultError(
        Problem("SY-214", path.name, "The file cannot be written.", "Name another: -o FILE.")
    )


def _say(text: str, *, to_errors: bool = False) -> None:
    (sys.stderr if to_errors else sys.stdout).write(text + "\n")


_COMMANDS: Mapping[str, Callable[[argparse.Namespace], None]] = {
    "keygen": _keygen,
    "sign": _sign,
    "open": _open,
    "show": _show,
    "verify": _verify,
}
