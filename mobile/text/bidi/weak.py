"""Weak types: marks, numbers and their signs (UAX #9, rules W1 to W7), changed in place."""

from __future__ import annotations

from mobile.text.bidi.classes import ISOLATES


def resolve_weak(types: list[str], sos: str) -> None:
    """Apply W1 to W7 to the types of one isolating run sequence."""
    _marks(types, sos)
    _arabic_numbers(types)
    _separators(types)
    _terminators(types)
    _latin_numbers(types, sos)


def _marks(types: list[str], sos: str) -> None:
    """W1: a mark is what it stands on."""
    before = sos
    for i, kind in enumerate(types):
        if kind == "NSM":
            types[i] = "ON" if before in ISOLATES or before == "PDI" else before
        before = types[i]


def _arabic_numbers(types: list[str]) -> None:
    """W2 and W3: digits after an Arabic letter are Arabic numbers; Arabic letters are then R."""
    strong = ""
    for i, kind in enumerate(types):
        if kind in {"L", "R", "AL"}:
            strong = kind
        elif kind == "EN" and strong == "AL":
            types[i] = "AN"
    types[:] = ["R" if kind == "AL" else kind for kind in types]


def _separators(types: list[str]) -> None:
    """W4: one separator between two numbers of a kind joins them."""
    for i in range(1, len(types) - 1):
        before, kind, after = types[i - 1], types[i], types[i + 1]
        joins = (kind == "ES" and before == "EN") or (kind == "CS" and before in {"EN", "AN"})
        if joins and before == after:
            types[i] = before


def _terminators(types: list[str]) -> None:
    """W5 and W6: signs beside a number belong to it; what is left of them is neutral."""
    i = 0
    while i < len(types):
        end = i
        while end < len(types) and types[end] == "ET":
            end += 1
        if end > i:
            beside = (i > 0 and types[i - 1] == "EN") or (end < len(types) and types[end] == "EN")
            if beside:
                types[i:end] = ["EN"] * (end - i)
        i = max(end, i + 1)
    types[:] = ["ON" if kind in {"ES", "ET", "CS"} else kind for kind in types]


def _latin_numbers(types: list[str], sos: str) -> None:
    """W7: digits after a Latin letter run with it."""
    strong = sos
    for i, kind in enumerate(types):
        if kind in {"L", "R"}:
            strong = kind
        elif kind == "EN" and strong == "L":
            types[i] = "L"
