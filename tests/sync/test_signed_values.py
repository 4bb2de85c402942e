"""extract-signed(): a message only when its signature is genuine."""

from __future__ import annotations

import base64

import pytest

from forms.xpath.environment import Context
from forms.xpath.evaluate import compile_expression
from sync.keys import SigningKey
from sync.signed_values import FUNCTIONS, extract_signed
from tests.support.forms import interview

KEY = SigningKey(bytes(range(32)))
STRANGER = SigningKey(bytes(range(1, 33)))
PUBLIC = base64.b64encode(KEY.verify_key.raw).decode()


def signed(message: bytes) -> str:
    return base64.b64encode(KEY.sign(message) + message).decode()


def test_signed_value_gives_the_message_when_the_signature_is_genuine() -> None:
    assert extract_signed(signed("Mtaa wa Tano 🎃".encode()), PUBLIC) == "Mtaa wa Tano 🎃"


@pytest.mark.parametrize(
    ("contents", "key"),
    [
        (signed(b"five") + "AAAA", PUBLIC),
        (signed(b"five"), base64.b64encode(STRANGER.verify_key.raw).decode()),
        (signed(b"five"), "AAAA"),
        (signed(b"\xff\xfe"), PUBLIC),
        ("not base64", PUBLIC),
        ("", PUBLIC),
    ],
    ids=["changed", "other key", "short key", "no text", "not base64", "nothing"],
)
def test_signed_value_is_empty_when_anything_is_wrong(contents: str, key: str) -> None:
    assert extract_signed(contents, key) == ""


def test_signed_value_is_a_function_of_forms_when_the_caller_hands_it_in() -> None:
    filled = interview("| survey | | | |\n| | type | name | label |\n| | text | a | A |\n")
    environment = filled.context(filled.root_node).environment
    environment.functions = FUNCTIONS  # type: ignore[misc]
    expression = compile_expression(f"extract-signed('{signed(b'five')}', '{PUBLIC}')")
    assert expression.evaluate(Context(filled.root_node, environment)) == "five"
