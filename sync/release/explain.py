"""Each answer's fate in words, for the screen "what will leave this tablet".

It walks exactly as the release does, so what the screen shows is what leaves. It works on an
interview that is not finished: the enumerator and the respondent look before anything is decided.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol

from forms.engine.submission import Row
from forms.privacy import Word
from forms.privacy.declared import HOUSEKEEPING
from sync.release.sentences import SENTENCES
from sync.release.treatments import Pseudonymiser
from sync.release.walk import FateKind, Walk

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forms.privacy import Policy
    from sync.release.walk import Fate

PREVIEW_KEY: Final = bytes(32)
"""A pseudonym on the screen only shows its shape; the tablet's own key is not needed for that."""


class AnswerNode(Protocol):
    """What is read of a node of an interview; the engine's `Node` is one."""

    @property
    def ref(self) -> str:
        """Absolute path, with positions on repeat instances."""

    @property
    def path(self) -> str:
        """Absolute path without positions."""

    @property
    def kind(self) -> str:
        """`group`, `repeat-instance`, `question` or `value`."""

    @property
    def value(self) -> str:
        """Answer text; empty when there is none."""

    @property
    def relevant(self) -> bool:
        """Whether it is asked."""

    @property
    def label(self) -> str:
        """Label in the language of the interview."""

    @property
    def children(self) -> Sequence[AnswerNode]:
        """Nodes below, in document order."""


@dataclass(frozen=True, slots=True)
class FieldFate:
    """One line of the screen.

    Attributes:
        ref: The node, with positions.
        path: Its path.
        label: Its label in the language of the interview.
        kind: What becomes of the answer.
        key: Stable key of the sentence.
        words: The sentence in the language that was asked for.
        shown_value: The text that will be in the release; empty when there is none.
    """

    ref: str
    path: str
    label: str
    kind: FateKind
    key: str
    words: str
    shown_value: str = field(default="", repr=False)

    @property
    def leaves(self) -> bool:
        """Whether anything of the answer will be in the release."""
        return self.kind is FateKind.SHOWN


def explain(interview: AnswerNode, policy: Policy, language: str = "en") -> tuple[FieldFate, ...]:
    """What becomes of each answer given so far, in the order of the answers.

    Args:
        interview: The root node of an interview, finished or not.
        policy: Of its form.
        language: `en`, `fr`, `sw` or `ar`; any other gives English.
    """
    labels: dict[str, str] = {}
    answers = _answers(interview, labels)
    walked = Walk(policy, Pseudonymiser(PREVIEW_KEY, "preview")).over(answers)
    return tuple(_line(fate, labels.get(fate.ref, ""), language) for fate in walked.fates)


def sentence(fate: Fate, language: str) -> tuple[str, str]:
    """The stable key of what becomes of an answer, and its sentence."""
    key, argument = f"fate.{fate.kind}", ""
    if fate.kind is FateKind.SHOWN and fate.policy is not None:
        treatment = fate.policy.treatment
        key = f"fate.{treatment.word}"
        if treatment.word in {Word.TOP, Word.ROUND, Word.GRID}:
            argument = treatment.arguments[0]
    translations = SENTENCES[key]
    return key, translations.get(language, translations["en"]).format(argument)


def _line(fate: Fate, label: str, language: str) -> FieldFate:
    key, words = sentence(fate, language)
    return FieldFate(fate.ref, fate.path, label, fate.kind, key, words, fate.shown)


def _answers(node: AnswerNode, labels: dict[str, str]) -> Row:
    """The relevant answers below `node`, as a submission of this moment would hold them."""
    values: dict[str, str] = {}
    rows: dict[str, list[Row]] = {}
    waiting = list(node.children)
    while waiting:
        here = waiting.pop(0)
        if not here.relevant:
            continue
        if here.kind == "repeat-instance":
            rows.setdefault(here.path, []).append(_answers(here, labels))
        elif here.kind == "group":
            waiting = [*here.children, *waiting]
        elif here.value and not here.path.endswith(HOUSEKEEPING):
            values[here.path] = here.value
            labels[here.ref] = here.label
    return Row(values, {path: tuple(found) for path, found in rows.items()})
