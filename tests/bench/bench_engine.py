"""What the engine costs, in milliseconds on this machine; a cheap tablet is 5 to 10 times slower.

    python -m tests.bench.bench_engine

Not a test: timings on a shared machine tell of trends, not of right and wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random
from statistics import median, quantiles
from time import perf_counter

from forms.authoring import build_form
from forms.definition import FormDefinition
from forms.engine.instance import Instance
from forms.engine.program import Program
from forms.xform.reader import read_form
from tests.support import forms
from tests.support.walk import answer_for, questions

HOUSEHOLD = Path(__file__).resolve().parents[2] / "forms/library/household"


def hundred() -> str:
    """100 questions of which each third depends on the one before it."""
    rows = ["| survey | | | | | |", "| | type | name | label | relevant | calculation |"]
    for number in range(1, 101):
        kind = ("integer", "select_one yn", "text")[number % 3]
        asked = f"${{q{number - 1}}} != ''" if number % 3 == 0 else ""
        rows.append(f"| | {kind} | q{number} | Question {number} | {asked} | |")
        if number % 10 == 0:
            rows.append(f"| | calculate | c{number} | | | ${{q{number - 4}}} + {number} |")
    rows += ["| choices | | | |", "| | list_name | name | label |", "| | yn | yes | Yes |"]
    return "\n".join([*rows, "| | yn | no | No |"]) + "\n"


def long_list(size: int) -> FormDefinition:
    """Two selects, the second filtered by the first out of a list of `size`."""
    lanes = "\n".join(f"l{n},Lane {n},t{n % 50}" for n in range(size))
    asked = (
        "| survey | | | | |\n| | type | name | label | choice_filter |\n"
        "| | text | town | Town | |\n"
        "| | select_one_from_file lanes.csv | lane | Lane | town = ${town} |\n"
    )
    return forms.form(asked, lanes_csv=f"name,label,town\n{lanes}\n")


def timed(act: Callable[[], object], times: int) -> list[float]:
    """Milliseconds of each of `times` runs."""
    found = []
    for _ in range(times):
        begin = perf_counter()
        act()
        found.append((perf_counter() - begin) * 1000)
    return found


def report(name: str, times_ms: list[float]) -> None:
    """One line: the middle, and the slowest of twenty."""
    worst = quantiles(times_ms, n=20)[-1] if len(times_ms) > 1 else times_ms[0]
    print(f"{name:<52} median {median(times_ms):8.2f} ms   p95 {worst:8.2f} ms")


def interview(name: str, form: FormDefinition, xml: bytes, files: dict[str, bytes]) -> None:
    """Everything that happens to one form on a tablet."""
    settings = forms.settings()
    report(f"{name}: read XForm ({len(xml) // 1024} KB)", timed(lambda: read_form(xml, files), 10))
    report(f"{name}: compile", timed(lambda: Program(form), 10))
    report(f"{name}: new interview", timed(lambda: Instance.new(form, settings), 20))
    filled, chance, costs = Instance.new(form, settings), Random(1), []
    for _ in range(300):
        node = chance.choice(questions(filled))
        answer = answer_for(node, chance)
        costs += timed(lambda n=node, a=answer: filled.answer(n.ref, a), 1)  # type: ignore[misc]
    report(f"{name}: answer ({len(costs)} answers)", costs)
    report(f"{name}: screens", timed(filled.steps, 20))
    report(f"{name}: draft ({len(filled.draft()) // 1024} KB)", timed(filled.draft, 20))
    report(f"{name}: restore", timed(lambda: Instance.restore(form, filled.draft(), settings), 20))


def main() -> None:
    """Print the table."""
    markdown = hundred()
    interview("100 questions", forms.form(markdown), forms.xform(markdown), {})
    built = build_form(HOUSEHOLD)
    interview("household", built.form, built.xml, dict(built.media))
    lanes = Instance.new(long_list(10_000), forms.settings())
    lanes.answer("/data/town", "t7")
    report("10,000 choices: filter", timed(lanes.node("/data/lane").choices, 50))


if __name__ == "__main__":
    main()
