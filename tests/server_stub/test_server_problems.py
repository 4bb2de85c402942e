"""The server's problem numbers: what is raised is in the catalogue, and the catalogue is raised."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from server_stub.problems import CATALOGUE, ServerProblem

ROOM = Path(__file__).resolve().parents[2] / "server_stub"
NUMBER = re.compile(r"[45]\d\d\.\d+")


def _named() -> set[str]:
    found: set[str] = set()
    for path in ROOM.rglob("*.py"):
        if path.name != "problems.py":
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    found |= {node.value} if NUMBER.fullmatch(node.value) else set()
    return found


def test_every_number_that_is_raised_stands_in_the_catalogue_and_back() -> None:
    assert _named() == set(CATALOGUE)


@pytest.mark.parametrize("code", sorted(CATALOGUE))
def test_problem_document_is_that_of_the_standard(code: str) -> None:
    """RFC 9457: type, title, status; ours besides: code."""
    document = ServerProblem(code, "what to do", {"max_bytes": 1}).document()
    assert document["type"] == f"urn:makazi:problem:{code}"
    assert document["status"] == int(code[:3])
    assert (document["detail"], document["max_bytes"]) == ("what to do", 1)
