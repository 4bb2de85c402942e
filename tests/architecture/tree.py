"""Reads our source as syntax trees, for the tests that guard the shape of the house."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("forms", "sync", "mobile", "server_stub")


@cache
def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def modules(rooms: Iterable[str] = ROOMS) -> Iterator[tuple[Path, ast.Module]]:
    """Every module of the rooms: path relative to the root, and its tree."""
    for room in rooms:
        for path in sorted((ROOT / room).rglob("*.py")):
            yield path.relative_to(ROOT), _parsed(path)


def calls_of(tree: ast.AST) -> set[str]:
    """Names that are called anywhere in the tree, without their qualifiers."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            target = node.func
            if isinstance(target, ast.Name):
                found.add(target.id)
            elif isinstance(target, ast.Attribute):
                found.add(target.attr)
    return found
