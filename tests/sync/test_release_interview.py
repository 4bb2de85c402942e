"""One interview from the sheet through the real engine to what leaves and what is sealed."""

from __future__ import annotations

import random
import uuid
from datetime import UTC, datetime

import pytest
from pyxform.xls2xform import convert

from forms.bundle import BundleParts, FormBundle, write_bundle
from forms.engine.instance import Instance
from forms.engine.settings import EngineSettings
from forms.privacy import read_policy
from forms.xform.reader import read_form
from sync.bundles import open_bundle, sign_bundle
from sync.keys import SigningKey
from sync.release.check import check_release
from sync.release.explain import explain
from sync.release.pipeline import release
from sync.vault import open_entry
from tests.sync.privacy_cases import CONTROLLER, KEYS, identity

SHEETS = """
| survey |
| | type | name | label::English (en) | label::Kiswahili (sw) | relevant | calculation | bind::pvy:class | bind::pvy:do |
| | start | start | | | | | C | drop |
| | select_one yn | k_gps | May we record the place? | Turekodi mahali? | | | C | keep |
| | geopoint | gps | Place | Mahali | ${k_gps} = 'yes' | | B | grid:250 |
| | text | name | Name of the head | Jina | | | A | seal |
| | text | note | Note | Maoni | | | D | withhold |
| | integer | people | How many live here? | Wangapi? | | | B | top:6 |
| | begin_repeat | roster | Person | Mtu | | | B | top:6 |
| | text | r_name | Name | Jina | | | A | seal |
| | integer | r_age | Age | Umri | | | B | band:[0,5,18,60] |
| | end_repeat | | | | | | | |
| | select_one w | ws1 | Water | Maji | | | C | ladder:1 |
| | calculate | f_ok | | | | if(${ws1} = 'lake', 'no', 'yes') | C | keep |
| | text | later | Added later | Baadaye | | | | |
| choices |
| | list_name | name | label::English (en) | label::Kiswahili (sw) | gen1 |
| | yn | yes | Yes | Ndiyo | |
| | yn | no | No | Hapana | |
| | w | piped | Piped | Bomba | improved |
| | w | lake | Lake | Ziwa | surface |
| settings |
| | form_id | version | namespaces |
| | house | 1 | pvy="urn:makazi:privacy:1" |
"""  # noqa: E501 -- a sheet is as wide as its columns
CONTROLLERS_KEY = SigningKey(bytes(range(32)))


@pytest.fixture(scope="module")
def bundle() -> FormBundle:
    xml = convert(xlsform=SHEETS, file_type=".md", validate=False).xform.encode()
    digest = read_policy(read_form(xml)).digest
    parts = BundleParts("house", "1", "House", digest, {"form.xml": xml})
    signed = sign_bundle(write_bundle(parts), CONTROLLERS_KEY, [CONTROLLER.recipient.to_text()])
    return open_bundle(signed, CONTROLLERS_KEY.verify_key)


@pytest.fixture
def interview(bundle: FormBundle) -> Instance:
    settings = EngineSettings(
        now=lambda: datetime(2026, 11, 24, 10, tzinfo=UTC),
        timezone=UTC,
        language="",
        random=random.Random(7),
        new_uuid=lambda: str(uuid.uuid4()),
    )
    instance = Instance.new(bundle.definition, settings)
    for ref, text in {
        "/data/k_gps": "yes",
        "/data/gps": "-1.311312 36.787651 1700 4.5",
        "/data/name": "Amina Otieno",
        "/data/note": "come back on market day",
        "/data/people": "9",
        "/data/ws1": "piped",
        "/data/later": "a question of yesterday",
    }.items():
        instance.answer(ref, text)
    for number, age in enumerate(("34", "3"), start=1):
        if number > len(instance.root.rows("roster")):
            instance.add_repeat("/data/roster")
        instance.answer(f"/data/roster[{number}]/r_name", f"Person {number}")
        instance.answer(f"/data/roster[{number}]/r_age", age)
    return instance


def test_interview_leaves_as_its_form_declares(bundle: FormBundle, interview: Instance) -> None:
    released = release(interview.finalise(), bundle, identity(), KEYS)
    answers = dict(released.record.answers)
    assert str(answers.pop("gps")).startswith("32737-250-")
    assert answers == {
        "k_gps": "yes",
        "people": "6",
        "ws1": "improved",
        "f_ok": "yes",
        "roster": ({"r_age": "18-59"}, {"r_age": "0-4"}),
    }
    assert released.vault_entry is not None
    sealed = open_entry(released.vault_entry, [CONTROLLER]).answers
    assert sealed == {
        "name": "Amina Otieno",
        "roster": ({"r_name": "Person 1"}, {"r_name": "Person 2"}),
    }
    assert check_release(released.record.to_bytes(), bundle) == released.record


def test_no_to_the_place_takes_the_place_out(bundle: FormBundle, interview: Instance) -> None:
    interview.answer("/data/k_gps", "no")
    assert "gps" not in release(interview.finalise(), bundle, identity(), KEYS).record.answers
    lines = explain(interview.root, bundle.policy)
    assert "/data/gps" not in {line.path for line in lines}


def test_screen_lists_the_unfinished_interview_in_its_language(
    bundle: FormBundle, interview: Instance
) -> None:
    interview.set_language("Kiswahili (sw)")
    lines = {line.ref: line for line in explain(interview.root, bundle.policy, "sw")}
    fates = {ref: line.key for ref, line in lines.items()}
    assert fates == {
        "/data/start": "fate.stays",
        "/data/k_gps": "fate.keep",
        "/data/gps": "fate.grid",
        "/data/name": "fate.sealed",
        "/data/note": "fate.stays",
        "/data/people": "fate.top",
        "/data/ws1": "fate.ladder",
        "/data/f_ok": "fate.keep",
        "/data/later": "fate.undeclared",
        "/data/roster[1]/r_name": "fate.sealed",
        "/data/roster[1]/r_age": "fate.band",
        "/data/roster[2]/r_name": "fate.sealed",
        "/data/roster[2]/r_age": "fate.band",
    }
    assert lines["/data/people"].label == "Wangapi?"
    assert lines["/data/people"].shown_value == "6"


def test_equal_interviews_release_equal_answers(bundle: FormBundle, interview: Instance) -> None:
    one = release(interview.finalise(), bundle, identity(), KEYS).record
    again = release(interview.finalise(), bundle, identity(), KEYS).record
    assert one.to_bytes() == again.to_bytes()
