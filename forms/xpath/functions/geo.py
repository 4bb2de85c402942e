"""Functions on geopoints, geotraces and geoshapes: `lat lon altitude accuracy`, joined by `;`."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING

from forms.errors import XPathError
from forms.problems import Problem
from forms.xpath.functions.registry import MANY, Argument, function, text, texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forms.xpath.environment import Context
    from forms.xpath.tree import Value

EARTH_RADIUS_M = 6_378_100.0
"""Metres; Source: the radius that JavaRosa, Web Forms and Enketo use in area() and distance()."""
Place = tuple[float, float]
"""(latitude, longitude) in degrees, WGS 84: the order in which XForms writes them."""


def places_of(written: str) -> list[Place] | None:
    """The points of a trace; None when any is not a place on the Earth."""
    found = []
    for part in written.split(";"):
        if not part.strip():
            continue
        words = part.split()
        try:
            latitude, longitude = float(words[0]), float(words[1])
        except (ValueError, IndexError):
            return None
        if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
            return None
        found.append((latitude, longitude))
    return found


def distance_m(a: Place, b: Place) -> float:
    """Great-circle distance in metres on a sphere (haversine)."""
    lat1, lon1, lat2, lon2 = map(math.radians, (*a, *b))
    half = math.sin((lat2 - lat1) / 2) ** 2
    half += math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(half)))


def area_m2(ring: Sequence[Place]) -> float:
    """Area in square metres inside a ring on a sphere; 0 for fewer than three points."""
    if len(ring) < 3:
        return 0.0
    total = 0.0
    for (lat1, lon1), (lat2, lon2) in zip(ring, [*ring[1:], ring[0]], strict=True):
        turn = math.radians(lon2 - lon1)
        total += turn * (2 + math.sin(math.radians(lat1)) + math.sin(math.radians(lat2)))
    return abs(total * EARTH_RADIUS_M**2 / 2)


@function("area", 1)
def _area(c: Context, a: tuple[Argument, ...]) -> Value:
    places = places_of(";".join(texts(c, a)))
    return 0.0 if places is None else round(area_m2(places), 2)


@function("enclosed-area", 1)
def _enclosed_area(c: Context, a: tuple[Argument, ...]) -> Value:
    return _area(c, a)


@function("distance", 1, MANY)
def _distance(c: Context, a: tuple[Argument, ...]) -> Value:
    written = texts(c, a)
    places = places_of(";".join(written))
    # several values are one point each; a trace among them is a mistake of the author
    if places is None or (len(a) > 1 and any(len(places_of(each) or ()) > 1 for each in written)):
        advice = "Give it a trace, or several points."
        raise XPathError(Problem("XF-214", "distance()", "a value is not a place", advice))
    if not places:
        return math.nan  # nothing answered is no distance
    return round(math.fsum(distance_m(p, q) for p, q in itertools.pairwise(places)), 2)


@function("geofence", 2)
def _geofence(c: Context, a: tuple[Argument, ...]) -> Value:
    point, ring = places_of(text(c, a[0])), places_of(text(c, a[1]))
    if not point or not ring or len(ring) < 4 or ring[0] != ring[-1]:
        return False
    return inside(point[0], ring)


def inside(point: Place, ring: Sequence[Place]) -> bool:
    """Whether a point is in a ring (even-odd rule, latitude and longitude as plane axes)."""
    y, x = point
    odd = False
    for (y1, x1), (y2, x2) in zip(ring, [*ring[1:], ring[0]], strict=True):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            odd = not odd
    return odd
