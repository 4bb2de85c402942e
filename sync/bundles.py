"""Signs form bundles at the controller's desk, and opens them on a tablet or at the centre.

Both ends call `open_bundle` with the key pinned at enrolment: a server that loosens a policy or
swaps a vault recipient makes a bundle that does not open.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from forms.bundle import FormBundle, read_bundle, read_unsigned_bundle, write_bundle
from forms.errors import BundleError
from forms.problems import Problem
from sync.agefile import Recipient

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sync.keys import SigningKey, VerifyKey


def sign_bundle(data: bytes, key: SigningKey, recipients: Sequence[str]) -> bytes:
    """The bundle in `data` with recipients named and the controller's signature.

    An older signature is replaced: the controller signs what is there now, and has seen it.

    Args:
        data: A bundle as `makazi form build` writes it.
        key: The controller's.
        recipients: age recipients (`age1…`) that vault entries will be sealed to.

    Raises:
        BundleError: XF-501, XF-502; XF-505, XF-506 when the form or its policy is not the
            manifest's; XF-507 when answers are sealed to nobody.
        KeyFormatError: SY-203, when a recipient is not a key.
        PolicyError: The form's privacy declarations are not permitted.
        XFormError: The XForm cannot be read.
    """
    bundle = read_unsigned_bundle(data)
    _check_recipients(bundle, recipients)
    parts = replace(bundle.parts, recipients=tuple(recipients), signer=key.verify_key.to_text())
    return write_bundle(parts, key.sign)


def open_bundle(data: bytes, controller_key: VerifyKey) -> FormBundle:
    """The bundle in `data`, signed by the pinned controller, its form and policy checked.

    Raises:
        BundleError: XF-501 to XF-507.
        KeyFormatError: SY-203, when a recipient is not a key.
        PolicyError: The form's privacy declarations are not permitted.
        XFormError: The XForm cannot be read.
    """
    bundle = read_bundle(data, controller_key.verify)
    _check_recipients(bundle, bundle.recipients)
    return bundle


def _check_recipients(bundle: FormBundle, recipients: Sequence[str]) -> None:
    """Refuse a bundle whose sealed answers nobody, or nobody real, could open."""
    for text in recipients:
        Recipient.from_text(text)
    if bundle.policy.seals and not recipients:
        raise BundleError(
            Problem(
                "XF-507",
                "manifest.json",
                "The form seals answers, and no recipient is named.",
                "Sign it again: makazi vault sign.",
            )
        )
