"""The controller's desk on a real form: keys, signatures, recipients, and opening an entry."""

from __future__ import annotations

import json
import stat
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from pyxform.xls2xform import convert

from forms.bundle import BundleParts, read_bundle, read_unsigned_bundle, write_bundle
from forms.engine.submission import Row
from forms.errors import BundleError, PolicyError
from forms.privacy import read_policy
from forms.xform.reader import read_form
from sync.agefile import Identity, seal
from sync.bundles import open_bundle, sign_bundle
from sync.errors import KeyFormatError, VaultError
from sync.keys import SigningKey
from sync.release.pipeline import release
from sync.vault import main, open_entry
from sync.vault.keyfiles import read_secret
from sync.wire.canonical import canonical_json
from tests.sync.privacy_cases import CONTROLLER, KEYS, identity, submission

if TYPE_CHECKING:
    from pathlib import Path

    from sync.wire.canonical import Json

FORM = """
| survey |
| | type | name | label | bind::pvy:class | bind::pvy:do |
| | text | name | Name | A | {do} |
| | integer | people | How many? | B | top:12 |
| settings |
| | form_id | version | namespaces |
| | household | 1 | pvy="urn:makazi:privacy:1" |
"""
RECIPIENT = CONTROLLER.recipient.to_text()
KEY = SigningKey(bytes(range(32)))


def parts(do: str = "seal") -> BundleParts:
    xml = convert(xlsform=FORM.format(do=do), file_type=".md", validate=False).xform.encode()
    digest = read_policy(read_form(xml)).digest
    return BundleParts("household", "1", "Household", digest, {"form.xml": xml})


UNSIGNED = write_bundle(parts())


def test_signed_bundle_opens_with_the_controllers_key() -> None:
    bundle = open_bundle(sign_bundle(UNSIGNED, KEY, [RECIPIENT]), KEY.verify_key)
    assert bundle.recipients == (RECIPIENT,)
    assert bundle.parts.signer == KEY.verify_key.to_text()
    assert bundle.policy.seals
    assert bundle.definition.form_id == "household"


def test_interview_released_with_the_signed_bundle_opens_at_the_desk() -> None:
    bundle = open_bundle(sign_bundle(UNSIGNED, KEY, [RECIPIENT]), KEY.verify_key)
    answers = Row({"/data/name": "Amina Otieno", "/data/people": "14"}, {})
    released = release(submission(answers), bundle, identity(), KEYS)
    assert released.record.answers == {"people": "12"}
    assert released.vault_entry is not None
    assert open_entry(released.vault_entry, [CONTROLLER]).answers == {"name": "Amina Otieno"}


def test_bundle_of_another_controller_is_refused() -> None:
    signed = sign_bundle(UNSIGNED, SigningKey.generate(), [RECIPIENT])
    with pytest.raises(BundleError) as refused:
        open_bundle(signed, KEY.verify_key)
    assert refused.value.code == "XF-504"


def _resigned(changed: BundleParts) -> bytes:
    return write_bundle(changed, KEY.sign)


def test_bundle_whose_policy_was_loosened_after_signing_is_refused() -> None:
    loose = replace(parts("drop"), policy_digest=parts("seal").policy_digest)
    for bundle in (_resigned(loose), write_bundle(loose)):
        with pytest.raises(BundleError) as refused:
            sign_bundle(bundle, KEY, [RECIPIENT])
        assert refused.value.code == "XF-506"


@pytest.mark.parametrize("change", [{"form_id": "waste"}, {"version": "2"}])
def test_bundle_that_names_another_form_than_it_holds_is_refused(change: dict[str, str]) -> None:
    with pytest.raises(BundleError) as refused:
        open_bundle(_resigned(replace(parts("drop"), **change)), KEY.verify_key)  # type: ignore[arg-type] -- a table of changes
    assert refused.value.code == "XF-505"


def test_bundle_that_seals_to_nobody_is_refused_by_signer_and_reader() -> None:
    with pytest.raises(BundleError) as refused:
        sign_bundle(UNSIGNED, KEY, [])
    assert refused.value.code == "XF-507"
    with pytest.raises(BundleError) as refused:
        open_bundle(_resigned(parts()), KEY.verify_key)
    assert refused.value.code == "XF-507"


def test_bundle_without_sealed_answers_needs_no_recipient() -> None:
    signed = sign_bundle(write_bundle(parts("drop")), KEY, [])
    assert open_bundle(signed, KEY.verify_key).recipients == ()


def test_recipient_that_is_no_key_is_refused() -> None:
    with pytest.raises(KeyFormatError):
        sign_bundle(UNSIGNED, KEY, ["age1nobody"])


def test_form_that_is_not_declared_as_it_must_be_is_not_signed() -> None:
    xml = convert(xlsform=FORM.format(do="keep"), file_type=".md", validate=False).xform.encode()
    bad = BundleParts("household", "1", "Household", "ab" * 32, {"form.xml": xml})
    with pytest.raises(PolicyError) as refused:
        sign_bundle(write_bundle(bad), KEY, [RECIPIENT])
    assert refused.value.code == "XF-406"


# ---- the command -----------------------------------------------------------------------------


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    assert main(["keygen", "--keys", str(tmp_path / "keys")]) == 0
    (tmp_path / "household.bundle").write_bytes(UNSIGNED)
    return tmp_path


def test_keygen_writes_files_that_only_their_owner_reads(desk: Path) -> None:
    files = sorted((desk / "keys").iterdir())
    assert len(files) == 4
    assert all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in files)


def test_show_prints_one_public_half_alone_when_asked(
    desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keys = str(desk / "keys")
    capsys.readouterr()
    assert main(["show", "--keys", keys, "--field", "verify-key"]) == 0
    text = capsys.readouterr().out.strip()
    assert text == (desk / "keys" / "controller.pub").read_text(encoding="ascii").strip()
    assert main(["show", "--keys", keys]) == 0
    shown = capsys.readouterr().out
    assert text in shown
    assert "age1" in shown
    assert "SECRET" not in shown.upper().replace("MKSECRET1", "SECRET")


def test_keygen_never_overwrites_a_key(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = {file: file.read_bytes() for file in (desk / "keys").iterdir()}
    assert main(["keygen", "--keys", str(desk / "keys")]) == 1
    assert {file: file.read_bytes() for file in (desk / "keys").iterdir()} == before
    assert "SY-214" in capsys.readouterr().err


def test_keygen_does_not_print_a_secret(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["keygen", "--keys", str(tmp_path / "keys")])
    printed = capsys.readouterr()
    for file in ("bundle-sign.key", "vault-identity.key"):
        assert read_secret(tmp_path / "keys" / file) not in printed.out + printed.err


def test_desk_signs_verifies_and_opens(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    keys, file = str(desk / "keys"), str(desk / "household.bundle")
    custodian = Identity.generate()
    extra = ["--recipient", custodian.recipient.to_text()]
    assert main(["sign", file, "--keys", keys, *extra]) == 0
    public = read_secret(desk / "keys" / "controller.pub")
    assert main(["verify", file, "--key", public]) == 0
    bundle = read_bundle((desk / "household.bundle").read_bytes(), lambda *_: True)
    answers = Row({"/data/name": "Amina Otieno"}, {})
    sealed = release(submission(answers), bundle, identity(), KEYS).vault_entry
    assert sealed is not None
    (desk / "one.age").write_bytes(sealed)
    capsys.readouterr()
    assert main(["open", str(desk / "one.age"), "--keys", keys]) == 0
    assert json.loads(capsys.readouterr().out)["answers"] == {"name": "Amina Otieno"}
    assert open_entry(sealed, [custodian]).answers == {"name": "Amina Otieno"}


def test_desk_writes_elsewhere_when_asked(desk: Path) -> None:
    out = desk / "signed.bundle"
    file = desk / "household.bundle"
    assert main(["sign", str(file), "--keys", str(desk / "keys"), "-o", str(out)]) == 0
    assert file.read_bytes() == UNSIGNED
    assert not read_unsigned_bundle(file.read_bytes()).recipients
    assert len(read_unsigned_bundle(out.read_bytes()).recipients) == 1


def _refusal(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    assert main(arguments) == 1
    return capsys.readouterr().err.split()[0]


def test_desk_refuses_what_it_cannot_use(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    keys, file = str(desk / "keys"), str(desk / "household.bundle")
    stranger = KEY.verify_key.to_text()
    assert _refusal(["verify", file, "--key", stranger], capsys) == "XF-503"
    assert main(["sign", file, "--keys", keys]) == 0
    assert _refusal(["verify", file, "--key", stranger], capsys) == "XF-504"
    assert _refusal(["verify", file, "--key", "mkverify1x"], capsys) == "SY-203"
    assert _refusal(["open", file, "--keys", keys], capsys) == "SY-206"
    assert _refusal(["open", str(desk / "none"), "--keys", keys], capsys) == "SY-214"
    assert _refusal(["sign", file, "--keys", str(desk / "none")], capsys) == "SY-214"
    unwritable = str(desk / "no" / "folder.bundle")
    assert _refusal(["sign", file, "--keys", keys, "-o", unwritable], capsys) == "SY-214"
    (desk / "file").write_text("x", encoding="ascii")
    assert _refusal(["keygen", "--keys", str(desk / "file")], capsys) == "SY-214"


def test_key_file_that_others_can_read_is_refused(
    desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (desk / "keys" / "vault-identity.key").chmod(0o640)
    capsys.readouterr()
    file = str(desk / "household.bundle")
    assert _refusal(["sign", file, "--keys", str(desk / "keys")], capsys) == "SY-214"


def test_key_file_that_is_not_text_is_refused(desk: Path) -> None:
    path = desk / "keys" / "bundle-sign.key"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(VaultError) as refused:
        read_secret(path)
    assert refused.value.code == "SY-214"


def test_usage_is_asked_for() -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["burn"])
    assert stopped.value.code == 2


# ---- entries ---------------------------------------------------------------------------------


ENTRY: dict[str, Json] = {
    "format": "makazi-vault/1",
    "answers": {},
    "padding": "",
    **dict.fromkeys(
        ["project", "form_id", "form_version", "bundle", "record_id", "revision_id", "week"], ""
    ),
}


@pytest.mark.parametrize(
    "plain",
    [
        b"not json",
        b"{}",
        json.dumps(ENTRY).encode(),
        canonical_json({**ENTRY, "format": "makazi-vault/9"}),
        canonical_json({**ENTRY, "answers": {"a": 1}}),
        canonical_json({**ENTRY, "answers": {"a": ["x"]}}),
    ],
)
def test_age_file_that_is_no_vault_entry_is_refused(plain: bytes) -> None:
    with pytest.raises(VaultError) as refused:
        open_entry(seal(plain, [CONTROLLER.recipient]), [CONTROLLER])
    assert refused.value.code == "SY-206"


def test_entries_of_small_and_large_households_have_one_size() -> None:
    bundle = open_bundle(sign_bundle(UNSIGNED, KEY, [RECIPIENT]), KEY.verify_key)
    sizes = set()
    for name in ("A", "A" * 300):
        sealed = release(
            submission(Row({"/data/name": name}, {})), bundle, identity(), KEYS
        ).vault_entry
        sizes.add(len(sealed or b""))
    assert len(sizes) == 1
