"""The audit log: what was shown when, and answers only when the form asks for them."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest

from forms.engine.audit import AuditEvent, AuditLog, AuditWishes, audit_wishes
from tests.support.forms import form

ASKED = """
| survey | | | | |
| | type | name | label | parameters |
| | audit | audit | | {} |
| | text | a | A | |
"""


class Clock:
    """One second later each time it is asked."""

    def __init__(self) -> None:
        self.at = datetime(1970, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at


def rows(log: AuditLog) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(log.csv().decode())))


@pytest.mark.parametrize(
    ("parameters", "wanted"),
    [
        ("", AuditWishes()),
        ("track-changes=true", AuditWishes(changes=True)),
        ("identify-user=true", AuditWishes(user=True)),
        ("track-changes-reasons=on-form-edit", AuditWishes(reasons=True)),
    ],
)
def test_form_says_what_it_wants_written_down(parameters: str, wanted: AuditWishes) -> None:
    assert audit_wishes(form(ASKED.format(parameters))) == wanted


def test_form_without_audit_wants_nothing() -> None:
    sheet = "| survey | | | |\n| | type | name | label |\n| | text | a | A |\n"
    assert audit_wishes(form(sheet)) is None


def test_question_lasts_until_the_next_is_shown() -> None:
    log = AuditLog(AuditWishes(), Clock())
    log.shown("question", "/data/a")
    log.shown("question", "/data/b")
    assert [(r["node"], r["start"], r["end"]) for r in rows(log)] == [
        ("/data/a", "1000", "2000"),
        ("/data/b", "3000", ""),
    ]


def test_event_of_one_moment_has_no_end() -> None:
    log = AuditLog(AuditWishes(), Clock())
    log.happened("form start")
    log.shown("question", "/data/a")
    assert rows(log)[0] == {"event": "form start", "node": "", "start": "1000", "end": ""}


def test_answers_are_written_when_the_form_asks_and_they_changed() -> None:
    log = AuditLog(AuditWishes(changes=True), Clock())
    log.shown("question", "/data/a", "old")
    log.left("new")
    log.shown("question", "/data/b", "same")
    log.left("same")
    assert [(r["old-value"], r["new-value"]) for r in rows(log)] == [("old", "new"), ("", "")]


def test_answers_are_not_kept_when_the_form_does_not_ask() -> None:
    log = AuditLog(AuditWishes(), Clock(), user="me")
    log.shown("question", "/data/a", "old")
    log.left("new")
    log.happened("change reason", reason="typo")
    assert b"old" not in log.csv()
    assert b"new" not in log.csv()
    assert b"me\n" not in log.csv()
    assert b"typo" not in log.csv()


def test_user_and_reason_are_written_when_the_form_asks() -> None:
    log = AuditLog(AuditWishes(user=True, reasons=True), Clock(), user="me")
    log.happened("change reason", reason="typo")
    (row,) = rows(log)
    assert (row["user"], row["change-reason"]) == ("me", "typo")


def test_event_shows_no_answer_when_it_is_printed() -> None:
    assert "secret" not in repr(AuditEvent("question", "/data/a", 1, 2, "secret", "secret"))
