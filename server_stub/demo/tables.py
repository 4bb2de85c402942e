"""Prints what the centre published, as any reader of its pages gets it, and checks the known case.

The survey of Dhaka is public, and so are the rungs that its authors counted: the demo stops when
the centre's table says anything else.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from server_stub.demo.centre import Centre, DemoFailed, makazi

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from server_stub.demo.story import Story

Document: TypeAlias = "Mapping[str, Any]"
"""A part of the published JSON: it is read here as any stranger reads it, by its keys."""
ALL: Final = "all"
HEADER: Final = ("people, %", "share", "SE", "95 % interval", "households")
DHAKA_SANITATION: Final = {
    "at least basic": 389,
    "limited": 453,
    "unimproved": 433,
    "open defecation": 7,
}
"""Households. Source: the data set's own rungs, domain reference, ground truth, Dhaka 2017."""


def folder(story: Story, project: str) -> Path:
    """Where the files of a project's tables are."""
    return story.out / "tables" / project


def publish(story: Story, centre: Centre, projects: Sequence[str], known: str) -> None:
    """Write the tables of every project, print their ladders, and check the one that is known.

    Args:
        story: Where it is told.
        centre: A running centre.
        projects: What to publish.
        known: The project with the survey of Dhaka; it may be left out of `projects`.

    Raises:
        DemoFailed: The page cannot be had, or Dhaka's sanitation ladder is not the published one.
    """
    for project in projects:
        with story.say.step(f"The tables of project {project}, after disclosure control"):
            where = ("--data", str(centre.folder), "--project", project)
            makazi("server", "tables", *where, "--out", str(folder(story, project)))
            document = json.loads(centre.fetch(f"/projects/{project}/tables.json"))
            _print(story, document)
            if project == known:
                _check_dhaka(story, document)


def _print(story: Story, document: Document) -> None:
    empty: list[str] = []
    for indicator in document["indicators"]:
        whole = _whole(indicator)
        title = indicator["title"]["en"]
        if whole["base_n"] == 0:
            empty.append(title)
            continue
        story.say.line()
        story.say.line(f"{title}: {_base(whole)}")
        story.say.table(HEADER, [_row(cell) for cell in whole["cells"]])
    story.say.line()
    if empty:
        story.say.line(f"nobody to count for: {'; '.join(empty)}")
    story.say.line(
        f"{document['withheld_cells']:,} of {sum(1 for _ in _cells(document)):,} cells are withheld"
        " as too small, or so that a small one cannot be computed"
    )


def _base(whole: Document) -> str:
    if whole["base_n"] is None:
        return "base withheld"
    unknown = f", {whole['unknown_n']:,} more not known" if whole["unknown_n"] else ""
    return f"base {whole['base_n']:,} households{unknown}"


def _row(cell: Document) -> tuple[str, ...]:
    label = cell["label"]["en"]
    if cell["share"] is None:
        return (label, f"({cell['withheld'] or 'no base'})", "", "", "")
    error = "" if cell["se"] is None else f"{cell['se']:.1%}"
    interval = "" if cell["low"] is None else f"{cell['low']:.1%} to {cell['high']:.1%}"
    return label, f"{cell['share']:.1%}", error, interval, f"{cell['n']:,}"


def _whole(indicator: Document) -> Document:
    found: Document = next(g for g in indicator["groups"] if g["kind"] == ALL)
    return found


def _cells(document: Document) -> Iterator[Document]:
    for indicator in document["indicators"]:
        for group in indicator["groups"]:
            yield from group["cells"]


def _check_dhaka(story: Story, document: Document) -> None:
    ladder = next(each for each in document["indicators"] if each["id"] == "sanitation")
    counted = {cell["category"]: cell["n"] or 0 for cell in _whole(ladder)["cells"]}
    basic = ("safely_managed_in_situ", "at_least_basic", "basic")
    found = {
        "at least basic": sum(counted.get(rung, 0) for rung in basic),
        "limited": counted["limited"],
        "unimproved": counted["unimproved"],
        "open defecation": counted["open_defecation"],
    }
    told = ", ".join(f"{number} {rung}" for rung, number in found.items())
    story.say.line(f"sanitation, households: {told}")
    if found != DHAKA_SANITATION:
        raise DemoFailed(f"Dhaka's sanitation ladder is known to be {DHAKA_SANITATION}")
