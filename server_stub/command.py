"""`makazi server`: set a centre up, give it bundles, invite tablets, run it, write its tables."""

from __future__ import annotations

import argparse
import asyncio
import logging
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

import segno
from hypercorn.asyncio import serve
from hypercorn.config import Config

from forms.errors import FormsError
from server_stub.app import create_app
from server_stub.centre import Centre
from server_stub.enrolment import VALID_MINUTES, block, invite
from server_stub.pages import LANGUAGES, write_tables
from server_stub.problems import ConfigError, ServerError
from server_stub.registry import set_up_project, take_bundle
from server_stub.settings import DEFAULT_PORT, ServerSettings, moment
from server_stub.store.database import Database
from server_stub.store.enrolled import tablets
from server_stub.store.released import counted
from sync.errors import SyncError
from sync.keys import VerifyKey
from sync.places import centre_folder
from sync.wire.fields import NAME

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from fastapi import FastAPI
    from hypercorn.typing import Framework

LOOPBACK: Final = "127.0.0.1"
HEADER_TIMEOUT_S: Final = 5.0
BAD_USE: Final = 2


def run(argv: Sequence[str]) -> int:
    """Run one `makazi server` command; the exit code is 0, or 2 with a message on stderr."""
    arguments = list(argv)
    action: Callable[[argparse.Namespace], int] = _serve
    parser = _serve_parser()
    if arguments and arguments[0] in _COMMANDS:
        make_parser, action = _COMMANDS[arguments[0]]
        parser = make_parser()
        arguments = arguments[1:]
    options = parser.parse_args(arguments)
    try:
        return action(options)
    except (ServerError, FormsError, SyncError, OSError) as error:
        sys.stderr.write(f"makazi server: {error}\n")
        return BAD_USE


def _parser(name: str, what: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=f"makazi server{name}", description=what)
    parser.add_argument(
        "--data",
        type=Path,
        default=centre_folder(),
        metavar="DIR",
        help="the centre's folder (default: $MAKAZI_CENTRE or %(default)s)",
    )
    parser.add_argument(
        "--store", default="", metavar="URL", help="SQLAlchemy URL (default: SQLite in the folder)"
    )
    return parser


def _project_parser(name: str, what: str) -> argparse.ArgumentParser:
    parser = _parser(name, what)
    parser.add_argument("--project", required=True, metavar="ID", help="name of the survey")
    return parser


def _serve_parser() -> argparse.ArgumentParser:
    parser = _parser(
        "",
        "Run the centre. Other commands: init, bundle add, invite, tables, status; "
        "each explains itself with --help.",
    )
    parser.add_argument("--host", default=LOOPBACK, help=f"address to listen on ({LOOPBACK})")
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help=f"port ({DEFAULT_PORT})")
    return parser


def _init_parser() -> argparse.ArgumentParser:
    parser = _project_parser(" init", "Make a project that trusts one data controller.")
    parser.add_argument(
        "--controller-key", required=True, metavar="TEXT", help="the public key, mkverify1…"
    )
    return parser


def _bundle_parser() -> argparse.ArgumentParser:
    parser = _project_parser(" bundle", "Give the centre a bundle that the controller signed.")
    parser.add_argument("verb", choices=["add"])
    parser.add_argument("file", type=Path, metavar="FILE")
    return parser


def _invite_parser() -> argparse.ArgumentParser:
    parser = _project_parser(" invite", "Print a single-use invitation for one tablet.")
    parser.add_argument(
        "--url",
        default=f"http://{LOOPBACK}:{DEFAULT_PORT}",
        help="address under which tablets reach this centre",
    )
    parser.add_argument(
        "--minutes", type=int, default=VALID_MINUTES, help=f"how long it is valid ({VALID_MINUTES})"
    )
    parser.add_argument("--text-only", action="store_true", help="no QR code")
    return parser


def _tables_parser() -> argparse.ArgumentParser:
    parser = _project_parser(" tables", "Write the published tables: page, CSV and JSON.")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where to")
    parser.add_argument(
        "--lang", default=LANGUAGES[0], choices=LANGUAGES, help="language of tables.html and CSV"
    )
    return parser


def _block_parser() -> argparse.ArgumentParser:
    parser = _project_parser(" block", "Let a lost or stolen tablet in no more.")
    parser.add_argument("--tablet", required=True, metavar="ID", help="the tablet's name")
    return parser


def _status_parser() -> argparse.ArgumentParser:
    return _parser(" status", "Print what each project holds, and what a coordinator must look at.")


def _settings(options: argparse.Namespace) -> ServerSettings:
    return ServerSettings(options.data, options.store)


def _init(options: argparse.Namespace) -> int:
    controller = VerifyKey.from_text(options.controller_key)
    if not NAME.fullmatch(options.project):
        raise ConfigError("A project name has letters, digits, dots, dashes; at most 64.")
    settings = _settings(options)
    key = settings.make_key()
    database = Database(settings.url, checkpoints=False)
    database.migrate()
    with database.writing() as connection:
        is_new = set_up_project(connection, options.project, controller, moment(settings.now()))
    database.close()
    state = "made" if is_new else "was there"
    sys.stdout.write(
        f"project {options.project} {state}; controller {controller.fingerprint}, "
        f"server {key.verify_key.fingerprint}\n"
    )
    return 0


def _bundle(options: argparse.Namespace) -> int:
    settings = _settings(options)
    centre = Centre.open(settings, serves=False)
    content = options.file.read_bytes()
    with centre.database.writing() as connection:
        bundle = take_bundle(connection, options.project, content, moment(settings.now()))
    centre.close()
    sys.stdout.write(f"{bundle.form_id} {bundle.version} {bundle.digest}\n")
    return 0


def _invite(options: argparse.Namespace) -> int:
    settings = _settings(options)
    centre = Centre.open(settings, serves=False)
    asked = (options.url, options.project, centre.key.verify_key)
    invitation = invite(centre.database, asked, settings.now(), options.minutes)
    centre.close()
    text = invitation.to_text()
    if not options.text_only:
        segno.make(text, error="l").terminal(out=sys.stdout, compact=True)
        sys.stdout.write(f"\nvalid for {options.minutes} minutes, for one tablet:\n")
    sys.stdout.write(text + "\n")
    return 0


def _tables(options: argparse.Namespace) -> int:
    centre = Centre.open(_settings(options), serves=False)
    try:
        if options.project not in centre.projects():
            raise ConfigError(f"There is no project {options.project} here.")
        table = centre.tables.of(options.project)
    finally:
        centre.close()
    for path in write_tables(table, options.out, options.lang):
        sys.stdout.write(f"{path}\n")
    return 0


def _block(options: argparse.Namespace) -> int:
    settings = _settings(options)
    centre = Centre.open(settings, serves=False)
    try:
        block(centre.database, options.project, options.tablet, settings.now())
    finally:
        centre.close()
    sys.stdout.write(f"{options.tablet} is blocked; what it delivered stays\n")
    return 0


def _status(options: argparse.Namespace) -> int:
    centre = Centre.open(_settings(options), serves=False)
    try:
        with centre.database.reading() as connection:
            for project_id in centre.projects():
                held = counted(connection, project_id)
                alarms = " ".join(f"{kind}={number}" for kind, number in held.alarms.items())
                sys.stdout.write(
                    f"{project_id}: batches={held.batches} records={held.records} "
                    f"revisions={held.revisions} alarms: {alarms or 'none'}\n"
                )
                for tablet in tablets(connection, project_id):
                    state = "  blocked" if tablet.blocked else ""
                    sys.stdout.write(
                        f"  tablet {tablet.device_id} enrolled {tablet.enrolled_at}{state}\n"
                    )
    finally:
        centre.close()
    return 0


def _serve(options: argparse.Namespace) -> int:
    logging.basicConfig(
        level=logging.INFO,
        stream=sys.stderr,
        format="%(asctime)s %(levelname)s %(name)s %(message)s",
    )
    app = create_app(_settings(options))
    config = Config()
    config.bind = [f"{options.host}:{options.port}"]
    config.keep_alive_timeout = HEADER_TIMEOUT_S
    config.accesslog = None  # addresses and times of tablets are nobody's business
    config.errorlog = logging.getLogger("hypercorn.error")
    asyncio.run(_until_stopped(app, config))
    return 0


async def _until_stopped(app: FastAPI, config: Config) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    # hypercorn declares ASGI types of its own
    await serve(cast("Framework", app), config, shutdown_trigger=stopped.wait)


_COMMANDS: Final = {
    "init": (_init_parser, _init),
    "bundle": (_bundle_parser, _bundle),
    "invite": (_invite_parser, _invite),
    "block": (_block_parser, _block),
    "tables": (_tables_parser, _tables),
    "status": (_status_parser, _status),
}
