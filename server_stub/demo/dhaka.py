"""A real survey through the form: households of Dhaka, 2017, as answers in transcription mode.

The demo would prove little on households that it made up itself. This maps a public data set
(Water and Sanitation for the Urban Poor, Dhaka, March 2017; katilingban/washdata, CC0 1.0) onto the
form's questions, so that the same expressions give its ladders. Nothing is invented: what that
survey did not record stays unanswered, and what it recorded coarsely has a code of its own that the
form offers for transcription only.

Two things that it did record are left out, because they can speak for one side only. Walls, without
floor, roof, condition and site, can say "not durable" and never "durable". Rooms are known as 1, 2
and "3 and more": dropping the last alone would make the city look more crowded than it is.
"""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

Answers: TypeAlias = list[tuple[str, str]]
"""One household: references and answer texts, in the order of the form."""

FILE_NAME: Final = "dhaka_2017_wash_minimal.csv"
ON_PREMISES: Final = frozenset({"piped_dwelling", "piped_yard", "cart_tank"})
"""Sources of that file of which the form does not ask the place: piped in, or delivered."""
NO_TOILET: Final = "none"

_TENURE: Final = {"tenant": "rent"}
"""Owner-occupiers and absent landlords stay out: the file does not say who owns the land."""
_YES_NO: Final = {"1": "yes", "0": "no"}


def households(file: Path) -> list[Answers]:
    """Every household of the file, in its order.

    Args:
        file: `dhaka_2017_wash_minimal.csv`; its columns are in the README beside it.

    Raises:
        OSError: The file cannot be read.
        KeyError: A column is missing.
    """
    with file.open(encoding="utf-8", newline="") as lines:
        return [household(row) for row in csv.DictReader(lines)]


def household(row: Mapping[str, str]) -> Answers:
    """The answers that one row of the file gives."""
    return [
        (f"/data/{name}", text)
        for name, text in (*_cover(row), *_water(row), *_toilet(row), *_hands(row))
        if text
    ]


def _cover(row: Mapping[str, str]) -> Answers:
    return [
        ("cover/c_mode", "transcribed"),
        ("cover/c_settlement", f"zone_{row['zone']}"),
        ("cover/c_stratum", row["stratum"]),
        ("cover/c_psu", row["psu"]),
        ("consent/k_share", "yes"),  # the data set is CC0 and holds nobody's name or place
        ("people/r_n", row["members"]),
        ("tenure/t_status", _TENURE.get(row["tenure"], "")),
    ]


def _water(row: Mapping[str, str]) -> Answers:
    source, minutes = row["water_source"], row["water_minutes"]
    answers = [("water/ws1", source)]
    if source not in ON_PREMISES:
        # that survey asked for the time only away from the premises
        answers += [
            ("water/ws3", "elsewhere" if minutes else "on_premises"),
            ("water/ws4", minutes),
        ]
    return answers


def _toilet(row: Mapping[str, str]) -> Answers:
    kind = row["toilet_type"]
    shared = "" if kind == NO_TOILET else _YES_NO.get(row["toilet_shared"], "")
    return [("sanitation/ws11", kind), ("sanitation/ws15", shared)]


def _hands(row: Mapping[str, str]) -> Answers:
    if row["hw_place"] != "1":
        return [("hygiene/hw1", "no_place" if row["hw_place"] == "0" else "")]
    water = {"1": "available", "0": "not_available"}.get(row["hw_water"], "")
    soap = {"1": "soap_unspecified", "0": "no_soap"}.get(row["hw_soap"], "")
    return [("hygiene/hw1", "place_unspecified"), ("hygiene/hw2", water), ("hygiene/hw3", soap)]
