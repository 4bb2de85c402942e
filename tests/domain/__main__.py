"""Prints how many worked cases of the domain reference hold: `python -m tests.domain [FILE]`."""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from pathlib import Path

from forms.authoring.build import build_form
from tests.domain.interviews import HOUSEHOLD, derived
from tests.domain.reference_cases import form_case


def main() -> int:
    """Run every case that the form computes; 1 when one does not hold."""
    root = Path(__file__).resolve().parents[2]
    shared = Path(os.environ.get("MAKAZI_SHARED", root.parent / "shared"))
    file = shared / "reference" / "domain" / "examples.json"
    cases = json.loads(Path(sys.argv[1] if len(sys.argv) > 1 else file).read_text("utf-8"))["cases"]
    form = build_form(HOUSEHOLD).form
    passed, ran = Counter[str](), Counter[str]()
    for case in cases:
        told = form_case(case)
        if told is not None:
            ran[case["kind"]] += 1
            found = derived(form, told.answers, told.expected, told.start)
            passed[case["kind"]] += found == dict(told.expected)
    for kind in ran:
        print(f"{kind:26} {passed[kind]:3}/{ran[kind]}")
    print(f"{'all':26} {passed.total():3}/{ran.total()} of {len(cases)} cases in the file")
    return int(passed != ran)


if __name__ == "__main__":
    sys.exit(main())
