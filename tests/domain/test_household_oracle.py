"""The shipped form in JavaRosa, the engine of ODK Collect: every node must show the same there."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from server_stub.demo import synthetic
from tests.domain.interviews import interview
from tests.support.javarosa import Interview, need_javarosa

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forms.authoring.build import BuiltForm
    from forms.engine.instance import Instance
    from forms.engine.node import Node

pytestmark = pytest.mark.oracle
SEED = 20261125
HOUSEHOLDS = 6
CLOCK = "/data/cover/c_date"
"""Proposed by the machine's clock there, by ours here."""


def in_javarosa(built: BuiltForm, answers: synthetic.Answers) -> dict[str, tuple[object, ...]]:
    """Facts of every node after the interview, as JavaRosa has them."""
    given = dict(answers)
    there = Interview(built.xml)
    there.restart()
    while (event := there.controller.stepToNextEvent()) != there.controller.EVENT_END_OF_FORM:
        if event == there.controller.EVENT_QUESTION:
            ref = there.ref_of(there.model.getFormIndex())
            if ref in given:
                assert there.store(given[ref]) == "ok", ref
    there.settle()
    facts = {
        ref: (plain(fact.text), fact.relevant, fact.required)
        for ref, fact in there.facts().items()
        if fact.text is not None
    }
    there.close()
    return facts


def in_ours(instance: Instance) -> dict[str, tuple[object, ...]]:
    """The same facts as ours."""
    return {
        node.ref: (plain(node.value), node.relevant, node.required)
        for node in leaves(instance.root)
    }


def leaves(node: Node) -> Iterator[Node]:
    """Value nodes in document order."""
    below = node.children
    if not below:
        yield node
    for child in below:
        yield from leaves(child)


def plain(text: str | None) -> str:
    """Numbers in one spelling: `2400.50` is `2400.5`, also within a place."""
    return " ".join(map(_number, (text or "").split(" ")))


def _number(word: str) -> str:
    try:
        return repr(float(word))
    except ValueError:
        return word


@pytest.fixture(scope="module")
def households() -> list[synthetic.Answers]:
    source = random.Random(SEED)
    varied = [synthetic.household(source, ()) for _ in range(HOUSEHOLDS)]
    return [synthetic.scripted_household(), *varied]


def test_household_shows_the_same_facts_in_javarosa(
    built: BuiltForm, households: list[synthetic.Answers]
) -> None:
    need_javarosa()
    compared, different = 0, []
    for answers in households:
        ours = interview(built.form, {}, {})
        for ref, text in answers:
            ours.answer(ref, text)
        here, there = in_ours(ours), in_javarosa(built, answers)
        for ref in here.keys() & there.keys():
            if ref == CLOCK or ref.startswith("/data/meta"):
                continue
            compared += 1
            if here[ref] != there[ref]:
                different.append((ref, here[ref], there[ref]))
        # JavaRosa keeps one empty row of a counted repeat whose count is nothing
        missing = {ref for ref in here.keys() ^ there.keys() if "/roster" not in ref}
        assert not {ref for ref in missing if "meta" not in ref}
    assert different == []
    assert compared > 150 * len(households)
