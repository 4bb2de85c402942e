"""Published tables as CSV and JSON, one row or object per cell.

Figures are exact as published: a point for the decimal, no thousands, nothing for what is withheld.
A text that a spreadsheet would run as a formula gets an apostrophe before it; numbers never do.

Source: OWASP ASVS 5, 1.2.10, for the guarded characters.
"""

from __future__ import annotations

import csv
import io
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Final, TypeAlias

from forms.indicator import in_language
from forms.indicator.definition import DEFAULT_LANGUAGE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from server_stub.disclosure.published import (
        PublishedCell,
        PublishedGroup,
        PublishedIndicator,
        PublishedTable,
    )

FORMAT: Final = "makazi-tables/1"
COLUMNS: Final = (
    "project", "form", "indicator", "title", "unit", "breakdown", "group_kind", "group",
    "group_label", "category", "label", "share", "se", "low", "high", "n", "base_n",
    "base_weighted", "unknown_n", "imprecise", "withheld", "no_error", "source",
)  # fmt: skip
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\0")

Value: TypeAlias = "str | int | float | bool | None"


def as_json(table: PublishedTable) -> str:
    """The table as one JSON document, with every label in every language."""
    document = {
        "format": FORMAT,
        "project": table.project,
        "server_seq": table.server_seq,
        "rule": asdict(table.rule),
        "withheld_cells": table.withheld,
        "indicators": [_indicator(indicator) for indicator in table.indicators],
    }
    return json.dumps(document, ensure_ascii=False, indent=1)


def _indicator(indicator: PublishedIndicator) -> dict[str, object]:
    return {
        "form_id": indicator.form_id,
        "id": indicator.id,
        "shape": indicator.shape.value,
        "title": dict(indicator.titles),
        "unit": dict(indicator.units),
        "level": indicator.level,
        "definition": dict(indicator.definition),
        "source": indicator.source,
        "smallest_cell": indicator.smallest_cell,
        "breakdowns": {field: dict(labels) for field, labels in indicator.breakdowns.items()},
        "groups": [_group(group) for group in indicator.groups],
    }


def _group(group: PublishedGroup) -> dict[str, object]:
    return {
        "kind": group.kind.value,
        "breakdown": group.breakdown,
        "group": group.group,
        "label": dict(group.labels),
        "base_n": group.base,
        "base_weighted": group.weighted_base,
        "unknown_n": group.unknown,
        "imprecise": group.imprecise,
        "no_error": group.no_error,
        "cells": [
            {"category": cell.id, "label": dict(cell.labels), **_figures(cell)}
            for cell in group.cells
        ],
    }


def _figures(cell: PublishedCell) -> dict[str, Value]:
    return {
        "share": cell.share,
        "se": cell.se,
        "low": cell.low,
        "high": cell.high,
        "n": cell.households,
        "withheld": cell.withheld,
    }


def as_csv(table: PublishedTable, language: str = DEFAULT_LANGUAGE) -> str:
    """The table as CSV (RFC 4180), labels in one language.

    Args:
        table: What is published.
        language: Of the labels; English where there is none.
    """
    file = io.StringIO()
    writer = csv.DictWriter(file, COLUMNS)
    writer.writeheader()
    for indicator in table.indicators:
        for group in indicator.groups:
            for cell in group.cells:
                row = _row(indicator, group, cell, language) | {"project": table.project}
                writer.writerow({name: _guarded(value) for name, value in row.items()})
    return file.getvalue()


def _row(
    indicator: PublishedIndicator, group: PublishedGroup, cell: PublishedCell, language: str
) -> dict[str, Value]:
    def said(texts: Mapping[str, str]) -> str:
        return in_language(texts, language)

    return {
        "form": indicator.form_id,
        "indicator": indicator.id,
        "title": said(indicator.titles),
        "unit": said(indicator.units),
        "breakdown": group.breakdown,
        "group_kind": group.kind.value,
        "group": group.group,
        "group_label": said(group.labels),
        "category": cell.id,
        "label": said(cell.labels),
        **_figures(cell),
        "base_n": group.base,
        "base_weighted": group.weighted_base,
        "unknown_n": group.unknown,
        "imprecise": "yes" if group.imprecise else "",
        "no_error": group.no_error,
        "source": indicator.source,
    }


def _guarded(value: Value) -> Value:
    if value is None:
        return ""
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value
