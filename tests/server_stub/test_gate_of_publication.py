"""What writes pages and files sees published tables and nothing behind them."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOM = Path(__file__).resolve().parents[2] / "server_stub"
WRITERS = [*sorted((ROOM / "pages").glob("*.py")), ROOM / "routes" / "tables.py"]
BEHIND = ("server_stub.indicators", "server_stub.store", "server_stub.intake", "sync", "sqlalchemy")


@pytest.mark.parametrize("path", WRITERS, ids=lambda path: path.name)
def test_writer_imports_nothing_from_behind_the_gate(path: Path) -> None:
    imported = [
        name
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for name in (
            [node.module or ""] if isinstance(node, ast.ImportFrom)
            else [alias.name for alias in node.names] if isinstance(node, ast.Import)
            else []
        )
    ]  # fmt: skip
    assert not [n for n in imported if any(n == b or n.startswith(f"{b}.") for b in BEHIND)]
