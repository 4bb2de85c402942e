"""Seeded shuffling that gives every engine the same order of choices.

Inside-out Fisher–Yates driven by a Park–Miller generator, as JavaRosa and Web Forms do it, so that
a question randomised by a seed shows the same order in Collect and here.
"""

from __future__ import annotations

import hashlib
import math
from typing import TYPE_CHECKING

from forms.xpath.values import to_number, to_string

if TYPE_CHECKING:
    from datetime import tzinfo

    from forms.xpath.tree import Value, XNode

MODULUS = 2_147_483_647
MULTIPLIER = 16_807
"""Park and Miller's minimal standard generator (Communications of the ACM 31, 1988)."""


def shuffled(nodes: list[XNode], seed: Value, zone: tzinfo) -> list[XNode]:
    """The nodes in the order of a seed."""
    state = _remainder(_seed_of(seed, zone))
    if state <= 0:
        state += MODULUS - 1
    order: list[XNode] = []
    for place, node in enumerate(nodes):
        state = state * MULTIPLIER % MODULUS
        other = int((state - 1) / (MODULUS - 1) * (place + 1))
        if other == place:
            order.append(node)
        else:
            order.append(order[other])
            order[other] = node
    return order


def _remainder(seed: int) -> int:
    """With the sign of the seed, as the other engines' `%` has it: -42 stays -42."""
    return seed % MODULUS if seed >= 0 else -(-seed % MODULUS)


def _seed_of(seed: Value, zone: tzinfo) -> int:
    number = to_number(seed, zone)
    if not (math.isnan(number) or math.isinf(number)):
        return int(number)
    text = to_string(seed)
    if isinstance(seed, float) or not text:
        return 0
    digest = hashlib.sha256(text.encode()).digest()
    return int(float(int.from_bytes(digest[:8], "big", signed=True)))  # a number of XPath
