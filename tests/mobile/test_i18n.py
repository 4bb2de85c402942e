"""The app's own words: every text in every language, with the same placeholders, none unused."""

from __future__ import annotations

import re
import string
import tomllib
from pathlib import Path

import pytest

from forms import problems as forms_problems
from mobile.i18n import LANGUAGES, Strings, direction_of, language_code
from mobile.i18n.strings import catalogue
from mobile.presenters.entry_view import WidgetKind
from mobile.presenters.outbox import STATES
from mobile.presenters.release_preview import Leaving
from mobile.presenters.settings import PALETTES
from mobile.text.runs import visual_runs
from sync import problems as sync_problems
from sync.push import Outcome

MOBILE = Path(__file__).resolve().parents[2] / "mobile"
ENTRIES = sorted(catalogue().items())
SPOKEN = re.compile(r"[\"']([a-z]+(?:_[a-z]+)*\.[a-z0-9_]+)[\"']")
# Keys that are put together in the code, each from a closed list.
COMPOSED = {
    *(f"entry.{kind}" for kind in ("required", "constraint")),
    *(f"entry.type_{kind.value.replace('-', '_')}" for kind in WidgetKind),
    *(f"geopoint.{state}" for state in ("idle", "searching", "improving", "good")),
    *(f"release.{each.value.replace('-', '_')}" for each in Leaving),
    *(f"release.{each.value.replace('-', '_')}_means" for each in Leaving),
    *(f"settings.{name}" for name in PALETTES),
    *(f"outbox.outcome_{each.value.replace('-', '_')}" for each in Outcome),
    *STATES.values(),
    *(
        f"{section}.{code.lower().replace('-', '_')}"
        for section in ("problem", "startup")
        for code in (forms_problems.CATALOGUE | sync_problems.CATALOGUE)
    ),
}


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def spoken() -> set[str]:
    """Keys that stand in the source, as literals."""
    sources = [*MOBILE.rglob("*.py"), *MOBILE.rglob("*.kv")]
    found: set[str] = set()
    for path in sources:
        found |= set(SPOKEN.findall(path.read_text(encoding="utf-8")))
    return found


@pytest.mark.parametrize(("key", "words"), ENTRIES)
def test_text_stands_in_every_language(key: str, words: dict[str, str]) -> None:
    assert set(words) == set(LANGUAGES), key
    assert all(text.strip() == text and text for text in words.values()), key


@pytest.mark.parametrize(("key", "words"), ENTRIES)
def test_text_has_the_same_placeholders_in_every_language(key: str, words: dict[str, str]) -> None:
    assert len({frozenset(placeholders(text)) for text in words.values()}) == 1, key
    assert all(name.isidentifier() for name in placeholders(words["en"])), key


@pytest.mark.parametrize(("key", "words"), ENTRIES)
def test_text_is_translated_into_arabic_letters(key: str, words: dict[str, str]) -> None:
    bare = re.sub(r"\{\w+\}", "", words["ar"])
    if key != "app.name" and any(char.isalpha() for char in re.sub(r"\{\w+\}", "", words["en"])):
        assert any("\u0600" <= char <= "\u06ff" for char in bare), key


def test_every_text_is_used() -> None:
    assert set(catalogue()) <= spoken() | COMPOSED, set(catalogue()) - spoken() - COMPOSED


def test_every_text_that_the_code_asks_for_is_there() -> None:
    sections = {key.partition(".")[0] for key in catalogue()}
    asked = {key for key in spoken() if key.partition(".")[0] in sections}
    files = {key for key in asked if key.endswith((".py", ".kv", ".toml", ".json"))}
    assert asked - files <= set(catalogue())


def test_every_outcome_state_and_fate_has_its_words() -> None:
    closed = {
        key for key in COMPOSED if not key.startswith(("problem.", "startup.", "entry.type_"))
    }
    assert closed <= set(catalogue())


def test_catalogue_says_no_key_twice() -> None:
    text = (MOBILE / "i18n" / "catalogue.toml").read_text(encoding="utf-8")
    assert tomllib.loads(text)  # TOML itself refuses a key that stands twice


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Kiswahili (sw)", "sw"),
        ("English (en)", "en"),
        ("Arabic (ar-EG)", "ar"),
        ("Português (pt_BR)", "pt"),
        ("fr", "fr"),
        ("Français", ""),
        ("default", ""),
        ("", ""),
    ],
)
def test_language_code_is_read_from_the_forms_name(name: str, code: str) -> None:
    assert language_code(name) == code


@pytest.mark.parametrize(("name", "spoken_in"), [("العربية (ar)", "ar"), ("Hausa (ha)", "en")])
def test_strings_speak_the_language_of_the_form_when_the_app_knows_it(
    name: str, spoken_in: str
) -> None:
    assert Strings.of(name).language == spoken_in


def test_direction_is_that_of_the_script() -> None:
    assert [direction_of(code) for code in ("en", "sw", "ar", "ur")] == ["ltr", "ltr", "rtl", "rtl"]
    assert Strings.of("ar").direction == "rtl"


@pytest.mark.parametrize("value", ["2026-W48", "7QK2M9ZP", "+255 700", "1.5"])
def test_value_keeps_its_order_in_an_arabic_sentence(value: str) -> None:
    text = Strings.of("ar").text("outbox.week", week=value)
    drawn = "".join(run.text for run in visual_runs(text))
    assert value in drawn


def test_text_fails_when_the_key_is_not_there() -> None:
    with pytest.raises(KeyError):
        Strings.of("en").text("entry.no_such_text")


def test_text_fails_when_a_value_is_missing() -> None:
    with pytest.raises(KeyError):
        Strings.of("en").text("entry.remove_sure", name=1)
