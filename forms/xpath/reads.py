"""What an expression reads, found without running it: the edges of the recalculation graph.

A read is a path of names from a known place. Steps that can lead anywhere (`//`, rare axes) end a
read early with `*`, which means: everything below. Too much is safe; too little never is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from forms.xpath.syntax import Call, Filter, Path, Step, Syntax, parts_of

if TYPE_CHECKING:
    from collections.abc import Iterator

UNSTEADY = frozenset({"now", "today", "random", "uuid", "randomize"})
ANYTHING_BELOW = "**"


@dataclass(frozen=True, slots=True)
class PathRead:
    """Nodes that an expression reads.

    Attributes:
        origin: `context` (the node it is written on), `root` (the primary instance), or
            `instance` (a secondary one).
        steps: Names, `..`, `@name`, `*` (any child) and `**` (everything below).
        instance: The id of a secondary instance, when that is the origin.
        in_place: Whether the place of nodes among their siblings is read (`position(..)`).
        any_row: Whether it may be any row, wherever the question that asks stands.
    """

    origin: str
    steps: tuple[str, ...]
    instance: str = ""
    in_place: bool = False
    any_row: bool = False


def reads_of(syntax: Syntax) -> tuple[PathRead, ...]:
    """Every read of an expression, each once, in the order of the text."""
    return tuple(dict.fromkeys(_walk(syntax, PathRead("context", ()), PathRead("context", ()))))


def functions_of(syntax: Syntax) -> frozenset[str]:
    """Names of the functions that it calls, with their prefixes."""
    return frozenset(call.name for call in calls_of(syntax))


def calls_of(syntax: Syntax) -> Iterator[Call]:
    """Every call in an expression, outermost first."""
    if isinstance(syntax, Call):
        yield syntax
    for part in parts_of(syntax):
        yield from calls_of(part)


def _walk(syntax: Syntax, here: PathRead, bind: PathRead) -> Iterator[PathRead]:
    match syntax:
        case Path():
            yield from _path(syntax, here, bind)
        case Filter(base, predicates):
            yield from _walk(base, here, bind)
            inner = _target(base, here, bind)
            for predicate in predicates:
                yield from _walk(predicate, inner or here, bind)
        case Call(name, arguments):
            yield from _call(name, arguments, here, bind)
        case _:
            for part in parts_of(syntax):
                yield from _walk(part, here, bind)


def _call(
    name: str, arguments: tuple[Syntax, ...], here: PathRead, bind: PathRead
) -> Iterator[PathRead]:
    if name == "once" or (name == "position" and not arguments):
        yield here
    if name == "position" and arguments:
        target = _target(arguments[0], here, bind)
        if target is not None:
            yield PathRead(target.origin, target.steps, target.instance, in_place=True)
    if name == "indexed-repeat":
        # Its arguments are paths without positions: any instance may be the one that is read.
        for argument in (*arguments[:1], *arguments[1::2]):
            target = _target(argument, here, bind)
            if target is not None:
                yield PathRead(
                    target.origin, target.steps, target.instance, in_place=True, any_row=True
                )
    for argument in arguments:
        yield from _walk(argument, here, bind)


def _path(path: Path, here: PathRead, bind: PathRead) -> Iterator[PathRead]:
    at = _origin(path, here, bind)
    if path.base is not None:
        yield from _walk(path.base, here, bind)
    picked = False
    for step in path.steps:
        at = _stepped(at, step)
        picked = picked or bool(step.predicates)
        for predicate in step.predicates:
            for read in _walk(predicate, at, bind):
                # it is read in the row that the filter looks at, which may be any
                yield replace(read, any_row=True) if read.origin == "root" else read
    # a filter may pick any row, where a bare absolute path stays in the row of its question
    yield replace(at, any_row=True) if picked and at.origin == "root" else at


def _target(syntax: Syntax, here: PathRead, bind: PathRead) -> PathRead | None:
    if isinstance(syntax, Filter):
        return _target(syntax.base, here, bind)
    if isinstance(syntax, Call):
        return _origin(Path(absolute=False, base=syntax, steps=()), here, bind)
    if not isinstance(syntax, Path):
        return None
    at = _origin(syntax, here, bind)
    for step in syntax.steps:
        at = _stepped(at, step)
    return at


def _origin(path: Path, here: PathRead, bind: PathRead) -> PathRead:
    base = path.base
    if path.absolute or base is None:
        return PathRead("root", ()) if path.absolute else here
    found: PathRead | None = None
    match base:
        case Call("current"):
            found = bind
        case Call("instance", (first, *_)):
            found = PathRead("instance", (), str(getattr(first, "value", "")))
        case Call("randomize", (first, *_)):
            found = _target(first, here, bind)
        case Path() | Filter():
            found = _target(base, here, bind)
        case _:
            pass
    return found or PathRead("root", (ANYTHING_BELOW,))


def _stepped(at: PathRead, step: Step) -> PathRead:
    if at.steps[-1:] == (ANYTHING_BELOW,):
        return at
    name = step.test.rpartition(":")[2] if not step.test.endswith(")") else step.test
    if step.axis == "self":
        return at
    known = {
        "child": "*" if name.endswith(")") else name,
        "attribute": f"@{name}",
        "parent": "..",
        "descendant": ANYTHING_BELOW,
        "descendant-or-self": ANYTHING_BELOW,
    }
    if step.axis in known:
        return _with(at, known[step.axis])
    return PathRead("instance" if at.instance else "root", (ANYTHING_BELOW,), at.instance)


def _with(at: PathRead, step: str) -> PathRead:
    if step == ".." and at.steps and at.steps[-1] not in {"..", "*"}:
        return PathRead(at.origin, at.steps[:-1], at.instance)
    return PathRead(at.origin, (*at.steps, step), at.instance)
