"""The next step of a walk, by chance: what an enumerator might do on the screens that are there.

Numbers and words that the form's own expressions mention are given often, and their neighbours
too: that is where conditions turn.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from tests.conformance.differential_pair import Step
from tests.support.walk import BY_TYPE, answer_for

if TYPE_CHECKING:
    from random import Random

    from forms.definition import FormDefinition
    from forms.engine.node import Node
    from tests.conformance.differential_pair import Both

MOST_NODES = 2500
"""Beyond it no row is added: reading the instance back would take the whole time."""
_NUMBER = re.compile(r"(?<![\w./'\"-])-?\d{1,7}(?:\.\d{1,3})?(?![\w./-])")
_WORD = re.compile(r"'([^'\n]{1,30})'")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
NEAR_TODAY = (0, -1, 1, -30, -366, -6000)


class Chance:
    """Steps for one walk.

    Args:
        form: What is walked.
        chance: The seeded source.
    """

    def __init__(self, form: FormDefinition, chance: Random) -> None:
        self._chance = chance
        self._languages = form.languages
        texts = [text for bind in form.binds.values() for text in _expressions(bind)]
        numbers = sorted({n for text in texts for n in _NUMBER.findall(text)})
        self._integers = [str(int(n) + by) for n in numbers if "." not in n for by in (-1, 0, 1)]
        self._decimals = [*numbers, *self._integers]
        words = {word for text in texts for word in _WORD.findall(text)}
        self._words = sorted(word for word in words if not _DAY.fullmatch(word))
        self._days = sorted({d for text in texts for d in _DAY.findall(text)})

    def step(self, both: Both) -> Step | None:
        """One step; None when there is nothing to do."""
        chance, seen = self._chance, both.seen
        act = chance.random()
        if act < 0.08 and seen.prompts and both.size < MOST_NODES:
            return Step("add", chance.choice(sorted(seen.prompts)))
        if act < 0.11 and seen.rows:
            return Step("remove", chance.choice(sorted(seen.rows)))
        if act < 0.13 and len(self._languages) > 1:
            return Step("language", chance.choice(self._languages))
        asked = [ref for ref in seen.questions if both.may_answer(ref)]
        if not asked:
            return None
        empty = [ref for ref in asked if not seen.questions[ref].value]
        ref = chance.choice(empty if empty and chance.random() < 0.5 else asked)
        return Step("answer", ref, self._answer(both.ours.node(ref)))

    def _answer(self, node: Node) -> str:
        control, chance = node.control, self._chance
        if control is None or control.kind in {"select", "select1", "rank", "trigger"}:
            return (
                self._ranked(node)
                if control and control.kind == "rank"
                else answer_for(node, chance)
            )
        if control.kind == "range":
            return self._within(node)
        known = {
            "int": self._integers,
            "integer": self._integers,
            "decimal": self._decimals,
            "string": self._words,
            "date": self._near_today(),
        }.get(node.bind_type, [])
        if known and chance.random() < 0.6:
            return str(chance.choice(known))
        return (
            answer_for(node, chance)
            if node.bind_type != "integer"
            else chance.choice(BY_TYPE["int"])
        )

    def _near_today(self) -> list[str]:
        today = datetime.now(UTC).date()
        return [*self._days, *(str(today + timedelta(days=by)) for by in NEAR_TODAY)]

    def _ranked(self, node: Node) -> str:
        values = [choice.value for choice in node.choices()]
        self._chance.shuffle(values)
        return " ".join(values)

    def _within(self, node: Node) -> str:
        low, high = (float(node.parameters.get(name, "0")) for name in ("start", "end"))
        at = self._chance.choice([low, high])
        return str(int(at)) if at.is_integer() else str(at)


def _expressions(bind: object) -> list[str]:
    names = ("relevant", "required", "constraint", "read_only", "calculate")
    return [text for name in names if (text := getattr(bind, name))]
