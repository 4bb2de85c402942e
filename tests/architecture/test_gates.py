"""The three gates: who may construct what leaves the tablet and what leaves the centre."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest

from tests.architecture.tree import ROOMS, calls_of, modules

if TYPE_CHECKING:
    from pathlib import Path

ALLOWED = {
    "Submission": {"forms/engine/"},
    "ReleaseRecord": {
        "sync/release/pipeline.py",
        "sync/release/check.py",
        "sync/release/record.py",
    },
    "PublishedTable": {"server_stub/disclosure/"},
}


@pytest.mark.parametrize("name", sorted(ALLOWED))
def test_gated_type_is_constructed_only_behind_its_gate(name: str) -> None:
    builders = {str(path) for path, tree in modules(ROOMS) if name in calls_of(tree)}
    strangers = {where for where in builders if not any(where.startswith(a) for a in ALLOWED[name])}
    assert not strangers, f"{name} is constructed outside its gate: {sorted(strangers)}"
    assert builders, f"nothing constructs {name}: the rule would pass on an empty house"


def test_gated_type_is_not_copied_round_its_gate() -> None:
    """`dataclasses.replace` on a gated value outside its gate would be a second door."""
    offenders: list[Path] = []
    for path, tree in modules(["sync", "server_stub", "mobile"]):
        if str(path).startswith(("sync/release/", "server_stub/disclosure/")):
            continue
        gated = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)} & set(ALLOWED)
        if gated and "replace" in calls_of(tree) and "dataclasses" in ast.unparse(tree):
            offenders.append(path)
    assert not offenders
