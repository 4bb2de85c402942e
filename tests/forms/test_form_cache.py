"""A cached form is the form that was read, or it is not opened at all."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from random import Random

import pytest

from forms.engine import cache
from forms.engine.cache import cache_key, read_cache, write_cache
from forms.engine.instance import Instance
from forms.engine.stored import stored_tree
from forms.privacy import read_policy
from forms.xform.reader import read_form
from tests.bench import cases
from tests.fuzz.damage import EVERYTHING, damaged
from tests.support import forms
from tests.support.walk import answer_for, questions

KEY = cache_key(EVERYTHING)
FILES = {"lanes.csv": b"name,label,town\nl1,One,a\nl2,Two,b\n"}
LANES = (
    "| survey | | | | | | |\n| | type | name | label | hint | relevant | choice_filter |\n"
    "| | text | town | Town ${lane} | Where? | | |\n"
    "| | select_one_from_file lanes.csv | lane | Lane | | ${town} != '' | town = ${town} |\n"
    "| | range | steps | Steps | | | |\n| | select_multiple yn | all | All | | | |\n"
    "| choices | | | |\n| | list_name | name | label |\n| | yn | y | Yes |\n| | yn | n | No |\n"
)


def _facts(filled: Instance) -> list[tuple[object, ...]]:
    nodes = [filled.node(ref) for step in filled.steps() for ref in step.refs]
    return [
        (n.ref, n.label, n.hint, n.value, n.violation, n.media, n.parameters, n.choices())
        for n in nodes
    ]


def _walked(form: object, seed: int) -> tuple[object, ...]:
    settings = replace(forms.settings(), new_uuid=lambda: "same")
    filled, chance, facts = Instance.new(form, settings), Random(seed), []  # type: ignore[arg-type]
    for _ in range(25):
        asked = questions(filled)
        if not asked:
            break
        node = chance.choice(asked)
        filled.answer(node.ref, answer_for(node, chance))
        facts.append(_facts(filled))
    return facts, filled.draft()


@pytest.mark.parametrize("xml", [EVERYTHING, forms.xform(LANES), cases.rows(3, 0, shared=True)[0]])
def test_cached_form_walks_as_the_form_that_was_read(xml: bytes | str) -> None:
    read = read_form(xml if isinstance(xml, bytes) else xml.encode(), FILES)
    cached = read_cache(write_cache(read, KEY), KEY)
    assert cached is not None
    for seed in range(3):
        assert _walked(cached, seed) == _walked(read, seed)


def test_cached_form_is_not_opened_when_key_secret_or_engine_is_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kept = write_cache(read_form(EVERYTHING), KEY, b"secret")
    assert read_cache(kept, KEY, b"secret") is not None
    assert read_cache(kept, cache_key(b"other"), b"secret") is None
    assert read_cache(kept, KEY, b"other") is None
    assert read_cache(kept, KEY) is None
    monkeypatch.setattr(cache, "ENGINE", "another")
    assert read_cache(kept, KEY, b"secret") is None


def test_cached_form_is_not_opened_when_any_of_it_is_damaged() -> None:
    kept, chance = write_cache(read_form(EVERYTHING), KEY), Random(7)
    for _ in range(400):
        broken = bytearray(kept)
        broken[chance.randrange(len(broken))] ^= 1 << chance.randrange(8)
        assert read_cache(bytes(broken), KEY) is None
    assert read_cache(b"", KEY) is None
    assert read_cache(kept[:-1], KEY) is None
    assert read_cache(kept + b" ", KEY) is None


def test_cached_form_is_not_opened_when_it_is_sealed_and_makes_no_sense() -> None:
    head, body = cache._head, write_cache(read_form(EVERYTHING), KEY).partition(b"\n")[2]
    document = json.loads(body)
    for key in document:
        for nonsense in (None, 7, "x", [1], {"a": 1}, [[]], [None]):
            bent = json.dumps(document | {key: nonsense}).encode()
            opened = read_cache(head(KEY, bent, b"") + bent, KEY)
            assert opened is None or opened.form_id == "f"
    for junk in (b"", b"[]", b"7", b"[" * 100_000, b"\xff"):
        assert read_cache(head(KEY, junk, b"") + junk, KEY) is None


def test_cached_form_declares_nothing_private_when_the_form_does() -> None:
    markdown = (
        "| settings | | |\n| | form_id | namespaces |\n"
        '| | f | pvy="urn:makazi:privacy:1" |\n'
        "| survey | | | | | |\n| | type | name | label | bind::pvy:class | bind::pvy:do |\n"
        "| | integer | rooms | Rooms | C | keep |\n"
    )
    read = forms.form(markdown)
    assert any(bind.extra for bind in read.binds.values())
    cached = read_cache(write_cache(read, KEY), KEY)
    assert cached is not None
    assert not any(bind.extra for bind in cached.binds.values())
    assert read_policy(read).digest != read_policy(cached).digest


def test_cached_form_keeps_nothing_when_forms_are_damaged() -> None:
    for xml in damaged(5, 40):
        try:
            read = read_form(xml)
            Instance.new(read, forms.settings())
        except Exception:  # what opens is judged elsewhere
            continue
        cached = read_cache(write_cache(read, KEY), KEY)
        assert cached is not None
        assert len(Instance.new(cached, forms.settings()).draft()) > 0


def test_cached_form_has_every_part_of_the_form_that_was_read() -> None:
    read = read_form(forms.xform(LANES), FILES)
    for form in (read, read_form(EVERYTHING)):
        cached = read_cache(write_cache(form, KEY), KEY)
        assert cached is not None
        for part in fields(form):
            if part.name not in {"translations", "instances", "syntax"}:
                assert getattr(cached, part.name) == getattr(form, part.name), part.name
        texts = {language: dict(entries) for language, entries in cached.translations.items()}
        assert texts == {language: dict(entries) for language, entries in form.translations.items()}
        for name, listed in form.instances.items():
            assert stored_tree(cached.instances[name].top) == stored_tree(listed.top)
