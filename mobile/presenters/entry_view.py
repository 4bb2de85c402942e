"""What the entry screen shows: frozen values, in the language of the interview."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from mobile.i18n import Strings

Direction = Literal["ltr", "rtl"]
StepKind = Literal["question", "group", "repeat-prompt", "end"]


class WidgetKind(StrEnum):
    """Which control asks a question; everything else falls back to text or is unsupported."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    DATE = "date"
    SELECT_ONE = "select-one"
    SELECT_MULTIPLE = "select-multiple"
    GEOPOINT = "geopoint"
    NOTE = "note"
    UNSUPPORTED = "unsupported"


@dataclass(frozen=True, slots=True)
class ChoiceView:
    """One choice.

    Attributes:
        value: What is stored.
        label: What is shown.
        selected: Whether it is chosen.
    """

    value: str
    label: str
    selected: bool = False


@dataclass(frozen=True, slots=True)
class QuestionView:
    """One question.

    Attributes:
        ref: What to pass to `answer` and `choose`.
        kind: Which control.
        label: The question.
        hint: Below it; empty when there is none.
        guidance: For the enumerator, on demand; empty when there is none.
        value: What was typed or stored, also when it is wrong.
        choices: Of a select.
        required: Whether it must be answered.
        read_only: Whether it can only be read.
        problem: What is wrong, to show in place; empty when nothing is, or nothing was shown yet.
        appearance: The form's appearance words, for variants of a control.
    """

    ref: str
    kind: WidgetKind
    label: str
    hint: str = ""
    guidance: str = ""
    value: str = field(default="", repr=False)
    choices: tuple[ChoiceView, ...] = field(default=(), repr=False)
    required: bool = False
    read_only: bool = False
    problem: str = ""
    appearance: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RowView:
    """One row of a repeat.

    Attributes:
        ref: What to pass to `jump` and `remove_row`.
        label: The repeat's label, the row's number, and its first answer in words.
        can_remove: Whether it may be removed by hand.
    """

    ref: str
    label: str = field(repr=False)
    can_remove: bool


@dataclass(frozen=True, slots=True)
class RepeatView:
    """A repeat at its prompt "another one?".

    Attributes:
        ref: What to pass to `add_row`.
        label: Of the repeat.
        rows: Those that are there.
    """

    ref: str
    label: str
    rows: tuple[RowView, ...]


@dataclass(frozen=True, slots=True)
class EntryView:
    """The entry screen.

    Attributes:
        kind: What this step is.
        strings: The app's words, in the language of the interview when the app has it.
        form_title: Title of the form.
        section: The group, or the row, that the questions stand in; empty at the top.
        done: Steps before this one.
        total: Steps of the interview as it stands, without the end.
        progress: Part of the form's own questions before this one, 0 to 1; it never runs back.
        questions: Of a question or group; one, or a few.
        repeat: At a repeat's prompt.
        row: The row that this step belongs to, with whether it may be removed.
        can_back: Whether there is a step before.
        languages: The form's languages, as it names them.
        language: The one shown.
        direction: Of that language.
        saved: Whether everything so far is on the disk.
        banner: What stands in the way of saving; empty when nothing does.
        problem_count: At the end: how many answers are missing or wrong.
    """

    kind: StepKind
    strings: Strings
    form_title: str
    section: str
    done: int
    total: int
    progress: float
    questions: tuple[QuestionView, ...]
    repeat: RepeatView | None
    row: RowView | None
    can_back: bool
    languages: tuple[str, ...]
    language: str
    direction: Direction
    saved: bool
    banner: str
    problem_count: int = 0


@dataclass(frozen=True, slots=True)
class OutlineLine:
    """A line of the jump list.

    Attributes:
        ref: What to pass to `jump`.
        kind: `question`, `group`, `repeat` or `row`.
        depth: How far it is indented.
        label: What it says.
        value: The answer in words.
        answered: Whether it has an answer.
        problem: Whether it was passed and is missing or wrong.
        current: Whether it is on the screen now.
    """

    ref: str
    kind: str
    depth: int
    label: str = field(repr=False)
    value: str = field(default="", repr=False)
    answered: bool = False
    problem: bool = False
    current: bool = False
