"""Finalises partial sums: shares of each group, with their error where it can be estimated."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from server_stub.indicators.error import Sample
from server_stub.indicators.links import links_of
from server_stub.indicators.partial import (
    ALL,
    BASE,
    FIRST,
    REST,
    UNKNOWN,
    WIDTH,
    added,
    sums_at,
    weight_at,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from forms.indicator import Indicator, IndicatorSet
    from server_stub.indicators.links import Link
    from server_stub.indicators.partial import Part, Partial, Sums, Tally
    from server_stub.indicators.texts import FormTexts


class NoError(StrEnum):
    """Why a share has no standard error."""

    SINGLE_CLUSTER = "single-cluster"


@dataclass(frozen=True, slots=True)
class Share:
    """One category of one group.

    Attributes:
        category: Its id; `REST` for what is in no category.
        counted: What is in it.
        share: Part of the base's weight, 0 to 1; None when the base is empty.
        se: Standard error, in the same unit; None when it cannot be estimated.
        low: Lower bound of the 95 % interval.
        high: Upper bound.
    """

    category: str
    counted: Sums
    share: float | None = None
    se: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Estimate:
    """One group of one breakdown of one indicator.

    Attributes:
        breakdown: The field that it breaks down by, or `ALL`.
        group: The answer to it; empty when there is none.
        unknown: Outside the base, because an answer is not known.
        base: What the shares are shares of.
        clusters: Clusters with somebody in the base.
        shares: In the order of the indicator, then the rest.
        no_error: Why there is no standard error; None when there is one.
    """

    breakdown: str
    group: str
    unknown: Sums
    base: Sums
    clusters: int
    shares: tuple[Share, ...]
    no_error: NoError | None = None


@dataclass(frozen=True, slots=True)
class IndicatorEstimates:
    """An indicator with its groups.

    Attributes:
        indicator: Its definition.
        groups: All first, then breakdown by breakdown; sorted, the unstated last.
    """

    indicator: Indicator
    groups: tuple[Estimate, ...]


@dataclass(frozen=True, slots=True)
class FormEstimates:
    """The indicators of one form, not protected yet.

    Attributes:
        form_id: The form that asks.
        indicators: In the order of their file.
        links: Which of them are parts of others.
        classes: Privacy class of every released field, by name.
        texts: What the form calls its fields and choices.
    """

    form_id: str
    indicators: tuple[IndicatorEstimates, ...]
    links: tuple[Link, ...]
    classes: Mapping[str, str]
    texts: FormTexts


def estimates_of(
    partial: Partial, indicators: IndicatorSet, form_id: str, texts: FormTexts
) -> FormEstimates:
    """The estimates of every indicator of a form. Pure.

    Args:
        partial: The merged sums of all records.
        indicators: The definitions that they were made by.
        form_id: The form.
        texts: What the form calls its fields and choices.
    """
    return FormEstimates(
        form_id=form_id,
        indicators=tuple(
            IndicatorEstimates(i, _groups(i, partial.tallies.get(i.id, {})))
            for i in indicators.indicators
        ),
        links=links_of(partial.standings),
        classes={name: leaf.privacy_class for name, leaf in indicators.leaves.items()},
        texts=texts,
    )


def _groups(indicator: Indicator, tallies: Mapping[Part, Tally]) -> tuple[Estimate, ...]:
    sizes = Counter(part.stratum for part in tallies if part.breakdown == ALL)
    found: dict[tuple[str, str], dict[str, list[Tally]]] = {(ALL, ""): defaultdict(list)}
    for part, tally in tallies.items():
        group = found.setdefault((part.breakdown, part.group), defaultdict(list))
        group[part.stratum].append(tally)
    order = (ALL, *indicator.disaggregate)
    named = sorted(found, key=lambda key: (order.index(key[0]), key[1] == "", key[1]))
    ids = (*(category.id for category in indicator.categories), REST)
    everybody = _Maker(found[ALL, ""], sizes, ids, None)
    known = max(everybody.effects.values(), default=None)
    return tuple(_Maker(found[key], sizes, ids, known).estimate(*key) for key in named)


class _Maker:
    """Makes the estimate of one group.

    Args:
        clusters: Its tallies by stratum.
        sizes: Clusters in each stratum of the whole design.
        ids: Of the categories, the rest last.
        known: Largest design effect of the indicator among everybody, as far as it is known.

    Attributes:
        effects: Design effects of its shares, by category, where they can be estimated.
    """

    def __init__(
        self,
        clusters: Mapping[str, Sequence[Tally]],
        sizes: Mapping[str, int],
        ids: Sequence[str],
        known: float | None,
    ) -> None:
        total = added(tally for held in clusters.values() for tally in held)
        total = total or (0,) * (WIDTH * (FIRST + len(ids)))
        self._unknown, self._base = sums_at(total, UNKNOWN), sums_at(total, BASE)
        self._inside = {c: sums_at(total, place) for place, c in enumerate(ids, FIRST)}
        filled = {h: [t for t in held if weight_at(t, BASE)] for h, held in clusters.items()}
        filled = {stratum: held for stratum, held in filled.items() if held}
        self._many = sum(len(held) for held in filled.values())
        self._single = any(sizes[stratum] == 1 for stratum in filled)
        self._sample = Sample(filled, sizes, self._base) if filled and not self._single else None
        self._variances = {
            c: self._sample.variance(place) for place, c in enumerate(ids, FIRST) if self._sample
        }
        self._known = known
        self.effects = dict(self._estimated_effects())

    def _estimated_effects(self) -> Iterator[tuple[str, float]]:
        for category, variance in self._variances.items():
            if self._sample is not None:
                effect = self._sample.effect(self._share_of(category), variance)
                if effect is not None:
                    yield category, effect

    def _share_of(self, category: str) -> float:
        return self._inside[category].weight / self._base.weight

    def estimate(self, breakdown: str, group: str) -> Estimate:
        """The estimate."""
        known = [effect for effect in (self._known, *self.effects.values()) if effect is not None]
        largest = max(known, default=None)
        return Estimate(
            breakdown=breakdown,
            group=group,
            unknown=self._unknown,
            base=self._base,
            clusters=self._many,
            shares=tuple(self._share(category, largest) for category in self._inside),
            no_error=NoError.SINGLE_CLUSTER if self._single else None,
        )

    def _share(self, category: str, largest_effect: float | None) -> Share:
        inside = self._inside[category]
        if self._base.weight == 0:
            return Share(category, inside)
        share = self._share_of(category)
        if self._sample is None:
            return Share(category, inside, share)
        effect = self.effects.get(category, largest_effect)
        error = self._sample.error(share, self._variances[category], effect)
        return Share(category, inside, share, *error)
