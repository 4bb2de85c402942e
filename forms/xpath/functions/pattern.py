"""Regular expressions that cannot hang: a bound of work for every pattern (decision 0130).

Python's matcher tries alternatives one after another, and `(a+)+b` makes it try for ever. A pattern
with few alternatives goes there all the same, because it is fast. Any other pattern of the regular
kind is run as a set of states over the text, each character once; what is not regular (look-around,
back-references) and has many alternatives is refused.
"""

from __future__ import annotations

import importlib
import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from forms.errors import XPathError
from forms.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

LONGEST_PATTERN: Final = 4_000
"""Characters of a pattern; the longest of some 260 public forms has under 300."""
MOST_STATES: Final = 4_000
MOST_WORK: Final = 4_000_000
"""States times characters of one match: about two seconds on a desktop."""
FEW_TRIES: Final = 1_000
"""Ways in which the bounded parts of a pattern may be tried before it counts as hard."""
SHORT_TEXT: Final = 500
"""Characters that a pattern which is not regular may be tried on."""
LONGEST_TEXT: Final = 10_000

_tree: Any = importlib.import_module("re._parser")
_codes: Any = importlib.import_module("re._constants")


class _NotRegular(Exception):  # noqa: N818 -- no error: the pattern is run in another way
    """The pattern looks around, or back at what it matched."""


@lru_cache(maxsize=256)
def matcher(pattern: str) -> Callable[[str], bool]:
    """A function that tells whether a whole text matches.

    Raises:
        XPathError: XF-211 it is no pattern, or one that could be tried for ever. The function
            raises it too, for a text that is too long for its pattern.
    """
    try:
        if len(pattern) > LONGEST_PATTERN:
            raise _refused(pattern, f"it has more than {LONGEST_PATTERN} characters")
        tree = _tree.parse(pattern)
        compiled = re.compile(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        raise _refused(pattern, "it is no pattern") from error
    tries, endless = _tries(tree)
    if tries <= FEW_TRIES and endless <= 1:
        return lambda text: bool(compiled.fullmatch(_bounded(pattern, text, LONGEST_TEXT)))
    try:
        return _States(pattern, tree).matches
    except _NotRegular:
        if tries > FEW_TRIES or endless > 2:
            raise _refused(pattern, "it could be tried for ever; take out +, * or ( )") from None
        return lambda text: bool(compiled.fullmatch(_bounded(pattern, text, SHORT_TEXT)))


def _refused(pattern: str, why: str) -> XPathError:
    return XPathError(Problem("XF-211", "regex()", f"{pattern[:80]!r}: {why}"))


def _bounded(pattern: str, text: str, longest: int) -> str:
    if len(text) > longest:
        raise _refused(pattern, f"the text has more than {longest} characters")
    return text


def _tries(tree: Sequence[Any], within: int = 1) -> tuple[int, int]:
    """How many ways a matcher may try: the product of the bounded ones, the number of endless ones.

    Args:
        tree: A part of the pattern.
        within: How often the part itself may be repeated.
    """
    tries, endless = 1, 0
    for code, value in tree:
        more, without_end = _tries_of(code, value, within)
        tries, endless = min(tries * more, FEW_TRIES + 1), endless + without_end
    return tries, endless


def _tries_of(code: Any, value: Any, within: int) -> tuple[int, int]:
    hard = FEW_TRIES + 1 if within > 1 else 1
    if code in _REPEATS:
        fewest, most, part = value
        more, without_end = _tries(part, max(within, 2 if most > 1 else 1))
        if most == _codes.MAXREPEAT:
            return max(more, hard), without_end + 1
        return more * (1 if fewest == most else max(hard, int(most) - int(fewest) + 1)), without_end
    if code is _codes.BRANCH:
        ways = [_tries(part, within) for part in value[1]]
        return max(hard, sum(more for more, _ in ways)), sum(end for _, end in ways)
    parts = value if isinstance(value, (tuple, list)) else (value,)
    found = [_tries(part, within) for part in parts if isinstance(part, _tree.SubPattern)]
    return max([1, *(more for more, _ in found)]), sum(end for _, end in found)


_REPEATS = frozenset({_codes.MAX_REPEAT, _codes.MIN_REPEAT, _codes.POSSESSIVE_REPEAT})


@dataclass(slots=True)
class _State:
    """One state: what it takes to leave it, and where to.

    Attributes:
        takes: Whether a character may pass; None when nothing is read.
        holds: Whether a place in a text is right; None when any is.
        after: The states after it.
    """

    takes: Callable[[str], bool] | None = None
    holds: Callable[[str, int], bool] | None = None
    after: list[int] = field(default_factory=list)


class _States:
    """A pattern as states that are all followed at once. Source: K. Thompson, CACM 11 (1968)."""

    def __init__(self, pattern: str, tree: Any) -> None:
        if tree.state.flags & ~re.UNICODE:
            raise _NotRegular
        self._pattern = pattern
        self._all: list[_State] = []
        self._end = self._state()
        self._start = self._before(tree, self._end)

    def matches(self, text: str) -> bool:
        """Whether the whole text matches."""
        if len(self._all) * (len(text) + 1) > MOST_WORK:
            raise _refused(self._pattern, f"a text of {len(text)} characters takes too long")
        current = self._reached([self._start], text, 0)
        for place, character in enumerate(text):
            following = [
                after
                for number in current
                if (takes := self._all[number].takes) is not None and takes(character)
                for after in self._all[number].after
            ]
            if not following:
                return False
            current = self._reached(following, text, place + 1)
        return self._end in current

    def _reached(self, first: list[int], text: str, place: int) -> set[int]:
        """These states, and all that follow them without reading."""
        found: set[int] = set()
        waiting = list(first)
        while waiting:
            number = waiting.pop()
            state = self._all[number]
            if number in found or (state.holds is not None and not state.holds(text, place)):
                continue
            found.add(number)
            if state.takes is None:
                waiting += state.after
        return found

    def _state(self, *after: int) -> int:
        if len(self._all) >= MOST_STATES:
            raise _refused(self._pattern, f"it needs more than {MOST_STATES} states")
        self._all.append(_State(after=list(after)))
        return len(self._all) - 1

    def _before(self, tree: Sequence[Any], end: int) -> int:
        """The first state of a sequence that ends in `end`."""
        for code, value in reversed(list(tree)):
            end = self._one(code, value, end)
        return end

    def _one(self, code: Any, value: Any, end: int) -> int:
        if code in {_codes.MAX_REPEAT, _codes.MIN_REPEAT}:
            fewest, most, part = value
            return self._repeated(fewest, most, part, end)
        if code is _codes.BRANCH:
            return self._state(*[self._before(part, end) for part in value[1]])
        if code is _codes.SUBPATTERN:
            _, added, removed, part = value
            if added or removed:
                raise _NotRegular
            return self._before(part, end)
        state = self._state(end)
        if code is _codes.AT:
            self._all[state].holds = _place(value)
        else:
            self._all[state].takes = _taken(code, value)
        return state

    def _repeated(self, fewest: int, most: int, part: Sequence[Any], end: int) -> int:
        if most == _codes.MAXREPEAT:
            loop = self._state(end)
            self._all[loop].after.append(self._before(part, loop))
            end = loop
        else:
            end = self._up_to(most - fewest, part, end)
        for _ in range(fewest):
            end = self._before(part, end)
        return end

    def _up_to(self, most: int, part: Sequence[Any], end: int) -> int:
        """A part at most so often: each time it may also go straight to the end."""
        at = end
        for _ in range(most):
            at = self._state(self._before(part, at), end)
        return at


def _taken(code: Any, value: Any) -> Callable[[str], bool]:
    """Whether a character passes one element of a pattern, asked of the matcher itself.

    Raises:
        _NotRegular: The element is no character.
    """
    if code not in {_codes.LITERAL, _codes.NOT_LITERAL, _codes.ANY, _codes.IN}:
        raise _NotRegular
    known: dict[str, bool] = {}
    tests = _tests(code, value)

    def takes(character: str) -> bool:
        found = known.get(character)
        if found is None:
            if len(known) > 5_000:
                known.clear()
            found = known[character] = tests(character)
        return found

    return takes


def _tests(code: Any, value: Any) -> Callable[[str], bool]:
    if code is _codes.ANY:
        return lambda character: character != "\n"
    if code is _codes.LITERAL:
        return lambda character: ord(character) == value
    if code is _codes.NOT_LITERAL:
        return lambda character: ord(character) != value
    negated = value[0][0] is _codes.NEGATE
    parts = [_member(*part) for part in value if part[0] is not _codes.NEGATE]
    return lambda character: any(part(character) for part in parts) != negated


def _member(code: Any, value: Any) -> Callable[[str], bool]:
    if code is _codes.LITERAL:
        return lambda character: ord(character) == value
    if code is _codes.RANGE:
        return lambda character: value[0] <= ord(character) <= value[1]
    if code is not _codes.CATEGORY or value not in _CATEGORIES:
        raise _NotRegular
    one = re.compile(_CATEGORIES[value])
    return lambda character: one.match(character) is not None


_CATEGORIES = {
    _codes.CATEGORY_DIGIT: r"\d", _codes.CATEGORY_NOT_DIGIT: r"\D",
    _codes.CATEGORY_SPACE: r"\s", _codes.CATEGORY_NOT_SPACE: r"\S",
    _codes.CATEGORY_WORD: r"\w", _codes.CATEGORY_NOT_WORD: r"\W",
}  # fmt: skip


def _place(value: Any) -> Callable[[str, int], bool]:
    """Whether a place between characters is a beginning, an end or the edge of a word."""
    if value not in _PLACES:
        raise _NotRegular
    one = re.compile(_PLACES[value])
    return lambda text, place: one.match(text, place) is not None


_PLACES = {
    _codes.AT_BEGINNING: r"^", _codes.AT_BEGINNING_STRING: r"\A",
    _codes.AT_END: r"$", _codes.AT_END_STRING: r"\Z",
    _codes.AT_BOUNDARY: r"\b", _codes.AT_NON_BOUNDARY: r"\B",
}  # fmt: skip
