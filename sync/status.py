"""`makazi sync`: what the tablet's outbox screen does, from a terminal or a script.

Results go to standard output, progress and problems to standard error. Exit codes: 0 done, 1 a
person must act, 2 wrong use, 75 try again later (EX_TEMPFAIL of sysexits.h).
"""

from __future__ import annotations

import argparse
import json
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from tqdm import tqdm

from forms.errors import FormsError
from sync.card import write_card
from sync.errors import StoreLocked, SyncError, TransportError, TryLater
from sync.keystore import FileKeystore
from sync.places import tablet_folder
from sync.profile import TabletProfile
from sync.push import Outcome
from sync.store import RecordStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from forms.problems import Problem

DONE: Final = 0
FAILED: Final = 1
TRY_LATER: Final = 75
_EXIT: Final[Mapping[Outcome, int]] = {
    Outcome.DONE: DONE,
    Outcome.WAITING: DONE,
    Outcome.TRY_LATER: TRY_LATER,
    Outcome.NOT_OUR_SERVER: TRY_LATER,
    Outcome.UNAUTHORISED: FAILED,
    Outcome.REFUSED: FAILED,
    Outcome.NOT_ENROLLED: FAILED,
}
_UNREACHABLE: Final = {"SY-401", "SY-402"}

Facts: TypeAlias = "dict[str, str | int | float | list[dict[str, str]] | None]"
"""What a command found, for a person and for a program alike."""


def main(argv: Sequence[str]) -> int:
    """Run one `makazi sync` command.

    Returns:
        0 done, 1 a person must act, 2 wrong use, 75 try again later.
    """
    options = _parser().parse_args(argv)
    try:
        with closing(TabletProfile.open(options.profile, FileKeystore(options.profile))) as tablet:
            facts, code = _COMMANDS[options.command](tablet, options)
    except (SyncError, FormsError) as error:
        _complain(error.problems)
        return _exit_code(error)
    _show(facts, as_json=options.json)
    return code


def _exit_code(error: SyncError | FormsError) -> int:
    later = isinstance(error, StoreLocked | TryLater)
    unreachable = isinstance(error, TransportError) and error.code in _UNREACHABLE
    return TRY_LATER if later or unreachable else FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="makazi sync", description="Send, fetch and look, without a screen."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    made = {
        "status": commands.add_parser("status", help="how many records are in which state"),
        "enrol": commands.add_parser("enrol", help="join the survey of an invitation"),
        "pull": commands.add_parser("pull", help="fetch new forms"),
        "push": commands.add_parser("push", help="send what is due"),
        "retry": commands.add_parser("retry", help="let records that were set aside be sent again"),
        "salvage": commands.add_parser(
            "salvage", help="take back what a damaged store still holds"
        ),
        "card": commands.add_parser("card", help="write the sealed vault entries to a card"),
    }
    made["enrol"].add_argument("invitation", help="its text, in quotation marks; - reads it")
    made["push"].add_argument(
        "--flush", action="store_true", help="also the last few, which would wait for company"
    )
    made["salvage"].add_argument("folder", type=Path, help="damaged-…, as the message named it")
    made["card"].add_argument("--out", type=Path, required=True, metavar="DIR")
    for command in made.values():
        command.add_argument(
            "--profile",
            type=Path,
            default=tablet_folder(),
            metavar="DIR",
            help="the tablet's folder (default: $MAKAZI_PROFILE or %(default)s)",
        )
        command.add_argument("--json", action="store_true", help="one JSON object instead of text")
    return parser


def _status(tablet: TabletProfile, _options: argparse.Namespace) -> tuple[Facts, int]:
    tablet.store.check_chain()
    belongs = tablet.enrolment
    facts: Facts = {
        "project": belongs.project if belongs else None,
        "device": belongs.device_id if belongs else None,
        "server": belongs.server_url if belongs else None,
        "controller": belongs.controller_fingerprint if belongs else None,
        "forms": len(tablet.bundles()),
    }
    facts |= {status.value: number for status, number in tablet.store.counts().items()}
    facts["set_aside"] = [
        {"record": str(state.number), "reason": state.reason}
        for state in tablet.store.records()
        if state.status is RecordStatus.PARKED
    ]
    return facts, DONE


def _enrol(tablet: TabletProfile, options: argparse.Namespace) -> tuple[Facts, int]:
    asked = sys.stdin.read() if options.invitation == "-" else options.invitation
    tablet.enrol(asked)
    return _status(tablet, options)


def _pull(tablet: TabletProfile, _options: argparse.Namespace) -> tuple[Facts, int]:
    new = tablet.pull()
    forms = [{"form_id": i.bundle.form_id, "version": i.bundle.version} for i in new]
    return {"new": len(new), "forms": forms}, DONE


def _push(tablet: TabletProfile, options: argparse.Namespace) -> tuple[Facts, int]:
    with tqdm(unit=" records", disable=options.json or None, leave=False, file=sys.stderr) as bar:

        def on_progress(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        report = tablet.push(flush=options.flush, on_progress=on_progress)
    _complain(report.problems)
    facts: Facts = {
        "outcome": report.outcome.value,
        "delivered": report.delivered,
        "parked": report.parked,
        "waiting": report.waiting,
        "batches": report.batches,
        "bytes_sent": report.bytes_sent,
        "retry_after_s": report.retry_after_s,
        "problems": [{"code": p.code, "message": p.message} for p in report.problems],
    }
    return facts, _EXIT[report.outcome]


def _retry(tablet: TabletProfile, _options: argparse.Namespace) -> tuple[Facts, int]:
    return {"released": tablet.retry_parked()}, DONE


def _salvage(tablet: TabletProfile, options: argparse.Namespace) -> tuple[Facts, int]:
    found = tablet.salvage(options.folder)
    return {
        "revisions": found.revisions,
        "drafts": found.drafts,
        "forms": found.bundles,
        "unreadable": found.unreadable,
    }, DONE


def _card(tablet: TabletProfile, options: argparse.Namespace) -> tuple[Facts, int]:
    written, there = write_card(tablet.store.vault_entries(), options.out)
    return {"written": written, "already_there": there}, DONE


def _show(facts: Facts, *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps(facts, ensure_ascii=False) + "\n")
        return
    for name, value in facts.items():
        if isinstance(value, list):
            for listed in value:
                sys.stdout.write(f"  {'  '.join(listed.values())}\n")
        elif value is not None:
            sys.stdout.write(f"{name.replace('_', ' '):<14} {value}\n")


def _complain(problems: Sequence[Problem]) -> None:
    for problem in problems:
        sys.stderr.write(f"makazi sync: {problem}\n")


_COMMANDS: Final[Mapping[str, Callable[[TabletProfile, argparse.Namespace], tuple[Facts, int]]]] = {
    "status": _status,
    "enrol": _enrol,
    "pull": _pull,
    "push": _push,
    "retry": _retry,
    "salvage": _salvage,
    "card": _card,
}
