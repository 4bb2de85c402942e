"""A tablet for presenter tests: a real store, real signed bundles, a clock that stands still."""

from __future__ import annotations

import os
import random
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from forms.bundle import BundleParts, write_bundle
from forms.privacy import read_policy
from forms.xform.reader import read_form
from mobile.ports import Link
from mobile.presenters.form_list import FormList
from mobile.presenters.interview import Interviews
from mobile.presenters.outbox import Outbox
from mobile.presenters.settings import Settings
from mobile.presenters.tablet import Surroundings
from sync.bundles import sign_bundle
from sync.enrolment import SETTING, Enrolment
from sync.keys import SigningKey
from sync.keystore import FileKeystore
from sync.profile import TabletProfile
from sync.wire.hello import Limits
from tests.support.forms import xform
from tests.sync.privacy_cases import CONTROLLER

if TYPE_CHECKING:
    from pathlib import Path

    from mobile.presenters.form_entry import FormEntry

NOON = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
SIGNER = SigningKey(bytes(range(32)))

HOUSE = """
| survey |
| | type | name | label::English (en) | label::Kiswahili (sw) | hint::English (en) | required | relevant | constraint | constraint_message::English (en) | calculation | read_only | bind::pvy:class | bind::pvy:do |
| | text | name | Name of the head | Jina la mkuu | As on a card | | | | | | | A | seal |
| | begin_group | g_water | Water | Maji | | | | | | | | | |
| | select_one w | ws1 | Where does the water come from? | Maji hutoka wapi? | | yes | | | | | | C | ladder:1 |
| | integer | minutes | How many minutes to fetch it? | Dakika ngapi? | | | ${ws1} = 'lake' | . < 600 | Less than ten hours. | | | C | keep |
| | select_multiple w | others | Which others? | Mengine? | | | | | | | | C | keep |
| | end_group | | | | | | | | | | | | |
| | begin_repeat | roster | Person | Mtu | | | | | | | | B | top:6 |
| | text | r_name | Name | Jina | | | | | | | | A | seal |
| | integer | r_age | Age | Umri | | | | . < 130 | | | | B | band:[0,5,18,60] |
| | end_repeat | | | | | | | | | | | | |
| | begin_group | g_rent | Rent | Kodi | | | | | | | | | |
| | decimal | rent | Rent a month | Kodi kwa mwezi | | | | | | | | D | withhold |
| | calculate | year | | | | | | | | ${rent} * 12 | | C | drop |
| | note | sum | A year: ${year} | Mwaka: ${year} | | | | | | | | | |
| | end_group | | | | | | | | | | | | |
| | geopoint | gps | Place | Mahali | | | | | | | | B | grid:250 |
| | date | seen | Day | Siku | | | | | | | | C | week |
| choices |
| | list_name | name | label::English (en) | label::Kiswahili (sw) | gen1 |
| | w | piped | Piped | Bomba | improved |
| | w | lake | Lake | Ziwa | surface |
| settings |
| | form_id | version | form_title | namespaces |
| | house | 1 | House | pvy="urn:makazi:privacy:1" |
"""  # noqa: E501 -- a sheet is as wide as its columns


def bundle_of(markdown: str) -> bytes:
    """The signed bundle of Markdown sheets, as a centre hands it out."""
    xml = xform(markdown)
    form = read_form(xml)
    parts = BundleParts(
        form.form_id, form.version, form.title, read_policy(form).digest, {"form.xml": xml}
    )
    return sign_bundle(write_bundle(parts), SIGNER, [CONTROLLER.recipient.to_text()])


class StandingClock:
    """A clock that moves when it is told to."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> datetime:
        return NOON

    def monotonic_s(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds


def enrolment() -> Enrolment:
    """Of a centre that is not there: nothing listens on the discard port."""
    server = SigningKey(bytes(range(1, 33)))
    device = SigningKey(bytes(range(2, 34)))
    return Enrolment(
        "dagoretti",
        "tablet-7",
        "http://127.0.0.1:9",
        SIGNER.verify_key,
        server.verify_key,
        device,
        "token",
        Limits(1 << 20),
    )


def open_tablet(folder: Path) -> TabletProfile:
    """The tablet in a folder, as the app opens it."""
    return TabletProfile.open(folder, FileKeystore(folder), StandingClock())


def enrolled_tablet(folder: Path, *bundles: bytes) -> TabletProfile:
    """A tablet that has joined a project and holds its forms."""
    tablet = open_tablet(folder)
    tablet.enrolment = enrolment()
    tablet.store.keep_setting(SETTING, tablet.enrolment.to_bytes())
    tablet._shelf.install(bundles, SIGNER.verify_key)
    return tablet


def killed(tablet: TabletProfile) -> None:
    """Let go of a tablet as a killed process does: no checkpoint, no farewell."""
    tablet._database.rows.close()
    os.close(tablet._lock)


def surroundings() -> Surroundings:
    """Chance with a seed."""
    chance = random.Random(7)
    return Surroundings(
        StandingClock(),
        UTC,
        random.Random(1),
        lambda: str(uuid.UUID(int=chance.getrandbits(128), version=4)),
        {"deviceid": "tablet-7"},
    )


@dataclass
class Desk:
    """Presenters over one tablet, as the app wires them."""

    tablet: TabletProfile
    folder: Path
    cable: Link = Link.UNKNOWN

    def __post_init__(self) -> None:
        self.settings = Settings(self.folder / "settings.json")
        self.interviews = Interviews(self.tablet, surroundings())
        self.forms = FormList(self.tablet, self.interviews, self.settings)
        self.outbox = Outbox(self.tablet, self.settings, self)

    def link(self) -> Link:
        """The desk is its own cable."""
        return self.cable

    def begin(self, form_id: str = "house") -> FormEntry:
        entry = self.forms.begin(form_id)
        assert entry is not None, self.forms.view().problem
        return entry

    def resume(self, record_id: str) -> FormEntry:
        entry = self.forms.resume(record_id)
        assert entry is not None, self.forms.view().problem
        return entry


def restarted(desk: Desk) -> Desk:
    """The app after its process was killed and started again."""
    killed(desk.tablet)
    return Desk(open_tablet(desk.folder), desk.folder)
