"""What a page shows, as finished texts in one language: templates count nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from forms.indicator import Shape, in_language
from server_stub.disclosure.published import GroupKind
from server_stub.disclosure.suppress import Withheld

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from server_stub.disclosure.published import (
        PublishedCell,
        PublishedGroup,
        PublishedIndicator,
        PublishedTable,
    )
    from server_stub.pages.words import Words

_MARKS: Final = {Withheld.CONFIDENTIAL: "a", Withheld.SMALL_BASE: "b", Withheld.SENSITIVE_BASE: "c"}
_COLOURS: Final = 5
_DEFINITION: Final = (
    "universe", "denominator", "numerator", "field", "weight", "cluster", "stratum",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bar:
    """A share and its interval in percent, for a drawing 100 wide; no interval: both None."""

    share: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class CellView:
    """One figure.

    Attributes:
        label: Of its category.
        colour: Of its bar, from 0 for the best rung to 5 for the worst.
        share: `33.4%`; empty when there is none.
        interval: `30.8–36.0`.
        se: `1.3`.
        n: Households in it.
        bar: Its drawing.
        mark: Letter of the note that says why it is withheld; empty when it is shown.
    """

    label: str
    colour: int
    share: str = ""
    interval: str = ""
    se: str = ""
    n: str = ""
    bar: Bar | None = None
    mark: str = ""


@dataclass(frozen=True, slots=True)
class GroupView:
    """One group."""

    label: str
    base: str
    imprecise: bool
    cells: tuple[CellView, ...]


@dataclass(frozen=True, slots=True)
class BreakdownView:
    """The groups of one breakdown, and what is to be said below them."""

    title: str
    groups: tuple[GroupView, ...]
    notes: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class IndicatorView:
    """One indicator.

    Attributes:
        anchor: Its place on the page.
        title: Its heading.
        unit: What is counted in percent.
        base: The sentence about its base.
        is_ladder: Whether it has rungs.
        all: Everybody; without a group when nobody is in the base.
        breakdowns: Tables below it.
        source: Whose definition it is.
        definition: Heading and condition.
    """

    anchor: str
    title: str
    unit: str
    base: tuple[str, ...]
    is_ladder: bool
    all: BreakdownView
    breakdowns: tuple[BreakdownView, ...]
    source: str
    definition: tuple[tuple[str, str], ...]


def indicator_views(table: PublishedTable, words: Words) -> tuple[IndicatorView, ...]:
    """The indicators of a table as a page shows them. Pure."""
    return tuple(_Maker(table, indicator, words).view() for indicator in table.indicators)


class _Maker:
    """Words of one indicator in one language."""

    def __init__(self, table: PublishedTable, indicator: PublishedIndicator, words: Words) -> None:
        self._table, self._indicator, self._words = table, indicator, words

    def view(self) -> IndicatorView:
        said = self._indicator
        definition = {n: said.definition[n] for n in _DEFINITION if said.definition.get(n)}
        return IndicatorView(
            anchor=f"{said.form_id}-{said.id}",
            title=self._in(said.titles) or said.id,
            unit=self._in(said.units),
            base=tuple(self._base(said.groups[0])),
            is_ladder=said.shape is Shape.LADDER,
            all=self._breakdown(""),
            breakdowns=tuple(self._breakdown(field) for field in self._told_apart()),
            source=said.source,
            definition=tuple((self._words.say(n), text) for n, text in definition.items()),
        )

    def _told_apart(self) -> Iterator[str]:
        """Breakdowns that say more than the row of all: not those with everybody in one group."""
        everybody, *groups = self._indicator.groups
        for field in self._indicator.breakdowns:
            bases = [group.base for group in groups if group.breakdown == field]
            if bases and bases != [everybody.base]:
                yield field

    def _in(self, texts: Mapping[str, str]) -> str:
        return in_language(texts, self._words.language)

    def _base(self, group: PublishedGroup) -> Iterator[str]:
        words = self._words
        if group.base is None or group.weighted_base is None:
            yield words.say("base_withheld")
            return
        numbers = {"n": words.number(group.base), "weighted": words.number(group.weighted_base)}
        if group.base == 0:
            yield words.say("base_empty")
        elif group.base == group.weighted_base:
            yield words.say("base_plain", **numbers)
        else:
            yield words.say("base_line", **numbers)
        if group.unknown:
            yield words.say("unknown", n=words.number(group.unknown))

    def _breakdown(self, field: str) -> BreakdownView:
        found = (group for group in self._indicator.groups if group.breakdown == field)
        groups = [group for group in found if group.base != 0]
        name = self._in(self._indicator.breakdowns.get(field, {})) or field
        return BreakdownView(
            title=self._words.say("by", name) if field else "",
            groups=tuple(self._group(group) for group in groups),
            notes=tuple(self._notes(groups)),
        )

    def _group(self, group: PublishedGroup) -> GroupView:
        return GroupView(
            label=self._label(group),
            base="" if group.base is None else self._words.number(group.base),
            imprecise=group.imprecise,
            cells=tuple(
                self._cell(cell, round(_COLOURS * rung / max(1, len(group.cells) - 1)))
                for rung, cell in enumerate(group.cells)
            ),
        )

    def _label(self, group: PublishedGroup) -> str:
        own = {
            GroupKind.ALL: "all",
            GroupKind.NOT_STATED: "not_stated",
            GroupKind.WITHHELD: "withheld_groups",
        }
        if group.kind in own:
            return self._words.say(own[group.kind])
        return self._in(group.labels) or group.group

    def _cell(self, cell: PublishedCell, colour: int) -> CellView:
        label = self._in(cell.labels) or cell.id or self._words.say("other_value")
        if cell.withheld is not None:
            return CellView(label, colour, mark=_MARKS[cell.withheld])
        if cell.share is None:
            return CellView(label, colour)
        words, bounds = self._words, (cell.low, cell.high)
        percents = [words.number(100 * bound, 1) for bound in bounds if bound is not None]
        low, high = (None if bound is None else round(100 * bound, 2) for bound in bounds)
        return CellView(
            label=label,
            colour=colour,
            share=words.percent(cell.share),
            interval="–".join(percents),
            se="" if cell.se is None else words.number(100 * cell.se, 1),
            n=words.number(cell.households or 0),
            bar=Bar(round(100 * cell.share, 2), low, high),
        )

    def _notes(self, groups: list[PublishedGroup]) -> Iterator[tuple[str, str]]:
        """What is said below a table: a sign and its meaning, each once."""
        words, rule = self._words, self._table.rule
        reasons = {cell.withheld for group in groups for cell in group.cells}
        limits = {"base": rule.smallest_base, "sensitive": rule.smallest_base_sensitive}
        for reason in (r for r in Withheld if r in reasons):
            yield f"⊘ {_MARKS[reason]}", words.say(f"withheld_{reason}", **limits)
        if any(group.imprecise for group in groups):
            yield "( )", words.say("imprecise_note", n=rule.precise_base)
        for missing in dict.fromkeys(g.no_error for g in groups if g.no_error):
            yield "–", words.say(f"no_error_{missing}")
