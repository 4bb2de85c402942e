"""Writes `docs/problems.md` from the rooms' catalogues, so that no code is missing or invented.

`python -m tests.docs.problems_page` writes it; a test fails when the page is not what this gives.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from forms.problems import CATALOGUE as FORMS
from server_stub.problems import CATALOGUE as SERVER
from sync.problems import CATALOGUE as SYNC

PAGE: Final = Path(__file__).resolve().parents[2] / "docs" / "problems.md"
ROOMS: Final = {
    "Forms (`XF-`)": FORMS,
    "Tablet, keys and sending (`SY-`)": SYNC,
    "Centre (HTTP status and number)": SERVER,
}
OPENING: Final = """# Problems and their numbers

Every message has a number that never changes; texts may. A message says where the fault is, what
was found and what to do. This page is written by `make format` from the catalogues in
`forms/problems.py`, `sync/problems.py` and `server_stub/problems.py`, and a test holds that it is
up to date.
"""


def written() -> str:
    """The page."""
    parts = [OPENING]
    for title, catalogue in ROOMS.items():
        rows = "\n".join(f"| {code} | {catalogue[code]} |" for code in sorted(catalogue))
        parts.append(f"\n## {title}\n\n| number | what it says |\n|---|---|\n{rows}\n")
    return "".join(parts)


if __name__ == "__main__":
    PAGE.write_text(written(), encoding="utf-8")
