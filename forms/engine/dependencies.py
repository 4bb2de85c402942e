"""Who must be computed again when a node changes: edges between paths, and a rank for each rule.

An edge says how far to climb from the changed node to find everyone who reads it: to the ancestor
that both have in common when the reader looks up and down by relative steps, to the root when a
filter may have chosen any row. Climbing too far costs time, never correctness.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forms.errors import XFormError
from forms.problems import Problem
from forms.xpath.reads import ANYTHING_BELOW

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from forms.engine.program import PathProgram, Rule
    from forms.xpath.evaluate import Expression
    from forms.xpath.reads import PathRead


@dataclass(frozen=True, slots=True)
class Edge:
    """A reader of a path.

    Attributes:
        source: The path that is read.
        target: The path of the reader.
        rule: What to compute there; None for required, read-only and constraint.
        shared: Depth of the ancestor below which every instance of the target is a reader.
        in_place: Whether the source's place among its siblings is read.
        climb: Steps from the source up to that ancestor; one more when its place is read.
        down: Names from that ancestor down to the reader.
    """

    source: str
    target: str
    rule: Rule | None
    shared: int
    in_place: bool
    climb: int
    down: tuple[str, ...]

    @classmethod
    def between(
        cls, source: str, target: str, rule: Rule | None, shared: int, *, in_place: bool
    ) -> Edge:
        """The edge of a read, with the way from the one to the other."""
        depth = source.count("/")
        top = min(shared, depth - 1) if in_place else min(shared, depth)
        steps = target.split("/")
        if rule is not None and rule.facet == "count":
            steps.pop()  # a count is computed where its repeat stands
        down = tuple(steps[max(1, top) + 1 :])
        return cls(source, target, rule, shared, in_place, depth - max(1, top), down)


def edges_of(
    expression: Expression,
    reader: PathProgram,
    rule: Rule | None,
    paths: Mapping[str, PathProgram],
) -> Iterator[Edge]:
    """The edges of one expression.

    Args:
        expression: What reads.
        reader: The path that it is written on.
        rule: What is computed, or None for a facet that nothing depends on.
        paths: Every path of the form.
    """
    target = rule.path if rule is not None else reader.path
    seen = set()
    for read in expression.reads:
        if read.origin == "instance":
            continue
        for source, shared in _sources(read, reader, paths):
            edge = Edge.between(source, target, rule, shared, in_place=read.in_place)
            if edge not in seen:
                seen.add(edge)
                yield edge


def unknown_reads(
    expression: Expression, reader: PathProgram, paths: Mapping[str, PathProgram]
) -> tuple[str, ...]:
    """Paths of the interview that an expression reads and that the form does not have.

    XPath finds nothing there and says nothing; an author should hear of it.
    """
    found = []
    for read in expression.reads:
        plain = not {ANYTHING_BELOW, "*"} & set(read.steps)
        if read.origin == "instance" or not plain or any(s.startswith("@") for s in read.steps):
            continue
        if not any(True for _ in _sources(read, reader, paths)):
            found.append("/".join(read.steps))
    return tuple(dict.fromkeys(found))


def reads_itself(
    expression: Expression, reader: PathProgram, paths: Mapping[str, PathProgram]
) -> bool:
    """Whether an expression reads the very node that it is written on.

    A running total reads the same path in another row; that is no circle. `once()` may.
    """
    if not expression.functions.isdisjoint({"once", "indexed-repeat"}):
        return False
    rows = [path for path in (reader.path, *_ancestors(reader.path)) if paths[path].is_repeat]
    innermost = max((paths[path].depth for path in rows), default=0)
    return any(
        source == reader.path
        and (shared >= innermost if read.origin == "context" else not rows or not read.any_row)
        for read in expression.reads
        if read.origin != "instance" and ANYTHING_BELOW not in read.steps
        for source, shared in _sources(read, reader, paths)
    )


def _sources(
    read: PathRead, reader: PathProgram, paths: Mapping[str, PathProgram]
) -> Iterator[tuple[str, int]]:
    """Paths that a read can reach, and the depth that reader and source share."""
    relative = read.origin == "context"
    at = [reader.path.strip("/").split("/") if relative else []]
    lowest = reader.depth if relative else 0
    for step in read.steps:
        if step == ANYTHING_BELOW:
            yield from ((path, 0) for path in _everything_below(at, paths))
            return
        at = _stepped(at, step, paths)
        lowest = min([lowest, *(len(steps) for steps in at)])
    for steps in at:
        path = "/" + "/".join(steps)
        if path in paths and read.any_row:
            yield path, 0
        elif path in paths:
            yield path, lowest if relative else _common_row(reader, path, paths)


def _stepped(at: list[list[str]], step: str, paths: Mapping[str, PathProgram]) -> list[list[str]]:
    if step == "..":
        return [steps[:-1] for steps in at if steps]
    if step == "*":
        return [below for steps in at for below in _below(steps, paths)]
    return at if step.startswith("@") else [[*steps, step] for steps in at]


def _everything_below(at: list[list[str]], paths: Mapping[str, PathProgram]) -> list[str]:
    tops = ["/" + "/".join(steps) for steps in at]
    return [p for p in paths if any(p == t or p.startswith(t.rstrip("/") + "/") for t in tops)]


def _below(steps: list[str], paths: Mapping[str, PathProgram]) -> list[list[str]]:
    parent = paths.get("/" + "/".join(steps))
    if parent is None:
        return [[path.strip("/")] for path in paths if path.count("/") == 1] if not steps else []
    return [[*steps, name] for name in parent.below]


def _common_row(reader: PathProgram, path: str, paths: Mapping[str, PathProgram]) -> int:
    """Depth of the deepest row that holds both: absolute paths stay in the row of their reader."""
    depth = 0
    mine, other = reader.path.split("/"), path.split("/")
    for number in range(2, min(len(mine), len(other))):
        if mine[:number] != other[:number]:
            break
        if paths["/".join(mine[:number])].is_repeat:
            depth = number - 1
    return depth


def ranked(rules: list[Rule], paths: Mapping[str, PathProgram]) -> list[Rule]:
    """The rules with their ranks set, so that each comes after everything that it reads.

    Raises:
        XFormError: XF-107 rules read each other in a circle; the problem names them.
    """
    needs = {id(rule): _needs(rule, paths) for rule in rules}
    feeds: dict[int, list[Rule]] = {id(rule): [] for rule in rules}
    open_needs = {}
    for rule in rules:
        own = [other for other in needs[id(rule)] if other is not rule]
        open_needs[id(rule)] = len(own)
        for other in own:
            feeds[id(other)].append(rule)
    ready = [rule for rule in rules if open_needs[id(rule)] == 0]
    ready = ready or _let_go(rules, open_needs)
    done = 0
    while ready:
        following: list[Rule] = []
        for rule in ready:
            rule.rank = done
            done += 1
            following += _released(feeds[id(rule)], open_needs)
        ready = following or _let_go(rules, open_needs)
    if done < len(rules):
        circle = [rule for rule in rules if open_needs[id(rule)] > 0]
        names = ", ".join(sorted({f"{rule.path} ({rule.facet})" for rule in circle})[:6])
        raise XFormError(
            Problem(
                "XF-107",
                circle[0].path,
                f"these depend on each other in a circle: {names}",
                "Take one of them out of the other's expression.",
            )
        )
    return rules


def _released(readers: list[Rule], open_needs: dict[int, int]) -> list[Rule]:
    """Readers of a rule that waited for it last; one that was let go waits for nothing."""
    free = []
    for reader in readers:
        waiting = open_needs[id(reader)]
        open_needs[id(reader)] = max(0, waiting - 1)
        if waiting == 1:
            free.append(reader)
    return free


def _let_go(rules: list[Rule], open_needs: dict[int, int]) -> list[Rule]:
    """The first count or list that waits in a circle, let go, because it settles by itself.

    `if(${more} = 'yes', count(${person}) + 1, …)` reads the rows that it makes, one row an answer;
    two questions may each leave out what the other chose. Neither is a mistake (decision 0124).
    """
    for rule in rules:
        if rule.facet in {"count", "choices"} and open_needs[id(rule)] > 0:
            open_needs[id(rule)] = 0
            return [rule]
    return []


def _needs(rule: Rule, paths: Mapping[str, PathProgram]) -> list[Rule]:
    """Rules that must be computed before this one."""
    found: dict[int, Rule] = {}
    for source, edge in _incoming(rule, paths):
        for needed in _facts_of(source, rule, edge, paths):
            found[id(needed)] = needed
    # What stands inside a counted repeat comes after the repeat's rows exist.
    for path in _ancestors(rule.path):
        count = paths[path].count if path in paths else None
        if count is not None and count is not rule:
            found[id(count)] = count
    return list(found.values())


def _incoming(rule: Rule, paths: Mapping[str, PathProgram]) -> Iterator[tuple[PathProgram, Edge]]:
    for edge in edges_of(rule.expression, paths[rule.path], rule, paths):
        yield paths[edge.source], edge


def _facts_of(
    source: PathProgram, rule: Rule, edge: Edge, paths: Mapping[str, PathProgram]
) -> Iterator[Rule]:
    """The rules that decide what a read of `source` gives."""
    if source.calculate is not None:
        yield source.calculate
    if source.choices is not None:
        yield source.choices
    if source.count is not None:
        yield source.count
    own = rule.path
    for path in (source.path, *_ancestors(source.path)):
        program = paths[path]
        holds_reader = own == path or own.startswith(path + "/")
        if program.relevant is not None:
            yield program.relevant  # also of what holds the reader: see decision 0127
        if program.count is not None and not holds_reader:
            yield program.count
    del edge


def _ancestors(path: str) -> Iterator[str]:
    while path.count("/") > 1:
        path = path.rpartition("/")[0]
        yield path
