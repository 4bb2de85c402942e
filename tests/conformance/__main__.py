"""`make conformance`: the recorded cases of the public engines, as scores that may not fall.

    python -m tests.conformance [--xpath FILE] [--scenario FILE] [--seed N] [--keep]

Without arguments it reads `conformance/` of the shared data, and with Java it also walks the
recorded forms beside JavaRosa, answering by chance; it compares with the committed floor and
writes docs/conformance.md. A file that is named is scored and nothing else happens.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.conformance import live, scenario_cases, xpath_cases
from tests.support import javarosa

ROOT = Path(__file__).resolve().parents[2]
FLOOR = Path(__file__).with_name("floor.json")
PAGE = ROOT / "docs/conformance.md"
EXPLAINED = Path(__file__).with_name("explained.json")

OPENING = """\
# Conformance

Written by `make conformance`; do not edit. Our engine runs the recorded cases of the public
engines: ODK Web Forms, JavaRosa (ODK Collect) and Enketo. A scenario passes if every node fact
after every step agrees: value, relevance, read-only, required. Words are labels, hints, choices,
violations and messages, of all cases. The live differential walks the recorded forms beside
JavaRosa, answering by chance. How values are compared, and where we differ on purpose, is in
`docs/decisions/`, 0101 to 0199.
"""


@dataclass(frozen=True)
class Score:
    """One number: what passed, of how many, and what did not."""

    name: str
    passed: int
    total: int
    failures: tuple[tuple[str, str, str], ...]  # id, where it is from, what was seen

    def __str__(self) -> str:
        return f"{self.name} {self.passed}/{self.total}"


def xpath_score(path: Path) -> Score:
    passed, total, failures = xpath_cases.score(path)
    told = tuple(
        (case["id"], case["suite"], f"`{case['expr']}`: {seen}") for case, seen in failures
    )
    return Score("xpath", passed, total, told)


def scenario_scores(path: Path) -> tuple[Score, ...]:
    """Cases of the agreed core and the others; node facts of the core; words of all."""
    cases = scenario_cases.load(path)
    core = {case["id"]: case for case in scenario_cases.core(cases)}
    rest = [c for c in cases if c["portable"] and c["id"] not in core]
    replays = [scenario_cases.Replay(case).run() for case in core.values()]
    others = [scenario_cases.Replay(case).run() for case in rest]
    facts = sum(replay.facts for replay in replays)
    wrong = sum(len(replay.differences) for replay in replays)
    return (
        _score("scenario-core", replays),
        _score("scenario-rest", others),
        Score("scenario-core-facts", facts - min(wrong, facts), facts, ()),
        _words([*replays, *others]),
    )


def _score(name: str, replays: Sequence[scenario_cases.Replay]) -> Score:
    failed = tuple(
        (r.case["id"], Path(r.case["file"]).name, r.differences[0])
        for r in replays
        if r.differences
    )
    return Score(name, len(replays) - len(failed), len(replays), failed)


def _words(replays: Sequence[scenario_cases.Replay]) -> Score:
    told = tuple(
        (r.case["id"], Path(r.case["file"]).name, found) for r in replays for found in r.other_words
    )
    total = sum(replay.words for replay in replays)
    return Score("scenario-words", total - len(told), total, told)


def live_score(path: Path, seed: int) -> Score:
    """Facts on which our engine and JavaRosa agree, on every recorded form, one walk each."""
    walks = live.walk_all(live.recorded_forms(scenario_cases.load(path)), seed)
    told = [(name, "live", found) for name, found in walks.differences]
    told += [(name, "live", f"refused here only: {what}") for name, what in walks.refused_here_only]
    return Score("live-differential", walks.facts - len(told), walks.facts, tuple(told))


def page(scores: Sequence[Score]) -> str:
    """docs/conformance.md."""
    lines = [
        OPENING,
        "| score | passed | of | share |",
        "|---|---:|---:|---:|",
    ]
    lines += [f"| {s.name} | {s.passed} | {s.total} | {s.passed / s.total:.1%} |" for s in scores]
    denied = Counter(xpath_cases.denied().values())
    lines += ["", "## Left out of the XPath score, and why", ""]
    lines += [f"- {count} × {reason}" for reason, count in denied.most_common()] or ["Nothing."]
    for score in scores:
        if score.failures:
            lines += [
                "",
                f"## {score.name}: what fails",
                "",
                "| case | from | seen |",
                "|---|---|---|",
            ]
            lines += [_line(failure) for failure in sorted(score.failures, key=lambda f: f[1:])]
    return "\n".join(lines) + "\n"


def explained() -> dict[str, str]:
    """Case to the decision that explains why it fails."""
    reasons: dict[str, str] = json.loads(EXPLAINED.read_text(encoding="utf-8"))
    return reasons


def _line(failure: tuple[str, str, str]) -> str:
    reason = explained().get(failure[0])
    failure = (*failure[:2], f"{failure[2]}; {reason}" if reason else failure[2])
    cells = [cell.replace("|", "\\|").replace("\n", " ") for cell in failure]
    short = cells[2] if reason or len(cells[2]) <= 150 else cells[2][:150].rstrip("`") + " …"
    return f"| {cells[0]} | {cells[1]} | {short} |"


def below_floor(scores: Sequence[Score]) -> list[str]:
    """Scores that fell under what was committed."""
    floor: dict[str, int] = json.loads(FLOOR.read_text(encoding="utf-8"))
    return [
        f"{s} is below the floor of {floor[s.name]}"
        for s in scores
        if s.passed < floor.get(s.name, 0)
    ]


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.conformance")
    parser.add_argument("--xpath", type=Path, help="XPath cases to score instead of the usual ones")
    parser.add_argument("--scenario", type=Path, help="scenario cases, likewise")
    parser.add_argument("--seed", type=int, default=1, help="of the walks beside JavaRosa")
    parser.add_argument("--keep", action="store_true", help="leave docs/conformance.md as it is")
    options = parser.parse_args(argv)
    usual = options.xpath is None and options.scenario is None
    if usual:
        shared = Path(os.environ.get("MAKAZI_SHARED", ROOT.parent / "shared")) / "conformance"
        options.xpath = shared / "xpath_cases.json.xz"
        options.scenario = shared / "scenario_cases.json.xz"
        if not (options.xpath.is_file() and options.scenario.is_file()):
            print("skipped: no conformance data; put it in ../shared or set MAKAZI_SHARED")
            return 0
    scores = [xpath_score(options.xpath)] if options.xpath else []
    scores += scenario_scores(options.scenario) if options.scenario else ()
    if usual and not javarosa.available():
        scores.append(live_score(options.scenario, options.seed))
    for score in scores:
        print(score)
    if not usual:
        return 0
    if not options.keep:
        PAGE.write_text(page(scores), encoding="utf-8")
    fallen = below_floor(scores)
    for line in fallen:
        print(line, file=sys.stderr)
    return 1 if fallen else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
