"""The form bundle: everything that a tablet or a centre needs to run one form, as one file.

A bundle is a ZIP without compression whose bytes follow from its content: it is read, written again
and compared, so that no byte of it can change unseen, not even one that unpackers ignore. The
signature covers the manifest, the manifest covers every file. This room holds no cryptography: who
reads a bundle passes in how a signature is judged.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final

import rfc8785

from forms.errors import BundleError
from forms.privacy import read_policy
from forms.problems import Problem
from forms.xform.reader import read_form

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from forms.definition import FormDefinition
    from forms.privacy import Policy

FORMAT: Final = "makazi-bundle/1"
MANIFEST: Final = "manifest.json"
SIGNATURE: Final = "manifest.sig"
FORM: Final = "form.xml"
INDICATORS: Final = "indicators.toml"
MEDIA: Final = "media/"
FILE_NAME: Final = re.compile(r"form\.xml|indicators\.toml|media/[A-Za-z0-9][A-Za-z0-9._ -]{0,99}")
"""Names that a bundle may hold: no folders within, nothing that climbs out."""
BUNDLE_LIMIT: Final = 64 << 20
"""Largest bundle in bytes. Source: our limit; a form with lists has about 1 MB."""
FILES_LIMIT: Final = 500
_KEYS: Final = {
    "format", "form_id", "version", "title", "files", "policy_digest", "recipients", "signer",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class BundleParts:
    """What a bundle is made of.

    Attributes:
        form_id: The form's id, as its XForm says.
        version: The form's version, as its XForm says.
        title: The form's title.
        policy_digest: `Policy.digest` of the form.
        files: Content by name: `form.xml`, `indicators.toml`, `media/<name>`.
        recipients: age recipients that vault entries are sealed to.
        signer: Text of the key that signs; empty when unsigned.
    """

    form_id: str
    version: str
    title: str
    policy_digest: str
    files: Mapping[str, bytes] = field(repr=False)
    recipients: tuple[str, ...] = ()
    signer: str = ""

    def manifest(self) -> bytes:
        """The canonical JSON that is signed. Source: RFC 8785."""
        return rfc8785.dumps(
            {
                "format": FORMAT,
                "form_id": self.form_id,
                "version": self.version,
                "title": self.title,
                "policy_digest": self.policy_digest,
                "files": {n: hashlib.sha256(b).hexdigest() for n, b in self.files.items()},
                "recipients": list(self.recipients),
                "signer": self.signer,
            }
        )


@dataclass(frozen=True)
class FormBundle:
    """A bundle that was read and whose every byte was checked.

    Attributes:
        parts: What it is made of.
        digest: SHA-256 (hex) of the manifest: names this bundle, its form, policy and recipients.
        signed: Whether the caller's judge accepted its signature.
    """

    parts: BundleParts
    digest: str
    signed: bool

    @property
    def form_id(self) -> str:
        """The form's id."""
        return self.parts.form_id

    @property
    def version(self) -> str:
        """The form's version."""
        return self.parts.version

    @property
    def title(self) -> str:
        """The form's title."""
        return self.parts.title

    @property
    def recipients(self) -> tuple[str, ...]:
        """The age recipients of the vault."""
        return self.parts.recipients

    @property
    def files(self) -> Mapping[str, bytes]:
        """Content by name."""
        return self.parts.files

    @property
    def form_xml(self) -> bytes:
        """The XForm."""
        return self.parts.files[FORM]

    @property
    def indicators(self) -> bytes:
        """`indicators.toml`, or nothing."""
        return self.parts.files.get(INDICATORS, b"")

    @property
    def media(self) -> Mapping[str, bytes]:
        """Media and external choice lists by file name, as `read_form` takes them."""
        files = self.parts.files
        return {n.removeprefix(MEDIA): b for n, b in files.items() if n.startswith(MEDIA)}

    @cached_property
    def definition(self) -> FormDefinition:
        """The form, read once.

        Raises:
            XFormError: The XForm cannot be read.
            BundleError: XF-505, when it is another form than the manifest says.
        """
        form = read_form(self.form_xml, self.media)
        if (form.form_id, form.version) != (self.form_id, self.version):
            raise _refused(
                "XF-505", FORM, "The form has another id or version than the manifest says."
            )
        return form

    @cached_property
    def policy(self) -> Policy:
        """The privacy policy of the form, read and checked once.

        Raises:
            XFormError: The XForm cannot be read.
            PolicyError: A field is not declared as it must be.
            BundleError: XF-506, when the digest is not the one that was signed.
        """
        policy = read_policy(self.definition)
        if policy.digest != self.parts.policy_digest:
            raise _refused(
                "XF-506", MANIFEST, "The form's privacy policy is not the one that was signed."
            )
        return policy


def write_bundle(parts: BundleParts, sign: Callable[[bytes], bytes] | None = None) -> bytes:
    """The bundle file of `parts`; the same parts always give the same bytes.

    Args:
        parts: What goes in.
        sign: Returns the signature over the manifest; without it the bundle is unsigned, and no
            tablet takes it.

    Raises:
        BundleError: XF-501, when a name is not allowed or the form is missing.
    """
    if FORM not in parts.files or not all(FILE_NAME.fullmatch(name) for name in parts.files):
        raise _refused("XF-501", "bundle", "A file name is not allowed, or form.xml is missing.")
    manifest = parts.manifest()
    entries = {MANIFEST: manifest}
    if sign is not None:
        entries[SIGNATURE] = sign(manifest)
    return _zip(entries | {name: parts.files[name] for name in sorted(parts.files)})


def read_bundle(data: bytes, verify: Callable[[bytes, bytes], bool]) -> FormBundle:
    """The signed bundle in `data`.

    Args:
        data: The file.
        verify: Tells whether `(manifest, signature)` is genuine, with the pinned key.

    Raises:
        BundleError: XF-501 not a bundle, XF-502 a part is missing or was changed, XF-503 unsigned,
            XF-504 the signature is not the pinned controller's.
    """
    entries, parts = _unpacked(data)
    manifest = entries[MANIFEST]
    if SIGNATURE not in entries:
        raise _refused("XF-503", SIGNATURE, "The bundle is not signed.")
    if not verify(manifest, entries[SIGNATURE]):
        raise _refused(
            "XF-504", SIGNATURE, "The signature is not that of the data controller known here."
        )
    return FormBundle(parts, hashlib.sha256(manifest).hexdigest(), signed=True)


def read_unsigned_bundle(data: bytes) -> FormBundle:
    """The bundle in `data` whether signed or not, for the desk where it is built and signed.

    Raises:
        BundleError: XF-501, XF-502.
    """
    entries, parts = _unpacked(data)
    return FormBundle(parts, hashlib.sha256(entries[MANIFEST]).hexdigest(), signed=False)


def _unpacked(data: bytes) -> tuple[dict[str, bytes], BundleParts]:
    entries = _entries(data)
    if MANIFEST not in entries or FORM not in entries:
        raise _refused("XF-501", "bundle", "The manifest or the form is missing.")
    files = {n: b for n, b in entries.items() if n not in {MANIFEST, SIGNATURE}}
    parts = _parts(entries[MANIFEST], files)
    if parts.manifest() != entries[MANIFEST]:
        raise _refused("XF-502", MANIFEST, "A file is missing, was added or was changed.")
    order = [n for n in (MANIFEST, SIGNATURE) if n in entries] + sorted(files)
    if _zip({name: entries[name] for name in order}) != data:
        raise _refused("XF-502", "bundle", "The file holds something beside its parts.")
    return entries, parts


def _entries(data: bytes) -> dict[str, bytes]:
    if len(data) > BUNDLE_LIMIT:
        raise _refused("XF-501", "bundle", "The file is too large.")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            listed = archive.infolist()
            if len(listed) > FILES_LIMIT or not all(_plain(entry) for entry in listed):
                raise _refused("XF-501", "bundle", "An entry of the file is not allowed.")
            return {entry.filename: archive.read(entry) for entry in listed}
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError) as error:
        raise _refused("XF-501", "bundle", "The file cannot be unpacked.") from error


def _plain(entry: zipfile.ZipInfo) -> bool:
    allowed = entry.filename in {MANIFEST, SIGNATURE} or FILE_NAME.fullmatch(entry.filename)
    stored = entry.compress_type == zipfile.ZIP_STORED and entry.compress_size == entry.file_size
    return bool(allowed) and stored and not entry.flag_bits


def _parts(manifest: bytes, files: Mapping[str, bytes]) -> BundleParts:
    try:
        document = json.loads(manifest)
    except (ValueError, RecursionError) as error:
        raise _refused("XF-501", MANIFEST, "The manifest is not JSON.") from error
    if not isinstance(document, dict) or set(document) != _KEYS or document["format"] != FORMAT:
        raise _refused("XF-501", MANIFEST, "The manifest is of another version of the format.")
    names = ("form_id", "version", "title", "policy_digest", "signer")
    texts = [document[name] for name in names]
    recipients = document["recipients"]
    if not isinstance(recipients, list) or not all(isinstance(t, str) for t in texts + recipients):
        raise _refused("XF-501", MANIFEST, "The manifest is not readable.")
    form_id, version, title, policy_digest, signer = texts
    return BundleParts(form_id, version, title, policy_digest, files, tuple(recipients), signer)


def _zip(entries: Mapping[str, bytes]) -> bytes:
    """A ZIP of stored entries in the given order, with no time, no attributes and no extras.

    Source: PKWARE APPNOTE 6.3, sections 4.3.7 (local header), 4.3.12 (directory), 4.3.16 (end).
    """
    body, directory = bytearray(), bytearray()
    for name, content in entries.items():
        encoded = name.encode("ascii")
        # version 2.0, no flags, stored, 1980-01-01 00:00, then CRC, both sizes, name, no extra
        facts = struct.pack(
            "<HHHHHIIIHH",
            20, 0, 0, 0, 0x21, zlib.crc32(content), len(content), len(content), len(encoded), 0,
        )  # fmt: skip
        tail = struct.pack("<HHHII", 0, 0, 0, 0, len(body))
        directory += b"PK\x01\x02" + struct.pack("<H", 20) + facts + tail + encoded
        body += b"PK\x03\x04" + facts + encoded + content
    count = len(entries)
    end = struct.pack("<HHHHIIH", 0, 0, count, count, len(directory), len(body), 0)
    return bytes(body + directory) + b"PK\x05\x06" + end


def _refused(code: str, where: str, message: str) -> BundleError:
    return BundleError(
        Problem(code, where, message, "Fetch the bundle again, or ask the data controller.")
    )
