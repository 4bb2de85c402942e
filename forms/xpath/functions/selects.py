"""Functions on answers of selects, and on the labels of choices."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from forms.xpath.functions.registry import Argument, function, nodes, number, text
from forms.xpath.functions.shuffle import shuffled

if TYPE_CHECKING:
    from forms.xpath.environment import Context
    from forms.xpath.tree import Value


@function("selected", 2)
def _selected(c: Context, a: tuple[Argument, ...]) -> Value:
    words, wanted = text(c, a[0]).split(), text(c, a[1]).strip()
    return wanted in words or (not words and not wanted)


@function("is-selected", 2)
def _is_selected(c: Context, a: tuple[Argument, ...]) -> Value:
    return _selected(c, a)


@function("selected-at", 2)
def _selected_at(c: Context, a: tuple[Argument, ...]) -> Value:
    words, place = text(c, a[0]).split(), number(c, a[1])
    if math.isnan(place) or place < 0 or place >= len(words):
        return ""
    return words[int(place)]


@function("count-selected", 1)
def _count_selected(c: Context, a: tuple[Argument, ...]) -> Value:
    return float(len(text(c, a[0]).split()))


@function("jr:choice-name", 2)
def _choice_name(c: Context, a: tuple[Argument, ...]) -> Value:
    return c.environment.choice_label(text(c, a[0]), text(c, a[1]).strip(), c.node)


@function("jr:itext", 1)
def _itext(c: Context, a: tuple[Argument, ...]) -> Value:
    return c.environment.itext(text(c, a[0]), c.current or c.node)


@function("randomize", 1, 2)
def _randomize(c: Context, a: tuple[Argument, ...]) -> Value:
    found = nodes(c, a[0], "randomize")
    if len(a) == 1:
        return c.environment.random.sample(found, len(found))
    return shuffled(found, a[1](c), c.environment.timezone)
