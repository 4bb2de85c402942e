"""What leaves of a household interview, and what does not, whatever was agreed to."""

from __future__ import annotations

import random
import uuid
from typing import TYPE_CHECKING

import pytest

from forms.bundle import BundleParts, write_bundle
from forms.privacy import read_policy
from server_stub.demo import scripted, synthetic
from sync.agefile import Identity
from sync.bundles import open_bundle, sign_bundle
from sync.keys import SigningKey
from sync.release.check import check_release
from sync.release.pipeline import Released, ReleaseIdentity, ReleaseKeys, release
from sync.vault import open_entry
from tests.domain.interviews import AGREED, interview

if TYPE_CHECKING:
    from forms.authoring.build import BuiltForm
    from forms.bundle import FormBundle
    from forms.engine.instance import Instance

KEYS = ReleaseKeys(bytes(range(32)))
CONTROLLER = Identity(bytes(range(2, 34)))
SIGNER = SigningKey(bytes(range(32)))


@pytest.fixture(scope="module")
def bundle(built: BuiltForm) -> FormBundle:
    form = built.form
    parts = BundleParts(
        form.form_id,
        form.version,
        form.title,
        read_policy(form).digest,
        {"form.xml": built.xml, "indicators.toml": built.indicators},
    )
    signed = sign_bundle(write_bundle(parts), SIGNER, [CONTROLLER.recipient.to_text()])
    return open_bundle(signed, SIGNER.verify_key)


def let_out(instance: Instance, bundle: FormBundle) -> Released:
    identity = ReleaseIdentity("test", str(uuid.uuid4()), str(uuid.uuid4()), (), "2026-W48")
    return release(instance.finalise(), bundle, identity, KEYS)


def whole_interview(bundle: FormBundle) -> Instance:
    instance = interview(bundle.definition, {}, {})
    for ref, text in scripted.scripted_household():
        instance.answer(ref, text)
    return instance


def test_household_lets_no_canary_out_when_everything_was_agreed(bundle: FormBundle) -> None:
    released = let_out(whole_interview(bundle), bundle)
    body = released.record.to_bytes().decode()
    assert not [canary for canary in scripted.CANARIES if canary in body]
    assert check_release(released.record.to_bytes(), bundle) == released.record
    assert str(released.record.answers["consent/c_cell"]).startswith("32631-250-")
    assert released.record.answers["water/water_ladder"] == "basic"


def test_household_seals_the_canaries_to_the_controller(bundle: FormBundle) -> None:
    released = let_out(whole_interview(bundle), bundle)
    assert released.vault_entry is not None
    sealed = open_entry(released.vault_entry, [CONTROLLER]).answers
    assert sealed["consent/p_name"] == scripted.NAME
    assert sealed["consent/p_phone"] == scripted.PHONE
    assert scripted.LATITUDE in str(sealed["consent/c_gps"])


def test_household_bands_ages_and_drops_difficulties(bundle: FormBundle) -> None:
    rows = let_out(whole_interview(bundle), bundle).record.answers["roster"]
    assert not isinstance(rows, str)
    assert [row["r_age"] for row in rows] == ["25-34", "5-14", "0-4"]
    assert {key for row in rows for key in row} == {
        "r_rel", "r_sex", "r_age", "r_usual", "r_slept", "r_dis",
    }  # fmt: skip


def test_household_lets_out_only_the_visit_when_refused(bundle: FormBundle) -> None:
    refused = whole_interview(bundle)
    refused.answer("/data/consent/k_consent", "no")
    refused.answer("/data/consent/k_refuse", "fear_of_eviction")
    released = let_out(refused, bundle)
    assert set(released.record.answers) == {
        "cover/c_mode", "cover/c_settlement", "cover/c_stratum", "cover/c_visit", "cover/c_date",
        "consent/k_read", "consent/k_adult",
        "consent/k_consent", "consent/k_refuse", "consent/visit_result",
    }  # fmt: skip
    assert released.vault_entry is None


def test_household_lets_out_no_answer_when_sharing_was_declined(bundle: FormBundle) -> None:
    unshared = whole_interview(bundle)
    unshared.answer("/data/consent/k_share", "no")
    answers = let_out(unshared, bundle).record.answers
    assert {key.partition("/")[0] for key in answers} == {"cover", "consent"}
    assert "consent/c_cell" not in answers


def test_household_lets_out_no_declined_module(bundle: FormBundle) -> None:
    partial = whole_interview(bundle)
    for gate in ("people", "tenure"):
        partial.answer("/data/consent/k_consent", "partial")
        partial.answer(f"/data/consent/k_{gate}", "no")
    partial.answer("/data/consent/k_gps", "no")
    partial.answer("/data/consent/k_recontact", "no")
    released = let_out(partial, bundle)
    keys = set(released.record.answers)
    assert not [key for key in keys if key.startswith(("tenure/", "roster"))]
    assert "consent/c_cell" not in keys
    assert released.record.answers["results/dep_tenure"] == "unknown"
    assert released.vault_entry is None


def test_household_lets_no_canary_out_of_many_households(bundle: FormBundle) -> None:
    source = random.Random(20261125)
    planted = synthetic.canaries(source, 16)
    for _ in range(40):
        instance = interview(bundle.definition, {}, {})
        for ref, text in synthetic.household(source, planted):
            instance.answer(ref, text)
        body = let_out(instance, bundle).record.to_bytes().decode()
        assert not [canary for canary in planted if canary in body]


def test_household_lets_out_nothing_of_the_desk_when_interviewed(bundle: FormBundle) -> None:
    filled = interview(bundle.definition, {"k_consent": "no"}, AGREED)
    assert "cover/c_hhno" not in let_out(filled, bundle).record.answers
