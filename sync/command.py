"""`makazi`: finds the subcommand in the entry-point group and hands the rest of the line to it.

Nothing is imported before it is asked for, so `makazi sync` starts without kivy or fastapi. A lower
room never names a higher one: the group in `pyproject.toml` does.
"""

from __future__ import annotations

import sys
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Final

from forms.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from importlib.metadata import EntryPoint

GROUP: Final = "makazi.commands"
ROOMS: Final = ("forms", "sync", "mobile", "server_stub")
SUMMARY: Final[Mapping[str, str]] = {
    "form": "check a form and build its bundle",
    "vault": "the data controller's desk: keys, signatures, sealed answers",
    "server": "the centre: take records in, tabulate, publish",
    "tablet": "the tablet app: interviews, outbox",
    "sync": "send, fetch and look from the command line",
    "demo": "one interview from touch to published table, and what can go wrong",
}
"""One line for each command of ours: help must not import a command to learn what it does."""
EXTRAS: Final[Mapping[str, str]] = {
    "form": "authoring",
    "server": "server",
    "tablet": "tablet",
    "demo": "tablet,server,authoring",
}
DONE: Final = 0
FAILED: Final = 1
WRONG_USE: Final = 2
INTERRUPTED: Final = 130
"""128 + SIGINT, as shells have it."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one `makazi` command.

    Args:
        argv: The words after `makazi`; those of the process when not given.

    Returns:
        The command's exit code; 0 for help, 1 when a part is not installed, 2 for wrong use.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    commands = {point.name: point for point in entry_points(group=GROUP)}
    if not words or words[0] in {"-h", "--help", "help"}:
        print(_help(commands))
        return DONE if words else WRONG_USE
    name, rest = words[0], words[1:]
    if name not in commands:
        known = ", ".join(_ordered(commands)) or "none: install the package first"
        problem = Problem("SY-501", name, "There is no such command.", f"There are: {known}.")
        print(f"makazi: {problem}", file=sys.stderr)
        return WRONG_USE
    return _run(commands[name], rest)


def _run(point: EntryPoint, arguments: Sequence[str]) -> int:
    try:
        command = point.load()
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] in ROOMS:
            raise
        extra = EXTRAS.get(point.name, point.name)
        problem = Problem(
            "SY-502",
            point.name,
            f"This command needs {error.name}, which is not installed here.",
            f"pip install 'makazi[{extra}]'",
        )
        print(f"makazi: {problem}", file=sys.stderr)
        return FAILED
    try:
        code: int = command(arguments)
    except KeyboardInterrupt:
        return INTERRUPTED
    return code


def _help(commands: Mapping[str, EntryPoint]) -> str:
    names = _ordered(commands)
    width = max(map(len, names), default=0)
    lines = [f"  {name:<{width}}  {SUMMARY.get(name, commands[name].value)}" for name in names]
    return "\n".join(
        [
            "usage: makazi COMMAND …",
            "",
            "An offline survey toolkit for settlements: private before upload.",
            "",
            *lines,
            "",
            "makazi COMMAND --help explains one command.",
        ]
    )


def _ordered(commands: Mapping[str, EntryPoint]) -> list[str]:
    """Ours in the order of a survey's life, then those that others installed."""
    ours = [name for name in SUMMARY if name in commands]
    return ours + sorted(set(commands) - set(ours))


if __name__ == "__main__":
    sys.exit(main())
