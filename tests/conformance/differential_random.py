"""Forms put together by chance from the idioms of survey forms, the same for the same seed.

Each question may be asked on a condition over what was asked before it, in its own row or, added
up, in rows that are closed. That gives chains of relevance, calculation and repeats of any shape.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

COLUMNS = (
    "type", "name", "label", "relevant", "calculation", "constraint", "required", "default",
    "read_only", "repeat_count", "choice_filter", "appearance",
)  # fmt: skip
LISTS = """| choices | | | | |
| | list_name | name | label | group |
| | yn | y | Yes | a |
| | yn | n | No | a |
| | many | a | Alpha | a |
| | many | b | Beta | b |
| | many | c | Gamma | a |
| | many | none | None | b |
| | top | a | Top A | |
| | top | b | Top B | |
| | sub | s1 | Sub 1 | a |
| | sub | s2 | Sub 2 | a |
| | sub | s3 | Sub 3 | b |
"""


@dataclass
class Builder:
    """A form in the making: its rows, and the questions that an expression may name.

    Attributes:
        open: Name and type of the questions in reach, a list a level.
        repeats: Closed repeats, each with the questions of its rows.
    """

    chance: Random
    rows: list[dict[str, str]] = field(default_factory=list)
    open: list[list[tuple[str, str]]] = field(default_factory=lambda: [[]])
    repeats: list[tuple[str, list[tuple[str, str]]]] = field(default_factory=list)
    count: int = 0

    def name(self, prefix: str) -> str:
        """A name that was not used."""
        self.count += 1
        return f"{prefix}{self.count}"

    def some(self, *kinds: str) -> str | None:
        """A question in reach, of one of some types."""
        known = [n for level in self.open for n, kind in level if not kinds or kind in kinds]
        return self.chance.choice(known) if known else None

    def row(self, kind: str, **cells: str) -> None:
        """One more row of the survey sheet."""
        self.rows.append({"type": kind, **cells})

    # Expressions -----------------------------------------------------------------------------

    def condition(self) -> str:
        """A condition over what is in reach; now and then of two parts, or turned round."""
        first = self._plain_condition()
        turn = self.chance.random()
        if turn < 0.2:
            return f"{first} {self.chance.choice(['and', 'or'])} {self._plain_condition()}"
        return f"not({first})" if turn < 0.3 else first

    def _plain_condition(self) -> str:
        name = self.some()
        if name is None:
            return "true()"
        kind = next(k for level in self.open for n, k in level if n == name)
        return self.chance.choice(CONDITIONS[kind]).replace("@", f"${{{name}}}")

    def calculation(self) -> str:
        """A calculation over what is in reach, or over the rows of a closed repeat."""
        if self.repeats and self.chance.random() < 0.5:
            repeat, inner = self.chance.choice(self.repeats)
            numbers = [n for n, kind in inner if kind in {"integer", "decimal"}] or [None]
            texts = [n for n, kind in inner if kind in {"text", "yn"}] or [None]
            number, text = self.chance.choice(numbers), self.chance.choice(texts)
            rows = [f"count(${{{repeat}}})"]
            if number:
                rows += [
                    f"sum(${{{number}}})",
                    f"max(${{{number}}})",
                    f"min(${{{number}}})",
                    f"count(${{{repeat}}}[{number} > 2])",
                ]
            if text:
                rows += [
                    f"join(' ', ${{{text}}})",
                    f"count-non-empty(${{{text}}})",
                    f"indexed-repeat(${{{text}}}, ${{{repeat}}}, 2)",
                ]
            return self.chance.choice(rows)
        name, other = self.some(), self.some("integer", "decimal", "calculate")
        if name is None:
            return "1 + 1"
        template, many = self.chance.choice(CALCULATIONS), self.some("many")
        if "@m" in template and many is None:  # JavaRosa stops at a number here
            template = "@1"
        return (
            template.replace("@1", f"${{{name}}}")
            .replace("@2", f"${{{other or name}}}")
            .replace("@m", f"${{{many}}}")
            .replace("@c", self.condition())
        )

    # Rows ------------------------------------------------------------------------------------

    def question(self) -> None:
        """One question with some of relevance, constraint, required, default and filter."""
        kind = self.chance.choice(list(CONSTRAINTS))
        name, chance = self.name("q"), self.chance
        cells = {"name": name, "label": f"Question {name}"}
        if chance.random() < 0.45:
            cells["relevant"] = self.condition()
        if chance.random() < 0.4 and CONSTRAINTS[kind]:
            cells["constraint"] = chance.choice(CONSTRAINTS[kind])
        if chance.random() < 0.3:
            cells["required"] = chance.choice(["yes", "true()", self.condition()])
        if chance.random() < 0.15 and kind in DEFAULTS:
            cells["default"] = chance.choice(DEFAULTS[kind])
        if chance.random() < 0.1:
            cells["read_only"] = self.condition()
        if kind == "sub":
            top = self.some("top")
            cells["choice_filter"] = f"group = ${{{top}}}" if top else "group != 'b'"
        written = {"yn": "select_one yn", "many": "select_multiple many"}
        written |= {"top": "select_one top", "sub": "select_one sub"}
        self.row(written.get(kind, kind), **cells)
        self.open[-1].append((name, kind))

    def calculate(self) -> None:
        """One calculation."""
        name = self.name("c")
        self.row("calculate", name=name, calculation=self.calculation())
        self.open[-1].append((name, "calculate"))

    def group(self, depth: int) -> None:
        """A group, on a condition or not."""
        name = self.name("g")
        relevant = self.condition() if self.chance.random() < 0.6 else ""
        look = self.chance.choice(["", "field-list"])
        self.row("begin_group", name=name, label=name, relevant=relevant, appearance=look)
        self.fill(self.chance.randint(2, 5), depth + 1)
        self.row("end_group")

    def repeat(self, depth: int) -> None:
        """A repeat, open or counted."""
        name, counted = self.name("r"), self.some("integer")
        cells = {"name": name, "label": name}
        if counted and self.chance.random() < 0.4:
            cells["repeat_count"] = f"if(${{{counted}}} > 4, 4, ${{{counted}}})"
        if self.chance.random() < 0.4:
            cells["relevant"] = self.condition()
        self.row("begin_repeat", **cells)
        self.open.append([])
        if self.chance.random() < 0.6:
            place = self.name("c")
            self.row("calculate", name=place, calculation="position(..)")
            self.open[-1].append((place, "calculate"))
        self.fill(self.chance.randint(2, 6), depth + 1)
        self.row("end_repeat")
        inner = self.open.pop()
        if len(self.open) == 1:
            self.repeats.append((name, inner))

    def fill(self, number: int, depth: int) -> None:
        """Some rows at a level."""
        for _ in range(number):
            turn = self.chance.random()
            if turn < 0.1 and depth < 3:
                self.group(depth)
            elif turn < 0.2 and depth < 2:
                self.repeat(depth)
            elif turn < 0.4:
                self.calculate()
            else:
                self.question()


CONDITIONS = {
    "integer": ("@ > 3", "@ < 5", "@ = 2", "@ != ''", "@ >= 1 and @ <= 8", "@ mod 2 = 1"),
    "decimal": ("@ > 2.5", "@ = 3", "round(@, 0) = 3", "@ != ''"),
    "text": ("@ != ''", "@ = 'no'", "string-length(@) > 4", "contains(@, 'o')", "@ = ''"),
    "date": ("@ > date('2000-01-01')", "@ <= today()", "@ != ''", "today() - @ > 366"),
    "yn": ("@ = 'y'", "@ = 'n'", "@ != 'y'", "selected(@, 'y')"),
    "many": ("selected(@, 'a')", "count-selected(@) > 1", "selected(@, 'b') or selected(@, 'c')",
             "not(selected(@, 'none'))"),
    "top": ("@ = 'a'", "@ = 'b'", "@ = ''"),
    "sub": ("@ = 's1'", "@ != 's2'", "@ = 's3' or @ = 's1'"),
    "calculate": ("@ != ''", "@ > 1", "@ = 1", "string-length(@) > 2",
                  "@ = 'true'", "number(@) >= 0"),
}  # fmt: skip
CONSTRAINTS: dict[str, tuple[str, ...]] = {
    "integer": (". >= 0 and . <= 20", ". != 5", ". > 0"),
    "decimal": (". > 0.5", ". < 50"),
    "text": ("regex(., '[A-Za-z ]+')", "string-length(.) < 8"),
    "date": (". <= today()", ". > date('1990-01-01')"),
    "yn": (),
    "many": ("not(selected(., 'none') and count-selected(.) > 1)", "count-selected(.) <= 2"),
    "top": (),
    "sub": (),
}
DEFAULTS = {
    "integer": ("2", "1 + 2"), "decimal": ("2.5",), "text": ("no", "concat('a', 'b')"),
    "date": ("2019-05-01", "today()"), "yn": ("y", "n"), "top": ("a",),
}  # fmt: skip
CALCULATIONS = (
    "@1", "concat(@1, '-', @2)", "if(@c, 1, 0)", "if(@c, @1, '')", "coalesce(@1, 'none')",
    "@2 + 1", "@2 * 2 - 3", "round(@2 div 3, 2)", "string-length(@1)", "@c", "int(@2 div 2)",
    "number(@2)", "selected-at(@m, 0)", "count-selected(@m)", "if(@1 = '', 0, @2)",
    "substr(@1, 0, 2)", "if(@2 > 3, 'high', if(@2 > 1, 'mid', 'low'))", "not(@c)", "once(@2)",
    "max(@2, 3)", "min(@2, 3)", "abs(@2 - 4)", "translate(@1, 'abc', 'ABC')", "join('|', @1, @2)",
)  # fmt: skip


def random_form(seed: int, size: int = 0) -> str:
    """The Markdown of a form.

    Args:
        seed: The same seed and size give the same form.
        size: Questions and groups of the outermost level; some of its own when 0.
    """
    builder = Builder(Random(seed))
    builder.fill(size or builder.chance.randint(14, 34), 0)
    lines = ["| survey |" + " |" * len(COLUMNS), "| | " + " | ".join(COLUMNS) + " |"]
    for row in builder.rows:
        cells = (row.get(column, "").replace("|", "\\|") for column in COLUMNS)
        lines.append("| | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n" + LISTS
