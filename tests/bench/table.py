"""The lines of a run as one table: a case a block, an engine a row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

COLUMNS: tuple[tuple[str, str, str], ...] = (
    ("open cold", "open_cold_ms", ""),
    ("open", "open_ms", "p50"),
    ("cached", "open_cached_cold_ms", ""),
    ("add row", "add_row_ms", "p50"),
    ("answer 50", "answer_ms", "p50"),
    ("95", "answer_ms", "p95"),
    ("99", "answer_ms", "p99"),
    ("choices 95", "choices_ms", "p95"),
    ("draft", "draft_ms", "p50"),
    ("restore", "restore_ms", "p50"),
    ("serialise", "serialise_ms", "p50"),
    ("peak MB", "peak_mb", ""),
)


def cell(line: Mapping[str, Any], field: str, part: str) -> float | None:
    """A figure of a line; None when it was not measured."""
    value = line.get(field)
    if part and isinstance(value, Mapping):
        value = value.get(part)
    return float(value) if isinstance(value, (int, float)) else None


def table(lines: Sequence[Mapping[str, Any]]) -> str:
    """Milliseconds, and megabytes in the last column."""
    heads = ["case", "engine", *(head for head, _, _ in COLUMNS)]
    rows = [heads]
    for line in lines:
        figures = [_written(cell(line, field, part)) for _, field, part in COLUMNS]
        if "failed" in line:
            figures = [str(line["failed"])[:60]]
        rows.append([str(line["case"]), str(line["engine"]), *figures])
    widths = [
        max((len(r[i]) for r in rows if len(r) == len(heads)), default=0) for i in range(len(heads))
    ]
    written = ("  ".join(f"{c:<{w}}" for c, w in zip(r, widths, strict=False)) for r in rows)
    return "\n".join(line.rstrip() for line in written)


def _written(figure: float | None) -> str:
    if figure is None:
        return "-"
    return f"{figure:.3f}" if figure < 10 else f"{figure:.0f}"
