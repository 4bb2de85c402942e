"""Which fields each calculation reads: the way by which an identifier could leave in disguise.

Found without running anything, and rather too much than too little: an expression that reads a
whole group reads every field of it, unless it only counts or indexes rows.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from forms.errors import XPathError
from forms.xpath.evaluate import compile_expression
from forms.xpath.reads import ANYTHING_BELOW

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from forms.definition import FormDefinition
    from forms.xpath.reads import PathRead

ROW_FUNCTIONS: Final = frozenset({"count", "count-non-empty", "position", "indexed-repeat"})
"""Functions that take a repeat for its rows and not for their text."""


def calculation_reads(form: FormDefinition) -> Mapping[str, frozenset[str]]:
    """Paths of the fields that each calculated field reads; a field is absent if none computes it.

    A calculation that does not compile reads everything: the reader will refuse the form anyway.
    """
    leaves = form.leaf_paths()
    reads: defaultdict[str, set[str]] = defaultdict(set)
    for target, expression in _calculations(form):
        try:
            compiled = compile_expression(expression, form.namespaces)
        except XPathError:
            reads[target].update(leaves)
            continue
        rows_only = bool(compiled.functions & ROW_FUNCTIONS)
        for read in compiled.reads:
            reads[target].update(_leaves_of(read, target, leaves, rows_only=rows_only))
    return {target: frozenset(paths - {target}) for target, paths in reads.items()}


def _calculations(form: FormDefinition) -> Iterator[tuple[str, str]]:
    for path, bind in form.binds.items():
        if bind.calculate is not None:
            yield path, bind.calculate
    for action in form.actions:
        if action.expression is not None:
            yield action.target, action.expression


def _leaves_of(
    read: PathRead, target: str, leaves: tuple[str, ...], *, rows_only: bool
) -> Iterator[str]:
    """The fields that one read reaches in the primary instance."""
    if read.origin == "instance":
        return
    steps = [] if read.origin == "root" else target.strip("/").split("/")
    for step in read.steps:
        if step == "..":
            steps = steps[:-1]
        elif not step.startswith("@"):
            steps.append(step)
    for leaf in leaves:
        parts = leaf.strip("/").split("/")
        if _reaches(steps, parts, rows_only=rows_only):
            yield leaf


def _reaches(steps: list[str], parts: list[str], *, rows_only: bool) -> bool:
    """Whether a path of steps leads to the node at `parts`, or to a group around it."""
    open_end = steps[-1:] == [ANYTHING_BELOW]
    steps = [step for step in steps if step != ANYTHING_BELOW]
    if len(steps) > len(parts):
        return False
    if not all(step in {"*", part} for step, part in zip(steps, parts, strict=False)):
        return False
    return len(steps) == len(parts) or open_end or not rows_only
