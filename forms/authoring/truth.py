"""Whether a condition can ever hold, as far as its text shows: for questions nobody will be asked.

Three answers: it always holds, it never does, or it depends. "Never" is said only when it is
certain, because a lint that cries wolf is turned off.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from forms.xpath.syntax import Binary, Call, Literal, Negate, Number, Path

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from forms.xpath.syntax import Syntax

_SWAPPED: Final = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "=", "!=": "!="}


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the form where a condition stands.

    Attributes:
        path: The absolute path that a path expression leads to; None when it may be several.
        values: The values that a path can have; None when it can have any.
        several: Whether a path holds several values at once.
    """

    path: Callable[[Path], str | None]
    values: Callable[[str], Collection[str] | None]
    several: Callable[[str], bool]


@dataclass(slots=True)
class _Range:
    """What a conjunction has asked of one path so far."""

    equal: set[str] = field(default_factory=set)
    low: float = -math.inf
    high: float = math.inf
    open_low: bool = False
    open_high: bool = False

    @property
    def empty(self) -> bool:
        """Whether no value is left."""
        if len(self.equal) > 1 or self.low > self.high:
            return True
        return self.low == self.high and (self.open_low or self.open_high)


def truth_of(syntax: Syntax, known: Known) -> bool | None:
    """True when a condition always holds, False when it never can, None when it depends."""
    if isinstance(syntax, Binary):
        return _binary(syntax, known)
    if isinstance(syntax, Call):
        return _call(syntax, known)
    if isinstance(syntax, Number | Literal):
        return bool(syntax.value)
    return None


def _binary(syntax: Binary, known: Known) -> bool | None:
    if syntax.operator == "and":
        return _all(syntax, known)
    if syntax.operator == "or":
        parts = {truth_of(syntax.left, known), truth_of(syntax.right, known)}
        return True if True in parts else None if None in parts else False
    if syntax.operator in _SWAPPED:
        return _comparison(syntax.operator, syntax.left, syntax.right, known)
    return None


def _call(syntax: Call, known: Known) -> bool | None:
    match syntax:
        case Call("true", ()):
            return True
        case Call("false", ()):
            return False
        case Call("not" | "boolean", (inner,)):
            found = truth_of(inner, known)
            return found if found is None or syntax.name == "boolean" else not found
        case Call("selected", (Path() as path, Literal(value))):
            return _has(path, value, known)
        case _:
            return None


def _all(syntax: Binary, known: Known) -> bool | None:
    parts = list(_conjuncts(syntax))
    found = {truth_of(part, known) for part in parts}
    if False in found or _contradict(parts, known):
        return False
    return None if None in found else True


def _conjuncts(syntax: Syntax) -> Iterator[Syntax]:
    if isinstance(syntax, Binary) and syntax.operator == "and":
        yield from _conjuncts(syntax.left)
        yield from _conjuncts(syntax.right)
    else:
        yield syntax


def _comparison(operator: str, left: Syntax, right: Syntax, known: Known) -> bool | None:
    if isinstance(left, Literal | Number) and isinstance(right, Literal | Number):
        return _constant(operator, left, right)
    if isinstance(right, Path):
        left, right = right, left
    if operator == "=" and isinstance(left, Path) and isinstance(right, Literal | Number):
        return _has(left, _text(right), known)
    return None


def _constant(operator: str, left: Literal | Number, right: Literal | Number) -> bool | None:
    if type(left) is not type(right) or operator not in {"=", "!="}:
        return None
    same = left.value == right.value
    return same if operator == "=" else not same


def _has(path: Path, value: str, known: Known) -> bool | None:
    """False when a path can never hold a value."""
    where = known.path(path)
    values = known.values(where) if where is not None else None
    if not value or " " in value or values is None:  # several choices may be compared at once
        return None
    return None if value in values else False


def _contradict(parts: list[Syntax], known: Known) -> bool:
    """Whether conditions on one answer leave none: two values at once, or an empty range."""
    asked: dict[str, _Range] = {}
    for part in parts:
        if not isinstance(part, Binary) or part.operator not in _SWAPPED:
            continue
        operator, left, right = part.operator, part.left, part.right
        if isinstance(right, Path):
            operator, left, right = _SWAPPED[operator], right, left
        where = known.path(left) if isinstance(left, Path) else None
        if where is None or known.several(where):
            continue
        range_ = asked.setdefault(where, _Range())
        if operator == "=" and isinstance(right, Literal | Number):
            range_.equal.add(_text(right))
        elif isinstance(right, Number | Negate):
            _narrow(range_, operator, _number(right))
    return any(range_.empty for range_ in asked.values())


def _narrow(range_: _Range, operator: str, value: float) -> None:
    if operator in {">", ">="} and value >= range_.low:
        range_.open_low = operator == ">" or (range_.open_low and value == range_.low)
        range_.low = value
    elif operator in {"<", "<="} and value <= range_.high:
        range_.open_high = operator == "<" or (range_.open_high and value == range_.high)
        range_.high = value


def _number(syntax: Number | Negate) -> float:
    if isinstance(syntax, Number):
        return syntax.value
    inner = syntax.operand
    return -_number(inner) if isinstance(inner, Number | Negate) else math.nan


def _text(syntax: Literal | Number) -> str:
    if isinstance(syntax, Literal):
        return syntax.value
    return str(int(syntax.value)) if float(syntax.value).is_integer() else str(syntax.value)
