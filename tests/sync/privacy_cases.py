"""Small policies, answers and strategies for the tests of the first gate."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from forms.bundle import BundleParts, FormBundle
from forms.engine.submission import Row, Submission
from forms.privacy import ChoiceList, Domain, FieldKind
from forms.privacy.declared import DeclaredField
from forms.privacy.policy import policy_of
from forms.privacy.words import CLASS, CONSENT, DO
from sync.agefile import Identity
from sync.release.pipeline import ReleaseIdentity, ReleaseKeys

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forms.privacy import FieldPolicy, Policy

KEYS = ReleaseKeys(bytes(range(32)))
CONTROLLER = Identity(bytes(range(1, 33)))
WATER = ChoiceList(
    ("piped_in", "piped_yard", "borehole", "surface"),
    {
        "piped_in": ("piped", "improved", "any"),
        "piped_yard": ("piped", "improved", "any"),
        "borehole": ("ground", "improved", "any"),
        "surface": ("surface", "unimproved", "any"),
    },
)
YES_NO = ChoiceList(("yes", "no"))


def leaf(
    path: str,
    kind: FieldKind,
    privacy_class: str | None = "C",
    do: str | None = "keep",
    bind_type: str = "string",
    choices: ChoiceList | None = None,
    *,
    repeats: tuple[str, ...] = (),
    consent: str | None = None,
    reads: frozenset[str] | None = None,
    others: Mapping[str, str] | None = None,
) -> DeclaredField:
    stated = {CLASS: privacy_class, DO: do, CONSENT: consent}
    attributes = {key: text for key, text in stated.items() if text is not None}
    attributes |= others or {}
    return DeclaredField(path, repeats, attributes, Domain(kind, bind_type, choices), reads=reads)


def repeat(path: str, do: str | None = None, repeats: tuple[str, ...] = ()) -> DeclaredField:
    attributes = {CLASS: "B", DO: do} if do else {}
    return DeclaredField(path, repeats, attributes, None, is_repeat=True)


def one(
    do: str,
    kind: FieldKind,
    bind_type: str = "string",
    choices: ChoiceList | None = None,
    privacy_class: str = "C",
) -> FieldPolicy:
    """The policy of a form with a single field."""
    return policy_of([leaf("/data/q", kind, privacy_class, do, bind_type, choices)]).fields[0]


ROSTER = ("/data/roster",)
HOUSEHOLD = [
    leaf("/data/name", FieldKind.TEXT, "A", "seal"),
    leaf("/data/phone", FieldKind.TEXT, "A", "pseudonym:tablet"),
    leaf("/data/phone_round", FieldKind.TEXT, "A", "pseudonym:round"),
    leaf("/data/landmark", FieldKind.TEXT, "A", "drop"),
    leaf("/data/note", FieldKind.TEXT, "D", "withhold"),
    leaf("/data/k_gps", FieldKind.CHOICE, choices=YES_NO),
    leaf("/data/gps", FieldKind.POINT, "B", "grid:250", "geopoint", consent="k_gps"),
    leaf("/data/visited", FieldKind.DATE, "C", "week", "date"),
    leaf("/data/born", FieldKind.DATE, "B", "month", "dateTime"),
    leaf("/data/water/ws1", FieldKind.CHOICE, "C", "ladder:2", choices=WATER),
    leaf("/data/water/all", FieldKind.CHOICES, "C", "keep", choices=WATER),
    leaf("/data/people", FieldKind.NUMBER, "B", "top:12", "int"),
    leaf("/data/rent", FieldKind.NUMBER, "B", "round:500 codes=[-9]", "decimal"),
    leaf("/data/rung", FieldKind.CODE, "C", "only:[basic,limited]"),
    repeat("/data/roster", "top:3"),
    leaf("/data/roster/r_name", FieldKind.TEXT, "A", "seal", repeats=ROSTER),
    leaf(
        "/data/roster/r_age", FieldKind.NUMBER, "B", "band:[0,5,18,35,60] codes=[99]", "int",
        repeats=ROSTER,
    ),
    leaf("/data/roster/r_sex", FieldKind.CHOICE, "B", "keep",
         choices=ChoiceList(("female", "male")), repeats=ROSTER),
    leaf("/data/forgotten", FieldKind.TEXT, None, None),
]  # fmt: skip


def bundle_of(policy: Policy, recipients: tuple[str, ...] | None = None) -> FormBundle:
    """A bundle whose form was already read: the first gate looks at its policy only."""
    if recipients is None:
        recipients = (CONTROLLER.recipient.to_text(),)
    parts = BundleParts("household", "1", "Household", policy.digest, {}, recipients)
    bundle = FormBundle(parts, "ab" * 32, signed=True)
    bundle.__dict__["policy"] = policy
    return bundle


def household() -> FormBundle:
    return bundle_of(policy_of(HOUSEHOLD))


def submission(answers: Row, form_id: str = "household") -> Submission:
    return Submission(form_id, "1", f"uuid:{uuid.uuid4()}", b"<data/>", answers)


def identity(**changes: object) -> ReleaseIdentity:
    facts: dict[str, object] = {
        "project": "pilot",
        "record_id": "0b3d1f34-7d55-4b2a-9c1e-2f5a8f3f0a11",
        "revision_id": "5f0c6f7e-7f1c-4a52-8a60-0d9f5f6b2c22",
        "parents": (),
        "week": "2026-W48",
    }
    return ReleaseIdentity(**{**facts, **changes})  # type: ignore[arg-type] -- a table of changes


NUMBERS = st.one_of(
    st.integers(-10, 120).map(str),
    st.integers().map(str),
    st.decimals(allow_nan=False, allow_infinity=False, places=2).map(lambda d: f"{d:f}"),
)
CODES = st.lists(st.sampled_from([*WATER.codes, "foreign", "other"]), min_size=1, max_size=5)
DAYS = st.dates().map(str) | st.datetimes().map(lambda moment: moment.isoformat() + "Z")
POINTS = st.tuples(st.floats(-95, 95, allow_nan=False), st.floats(-185, 185, allow_nan=False)).map(
    lambda p: f"{p[0]} {p[1]} 0 5"
)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)
ANSWERS = st.one_of(NUMBERS, CODES.map(" ".join), DAYS, POINTS, TEXTS)

PEOPLE = st.fixed_dictionaries(
    {},
    optional={
        "/data/roster/r_name": TEXTS,
        "/data/roster/r_age": ANSWERS,
        "/data/roster/r_sex": ANSWERS,
    },
).map(lambda values: Row(values, {}))
LEAVES = [f.path for f in HOUSEHOLD if f.domain is not None and not f.repeats]
HOUSEHOLDS = st.builds(
    Row,
    st.fixed_dictionaries({}, optional=dict.fromkeys(LEAVES, ANSWERS)),
    st.lists(PEOPLE, max_size=6).map(lambda rows: {"/data/roster": tuple(rows)} if rows else {}),
)
