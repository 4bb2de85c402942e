"""A tablet for presenter tests: a real store in a folder, real bundles, a clock that stands still."""

from __future__ import annotations

import itertools
import random
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from forms.bundle import BundleParts, FormBundle, write_bundle
from forms.privacy import read_policy
from forms.problems import Problem
from forms.xform.reader import read_form
from mobile.presenters.interview import Interviews
from mobile.presenters.settings import Settings
from mobile.presenters.tablet import Surroundings
from sync.blobs import BlobCipher
from sync.bundles import open_bundle, sign_bundle
from sync.database import open_database
from sync.errors import StoreError
from sync.keys import SigningKey
from sync.release.pipeline import Released, ReleaseIdentity, ReleaseKeys, release
from sync.store import TabletStore
from tests.support.forms import xform
from tests.sync.privacy_cases import CONTROLLER

if TYPE_CHECKING:
    from pathlib import Path

    from forms.engine.submission import Submission

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


def bundle_of(markdown: str) -> FormBundle:
    """The signed bundle of Markdown sheets."""
    xml = xform(markdown)
    form = read_form(xml)
    parts = BundleParts(
        form.form_id, form.version, form.title, read_policy(form).digest, {"form.xml": xml}
    )
    signed = sign_bundle(write_bundle(parts), SIGNER, [CONTROLLER.recipient.to_text()])
    return open_bundle(signed, SIGNER.verify_key)


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


@dataclass
class FolderTablet:
    """A profile as the presenters know it, over a real store."""

    folder: Path
    installed: list[FormBundle]
    key: bytes = field(default_factory=BlobCipher.new_key)

    def __post_init__(self) -> None:
        self.database = open_database(self.folder / "tablet.db", NOON)
        self.store = TabletStore(self.database, BlobCipher(self.key))

    def bundles(self) -> tuple[FormBundle, ...]:
        return tuple(self.installed)

    def bundle(self, digest: str) -> FormBundle:
        for each in self.installed:
            if each.digest == digest:
                return each
        raise StoreError(Problem("SY-107", digest, "no such bundle"))

    def finalise(self, record_id: str, submission: Submission, bundle: FormBundle) -> Released:
        identity = ReleaseIdentity(
            "dagoretti",
            record_id,
            submission.instance_id.removeprefix("uuid:"),
            (),
            "2026-W48",
        )
        released = release(submission, bundle, identity, ReleaseKeys(bytes(32)))
        self.store.keep_revision(released, NOON)
        return released

    def again(self) -> FolderTablet:
        """The tablet after its process was killed and started again."""
        self.database.rows.close()
        return FolderTablet(self.folder, self.installed, self.key)


def surroundings() -> Surroundings:
    """Chance with a seed."""
    chance = random.Random(7)
    turn = itertools.count()
    return Surroundings(
        StandingClock(),
        UTC,
        random.Random(1),
        lambda: str(uuid.UUID(int=chance.getrandbits(128) ^ next(turn), version=4)),
        {"deviceid": "tablet-7"},
    )


def interviews(tablet: FolderTablet) -> Interviews:
    return Interviews(tablet, surroundings())


def app_settings(tablet: FolderTablet) -> Settings:
    return Settings(tablet.folder / "settings.json")
