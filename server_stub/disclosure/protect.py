"""The gate: estimates go in, a table comes out, and what may not be shown is not in it.

`protect` is the only maker of `PublishedTable`. It rounds as well: a share with fifteen digits is a
fraction whose denominator can be found.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final

from server_stub.disclosure.published import (
    GroupKind,
    PublishedCell,
    PublishedGroup,
    PublishedIndicator,
    PublishedTable,
)
from server_stub.disclosure.rule import DisclosureRule, is_sensitive
from server_stub.disclosure.suppress import BASE, Cell, Thresholds, Withheld, withheld_cells
from server_stub.indicators.partial import ALL, MICRO, REST

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from server_stub.indicators.estimate import Estimate, IndicatorEstimates, Share

DIGITS: Final = 4
"""Decimals of a published share: hundredths of a percent."""


def protect(
    project: str, server_seq: int, estimates: Sequence[IndicatorEstimates], rule: DisclosureRule
) -> PublishedTable:
    """The table that may be published of these estimates. Pure.

    Args:
        project: The project.
        server_seq: Number of the last receipt whose records are in them.
        estimates: Of all its indicators.
        rule: What may be published.
    """
    return PublishedTable(project, server_seq, rule, tuple(_indicator(e, rule) for e in estimates))


def _indicator(estimated: IndicatorEstimates, rule: DisclosureRule) -> PublishedIndicator:
    said, texts = estimated.indicator, estimated.texts
    limits = _thresholds(estimated, rule)
    withheld = withheld_cells(estimated.groups, limits)
    return PublishedIndicator(
        form_id=estimated.form_id,
        id=said.id,
        shape=said.shape,
        titles=said.titles,
        units=said.units,
        source=said.source,
        level=said.level,
        definition=_definition(estimated),
        smallest_cell=limits.cell,
        breakdowns={field: texts.field(field) for field in said.disaggregate},
        groups=tuple(_groups(estimated, withheld, rule)),
    )


def _thresholds(estimated: IndicatorEstimates, rule: DisclosureRule) -> Thresholds:
    sensitive = is_sensitive(estimated.indicator, estimated.classes)
    large = sensitive and rule.smallest_base_sensitive > rule.smallest_base
    return Thresholds(
        cell=rule.cell(estimated.indicator),
        base=rule.smallest_base_sensitive if large else rule.smallest_base,
        largest_part=rule.largest_part,
        base_reason=Withheld.SENSITIVE_BASE if large else Withheld.SMALL_BASE,
        sensitive=sensitive,
    )


def _definition(estimated: IndicatorEstimates) -> Mapping[str, str]:
    said = estimated.indicator
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


def _groups(
    estimated: IndicatorEstimates, withheld: Mapping[Cell, Withheld], rule: DisclosureRule
) -> Iterator[PublishedGroup]:
    """Shown groups in their order, the withheld ones of each breakdown as one row at its end."""
    for breakdown, groups in groupby(estimated.groups, lambda group: group.breakdown):
        listed = list(groups)
        shown = [g for g in listed if Cell(breakdown, g.group, BASE) not in withheld]
        complete = len(shown) == len(listed)
        for group in shown:
            if breakdown != ALL and group.base.records == 0:
                continue  # nobody to speak of
            unknown = group.unknown.records if complete else None
            yield _group(group, unknown, estimated, (withheld, rule))
        if not complete:
            yield _withheld_row(breakdown, estimated)


def _group(
    group: Estimate,
    unknown: int | None,
    estimated: IndicatorEstimates,
    judged: tuple[Mapping[Cell, Withheld], DisclosureRule],
) -> PublishedGroup:
    withheld, rule = judged
    kind = GroupKind.ANSWER if group.group else GroupKind.NOT_STATED
    return PublishedGroup(
        kind=GroupKind.ALL if group.breakdown == ALL else kind,
        breakdown=group.breakdown,
        group=group.group,
        labels=estimated.texts.choice(group.breakdown, group.group),
        base=group.base.records,
        weighted_base=round(group.base.weight / MICRO),
        unknown=unknown,
        imprecise=0 < group.base.records < rule.precise_base,
        no_error=group.no_error,
        cells=tuple(
            _cell(share, _labels(estimated, share.category), withheld.get(_key(group, share)))
            for share in group.shares
            if share.category != REST or _shows_rest(estimated)
        ),
    )


def _withheld_row(breakdown: str, estimated: IndicatorEstimates) -> PublishedGroup:
    categories = [category.id for category in estimated.indicator.categories]
    ids = [*categories, REST] if _shows_rest(estimated) else categories
    kind = GroupKind.ALL if breakdown == ALL else GroupKind.WITHHELD
    cells = tuple(
        PublishedCell(i, _labels(estimated, i), withheld=Withheld.CONFIDENTIAL) for i in ids
    )
    return PublishedGroup(kind, breakdown, "", {}, None, None, None, False, None, cells)


def _labels(estimated: IndicatorEstimates, category: str) -> Mapping[str, str]:
    found = (c.labels for c in estimated.indicator.categories if c.id == category)
    return next(found, {})


def _shows_rest(estimated: IndicatorEstimates) -> bool:
    """Whether a ladder has households on none of its rungs; what is not in a share says itself."""
    shares = (share for group in estimated.groups for share in group.shares)
    found = any(share.category == REST and share.counted.rows for share in shares)
    return found and bool(estimated.indicator.field)


def _key(group: Estimate, share: Share) -> Cell:
    return Cell(group.breakdown, group.group, share.category)


def _cell(share: Share, labels: Mapping[str, str], withheld: Withheld | None) -> PublishedCell:
    if withheld is not None:
        return PublishedCell(share.category, labels, withheld=withheld)
    rounded = (_rounded(number) for number in (share.share, share.se, share.low, share.high))
    value, se, low, high = rounded
    return PublishedCell(share.category, labels, value, share.counted.records, se, low, high)


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, DIGITS)
