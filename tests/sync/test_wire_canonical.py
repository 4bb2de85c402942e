"""Canonical JSON: one spelling per content, everything else refused."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.errors import WireError
from sync.wire.canonical import canonical_json, parse_canonical, parse_object
from sync.wire.fields import Fields

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner),
    max_leaves=20,
)


@given(VALUES)
def test_document_reads_back_from_its_spelling(value: object) -> None:
    assert parse_canonical(canonical_json(value)) == value  # type: ignore[arg-type] -- any JSON


# Source: RFC 8785, 3.2.2 and 3.2.3 (order of keys by UTF-16 units; escapes).
def test_keys_are_sorted_and_escapes_are_the_shortest() -> None:
    spelled = canonical_json({"\u20ac": 1, "\r": "\x0f\n", "\ufb33": (1.0, 1e30)})
    assert spelled == '{"\\r":"\\u000f\\n","\u20ac":1,"\ufb33":[1,1e+30]}'.encode()


@pytest.mark.parametrize(
    "data",
    [
        b"", b"{", b'{"a": 1}', b'{"b":1,"a":2}', b'{"a":1,"a":1}', b"1.0", b"NaN", b"\xff",
        b'"\\u0041"', b"[" * 100_000, b" 1", b"1\n", b'"\\ud800"', b"123456789012345678901234",
    ],
)  # fmt: skip
def test_other_spelling_is_refused(data: bytes) -> None:
    with pytest.raises(WireError) as refused:
        parse_canonical(data)
    assert refused.value.code == "SY-301"


@pytest.mark.parametrize("value", ["\ud800", 2**60, float("nan"), float("inf")])
def test_what_json_cannot_say_is_refused(value: object) -> None:
    with pytest.raises(WireError) as refused:
        canonical_json(value)  # type: ignore[arg-type] -- as above
    assert refused.value.code == "SY-301"


def test_object_is_asked_for() -> None:
    assert parse_object(b'{"a":1}') == {"a": 1}
    with pytest.raises(WireError):
        parse_object(b"[]")


@pytest.mark.parametrize("document", [{"n": 1.5}, {"n": "1"}, {"n": 2**53}, {"n": -1}])
def test_field_that_is_no_safe_integer_is_refused(document: dict[str, object]) -> None:
    fields = Fields(json.loads(json.dumps(document)), "SY-310", "test", ("n",))
    with pytest.raises(WireError) as refused:
        fields.integer("n")
    assert refused.value.code == "SY-310"


def test_fields_read_lists_and_know_optional_keys() -> None:
    fields = Fields({"a": ["x"], "b": [1]}, "SY-310", "test", ("a",), optional=("b", "c"))
    assert fields.texts("a") == ("x",)
    assert fields.integers("b") == (1,)
    assert "b" in fields
    assert "c" not in fields
    for wrong in (lambda: fields.integers("a"), lambda: fields.texts("b")):
        with pytest.raises(WireError):
            wrong()
    with pytest.raises(WireError):
        fields.object("a")
