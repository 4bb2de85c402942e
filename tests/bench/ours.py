"""Our engine through one case, as a process of its own: `python -m tests.bench.ours FORM.xml`."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from time import monotonic
from uuid import uuid4

from forms.engine.cache import cache_key, read_cache, write_cache
from forms.engine.instance import Instance
from forms.engine.settings import EngineSettings
from forms.xform.reader import read_form
from tests.bench.cases import Case, read_case
from tests.bench.measure import memory_mb, spread, timed

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def settings() -> EngineSettings:
    """A clock that stands still, and chance with a seed."""
    return EngineSettings(lambda: NOON, UTC, "", Random(1), lambda: str(uuid4()))


def run(form: Path, budget_s: float) -> dict[str, object]:
    """Everything that is measured of one case."""
    case, xml = read_case(form), form.read_bytes()
    base_mb = memory_mb("VmRSS")
    cold: list[float] = []
    filled = timed(lambda: Instance.new(read_form(xml), settings()), cold)
    added: list[float] = []
    while filled.root.rows("member") and len(filled.root.rows("member")) < case.rows:
        timed(lambda: filled.add_repeat("/data/member"), added)
    first: list[float] = []
    for ref, value in case.fill:
        timed(lambda r=ref, v=value: filled.answer(r, v), first)  # type: ignore[misc]
    answers, lists, offered = _act(filled, case, monotonic() + budget_s)
    found: dict[str, object] = {
        "engine": "makazi",
        "case": case.name,
        "open_cold_ms": round(cold[0], 2),
        "add_row_ms": spread(added),
        "fill_ms": spread(first),
        "answer_ms": spread(answers),
        "choices_ms": spread(lists),
        "offered": offered,
    }
    found["checks"] = [filled.node(ref).value for ref in case.checks]
    found |= _kept(filled)
    found["peak_mb"], found["base_mb"] = round(memory_mb("VmHWM"), 1), round(base_mb, 1)
    opened: list[float] = []
    for _ in range(4):
        timed(lambda: Instance.new(read_form(xml), settings()), opened)
    found["open_ms"] = spread(opened)
    return found


def _act(filled: Instance, case: Case, until: float) -> tuple[list[float], list[float], int]:
    answers: list[float] = []
    lists: list[float] = []
    offered = 0
    for ref, value, looked_at in case.acts:
        if monotonic() > until:
            break
        timed(lambda r=ref, v=value: filled.answer(r, v), answers)  # type: ignore[misc]
        for asked in looked_at:
            offered += len(timed(filled.node(asked).choices, lists))
    return answers, lists, offered


def _kept(filled: Instance) -> dict[str, object]:
    saved: list[float] = []
    written: list[float] = []
    restored: list[float] = []
    for _ in range(7):
        draft = timed(filled.draft, saved)
        timed(filled.submission_xml, written)
    for _ in range(3):
        timed(lambda: Instance.restore(filled.form, draft, settings()), restored)
    return {
        "draft_ms": spread(saved),
        "serialise_ms": spread(written),
        "restore_ms": spread(restored),
        "draft_bytes": len(draft),
    }


def first_cached(form: Path) -> dict[str, object]:
    """The first opening of a form from its cache file, in a process that opened nothing before."""
    xml, times = form.read_bytes(), list[float]()
    kept = form.with_suffix(".cache")

    def opened() -> Instance:
        found = read_cache(kept.read_bytes(), cache_key(xml))
        if found is None:
            raise SystemExit("the cache does not open")
        return Instance.new(found, settings())

    for _ in range(5):
        timed(opened, times)
    return {
        "open_cached_cold_ms": round(times[0], 2),
        "open_cached_ms": spread(times[1:]),
        "cached_bytes": kept.stat().st_size,
    }


def main() -> None:
    """One case; its cached opening in a second process."""
    form = Path(sys.argv[1])
    if sys.argv[2] == "cached":
        print(json.dumps(first_cached(form)))
        return
    xml = form.read_bytes()
    found = run(form, float(sys.argv[2]))
    form.with_suffix(".cache").write_bytes(write_cache(read_form(xml), cache_key(xml)))
    line = [sys.executable, "-m", "tests.bench.ours", str(form), "cached"]
    second = subprocess.run(line, capture_output=True, text=True, check=True)
    print(json.dumps(found | json.loads(second.stdout)), flush=True)


if __name__ == "__main__":
    main()
