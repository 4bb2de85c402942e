"""The first gate as a whole: what passes, what is sealed, what never leaves in any byte."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.engine.submission import Row
from forms.privacy import FieldKind
from forms.privacy.policy import policy_of
from sync.agefile import Identity
from sync.errors import ReleaseRefused, VaultError
from sync.release.check import check_release
from sync.release.pipeline import release
from sync.release.record import ReleaseRecord
from sync.release.walk import FateKind
from sync.vault import open_entry
from tests.sync.privacy_cases import (
    ANSWERS,
    CONTROLLER,
    HOUSEHOLD,
    HOUSEHOLDS,
    KEYS,
    bundle_of,
    household,
    identity,
    leaf,
    repeat,
    submission,
)

BUNDLE = household()
FAMILY = Row(
    {
        "/data/name": "Amina Otieno",
        "/data/phone": "0712 345 678",
        "/data/phone_round": "0712345678",
        "/data/landmark": "behind the blue kiosk",
        "/data/note": "asked us to come back after the market",
        "/data/k_gps": "yes",
        "/data/gps": "-1.311312 36.787651 1700 4.5",
        "/data/visited": "2026-11-24",
        "/data/born": "1986-02-03T00:00:00Z",
        "/data/water/ws1": "piped_yard",
        "/data/water/all": "surface piped_in",
        "/data/people": "14",
        "/data/rent": "3250",
        "/data/rung": "unimproved",
        "/data/forgotten": "a field added after the policy",
    },
    {
        "/data/roster": tuple(
            Row({"/data/roster/r_name": f"Person {n}", "/data/roster/r_age": age}, {})
            for n, age in enumerate(["34", "99", "4", "1", "0"])
        )
    },
)


def test_release_shows_what_the_policy_lets_through_and_nothing_else() -> None:
    record = release(submission(FAMILY), BUNDLE, identity(), KEYS).record
    answers = dict(record.answers)
    assert len(str(answers.pop("phone"))) == 32
    assert str(answers.pop("gps")).startswith("32737-250-")
    assert answers == {
        "k_gps": "yes",
        "visited": "2026-W48",
        "born": "1986-02",
        "water/ws1": "improved",
        "water/all": "piped_in surface",
        "people": "12",
        "rent": "3500",
        "rung": "other",
        "roster": ({"r_age": "18-34"}, {"r_age": "99"}, {"r_age": "0-4"}),
    }


def test_vault_holds_what_identifies_and_opens_for_the_controller_only() -> None:
    released = release(submission(FAMILY), BUNDLE, identity(), KEYS)
    assert released.vault_entry is not None
    entry = open_entry(released.vault_entry, [CONTROLLER])
    assert entry.revision_id == released.record.revision_id
    assert entry.answers["name"] == "Amina Otieno"
    assert entry.answers["phone_round"] == "0712345678"
    assert [row["r_name"] for row in entry.answers["roster"] if not isinstance(row, str)] == [
        f"Person {n}" for n in range(5)
    ]
    with pytest.raises(VaultError):
        open_entry(released.vault_entry, [Identity.generate()])


def test_vault_entry_does_not_name_its_release_outside_the_sealed_part() -> None:
    released = release(submission(FAMILY), BUNDLE, identity(), KEYS)
    assert released.vault_entry is not None
    for link in (released.record.record_id, released.record.revision_id, "household", "pilot"):
        assert link.encode() not in released.vault_entry


def test_no_identifying_answer_is_in_any_released_byte() -> None:
    released = release(submission(FAMILY), BUNDLE, identity(), KEYS)
    line = released.record.to_bytes() + (released.vault_entry or b"")
    withheld = ["name", "landmark", "note", "gps", "forgotten", "phone", "phone_round"]
    for name in withheld:
        for word in FAMILY.values[f"/data/{name}"].split():
            if len(word) > 3:
                assert word.encode() not in line
    assert b"Person" not in line


def test_place_does_not_leave_when_it_was_not_agreed_to() -> None:
    refused = Row({**FAMILY.values, "/data/k_gps": "no"}, {})
    released = release(submission(refused), BUNDLE, identity(), KEYS)
    assert "gps" not in released.record.answers
    fates = {fate.path: fate.kind for fate in released.fates}
    assert fates["/data/gps"] is FateKind.NOT_AGREED


def test_place_does_not_leave_when_nobody_asked() -> None:
    silent = Row({"/data/gps": FAMILY.values["/data/gps"]}, {})
    assert dict(release(submission(silent), BUNDLE, identity(), KEYS).record.answers) == {}


def test_consent_of_a_person_rules_that_persons_answers() -> None:
    inside = ("/data/p",)
    yes_no = HOUSEHOLD[5].domain
    assert yes_no is not None
    policy = policy_of(
        [
            repeat("/data/p"),
            leaf("/data/p/ok", FieldKind.CHOICE, choices=yes_no.choices, repeats=inside),
            leaf("/data/p/age", FieldKind.NUMBER, "B", "band:[18]", "int", repeats=inside,
                 consent="ok"),
            leaf("/data/p/name", FieldKind.TEXT, "A", "seal", repeats=inside, consent="ok"),
        ]
    )  # fmt: skip
    rows = tuple(
        Row({"/data/p/ok": ok, "/data/p/age": "30", "/data/p/name": "N"}, {})
        for ok in ("yes", "no")
    )
    released = release(submission(Row({}, {"/data/p": rows})), bundle_of(policy), identity(), KEYS)
    assert released.record.answers["p"] == ({"ok": "yes", "age": "18+"}, {"ok": "no"})
    assert released.vault_entry is not None
    entry = open_entry(released.vault_entry, [CONTROLLER])
    assert entry.answers == {"p": ({"name": "N"}, {})}


def test_nested_repeats_keep_their_rows_and_their_tops() -> None:
    outer, inner = "/data/building", "/data/building/flat"
    policy = policy_of(
        [
            repeat(outer, "top:2"),
            repeat(inner, "top:1", (outer,)),
            leaf(f"{inner}/rooms", FieldKind.NUMBER, "B", "top:4", "int", repeats=(outer, inner)),
        ]
    )
    flats = tuple(Row({f"{inner}/rooms": str(n)}, {}) for n in (3, 9))
    buildings = tuple(Row({}, {inner: flats}) for _ in range(3))
    bundle = bundle_of(policy, ())
    released = release(submission(Row({}, {outer: buildings})), bundle, identity(), KEYS)
    row = {"flat": ({"rooms": "3"},)}
    assert released.record.answers == {"building": (row, row)}
    assert check_release(released.record.to_bytes(), bundle) == released.record
    assert released.fates[1].ref == "/data/building[1]/flat[2]/rooms"


def test_repeat_with_nothing_to_show_hides_even_its_number_of_rows() -> None:
    policy = policy_of(
        [
            repeat("/data/p"),
            leaf("/data/p/name", FieldKind.TEXT, "A", "seal", repeats=("/data/p",)),
        ]
    )
    rows = tuple(Row({"/data/p/name": name}, {}) for name in ("A", "B"))
    released = release(submission(Row({}, {"/data/p": rows})), bundle_of(policy), identity(), KEYS)
    assert released.record.answers == {}


def test_interview_without_identifiers_has_no_vault_entry() -> None:
    row = Row({"/data/people": "3"}, {})
    assert release(submission(row), BUNDLE, identity(), KEYS).vault_entry is None


def test_release_without_a_recipient_stops_rather_than_lose_an_identifier() -> None:
    bundle = bundle_of(policy_of(HOUSEHOLD), ())
    with pytest.raises(VaultError) as refused:
        release(submission(FAMILY), bundle, identity(), KEYS)
    assert refused.value.code == "SY-205"


@pytest.mark.parametrize(
    "changes",
    [
        {"project": "a/b"},
        {"week": "2026-11-24"},
        {"revision_id": "12ab34cd-0000-1000-8000-00000000000a"},
        {"record_id": "household 17"},
        {"parents": ("not a uuid",)},
    ],
)
def test_release_refuses_an_identity_that_could_tell_more(changes: dict[str, object]) -> None:
    with pytest.raises(ReleaseRefused) as refused:
        release(submission(FAMILY), BUNDLE, identity(**changes), KEYS)
    assert refused.value.code == "SY-209"


def test_release_refuses_an_interview_of_another_form() -> None:
    with pytest.raises(ReleaseRefused) as refused:
        release(submission(FAMILY, "waste"), BUNDLE, identity(), KEYS)
    assert refused.value.code == "SY-208"


def test_neither_a_record_nor_its_vault_entry_shows_an_answer_in_repr() -> None:
    released = release(submission(FAMILY), BUNDLE, identity(), KEYS)
    assert released.vault_entry is not None
    entry = open_entry(released.vault_entry, [CONTROLLER])
    for text in ("3500", "improved", "Amina", "Person"):
        assert text not in repr(released) + repr(entry)


@given(HOUSEHOLDS)
def test_equal_inputs_release_equal_bytes(answers: Row) -> None:
    one = release(submission(answers), BUNDLE, identity(), KEYS).record
    two = release(submission(answers), BUNDLE, identity(), KEYS).record
    assert one.to_bytes() == two.to_bytes()


@given(HOUSEHOLDS)
def test_whatever_is_released_passes_the_check_at_the_centre(answers: Row) -> None:
    record = release(submission(answers), BUNDLE, identity(), KEYS).record
    assert check_release(record.to_bytes(), BUNDLE) == record


@given(HOUSEHOLDS)
def test_released_keys_are_keys_of_the_policy(answers: Row) -> None:
    allowed = {f.key for f in BUNDLE.policy.fields if f.treatment.releases}
    record = release(submission(answers), BUNDLE, identity(), KEYS).record
    assert set(record.answers) <= allowed | {"roster"}
    for row in record.answers.get("roster", ()):
        assert isinstance(row, str) or set(row) <= allowed


@given(st.text("XYZQ", min_size=8, max_size=12), st.sampled_from(
    [f.path for f in BUNDLE.policy.fields if f.privacy_class == "A" and not f.repeats]
    + ["/data/forgotten", "/data/note", "/data/added/later"]
))  # fmt: skip
def test_planted_text_is_in_no_released_byte(canary: str, path: str) -> None:
    row = Row({"/data/people": "3", path: canary}, {})
    released = release(submission(row), BUNDLE, identity(), KEYS)
    assert canary.encode() not in released.record.to_bytes() + (released.vault_entry or b"")


@given(HOUSEHOLDS, ANSWERS)
def test_undeclared_answers_change_nothing(answers: Row, extra: str) -> None:
    more = Row({**answers.values, "/data/new_question": extra}, answers.repeats)
    plain = release(submission(answers), BUNDLE, identity(), KEYS).record
    assert release(submission(more), BUNDLE, identity(), KEYS).record == plain


@given(HOUSEHOLDS)
def test_every_answer_has_a_fate(answers: Row) -> None:
    fates = release(submission(answers), BUNDLE, identity(), KEYS).fates
    rows = answers.repeats.get("/data/roster", ())
    expected = [*answers.values, *(path for row in rows for path in row.values)]
    assert sorted(fate.path for fate in fates) == sorted(expected)


def test_record_reads_back_from_its_bytes() -> None:
    parent = "7a1f9a0e-52a8-4d0f-9d5e-0f1d7f4d3d33"
    record = release(submission(FAMILY), BUNDLE, identity(parents=(parent,)), KEYS).record
    back = ReleaseRecord.from_bytes(record.to_bytes())
    assert back == record
    assert back.content_hash == record.content_hash
    assert replace(record, week="2026-W49").content_hash != record.content_hash
