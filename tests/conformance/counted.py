"""Counted repeats, which JavaRosa makes when navigation comes there and our engine at once.

While a recorded state has fewer rows than its own count asks for, what is computed over those rows
cannot be compared yet; the states after the pass hold it (decision 0106).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from forms.engine.instance import Instance


def unsettled(instance: Instance, facts: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """Paths that are computed over counted rows which the recorded state does not have yet."""
    recorded = Counter(
        re.sub(r"\[\d+\]", "", fact["ref"])
        for fact in facts
        if fact["ref"].endswith("]") and not fact.get("removed")
    )
    late = [
        path
        for path, repeat in instance.form.repeats.items()
        if repeat.count is not None and recorded[path] < len(instance.nodes_of(path))
    ]
    edges = [
        edge
        for path, program in instance.program.paths.items()
        for edge in program.triggers
        if any(f"{path}/".startswith(f"{repeat}/") for repeat in late)
    ]
    return frozenset(
        edge.target
        for edge in edges
        if edge.rule is not None
        and edge.rule.facet == "calculate"
        and not any(edge.target.startswith(f"{repeat}/") for repeat in late)
    )
