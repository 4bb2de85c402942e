"""Codes, words and names that the whole house keeps to."""

from __future__ import annotations

import ast
import importlib
import re
from pathlib import Path

import pytest

from tests.architecture.tree import ROOMS, ROOT, modules

CODE = re.compile(r"^(XF|SY)-\d{3}$")


def _codes_used(rooms: tuple[str, ...]) -> dict[str, str]:
    used: dict[str, str] = {}
    for path, tree in modules(rooms):
        if path.name == "problems.py":
            continue
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and CODE.match(node.value)
            ):
                used[node.value] = f"{path}:{node.lineno}"
    return used


def _catalogue() -> dict[str, str]:
    found: dict[str, str] = {}
    for room in ("forms", "sync"):
        found |= importlib.import_module(f"{room}.problems").CATALOGUE
    return found


def test_every_code_that_is_raised_stands_in_its_catalogue() -> None:
    catalogue = _catalogue()
    unknown = {
        code: at
        for code, at in _codes_used(("forms", "sync", "mobile")).items()
        if code not in catalogue
    }
    assert not unknown


def test_every_code_of_the_catalogue_is_used() -> None:
    unused = set(_catalogue()) - set(_codes_used(("forms", "sync", "mobile", "server_stub")))
    assert not unused


@pytest.mark.parametrize("room", ROOMS)
def test_import_name_resolves_inside_our_source(room: str) -> None:
    """A published distribution called `sync` exists and would overwrite ours."""
    module = importlib.import_module(room)
    assert module.__file__ is not None
    assert Path(module.__file__).resolve().is_relative_to(ROOT / room)


def test_no_screen_reaches_for_the_running_app() -> None:
    bad = [str(p) for p, t in modules(["mobile"]) if "get_running_app" in ast.unparse(t)]
    assert not bad


def test_nothing_calls_a_deidentified_record_anonymous() -> None:
    """Only `protect()` may speak of anonymised; a record is de-identified."""
    said = re.compile(r"\banonymous\b", re.IGNORECASE)
    places = [*(ROOT / "docs").rglob("*.md"), ROOT / "README.md", *(ROOT / p for p, _ in modules())]
    bad = [str(p.relative_to(ROOT)) for p in places if said.search(p.read_text(encoding="utf-8"))]
    assert not bad
