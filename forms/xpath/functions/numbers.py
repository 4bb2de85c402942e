"""Functions on numbers."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import TYPE_CHECKING

from forms.xpath.functions.registry import MANY, Argument, function, nodes, number, text, texts
from forms.xpath.values import node_number, text_number, to_number

if TYPE_CHECKING:
    from collections.abc import Callable

    from forms.xpath.environment import Context
    from forms.xpath.tree import Value

NAN = math.nan


def _finite(n: float) -> bool:
    return not (math.isnan(n) or math.isinf(n))


@function("sum", 1)
def _sum(c: Context, a: tuple[Argument, ...]) -> Value:
    zone = c.environment.timezone
    return float(sum(_given(c, [node_number(n, zone) for n in nodes(c, a[0], "sum")])))


@function("floor", 1)
def _floor(c: Context, a: tuple[Argument, ...]) -> Value:
    n = number(c, a[0])
    return float(math.floor(n)) if _finite(n) else n


@function("ceiling", 1)
def _ceiling(c: Context, a: tuple[Argument, ...]) -> Value:
    n = number(c, a[0])
    return float(math.ceil(n)) if _finite(n) else n


@function("round", 1, 2)
def _round(c: Context, a: tuple[Argument, ...]) -> Value:
    n = number(c, a[0])
    if not _finite(n):
        return n
    places = number(c, a[1]) if len(a) == 2 else 0.0
    if not _finite(places):
        return NAN
    return rounded(n, int(max(-30, min(30, places))))


def rounded(n: float, places: int) -> float:
    """Half away from zero, in decimal; `places` may be negative. See decision 0102."""
    try:
        return float(Decimal(repr(n)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))
    except InvalidOperation:
        return n  # more digits asked for than a number has


@function("int", 1)
def _int(c: Context, a: tuple[Argument, ...]) -> Value:
    n = number(c, a[0])
    return float(math.trunc(n)) if _finite(n) else n


@function("abs", 1)
def _abs(c: Context, a: tuple[Argument, ...]) -> Value:
    return abs(number(c, a[0]))


@function("pow", 2)
def _pow(c: Context, a: tuple[Argument, ...]) -> Value:
    base, power = number(c, a[0]), number(c, a[1])
    try:
        return math.pow(base, power)
    except OverflowError:
        return math.inf
    except ValueError:
        return math.inf if base == 0 else NAN


def _curve(name: str, curve: Callable[[float], float]) -> None:
    @function(name, 1)
    def _apply(c: Context, a: tuple[Argument, ...]) -> Value:
        n = number(c, a[0])
        try:
            return float(curve(n))
        except OverflowError:
            return math.inf
        except ValueError:
            return -math.inf if n == 0 and name.startswith("log") else NAN


for _name, _function in {
    "log": math.log,
    "log10": math.log10,
    "exp": math.exp,
    "exp10": lambda n: math.pow(10, n),
    "sqrt": math.sqrt,
    "sin": math.sin,
    "cos": math.cos,
    "tan": math.tan,
    "asin": math.asin,
    "acos": math.acos,
    "atan": math.atan,
}.items():
    _curve(_name, _function)


@function("atan2", 2)
def _atan2(c: Context, a: tuple[Argument, ...]) -> Value:
    return math.atan2(number(c, a[0]), number(c, a[1]))


@function("pi", 0)
def _pi(_: Context, __: tuple[Argument, ...]) -> Value:
    return math.pi


def _numbers(c: Context, a: tuple[Argument, ...]) -> list[float]:
    zone = c.environment.timezone
    found: list[float] = []
    for argument in a:
        value = argument(c)
        if isinstance(value, list):
            found += [node_number(node, zone) for node in value]
        else:
            found.append(to_number(value, zone))
    return _given(c, found)


def _given(c: Context, numbers: list[float]) -> list[float]:
    """In an interview, what was not answered takes no part (decision 0127)."""
    return [n for n in numbers if not math.isnan(n)] if c.environment.typed else numbers


@function("min", 1, MANY)
def _min(c: Context, a: tuple[Argument, ...]) -> Value:
    found = _numbers(c, a)
    return min(found) if found and not any(map(math.isnan, found)) else NAN


@function("max", 1, MANY)
def _max(c: Context, a: tuple[Argument, ...]) -> Value:
    found = _numbers(c, a)
    return max(found) if found and not any(map(math.isnan, found)) else NAN


@function("random", 0)
def _random(c: Context, _: tuple[Argument, ...]) -> Value:
    return c.environment.random.random()


@function("checklist", 3, MANY)
def _checklist(c: Context, a: tuple[Argument, ...]) -> Value:
    fewest, most = number(c, a[0]), number(c, a[1])
    ticked = sum(1 for each in texts(c, a[2:]) if _yes(each))
    return (fewest < 0 or ticked >= fewest) and (most < 0 or ticked <= most)


@function("weighted-checklist", 4, MANY)
def _weighted_checklist(c: Context, a: tuple[Argument, ...]) -> Value:
    fewest, most = number(c, a[0]), number(c, a[1])
    ticks, weights = texts(c, a[2::2]), texts(c, a[3::2])
    zone = c.environment.timezone
    pairs = zip(ticks, weights, strict=False)
    total = sum(text_number(weight, zone) for tick, weight in pairs if _yes(tick))
    return (fewest < 0 or total >= fewest) and (most < 0 or total <= most)


def _yes(value: str) -> bool:
    """Any text is a tick, as in all three engines; a false condition is not."""
    return value.strip() not in {"", "false"}


@function("depend", 1, MANY)
def _depend(c: Context, a: tuple[Argument, ...]) -> Value:
    return text(c, a[0])
