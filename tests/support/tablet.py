"""A tablet that belongs to a survey, made without a network, for tests of the window."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pyxform.xls2xform import convert

from forms.authoring.build import build_form, bundle_bytes
from forms.bundle import BundleParts, write_bundle
from forms.privacy import read_policy
from forms.xform.reader import read_form
from sync.agefile import Identity
from sync.bundles import sign_bundle
from sync.enrolment import SETTING, Enrolment
from sync.keys import SigningKey
from sync.keystore import FileKeystore
from sync.profile import TabletProfile
from sync.wire.hello import Limits

if TYPE_CHECKING:
    from collections.abc import Sequence

CONTROLLER = SigningKey(bytes(range(32)))
SERVER = SigningKey(bytes(range(1, 33)))
VAULT = Identity(bytes(range(2, 34)))
HOUSEHOLD = Path(__file__).resolve().parents[2] / "forms" / "library" / "household"


def signed(parts: bytes) -> bytes:
    """A bundle signed by the controller of these tests, its vault sealed to one key."""
    return sign_bundle(parts, CONTROLLER, [VAULT.recipient.to_text()])


def bundle_of(sheets: str, title: str = "Small form") -> bytes:
    """A signed bundle of Markdown sheets."""
    xml = convert(xlsform=sheets, file_type=".md", validate=False).xform.encode()
    form = read_form(xml)
    digest = read_policy(form).digest
    return signed(
        write_bundle(BundleParts(form.form_id, form.version, title, digest, {"form.xml": xml}))
    )


def household_bundle() -> bytes:
    """The household form of the library, built and signed."""
    return signed(bundle_bytes(build_form(HOUSEHOLD)))


def enrolled_tablet(folder: Path, bundles: Sequence[bytes]) -> None:
    """Make a tablet in a folder that has joined a survey and has these forms; then close it."""
    profile = TabletProfile.open(folder, FileKeystore(folder))
    try:
        profile.store.keep_setting(SETTING, _enrolment().to_bytes())
        profile._shelf.install(list(bundles), CONTROLLER.verify_key)
    finally:
        profile.close()


def _enrolment() -> Enrolment:
    """As a server at a port where nobody listens would have given it."""
    return Enrolment(
        "pilot",
        "tablet-7",
        "http://127.0.0.1:9",
        CONTROLLER.verify_key,
        SERVER.verify_key,
        SigningKey(bytes(range(3, 35))),
        "t" * 43,
        Limits(),
    )
