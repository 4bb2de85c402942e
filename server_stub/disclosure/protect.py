"""The gate: estimates go in, a table comes out, and what may not be shown is not in it.

`protect` is the only maker of `PublishedTable`. It rounds as well: a share with fifteen digits is a
fraction whose denominator can be found.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final

from server_stub.disclosure.cells import BASE, UNKNOWN, cell_of
from server_stub.disclosure.published import (
    GroupKind,
    PublishedCell,
    PublishedGroup,
    PublishedIndicator,
    PublishedTable,
)
from server_stub.disclosure.rule import DisclosureRule, is_sensitive
from server_stub.disclosure.suppress import Thresholds, Withheld, withheld_cells
from server_stub.indicators.partial import ALL, MICRO, REST

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from forms.indicator import Indicator
    from server_stub.indicators.estimate import Estimate, FormEstimates, IndicatorEstimates, Share

DIGITS: Final = 4
"""Decimals of a published share: hundredths of a percent."""


def protect(
    project: str, server_seq: int, forms: Sequence[FormEstimates], rule: DisclosureRule
) -> PublishedTable:
    """The table that may be published of these estimates. Pure.

    Args:
        project: The project.
        server_seq: Number of the last receipt whose records are in them.
        forms: Estimates of all its forms.
        rule: What may be published.
    """
    found = (indicator for form in forms for indicator in _Gate(form, rule).indicators())
    return PublishedTable(project, server_seq, rule, tuple(found))


class _Gate:
    """Judges the indicators of one form together: one can give another away."""

    def __init__(self, form: FormEstimates, rule: DisclosureRule) -> None:
        self._form, self._rule = form, rule
        self._limits = {e.indicator.id: _thresholds(e, form, rule) for e in form.indicators}
        self._withheld = withheld_cells(form, self._limits)

    def indicators(self) -> Iterator[PublishedIndicator]:
        """The indicators as they may be published."""
        for estimated in self._form.indicators:
            said = estimated.indicator
            yield PublishedIndicator(
                form_id=self._form.form_id,
                id=said.id,
                shape=said.shape,
                titles=said.titles,
                units=said.units,
                source=said.source,
                level=said.level,
                definition=_definition(said),
                smallest_cell=self._limits[said.id].cell,
                breakdowns={field: self._form.texts.field(field) for field in said.disaggregate},
                groups=tuple(self._groups(estimated)),
            )

    def _groups(self, estimated: IndicatorEstimates) -> Iterator[PublishedGroup]:
        """Shown groups in their order, the withheld ones of a breakdown as one row at its end."""
        for breakdown, groups in groupby(estimated.groups, lambda group: group.breakdown):
            listed = list(groups)
            shown = [g for g in listed if cell_of(estimated, g, BASE) not in self._withheld]
            complete = len(shown) == len(listed)
            for group in shown:
                if breakdown == ALL or group.base.records:  # nobody: nothing to speak of
                    yield self._group(estimated, group, complete=complete)
            if not complete:
                yield self._withheld_row(estimated, breakdown)

    def _group(
        self, estimated: IndicatorEstimates, group: Estimate, *, complete: bool
    ) -> PublishedGroup:
        kind = GroupKind.ANSWER if group.group else GroupKind.NOT_STATED
        says_unknown = complete and cell_of(estimated, group, UNKNOWN) not in self._withheld
        return PublishedGroup(
            kind=GroupKind.ALL if group.breakdown == ALL else kind,
            breakdown=group.breakdown,
            group=group.group,
            labels=self._form.texts.choice(group.breakdown, group.group),
            base=group.base.records,
            weighted_base=round(group.base.weight / MICRO),
            unknown=group.unknown.records if says_unknown else None,
            imprecise=0 < group.base.records < self._rule.precise_base,
            no_error=group.no_error,
            cells=tuple(
                self._cell(estimated, group, share)
                for share in group.shares
                if share.category != REST or _shows_rest(estimated)
            ),
        )

    def _cell(self, estimated: IndicatorEstimates, group: Estimate, share: Share) -> PublishedCell:
        labels = _labels(estimated, share.category)
        withheld = self._withheld.get(cell_of(estimated, group, share.category))
        if withheld is not None:
            return PublishedCell(share.category, labels, withheld=withheld)
        value, se, low, high = (
            _rounded(number) for number in (share.share, share.se, share.low, share.high)
        )
        return PublishedCell(share.category, labels, value, share.counted.records, se, low, high)

    def _withheld_row(self, estimated: IndicatorEstimates, breakdown: str) -> PublishedGroup:
        ids = [category.id for category in estimated.indicator.categories]
        cells = tuple(
            PublishedCell(i, _labels(estimated, i), withheld=Withheld.CONFIDENTIAL)
            for i in (*ids, *([REST] if _shows_rest(estimated) else []))
        )
        return PublishedGroup(
            kind=GroupKind.ALL if breakdown == ALL else GroupKind.WITHHELD,
            breakdown=breakdown,
            group="",
            labels={},
            base=None,
            weighted_base=None,
            unknown=None,
            imprecise=False,
            no_error=None,
            cells=cells,
        )


def _thresholds(
    estimated: IndicatorEstimates, form: FormEstimates, rule: DisclosureRule
) -> Thresholds:
    sensitive = is_sensitive(estimated.indicator, form.classes)
    large = sensitive and rule.smallest_base_sensitive > rule.smallest_base
    return Thresholds(
        cell=rule.cell(estimated.indicator),
        base=rule.smallest_base_sensitive if large else rule.smallest_base,
        largest_part=rule.largest_part,
        base_reason=Withheld.SENSITIVE_BASE if large else Withheld.SMALL_BASE,
        sensitive=sensitive,
    )


def _definition(said: Indicator) -> Mapping[str, str]:
    conditions = {
        "universe": said.universe.text,
        "denominator": said.denominator.text,
        "weight": said.weight.text,
        "cluster": said.cluster,
        "stratum": said.stratum,
    }
    if said.field:
        return {"field": said.field, **conditions}
    return {"numerator": said.categories[0].condition.text, **conditions}


def _labels(estimated: IndicatorEstimates, category: str) -> Mapping[str, str]:
    found = (c.labels for c in estimated.indicator.categories if c.id == category)
    return next(found, {})


def _shows_rest(estimated: IndicatorEstimates) -> bool:
    """Whether a ladder has households on none of its rungs; what is not in a share says itself."""
    shares = (share for group in estimated.groups for share in group.shares)
    found = any(share.category == REST and share.counted.rows for share in shares)
    return found and bool(estimated.indicator.field)


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, DIGITS)
