"""Cells drawn on a map: the only module that knows PROJ, which a tablet does not have.

The release never comes here: a cell id is made in `sync.release.grid`, in pure Python, so that its
bytes do not depend on what is installed. PROJ serves desktops and the centre, and judges our own
formulas in tests.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync.release.grid import Position, Utm, position_of

if TYPE_CHECKING:
    from sync.release.grid import Cell

try:
    import pyproj

    HAS_PROJ = True
except ImportError:  # pragma: no cover -- python-for-android's recipe is of 2016
    HAS_PROJ = False


def cell_corners(cell: Cell, *, with_proj: bool = HAS_PROJ) -> tuple[Position, ...]:
    """The four corners of `cell`, counter-clockwise from the south-west, WGS 84 degrees.

    Args:
        cell: A cell of the release grid.
        with_proj: Use PROJ; our own formulas agree to less than a millimetre within a zone.
    """
    west, south, size = cell.column * cell.size_m, cell.row * cell.size_m, cell.size_m
    ring = ((west, south), (west + size, south), (west + size, south + size), (west, south + size))
    if not with_proj:
        return tuple(position_of(Utm(cell.epsg, float(x), float(y))) for x, y in ring)
    to_wgs84 = pyproj.Transformer.from_crs(cell.epsg, 4326, always_xy=True)
    return tuple(Position(*to_wgs84.transform(x, y)) for x, y in ring)
