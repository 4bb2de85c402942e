"""The docs name what exists, and everything that a reader may meet is named in them."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from tests.docs.problems_page import PAGE, written

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(DOCS.rglob("*.md"))]
LINK = re.compile(r"\]\((?!https?://|#|mailto:)([^)#\s]+)")
COMMANDS = sorted(point.name for point in entry_points(group="makazi.commands"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_link_leads_to_a_file_that_is_there(page: Path) -> None:
    targets = LINK.findall(page.read_text(encoding="utf-8"))
    assert not [target for target in targets if not (page.parent / target).exists()]


def test_problem_page_is_the_one_that_the_catalogues_give() -> None:
    assert PAGE.read_text(encoding="utf-8") == written(), "run: make format"


def test_every_page_is_reached_from_the_index() -> None:
    index = (DOCS / "index.md").read_text(encoding="utf-8")
    missing = [page.name for page in DOCS.glob("*.md") if page.name != "index.md"]
    assert not [name for name in missing if f"({name})" not in index]


def test_every_decision_is_numbered_once_and_in_its_room() -> None:
    numbers = [page.name[:4] for page in (DOCS / "decisions").glob("[0-9]*.md")]
    assert numbers
    assert len(numbers) == len(set(numbers))


@pytest.mark.parametrize("command", COMMANDS)
def test_command_is_in_the_readme(command: str) -> None:
    assert f"makazi {command}" in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("command", COMMANDS)
def test_command_says_what_it_does_when_asked_for_help(command: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "sync.command", command, "--help"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stderr
    assert f"makazi {command}" in done.stdout
