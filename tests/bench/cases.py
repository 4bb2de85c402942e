"""What is done with each form: the same answers in the same order for every engine, by a seed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random

from tests.bench import xforms

Act = tuple[str, str, tuple[str, ...]]
"""A question's reference, its answer, and the questions whose choices are looked at afterwards."""


@dataclass(frozen=True)
class Case:
    """One form with what is done to it.

    Attributes:
        name: Of the case.
        rows: How many rows of `/data/member` are added before anything is answered.
        fill: Answers given first, one after another.
        acts: Answers that are timed.
        checks: References whose values every engine must agree on at the end.
    """

    name: str
    rows: int
    fill: list[tuple[str, str]]
    acts: list[Act]
    checks: list[str]

    def write(self, folder: Path, xml: str) -> Path:
        """Write the form and this script beside each other; gives the form's file."""
        (folder / f"{self.name}.json").write_text(json.dumps(asdict(self)), encoding="utf-8")
        path = folder / f"{self.name}.xml"
        path.write_text(xml, encoding="utf-8")
        return path


def read_case(form: Path) -> Case:
    """The script beside a form."""
    return Case(**json.loads(form.with_suffix(".json").read_text(encoding="utf-8")))


def plain(count: int, acts: int) -> tuple[str, Case]:
    """Plain questions: numbers, yes and no, and every tenth time a place down the cascade."""
    chance = Random(f"plain {count}")
    refs = [f"/data/g{number // xforms.GROUP}/q{number}" for number in range(count)]
    numbers, yesno = refs[0::4], refs[1::4]
    fill = [(ref, "7") for ref in numbers] + [(ref, "yes") for ref in yesno]
    done: list[Act] = []
    while len(done) < acts:
        if len(done) % 10 == 0:
            done += _cascade(chance)
        elif chance.random() < 0.5:
            done.append((chance.choice(yesno), chance.choice(["yes", "no"]), ()))
        else:
            done.append((chance.choice(numbers), str(chance.randrange(1000)), ()))
    checks = ["/data/t0", "/data/g0/sub", "/data/village"]
    return xforms.plain(count).xml(), Case(f"questions_{count}", 0, fill, done, checks)


def _cascade(chance: Random) -> Iterator[Act]:
    value = ""
    for name, width in zip(xforms.LEVELS, xforms.BRANCHES, strict=True):
        value += f"{name[0]}{chance.randrange(width)}"
        place = xforms.LEVELS.index(name)
        following = [f"/data/{below}" for below in xforms.LEVELS[place + 1 : place + 2]]
        following += ["/data/village2"] if name == "district" else []
        yield f"/data/{name}", value, tuple(following)


def chain(count: int, acts: int) -> tuple[str, Case]:
    """Any of the numbers along a chain of calculations."""
    chance = Random(f"chain {count}")
    refs = [f"/data/q{number}" for number in range(count)]
    done = [(chance.choice(refs), str(chance.randrange(1000)), ()) for _ in range(acts)]
    fill = [(ref, "7") for ref in refs[::20]]  # a slow peer must still come to the timed answers
    return xforms.chain(count).xml(), Case(
        f"chain_{count}", 0, fill, done, [f"/data/c{count - 1}", f"/data/c{count // 2}"]
    )


def rows(count: int, acts: int, *, shared: bool) -> tuple[str, Case]:
    """Mostly ages, which decide on the sums; also texts that nothing reads."""
    name = f"rows_{count}{'_shared' if shared else ''}"
    chance = Random(name)
    fill = []
    for number in range(1, count + 1):
        row = f"/data/member[{number}]"
        fill += [(f"{row}/name", f"n{number}"), (f"{row}/age", str(number % 90))]
        fill += [(f"{row}/sex", "yes"), (f"{row}/relation", f"r{number % 8}")]
        fill.append((f"{row}/notes", f"note {number}"))
    done: list[Act] = []
    for _ in range(acts):
        row, kind = f"/data/member[{chance.randrange(count) + 1}]", chance.random()
        if kind < 0.6:
            done.append((f"{row}/age", str(chance.randrange(100)), ()))
        elif kind < 0.8:
            done.append((f"{row}/sex", chance.choice(["yes", "no"]), ()))
        else:
            done.append((f"{row}/name", f"name {chance.randrange(10**6)}", ()))
    checks = [f"/data/{each}" for each in ("members", "total_age", "total_months", "children")]
    checks += [f"/data/member[{each}]/share" for each in (1, count)] if shared else []
    return xforms.rows(count, shared=shared).xml(), Case(name, count, fill, done, checks)


CASES: dict[str, Callable[[int], tuple[str, Case]]] = {
    "questions_100": lambda acts: plain(100, acts),
    "questions_1000": lambda acts: plain(1000, acts),
    "questions_5000": lambda acts: plain(5000, acts),
    "chain_1000": lambda acts: chain(1000, acts),
    "rows_100": lambda acts: rows(100, acts, shared=False),
    "rows_500": lambda acts: rows(500, acts, shared=False),
    "rows_100_shared": lambda acts: rows(100, acts, shared=True),
    "rows_500_shared": lambda acts: rows(500, acts, shared=True),
}
