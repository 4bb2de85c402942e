"""The screen "what will leave this tablet": the same walk, in words, before anything is decided."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given

from forms.engine.submission import Row
from sync.release.explain import PREVIEW_KEY, explain, sentence
from sync.release.pipeline import ReleaseKeys, release
from sync.release.sentences import LANGUAGES, SENTENCES
from sync.release.walk import Fate, FateKind
from tests.sync.privacy_cases import HOUSEHOLDS, household, identity, submission

BUNDLE = household()


@dataclass(frozen=True)
class Asked:
    """A node of an interview, as the engine shows it."""

    ref: str
    path: str
    kind: str = "question"
    value: str = ""
    relevant: bool = True
    label: str = ""
    children: tuple[Asked, ...] = ()


def interview(answers: Row) -> Asked:
    def nodes(row: Row, repeat: str, ref: str) -> tuple[Asked, ...]:
        def at(path: str) -> str:
            return ref + path.removeprefix(repeat)

        leaves = [Asked(at(p), p, value=v, label=f"label of {p}") for p, v in row.values.items()]
        repeats = [
            Asked(f"{at(path)}[{n}]", path, "repeat-instance",
                  children=nodes(inner, path, f"{at(path)}[{n}]"))
            for path, rows in row.repeats.items()
            for n, inner in enumerate(rows, start=1)
        ]  # fmt: skip
        return (*leaves, *repeats)

    return Asked("/data", "/data", "group", children=nodes(answers, "", ""))


ANSWERED = Row(
    {
        "/data/name": "Amina Otieno",
        "/data/landmark": "blue kiosk",
        "/data/k_gps": "no",
        "/data/gps": "-1.3 36.8 0 0",
        "/data/people": "14",
        "/data/rung": "unheard of",
        "/data/water/ws1": "surface",
        "/data/visited": "soon",
        "/data/forgotten": "x",
    },
    {"/data/roster": tuple(Row({"/data/roster/r_age": "34"}, {}) for _ in range(4))},
)


def test_each_answer_gets_its_line_with_label_fate_and_shown_value() -> None:
    lines = {line.ref: line for line in explain(interview(ANSWERED), BUNDLE.policy)}
    kinds = {ref: line.key for ref, line in lines.items()}
    assert kinds == {
        "/data/name": "fate.sealed",
        "/data/landmark": "fate.stays",
        "/data/k_gps": "fate.keep",
        "/data/gps": "fate.not-agreed",
        "/data/people": "fate.top",
        "/data/rung": "fate.only",
        "/data/water/ws1": "fate.ladder",
        "/data/visited": "fate.not-understood",
        "/data/forgotten": "fate.undeclared",
        "/data/roster[1]/r_age": "fate.band",
        "/data/roster[2]/r_age": "fate.band",
        "/data/roster[3]/r_age": "fate.band",
        "/data/roster[4]/r_age": "fate.row-too-many",
    }
    assert lines["/data/people"].shown_value == "12"
    assert lines["/data/people"].label == "label of /data/people"
    assert lines["/data/people"].leaves
    assert not lines["/data/name"].leaves
    assert "12" in lines["/data/people"].words


def test_question_that_is_not_asked_has_no_line() -> None:
    hidden = Asked("/data", "/data", "group", children=(
        Asked("/data/people", "/data/people", value="3", relevant=False),
        Asked("/data/rent", "/data/rent", value=""),
        Asked("/data/water", "/data/water", "group", relevant=False, children=(
            Asked("/data/water/ws1", "/data/water/ws1", value="surface"),
        )),
    ))  # fmt: skip
    assert explain(hidden, BUNDLE.policy) == ()


@given(HOUSEHOLDS)
def test_screen_shows_exactly_what_the_release_holds(answers: Row) -> None:
    """Only a tablet's pseudonyms differ: the screen does not need the tablet's key."""
    shown = [
        line.shown_value
        for line in explain(interview(answers), BUNDLE.policy)
        if line.leaves and line.key != "fate.pseudonym"
    ]
    record = release(submission(answers), BUNDLE, identity(), ReleaseKeys(PREVIEW_KEY)).record
    held: list[str] = []
    for key, value in record.answers.items():
        if isinstance(value, str):
            held += [value] if key != "phone" else []
        else:
            held += [text for row in value for text in row.values() if isinstance(text, str)]
    assert sorted(shown) == sorted(held)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_fate_has_a_sentence_in_every_language(language: str) -> None:
    assert all(sentences[language].strip() for sentences in SENTENCES.values())


def test_every_kind_of_fate_has_its_sentence() -> None:
    keys = {f"fate.{kind}" for kind in FateKind if kind is not FateKind.SHOWN}
    keys |= {f"fate.{f.treatment.word}" for f in BUNDLE.policy.fields if f.treatment.releases}
    assert keys <= set(SENTENCES)


def test_sentence_falls_back_to_english() -> None:
    fate = Fate("/data/x", "/data/x", FateKind.STAYS)
    assert sentence(fate, "de") == sentence(fate, "en")


def test_line_hides_its_value_in_repr() -> None:
    assert all("34" not in repr(line) for line in explain(interview(ANSWERED), BUNDLE.policy))
