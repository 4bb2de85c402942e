"""Our engine beside JavaRosa, the engine of ODK Collect, on whole forms answered by chance."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from random import Random

import pytest

from forms.authoring import build_form
from forms.engine.instance import Instance
from forms.xform.reader import read_form
from tests.support import javarosa
from tests.support.forms import settings, xform
from tests.support.walk import answer_for

pytestmark = pytest.mark.oracle
HOUSEHOLD = Path(__file__).resolve().parents[2] / "forms/library/household"
SKIPS = """
| survey | | | | | | |
| | type | name | label | relevant | calculation | constraint |
| | integer | n | People | | | . < 50 |
| | select_one yn | tap | Tap? | ${n} > 1 | | |
| | select_multiple use | uses | Uses | ${tap} = 'yes' | | not(selected(., 'none') and count-selected(.) > 1) |
| | decimal | litres | Litres | selected(${uses}, 'drink') or ${tap} = 'no' | | |
| | calculate | each | | | round(${litres} div ${n}, 1) | |
| | date | since | Since | ${each} > 1 | | . <= today() |
| | calculate | days | | | today() - ${since} | |
| | begin_repeat | person | Person | ${n} > 0 | | |
| | integer | age | Age | | | |
| | calculate | adult | | | if(${age} > 17, 1, 0) | |
| | text | work | Work | ${adult} = 1 | | |
| | end_repeat | | | | | |
| | calculate | adults | | | sum(${adult}) | |
| | note | shown | Adults | ${adults} > 0 | | |
| choices | | | |
| | list_name | name | label |
| | yn | yes | Yes |
| | yn | no | No |
| | use | drink | Drink |
| | use | wash | Wash |
| | use | none | None |
"""  # noqa: E501
VOLATILE = re.compile(r"/(instanceID|start|end|today|deviceid|c_start|c_end)$")
EVENTS = {"question": 4, "new row": 2, "end": 1}
"""Codes of JavaRosa's FormEntryController."""


@cache
def forms_by_name() -> dict[str, tuple[bytes, dict[str, bytes]]]:
    household = build_form(HOUSEHOLD)
    return {
        "skips": (xform(SKIPS), {}),
        "household": (household.xml, dict(household.media)),
    }


class Pair:
    """One form in both engines, answered alike."""

    def __init__(self, name: str, seed: int) -> None:
        xml, files = forms_by_name()[name]
        self.theirs = javarosa.Interview(xml, files)
        self.ours = Instance.new(read_form(xml, files), settings())
        self.chance = Random(seed)

    def walk(self) -> None:
        """One pass from the first screen to the last, answering and adding rows by chance."""
        self.theirs.restart()
        rows = 0
        while (event := int(self.theirs.controller.stepToNextEvent())) != EVENTS["end"]:
            index = self.theirs.model.getFormIndex()
            if event == EVENTS["question"]:
                self._answer(self.theirs.ref_of(index))
            elif event == EVENTS["new row"] and rows < 3 and self.chance.random() < 0.6:
                self.theirs.controller.newRepeat()
                self.ours.add_repeat(re.sub(r"\[\d+\]$", "", self.theirs.ref_of(index)))
                rows += 1

    def _answer(self, ref: str) -> None:
        if self._left_over(ref):
            return
        node = self.ours.node(ref)
        assert node.relevant, f"JavaRosa asks {ref}, which is not relevant here"
        if node.read_only or node.control is None or node.control.kind == "upload":
            return
        text = answer_for(node, self.chance)
        self.theirs.store(text)
        self.ours.answer(ref, text)

    def differences(self) -> list[str]:
        """Facts on which the engines differ, after JavaRosa has seen every screen."""
        self.theirs.settle()
        return [d for ref, fact in self.theirs.facts().items() for d in self._of(ref, fact)]

    def _of(self, ref: str, theirs: javarosa.Fact) -> list[str]:
        if self._left_over(ref):
            return []
        node = self.ours.node(ref)
        pairs = {
            "relevant": (node.relevant, theirs.relevant),
            "read-only": (node.read_only, theirs.read_only),
            "required": (node.required, theirs.required),
        }
        if theirs.text is not None and not VOLATILE.search(ref):
            pairs["value"] = (_plain(node.value), _plain(theirs.text))
        return [f"{ref} {what}: {ours!r}, JavaRosa {his!r}" for what, (ours, his) in pairs.items()
                if ours != his]  # fmt: skip

    def _left_over(self, ref: str) -> bool:
        """A row that pyxform wrote and that JavaRosa keeps although its count is not answered."""
        path = re.sub(r"\[\d+\]", "", ref)
        counted = [p for p, repeat in self.ours.form.repeats.items() if repeat.count is not None]
        return any(
            f"{path}/".startswith(f"{repeat}/") and not self.ours.nodes_of(repeat)
            for repeat in counted
        )


def _plain(text: str) -> object:
    """A value without the spelling of its type."""
    words = text.split()
    try:
        return [round(float(word), 9) for word in words]
    except ValueError:
        return {"true": "1", "false": "0"}.get(text, sorted(words))


@pytest.mark.parametrize("name", ["skips", "household"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_engine_agrees_with_javarosa_on_an_interview_by_chance(name: str, seed: int) -> None:
    javarosa.need_javarosa()
    pair = Pair(name, seed)
    try:
        for _ in range(2):
            pair.walk()
            assert pair.differences() == [], f"seed {seed}"
    finally:
        pair.theirs.close()
