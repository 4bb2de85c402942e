"""Keys as text with a checksum: Bech32, the spelling that age uses for its own keys.

One mistyped letter of a key is caught here instead of sealing a survey to nobody. Upper case is
accepted because it makes a smaller QR code; mixed case is refused.

Source: BIP 173 (checksum and alphabet); age v1 lifts its limit of 90 characters.
"""

from __future__ import annotations

ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
CHECKSUM_LENGTH = 6


def _polymod(values: list[int]) -> int:
    checksum = 1
    for value in values:
        top = checksum >> 25
        checksum = (checksum & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(GENERATOR):
            if top >> bit & 1:
                checksum ^= generator
    return checksum


def _expanded(prefix: str) -> list[int]:
    return [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]


def _regrouped(values: bytes | list[int], size: int, to_size: int, *, pad: bool) -> list[int]:
    """The same bits in groups of another size.

    Raises:
        ValueError: Without padding, when bits are left over or not zero.
    """
    held = bits = 0
    groups: list[int] = []
    for value in values:
        held = held << size | value
        bits += size
        while bits >= to_size:
            bits -= to_size
            groups.append(held >> bits & (1 << to_size) - 1)
        held &= (1 << bits) - 1
    if pad and bits:
        groups.append(held << to_size - bits & (1 << to_size) - 1)
    elif not pad and (bits >= size or held):
        raise ValueError("left-over bits")
    return groups


def encode(prefix: str, payload: bytes) -> str:
    """`payload` as lower-case Bech32 text under a lower-case `prefix`."""
    groups = _regrouped(payload, 8, 5, pad=True)
    checksum = _polymod([*_expanded(prefix), *groups, *[0] * CHECKSUM_LENGTH]) ^ 1
    tail = [checksum >> 5 * (CHECKSUM_LENGTH - 1 - i) & 31 for i in range(CHECKSUM_LENGTH)]
    return prefix + "1" + "".join(ALPHABET[g] for g in [*groups, *tail])


def decode(prefix: str, text: str) -> bytes:
    """The payload of `text`, which must stand under `prefix`.

    Raises:
        ValueError: Mixed case, another prefix, a foreign letter or a wrong checksum.
    """
    lowered = text.lower()
    if text not in (lowered, text.upper()):
        raise ValueError("mixed case")
    found, separator, body = lowered.rpartition("1")
    if not separator or found != prefix:
        raise ValueError("another kind of key")
    values = [ALPHABET.find(letter) for letter in body]
    if len(values) < CHECKSUM_LENGTH or -1 in values:
        raise ValueError("not a key")
    if _polymod([*_expanded(prefix), *values]) != 1:
        raise ValueError("a letter is wrong or missing")
    return bytes(_regrouped(values[:-CHECKSUM_LENGTH], 5, 8, pad=False))
