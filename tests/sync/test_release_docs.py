"""The pages on privacy and the wire say what the code does, word for word where it counts."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from forms.privacy import PrivacyClass, Word
from forms.privacy.policy import DEFAULT_ROWS
from forms.privacy.words import NAMESPACE
from forms.problems import CATALOGUE as FORMS
from sync.problems import CATALOGUE
from sync.release.grid import read_cell
from sync.release.record import ReleaseRecord
from sync.vault.desk import _COMMANDS
from sync.wire import batch, envelope, receipt

DOCS = Path(__file__).resolve().parents[2] / "docs"
PRIVACY = (DOCS / "privacy.md").read_text(encoding="utf-8")
WIRE_PAGE = (DOCS / "wire.md").read_text(encoding="utf-8")
FORMS_CODES = {code: title for code, title in FORMS.items() if code[:4] in {"XF-4", "XF-5"}}


@pytest.mark.parametrize("word", Word)
def test_every_treatment_is_explained(word: Word) -> None:
    assert re.search(rf"^\| `{word}[`:]", PRIVACY, re.MULTILINE)


@pytest.mark.parametrize("privacy_class", PrivacyClass)
def test_every_class_is_named(privacy_class: PrivacyClass) -> None:
    assert f"**{privacy_class}**" in PRIVACY


@pytest.mark.parametrize("command", _COMMANDS)
def test_every_command_of_the_desk_is_shown(command: str) -> None:
    assert f"makazi vault {command}" in PRIVACY


@pytest.mark.parametrize(("code", "title"), CATALOGUE.items())
def test_every_problem_of_the_room_is_listed(code: str, title: str) -> None:
    assert f"| {code} | {title} |" in WIRE_PAGE


@pytest.mark.parametrize(("code", "title"), FORMS_CODES.items())
def test_every_problem_of_declaration_and_bundle_is_listed(code: str, title: str) -> None:
    assert f"| {code} | {title} |" in PRIVACY


def test_numbers_and_names_of_the_pages_are_those_of_the_code() -> None:
    assert NAMESPACE in PRIVACY
    assert f"{DEFAULT_ROWS} rows" in PRIVACY
    (cell,) = set(re.findall(r"`(327\d\d-250-\d+-\d+)`", PRIVACY))
    assert read_cell(cell) is not None
    formats = (batch.FORMAT, receipt.FORMAT, "makazi-bundle/1", "makazi-vault/1")
    assert all(name in WIRE_PAGE for name in formats)
    assert envelope.BATCH_HEADER in WIRE_PAGE
    assert envelope.SIGNATURE_HEADER in WIRE_PAGE


def test_examples_of_the_wire_page_have_the_keys_of_the_real_thing() -> None:
    record, signed = (json.loads(block) for block in re.findall(r"```json\n(.*?)\n```", WIRE_PAGE))
    real = ReleaseRecord("p", "f", "1", "ab" * 32, "r", "v", (), "2026-W48", {})
    assert record.keys() == json.loads(real.to_bytes()).keys()
    assert set(signed["receipt"]) == set(receipt._KEYS)
    assert set(signed["receipt"]["outcomes"][0]) == {"revision_id", "kind", "reason"}


def test_header_keys_are_all_on_the_page() -> None:
    assert all(f"`{key}`" in WIRE_PAGE for key in batch._HEADER_KEYS if key != "format")
