"""The cell that a place is in: a metric grid in pure Python, the same cell on every machine.

Cells are squares of the UTM grid of the zone that the longitude falls in, so any map can draw
them, sizes nest (a cell of 500 m is four cells of 250 m), and nothing is drawn at random: the same
place always gives the same cell, so repeating a release averages nothing out. The exceptions of
Norway and Svalbard are not made. Judged against PROJ in tests.

Source: Karney 2011, "Transverse Mercator with an accuracy of a few nanometers", Krüger's series to
order 6; ellipsoid WGS 84; UTM constants of EPSG 32601 to 32660 and 32701 to 32760.
"""

from __future__ import annotations

import math
import re
from typing import Final, NamedTuple

SEMI_MAJOR_M: Final = 6378137.0
FLATTENING: Final = 1 / 298.257223563
SCALE: Final = 0.9996
FALSE_EASTING_M: Final = 500_000.0
FALSE_NORTHING_SOUTH_M: Final = 10_000_000.0
SOUTHMOST_DEG: Final = -80.0
NORTHMOST_DEG: Final = 84.0
"""UTM ends there; nobody lives beyond."""

_N: Final = FLATTENING / (2 - FLATTENING)
_E: Final = math.sqrt(FLATTENING * (2 - FLATTENING))
_RADIUS_M: Final = SEMI_MAJOR_M / (1 + _N) * (1 + _N**2 / 4 + _N**4 / 64 + _N**6 / 256)


def _series(*rows: tuple[float, ...]) -> tuple[float, ...]:
    """Coefficients: row j holds the factors of n^j, n^(j+1), …, n^6."""
    return tuple(
        sum(factor * _N**power for power, factor in enumerate(row, start=order))
        for order, row in enumerate(rows, start=1)
    )


_ALPHA: Final = _series(
    (1 / 2, -2 / 3, 5 / 16, 41 / 180, -127 / 288, 7891 / 37800),
    (13 / 48, -3 / 5, 557 / 1440, 281 / 630, -1983433 / 1935360),
    (61 / 240, -103 / 140, 15061 / 26880, 167603 / 181440),
    (49561 / 161280, -179 / 168, 6601661 / 7257600),
    (34729 / 80640, -3418889 / 1995840),
    (212378941 / 319334400,),
)
_BETA: Final = _series(
    (1 / 2, -2 / 3, 37 / 96, -1 / 360, -81 / 512, 96199 / 604800),
    (1 / 48, 1 / 15, -437 / 1440, 46 / 105, -1118711 / 3870720),
    (17 / 480, -37 / 840, -209 / 4480, 5569 / 90720),
    (4397 / 161280, -11 / 504, -830251 / 7257600),
    (4583 / 161280, -108847 / 3991680),
    (20648693 / 638668800,),
)
_CELL: Final = re.compile(r"(32[67]\d\d)-([1-9]\d{0,8})-(0|[1-9]\d{0,6})-(0|[1-9]\d{0,7})")


class Position(NamedTuple):
    """A place on the ellipsoid.

    Attributes:
        longitude_deg: WGS 84 degrees, east positive, -180 to 180.
        latitude_deg: WGS 84 degrees, north positive, -90 to 90.
    """

    longitude_deg: float
    latitude_deg: float


class Utm(NamedTuple):
    """A place on the UTM grid.

    Attributes:
        epsg: 32601 to 32660 north of the equator, 32701 to 32760 south.
        easting_m: Metres, false easting 500 km.
        northing_m: Metres, false northing 10,000 km in the south.
    """

    epsg: int
    easting_m: float
    northing_m: float


class Cell(NamedTuple):
    """One square of the grid.

    Attributes:
        epsg: Coordinate system of its corners.
        size_m: Side in metres.
        column: Easting of the west side, in sides.
        row: Northing of the south side, in sides.
    """

    epsg: int
    size_m: int
    column: int
    row: int

    @property
    def cell_id(self) -> str:
        """The cell as a release carries it, `32737-250-1015-39419`."""
        return "-".join(map(str, self))


def utm_of(place: Position) -> Utm | None:
    """The UTM coordinates of `place`, good to a micrometre; None where UTM is not defined."""
    longitude, latitude = place
    inside = SOUTHMOST_DEG <= latitude <= NORTHMOST_DEG and -180 <= longitude <= 180
    if not inside:  # also for NaN, which compares with nothing
        return None
    zone = int((longitude + 180) // 6) % 60 + 1
    east = math.radians((longitude + 180) % 360 - 180 - _meridian_deg(zone))
    sine = math.sin(math.radians(latitude))
    conformal = math.sinh(math.atanh(sine) - _E * math.atanh(_E * sine))
    xi = math.atan2(conformal, math.cos(east))
    eta = math.asinh(math.sin(east) / math.hypot(conformal, math.cos(east)))
    northing, easting = xi, eta
    for order, alpha in enumerate(_ALPHA, start=1):
        northing += alpha * math.sin(2 * order * xi) * math.cosh(2 * order * eta)
        easting += alpha * math.cos(2 * order * xi) * math.sinh(2 * order * eta)
    south = latitude < 0
    return Utm(
        (32700 if south else 32600) + zone,
        FALSE_EASTING_M + SCALE * _RADIUS_M * easting,
        (FALSE_NORTHING_SOUTH_M if south else 0.0) + SCALE * _RADIUS_M * northing,
    )


def position_of(point: Utm) -> Position:
    """The place of UTM coordinates, good to a micrometre within a zone."""
    south = point.epsg > 32700
    northing = point.northing_m - (FALSE_NORTHING_SOUTH_M if south else 0.0)
    xi_series = xi = northing / (SCALE * _RADIUS_M)
    eta_series = eta = (point.easting_m - FALSE_EASTING_M) / (SCALE * _RADIUS_M)
    for order, beta in enumerate(_BETA, start=1):
        xi -= beta * math.sin(2 * order * xi_series) * math.cosh(2 * order * eta_series)
        eta -= beta * math.cos(2 * order * xi_series) * math.sinh(2 * order * eta_series)
    conformal = math.sin(xi) / math.hypot(math.sinh(eta), math.cos(xi))
    tangent = conformal
    for _ in range(5):  # Newton; three steps suffice for the last bit
        tangent -= _conformal_miss(tangent, conformal)
    longitude = _meridian_deg(point.epsg % 100) + math.degrees(
        math.atan2(math.sinh(eta), math.cos(xi))
    )
    return Position((longitude + 180) % 360 - 180, math.degrees(math.atan(tangent)))


def _conformal_miss(tangent: float, conformal: float) -> float:
    """How far `tangent` of the latitude is from giving the conformal one. Source: Karney 2011."""
    secant = math.hypot(1, tangent)
    sigma = math.sinh(_E * math.atanh(_E * tangent / secant))
    reached = tangent * math.hypot(1, sigma) - sigma * secant
    slope = (1 - _E**2) * secant * math.hypot(1, reached) / (1 + (1 - _E**2) * tangent**2)
    return (reached - conformal) / slope


def _meridian_deg(zone: int) -> float:
    return zone * 6.0 - 183.0


def cell_of(place: Position, size_m: int) -> Cell | None:
    """The cell of side `size_m` that holds `place`; None where UTM is not defined."""
    point = utm_of(place)
    if point is None:
        return None
    column, row = int(point.easting_m // size_m), int(point.northing_m // size_m)
    return Cell(point.epsg, size_m, column, row)


def read_cell(cell_id: str) -> Cell | None:
    """The cell that `Cell.cell_id` wrote; None for a text that no place gives."""
    found = _CELL.fullmatch(cell_id)
    if found is None:
        return None
    cell = Cell(*map(int, found.groups()))
    zone = cell.epsg % 100
    within = cell.column * cell.size_m < 1_000_000 and cell.row * cell.size_m <= 10_000_000
    return cell if 1 <= zone <= 60 and within else None
