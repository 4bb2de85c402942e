"""A bundle file: the same parts give the same bytes, and no byte of it changes unseen."""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from dataclasses import replace

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from forms.bundle import (
    FILES_LIMIT,
    BundleParts,
    read_bundle,
    read_unsigned_bundle,
    write_bundle,
)
from forms.errors import BundleError

PARTS = BundleParts(
    "household",
    "2026112401",
    "Household, مسكن",
    "ab" * 32,
    {
        "form.xml": b"<h:html/>",
        "indicators.toml": b"# none\n",
        "media/settlements.csv": b"name,label\nkb,Kibera\n",
        "media/photo one.jpg": bytes(range(256)),
    },
    ("age1example",),
    "mkverify1example",
)


def sign(manifest: bytes) -> bytes:
    """Stands for a signature: this room holds no cryptography, and is told how to judge one."""
    return b"signed:" + zlib.crc32(manifest).to_bytes(4, "big")


def verify(manifest: bytes, signature: bytes) -> bool:
    return signature == sign(manifest)


SIGNED = write_bundle(PARTS, sign)


def test_bundle_reads_back_as_written() -> None:
    bundle = read_bundle(SIGNED, verify)
    assert bundle.parts == PARTS
    assert bundle.signed
    assert (bundle.form_id, bundle.version, bundle.title) == (
        PARTS.form_id, PARTS.version, PARTS.title,
    )  # fmt: skip
    assert bundle.form_xml == b"<h:html/>"
    assert bundle.indicators == b"# none\n"
    assert set(bundle.media) == {"settlements.csv", "photo one.jpg"}
    assert bundle.recipients == ("age1example",)
    assert bundle.files == PARTS.files


def test_same_parts_give_the_same_bytes_in_any_order() -> None:
    files = dict(reversed(list(PARTS.files.items())))
    assert write_bundle(replace(PARTS, files=files), sign) == SIGNED


def test_bundle_is_an_ordinary_zip() -> None:
    with zipfile.ZipFile(io.BytesIO(SIGNED)) as archive:
        assert archive.testzip() is None
        assert archive.read("form.xml") == b"<h:html/>"
        assert json.loads(archive.read("manifest.json"))["format"] == "makazi-bundle/1"


def test_bundle_without_indicators_has_none() -> None:
    parts = replace(PARTS, files={"form.xml": b"<h:html/>"})
    assert read_bundle(write_bundle(parts, sign), verify).indicators == b""


def test_unsigned_bundle_opens_at_the_desk_only() -> None:
    unsigned = write_bundle(PARTS)
    assert not read_unsigned_bundle(unsigned).signed
    with pytest.raises(BundleError) as refused:
        read_bundle(unsigned, verify)
    assert refused.value.code == "XF-503"


def test_bundle_signed_by_somebody_else_is_refused() -> None:
    with pytest.raises(BundleError) as refused:
        read_bundle(SIGNED, lambda manifest, signature: False)
    assert refused.value.code == "XF-504"


def test_bundle_with_any_byte_changed_is_refused() -> None:
    for at in range(len(SIGNED)):
        changed = bytearray(SIGNED)
        changed[at] ^= 0x20
        with pytest.raises(BundleError):
            read_bundle(bytes(changed), verify)


@settings(max_examples=200)
@given(st.integers(0, len(SIGNED) - 1), st.integers(1, 255))
def test_bundle_with_any_bits_changed_is_refused(at: int, bits: int) -> None:
    changed = bytearray(SIGNED)
    changed[at] ^= bits
    with pytest.raises(BundleError):
        read_bundle(bytes(changed), verify)


@given(st.integers(0, len(SIGNED) - 1), st.binary(min_size=1, max_size=20))
def test_bundle_cut_or_lengthened_is_refused(length: int, tail: bytes) -> None:
    for bad in (SIGNED[:length], SIGNED + tail, tail + SIGNED):
        with pytest.raises(BundleError):
            read_bundle(bad, verify)


@given(st.binary(max_size=300))
def test_bytes_that_are_no_bundle_are_refused(data: bytes) -> None:
    with pytest.raises(BundleError) as refused:
        read_bundle(data, verify)
    assert refused.value.code == "XF-501"


@pytest.mark.parametrize(
    "name",
    ["../evil", "/etc/passwd", "media/../x", "media/a/b", "media/.hidden", "readme.txt",
     "manifest.sig", "media/ü.csv", "form.xml/", "media/" + "a" * 101],
)  # fmt: skip
def test_file_name_that_is_not_allowed_is_refused(name: str) -> None:
    with pytest.raises(BundleError) as refused:
        write_bundle(replace(PARTS, files={**PARTS.files, name: b""}))
    assert refused.value.code == "XF-501"


def test_bundle_without_a_form_is_refused() -> None:
    with pytest.raises(BundleError) as refused:
        write_bundle(replace(PARTS, files={"indicators.toml": b""}))
    assert refused.value.code == "XF-501"


def _zipped(entries: dict[str, bytes], compression: int = zipfile.ZIP_STORED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def _manifest(**changes: object) -> bytes:
    document = {**json.loads(PARTS.manifest()), **changes}
    return rfc8785.dumps(document)


FILES = dict(PARTS.files)
STRANGE = {
    "compressed": _zipped({"manifest.json": PARTS.manifest(), **FILES}, zipfile.ZIP_DEFLATED),
    "climbing": _zipped({"manifest.json": PARTS.manifest(), **FILES, "../x": b""}),
    "no manifest": _zipped(FILES),
    "no form": _zipped({"manifest.json": PARTS.manifest()}),
    "crowded": _zipped({f"media/{n}": b"" for n in range(FILES_LIMIT + 1)}),
    "not json": _zipped({"manifest.json": b"{", **FILES}),
    "deep json": _zipped({"manifest.json": b"[" * 200_000, **FILES}),
    "list": _zipped({"manifest.json": b"[]", **FILES}),
    "other format": _zipped({"manifest.json": _manifest(format="makazi-bundle/2"), **FILES}),
    "extra key": _zipped({"manifest.json": _manifest(more=1), **FILES}),
    "title number": _zipped({"manifest.json": _manifest(title=1), **FILES}),
    "recipients text": _zipped({"manifest.json": _manifest(recipients="age1"), **FILES}),
    "recipient number": _zipped({"manifest.json": _manifest(recipients=[1]), **FILES}),
}
CHANGED = {
    "other file": _zipped({"manifest.json": PARTS.manifest(), **FILES, "form.xml": b"<evil/>"}),
    "one more": _zipped({"manifest.json": PARTS.manifest(), **FILES, "media/more": b""}),
    "one less": _zipped({"manifest.json": PARTS.manifest(), "form.xml": FILES["form.xml"]}),
    "times": _zipped({"manifest.json": PARTS.manifest(), **FILES}),
}


@pytest.mark.parametrize("name", STRANGE)
def test_zip_that_is_no_bundle_is_refused(name: str) -> None:
    with pytest.raises(BundleError) as refused:
        read_unsigned_bundle(STRANGE[name])
    assert refused.value.code == "XF-501"


@pytest.mark.parametrize("name", CHANGED)
def test_bundle_with_a_part_changed_added_or_missing_is_refused(name: str) -> None:
    with pytest.raises(BundleError) as refused:
        read_unsigned_bundle(CHANGED[name])
    assert refused.value.code == "XF-502"


def test_bundle_that_is_too_large_is_refused() -> None:
    with pytest.raises(BundleError) as refused:
        read_bundle(bytes((64 << 20) + 1), verify)
    assert refused.value.code == "XF-501"


def test_digest_names_form_policy_and_recipients() -> None:
    digests = {
        read_unsigned_bundle(write_bundle(parts)).digest
        for parts in (
            PARTS,
            replace(PARTS, recipients=()),
            replace(PARTS, policy_digest="cd" * 32),
            replace(PARTS, files={**PARTS.files, "form.xml": b"<other/>"}),
        )
    }
    assert len(digests) == 4
