"""What each treatment does to an answer, and which texts it could have made.

Every function here is pure and total: an answer that a treatment does not understand shows nothing
rather than itself. `treated` runs on the tablet, `could_be` at the centre; a law in the tests says
that whatever the first makes, the second accepts. No result depends on another record.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Final, TypeAlias

from forms.privacy import FieldKind, Word
from forms.privacy.words import OTHER
from sync.release.grid import Position, cell_of, read_cell
from sync.release.pseudonyms import PSEUDONYM_BYTES, tablet_pseudonym

if TYPE_CHECKING:
    from forms.privacy import FieldPolicy, Treatment

CODE: Final = re.compile(r"(?!\d{4}-\d\d-\d\d)[A-Za-z0-9_+-][A-Za-z0-9_.+-]{0,63}")
"""What a kept calculation may look like: one word. A sentence, a day or a time is not one."""
NUMBER: Final = re.compile(r"[+-]?\d{1,30}(\.\d{0,30})?")
DAY: Final = re.compile(r"(\d{4}-\d\d-\d\d)(T.*)?", re.DOTALL)
WEEK: Final = re.compile(r"(\d{4})-W(\d\d)")
MONTH: Final = re.compile(r"\d{4}-\d\d")
PSEUDONYM: Final = re.compile(rf"[0-9a-f]{{{PSEUDONYM_BYTES * 2}}}")
TRUTHS: Final[Mapping[str, str]] = {"true": "true", "1": "true", "false": "false", "0": "false"}


@dataclass(frozen=True, slots=True)
class Pseudonymiser:
    """What a pseudonym needs besides the answer.

    Attributes:
        key: The tablet's own secret, never elsewhere.
        project: Pseudonyms of two projects do not join.
    """

    key: bytes = field(repr=False)
    project: str


def treated(policy: FieldPolicy, text: str, pseudonymiser: Pseudonymiser) -> str | None:
    """What the release shows of the answer `text`; None when it shows nothing."""
    if not policy.treatment.releases:
        return None
    if policy.treatment.word is Word.PSEUDONYM:
        return tablet_pseudonym(pseudonymiser.key, pseudonymiser.project, policy.name, text)
    return _TREATED[policy.treatment.word](policy, text)


def could_be(policy: FieldPolicy, text: str) -> bool:
    """Whether the field's treatment can have made `text` of some answer."""
    if not policy.treatment.releases:
        return False
    return _COULD_BE[policy.treatment.word](policy, text)


# ---- numbers ---------------------------------------------------------------------------------


def _amount(policy: FieldPolicy, text: str) -> Decimal | None:
    if not NUMBER.fullmatch(text):
        return None
    amount = Decimal(text)
    whole = policy.bind_type != "int" or amount == amount.to_integral_value()
    return amount if whole else None


def plain(amount: Decimal) -> str:
    """A number in its one spelling: no exponent, no needless zero or sign."""
    text = f"{amount:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def is_code(treatment: Treatment, amount: Decimal) -> bool:
    """Whether the number is one of the treatment's codes and not an amount."""
    return any(amount == Decimal(code) for code in treatment.codes)


def band_labels(policy: FieldPolicy) -> tuple[str, ...]:
    """Every label of a banded field in ascending order: `<5`, `5-17`, …, `60+`.

    Bands of whole numbers name their last member; bands of decimals their end, which is outside:
    `5-<18`.
    """
    edges = [Decimal(edge) for edge in policy.treatment.arguments]
    whole = policy.bind_type == "int" and all(e == e.to_integral_value() for e in edges)
    labels = [f"<{plain(edges[0])}"]
    for low, high in pairwise(edges):
        if not whole:
            labels.append(f"{plain(low)}-<{plain(high)}")
        elif high - low == 1:
            labels.append(plain(low))
        else:
            labels.append(f"{plain(low)}-{plain(high - 1)}")
    return (*labels, f"{plain(edges[-1])}+")


def _band(policy: FieldPolicy, text: str) -> str | None:
    amount = _amount(policy, text)
    if amount is None or is_code(policy.treatment, amount):
        return amount if amount is None else plain(amount)
    reached = sum(amount >= Decimal(edge) for edge in policy.treatment.arguments)
    return band_labels(policy)[reached]


def _is_band(policy: FieldPolicy, text: str) -> bool:
    return text in {*band_labels(policy), *_codes(policy)}


def _codes(policy: FieldPolicy) -> set[str]:
    return {plain(Decimal(code)) for code in policy.treatment.codes}


def _top(policy: FieldPolicy, text: str) -> str | None:
    amount = _amount(policy, text)
    if amount is None or is_code(policy.treatment, amount):
        return amount if amount is None else plain(amount)
    return plain(min(amount, policy.treatment.number))


def _is_top(policy: FieldPolicy, text: str) -> bool:
    amount = _amount(policy, text)
    if amount is None or plain(amount) != text:
        return False
    return amount <= policy.treatment.number or is_code(policy.treatment, amount)


def _round(policy: FieldPolicy, text: str) -> str | None:
    amount = _amount(policy, text)
    if amount is None or is_code(policy.treatment, amount):
        return amount if amount is None else plain(amount)
    step = policy.treatment.number
    return plain((amount / step).to_integral_value(ROUND_HALF_UP) * step)


def _is_round(policy: FieldPolicy, text: str) -> bool:
    amount = _amount(policy, text)
    if amount is None or plain(amount) != text:
        return False
    return amount % policy.treatment.number == 0 or is_code(policy.treatment, amount)


# ---- times and places ------------------------------------------------------------------------


def _day(text: str) -> date | None:
    """The calendar day as it was on the tablet; the time of day and the zone are not looked at."""
    found = DAY.fullmatch(text)
    try:
        return date.fromisoformat(found[1]) if found else None
    except ValueError:
        return None


def _week(_policy: FieldPolicy, text: str) -> str | None:
    day = _day(text)
    if day is None:
        return None
    year, week, _ = day.isocalendar()
    return f"{year:04d}-W{week:02d}"


def _is_week(_policy: FieldPolicy, text: str) -> bool:
    found = WEEK.fullmatch(text)
    try:
        return bool(found) and bool(date.fromisoformat(f"{text}-1"))
    except ValueError:
        return False


def _month(_policy: FieldPolicy, text: str) -> str | None:
    day = _day(text)
    return None if day is None else f"{day.year:04d}-{day.month:02d}"


def _is_month(_policy: FieldPolicy, text: str) -> bool:
    return bool(MONTH.fullmatch(text)) and _day(f"{text}-01") is not None


def _grid(policy: FieldPolicy, text: str) -> str | None:
    parts = text.split()
    try:
        latitude, longitude = float(parts[0]), float(parts[1])
    except (IndexError, ValueError):
        return None
    cell = cell_of(Position(longitude, latitude), int(policy.treatment.number))
    return cell.cell_id if cell else None


def _is_grid(policy: FieldPolicy, text: str) -> bool:
    cell = read_cell(text)
    return cell is not None and cell.size_m == int(policy.treatment.number)


# ---- codes -----------------------------------------------------------------------------------


def _keep(policy: FieldPolicy, text: str) -> str | None:
    match policy.domain.kind:
        case FieldKind.CHOICES:
            return " ".join(_chosen(policy, text)) or None
        case FieldKind.RANK:
            return text if _is_ranking(policy, text) else None
        case FieldKind.NUMBER:
            amount = _amount(policy, text)
            return amount if amount is None else plain(amount)
        case FieldKind.BOOLEAN:
            return TRUTHS.get(text)
        case _:
            return text if _is_kept_code(policy, text) else None


def _is_keep(policy: FieldPolicy, text: str) -> bool:
    return bool(text) and _keep(policy, text) == text


def _is_kept_code(policy: FieldPolicy, text: str) -> bool:
    choices = policy.domain.choices
    return text in choices.codes if choices else bool(CODE.fullmatch(text))


def _chosen(policy: FieldPolicy, text: str) -> list[str]:
    """The chosen codes of the list in the list's order, whatever order they were touched in."""
    chosen = set(text.split())
    return [code for code in _list(policy) if code in chosen]


def _list(policy: FieldPolicy) -> tuple[str, ...]:
    return policy.domain.choices.codes if policy.domain.choices else ()


def _is_ranking(policy: FieldPolicy, text: str) -> bool:
    ranked = text.split(" ")
    return set(ranked) <= set(_list(policy)) and len(set(ranked)) == len(ranked)


def _ladder(policy: FieldPolicy, text: str) -> str | None:
    choices, rung = policy.domain.choices, int(policy.treatment.number)
    codes = _chosen(policy, text) if policy.domain.kind is FieldKind.CHOICES else [text]
    groups = [choices.group(code, rung) for code in codes] if choices else []
    return " ".join(dict.fromkeys(g for g in groups if g)) or None


def _is_ladder(policy: FieldPolicy, text: str) -> bool:
    choices, rung = policy.domain.choices, int(policy.treatment.number)
    groups = choices.extent(rung) if choices else frozenset()
    if policy.domain.kind is not FieldKind.CHOICES:
        return text in groups
    parts = text.split(" ")
    return set(parts) <= groups and len(set(parts)) == len(parts)


def _only(policy: FieldPolicy, text: str) -> str | None:
    allowed = policy.treatment.arguments
    if policy.domain.kind is FieldKind.CHOICES:
        chosen = _chosen(policy, text)
        shown = [code for code in chosen if code in allowed]
        if len(shown) < len(chosen):
            shown = [*(code for code in shown if code != OTHER), OTHER]
        return " ".join(shown) or None
    if policy.domain.choices and text not in policy.domain.choices.codes:
        return None
    return text if text in allowed else OTHER


def _is_only(policy: FieldPolicy, text: str) -> bool:
    allowed = {*policy.treatment.arguments, OTHER}
    if policy.domain.kind is not FieldKind.CHOICES:
        return text in allowed
    parts = text.split(" ")
    return set(parts) <= allowed and len(set(parts)) == len(parts)


def _is_pseudonym(_policy: FieldPolicy, text: str) -> bool:
    return bool(PSEUDONYM.fullmatch(text))


_Treat: TypeAlias = Callable[["FieldPolicy", str], str | None]
_Judge: TypeAlias = Callable[["FieldPolicy", str], bool]

_TREATED: Final[Mapping[Word, _Treat]] = {
    Word.KEEP: _keep,
    Word.BAND: _band,
    Word.TOP: _top,
    Word.ROUND: _round,
    Word.WEEK: _week,
    Word.MONTH: _month,
    Word.LADDER: _ladder,
    Word.ONLY: _only,
    Word.GRID: _grid,
}
_COULD_BE: Final[Mapping[Word, _Judge]] = {
    Word.KEEP: _is_keep,
    Word.BAND: _is_band,
    Word.TOP: _is_top,
    Word.ROUND: _is_round,
    Word.WEEK: _is_week,
    Word.MONTH: _is_month,
    Word.LADDER: _is_ladder,
    Word.ONLY: _is_only,
    Word.GRID: _is_grid,
    Word.PSEUDONYM: _is_pseudonym,
}
