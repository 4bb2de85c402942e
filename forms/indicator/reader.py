"""Reads `indicators.toml`, and says everything that is wrong with it at once, with line numbers.

The standard library's TOML reader gives no line numbers; they are found again in the text by the
order of the tables, which is enough to lead an author to the fault.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from forms.errors import IndicatorError
from forms.indicator.condition import Kind, parse_condition
from forms.indicator.definition import (
    DEFAULT_LANGUAGE,
    HOUSEHOLD,
    Category,
    Indicator,
    IndicatorSet,
    Leaf,
    Shape,
)
from forms.privacy import FieldKind, Word
from forms.privacy.words import OTHER
from forms.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forms.indicator.condition import Condition
    from forms.privacy import FieldPolicy, Policy

FILE: Final = "indicators.toml"
ID: Final = re.compile(r"[a-z][a-z0-9_]{0,63}")
_SHAPES: Final = {"indicator": Shape.SHARE, "ladder": Shape.LADDER}
_COMMON: Final = frozenset(
    [
        "id",
        "title",
        "unit",
        "level",
        "universe",
        "denominator",
        "weight",
        "disaggregate",
        "source",
        "cluster",
        "stratum",
    ]
)
_KEYS: Final = {
    Shape.SHARE: _COMMON | {"numerator"},
    Shape.LADDER: _COMMON | {"field", "rungs", "rung_labels"},
}
_NEEDED: Final = {
    Shape.SHARE: ("id", "title", "unit", "universe", "numerator", "denominator", "source"),
    Shape.LADDER: ("id", "title", "unit", "universe", "field", "rungs", "source"),
}
_HEADER: Final = re.compile(r"\s*\[\[\s*(\w+)\s*\]\]")
_TABLE: Final = re.compile(r"\s*\[")
_FENCES: Final = ('"""', "'''")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a table stands in the file: the line of its header, and of each of its keys."""

    line: int
    keys: Mapping[str, int]

    def of(self, key: str) -> str:
        return f"{FILE}:{self.keys.get(key, self.line)}"


def read_indicators(source: bytes, policy: Policy) -> IndicatorSet:
    """The indicators that `source` defines over what `policy` releases. Pure.

    Args:
        source: `indicators.toml`; empty for a form without indicators.
        policy: The form's privacy policy: only released fields can be counted.

    Raises:
        IndicatorError: Every problem, XF-701 to XF-709, with file and line.
    """
    leaves, ambiguous = _released(policy)
    document = _parsed(source)
    problems: list[Problem] = []
    places = _places(source.decode())
    found: list[tuple[Indicator, _Place]] = []
    defaults = _defaults(document, problems)
    for name, shape in _SHAPES.items():
        for number, table in enumerate(_tables(document, name, problems)):
            place = places.get((name, number), _Place(1, {}))
            reader = _TableReader(shape, {**defaults, **table}, place, (leaves, ambiguous))
            found += [(indicator, place) for indicator in reader.indicator()]
            problems += reader.problems
    found.sort(key=lambda pair: pair[1].line)
    problems += _repeated(found)
    if problems:
        raise IndicatorError(*problems)
    return IndicatorSet(tuple(indicator for indicator, _ in found), leaves)


def _released(policy: Policy) -> tuple[dict[str, Leaf], frozenset[str]]:
    """The released fields by name, without those whose name stands twice."""
    leaves: dict[str, Leaf] = {}
    ambiguous: set[str] = set()
    for field in policy.fields:
        if not field.treatment.releases:
            continue
        if field.name in leaves:
            ambiguous.add(field.name)
        level = field.repeat.lstrip("/").partition("/")[2] if field.repeat else HOUSEHOLD
        leaves[field.name] = Leaf(
            field.name, field.key, level, field.privacy_class.value, _codes(field)
        )
    return {n: leaf for n, leaf in leaves.items() if n not in ambiguous}, frozenset(ambiguous)


def _codes(field: FieldPolicy) -> tuple[str, ...]:
    """Every text that a field can be released as; none when that is not a closed list."""
    treatment, choices = field.treatment, field.domain.choices
    if treatment.word is Word.ONLY:
        return (*treatment.arguments, OTHER)
    if choices is None or field.domain.kind is not FieldKind.CHOICE:
        return ()
    if treatment.word is Word.LADDER:
        rung = int(treatment.number)
        return tuple(dict.fromkeys(choices.group(code, rung) or "" for code in choices.codes))
    return choices.codes if treatment.word is Word.KEEP else ()


def _parsed(source: bytes) -> Mapping[str, object]:
    try:
        return tomllib.loads(source.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        line = re.search(r"line (\d+)", str(error))
        where = f"{FILE}:{line.group(1)}" if line else FILE
        raise IndicatorError(Problem("XF-701", where, f"This is not TOML: {error}.")) from error


def _defaults(document: Mapping[str, object], problems: list[Problem]) -> dict[str, object]:
    unknown = set(document) - {"defaults", *_SHAPES}
    problems += [
        Problem("XF-703", FILE, f"The table {name} is not known here.") for name in sorted(unknown)
    ]
    defaults = document.get("defaults", {})
    if isinstance(defaults, Mapping) and set(defaults) <= {"cluster", "stratum"}:
        return dict(defaults)
    problems.append(Problem("XF-703", FILE, "[defaults] holds cluster and stratum, nothing else."))
    return {}


def _tables(
    document: Mapping[str, object], name: str, problems: list[Problem]
) -> list[Mapping[str, object]]:
    tables = document.get(name, [])
    if isinstance(tables, list) and all(isinstance(table, dict) for table in tables):
        return tables
    problems.append(Problem("XF-703", FILE, f"Write [[{name}]], with two brackets."))
    return []


def _places(text: str) -> dict[tuple[str, int], _Place]:
    """Line numbers of tables and of their keys."""
    found: dict[tuple[str, int], _Place] = {}
    counts: dict[str, int] = {}
    keys: dict[str, int] = {}
    fenced = False
    for number, line in enumerate(text.splitlines(), 1):
        if not fenced and (header := _HEADER.match(line)):
            name = header.group(1)
            keys = {}
            found[name, counts.get(name, 0)] = _Place(number, keys)
            counts[name] = counts.get(name, 0) + 1
        elif not fenced and not _TABLE.match(line):
            keys.setdefault(re.split(r"[.=\s]", line.strip(), maxsplit=1)[0], number)
        fenced ^= sum(line.count(fence) for fence in _FENCES) % 2 == 1
    return found


def _repeated(found: Sequence[tuple[Indicator, _Place]]) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for indicator, place in found:
        where = place.of("id")
        if indicator.id in seen:
            message = f"The id {indicator.id} is used already at {seen[indicator.id]}."
            yield Problem("XF-704", where, message, "Rename one of them.")
        seen.setdefault(indicator.id, where)


class _TableReader:
    """Reads one `[[indicator]]` or `[[ladder]]`, collecting what is wrong with it."""

    def __init__(
        self,
        shape: Shape,
        table: Mapping[str, object],
        place: _Place,
        leaves: tuple[Mapping[str, Leaf], frozenset[str]],
    ) -> None:
        self._shape, self._table, self._place = shape, table, place
        self._leaves, self._ambiguous = leaves
        self.problems: list[Problem] = []
        self._level = HOUSEHOLD

    def indicator(self) -> list[Indicator]:
        """The indicator, or nothing when it has problems."""
        self._check_keys()
        self._level = self._known_level()
        conditions = self._conditions()
        categories = self._categories()
        titles, units = self._texts("title"), self._texts("unit")
        named = {key: self._leaf(key) for key in ("cluster", "stratum")}
        facts = self._text("id", ID), self._text("source")
        breakdowns = tuple(self._visible("disaggregate", n) for n in self._names("disaggregate"))
        if self.problems or conditions is None:
            return []
        return [
            Indicator(
                id=facts[0],
                shape=self._shape,
                titles=titles,
                units=units,
                level=self._level,
                universe=conditions[0],
                denominator=conditions[1],
                categories=categories,
                weight=conditions[2],
                cluster=named["cluster"],
                stratum=named["stratum"],
                disaggregate=breakdowns,
                source=facts[1],
                field=str(self._table.get("field", "")),
            )
        ]

    # ---- keys --------------------------------------------------------------------------------

    def _wrong(self, code: str, key: str, message: str, advice: str = "") -> None:
        self.problems.append(Problem(code, self._place.of(key), message, advice))

    def _check_keys(self) -> None:
        for key in sorted(set(self._table) - _KEYS[self._shape]):
            self._wrong("XF-703", key, f"A {self._shape} has no field {key}.")
        for key in _NEEDED[self._shape]:
            if key not in self._table:
                self._wrong("XF-702", key, f"The field {key} is missing.")

    def _text(self, key: str, pattern: re.Pattern[str] | None = None) -> str:
        value = self._table.get(key, "")
        if not isinstance(value, str) or (key in self._table and not value.strip()):
            self._wrong("XF-703", key, f"The field {key} is not a text.")
            return ""
        if key in self._table and pattern is not None and not pattern.fullmatch(value):
            self._wrong("XF-703", key, f"{value!r} does not fit {key}: {pattern.pattern}")
        return value

    def _texts(self, key: str) -> Mapping[str, str]:
        """A text in one language, or a table from language to text."""
        value = self._table.get(key, {})
        if isinstance(value, str):
            return {DEFAULT_LANGUAGE: value}
        if isinstance(value, Mapping) and all(isinstance(t, str) for t in value.values()):
            return dict(value)
        self._wrong("XF-703", key, f"The field {key} is neither a text nor texts by language.")
        return {}

    def _names(self, key: str) -> tuple[str, ...]:
        value = self._table.get(key, [])
        if isinstance(value, list) and all(isinstance(v, str) and v for v in value):
            if len(set(value)) == len(value):
                return tuple(value)
            self._wrong("XF-703", key, f"The field {key} names something twice.")
            return ()
        self._wrong("XF-703", key, f"The field {key} is not a list of texts.")
        return ()

    # ---- what is counted ---------------------------------------------------------------------

    def _known_level(self) -> str:
        level = self._text("level").strip("/") or HOUSEHOLD
        if level != HOUSEHOLD and level not in {leaf.level for leaf in self._leaves.values()}:
            self._wrong(
                "XF-708", "level", f"{level} is no repeat from which something is released."
            )
        return level

    def _in_scope(self) -> frozenset[str]:
        """The fields that one row of the level can see: its own and those around it."""
        around = {HOUSEHOLD, self._level}
        around |= {self._level[: at.start()] for at in re.finditer("/", self._level)}
        return frozenset(n for n, leaf in self._leaves.items() if leaf.level in around)

    def _leaf(self, key: str) -> str:
        name = self._text(key)
        return self._visible(key, name) if name else ""

    def _visible(self, key: str, name: str) -> str:
        if name not in self._in_scope():
            twice = " Its name stands twice in the form." if name in self._ambiguous else ""
            message = f"{name} is not a released field that is visible at this level.{twice}"
            self._wrong("XF-706", key, message, "Check its name, level and treatment.")
        return name

    def _conditions(self) -> tuple[Condition, Condition, Condition] | None:
        field = self._table.get("field")
        known = f"{field} is not null" if field in self._in_scope() else "true"
        universe = self._condition("universe", "true")
        denominator = self._condition("denominator", known)
        weight = self._condition("weight", "1.0", Kind.NUMBER)
        if universe is None or denominator is None or weight is None:
            return None
        return universe, denominator, weight

    def _condition(self, key: str, default: str, kind: Kind = Kind.TRUTH) -> Condition | None:
        return self._understood(key, self._text(key) or default, kind)

    def _understood(self, key: str, text: str, kind: Kind = Kind.TRUTH) -> Condition | None:
        try:
            condition = parse_condition(text, self._in_scope(), kind)
        except IndicatorError as error:
            for problem in error.problems:
                where = f"in {key}, {problem.where}: "
                self._wrong(problem.code, key, where + problem.message)
            return None
        for name, code in sorted(condition.compared):
            self._check_code(key, name, code)
        return condition

    def _categories(self) -> tuple[Category, ...]:
        if self._shape is Shape.SHARE:
            numerator = self._condition("numerator", "false")
            return (Category("yes", self._texts("title"), numerator),) if numerator else ()
        field, rungs = self._leaf("field"), self._names("rungs")
        if "rungs" in self._table and len(rungs) < 2:
            self._wrong("XF-703", "rungs", "A ladder has at least two rungs.")
        if field not in self._in_scope():
            return ()  # said already
        labels = self._rung_labels(rungs)
        found = [(r, self._understood("rungs", f"{field} = '{_escaped(r)}'")) for r in rungs]
        return tuple(Category(r, labels[r], c) for r, c in found if c is not None)

    def _check_code(self, key: str, field: str, code: str) -> None:
        codes = self._leaves[field].codes
        if codes and code not in codes:
            message = f"{field} is never released as {code!r}."
            self._wrong("XF-709", key, message, f"It can be: {', '.join(codes)}.")

    def _rung_labels(self, rungs: Sequence[str]) -> dict[str, dict[str, str]]:
        labels: dict[str, dict[str, str]] = {rung: {} for rung in rungs}
        stated = self._table.get("rung_labels", {})
        by_language = stated if isinstance(stated, Mapping) else {"": stated}
        for language, texts in by_language.items():
            if not isinstance(texts, Mapping) or set(texts) - set(rungs):
                self._wrong("XF-703", "rung_labels", "Labels are by language, then by rung.")
                continue
            for rung, text in texts.items():
                labels[rung][language] = str(text)
        return labels


def _escaped(text: str) -> str:
    return text.replace("'", "''")
