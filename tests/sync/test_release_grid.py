"""The grid: our own formulas against PROJ, cells that nest, ids that read back."""

from __future__ import annotations

import math

import pyproj
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.release.geomask import cell_corners
from sync.release.grid import Cell, Position, cell_of, position_of, read_cell, utm_of

LONGITUDES = st.floats(-180, 180, allow_nan=False)
LATITUDES = st.floats(-80, 84, allow_nan=False)
PLACES = st.builds(Position, LONGITUDES, LATITUDES)


@given(PLACES)
def test_utm_agrees_with_proj_to_a_tenth_of_a_millimetre(place: Position) -> None:
    ours = utm_of(place)
    assert ours is not None
    judge = pyproj.Transformer.from_crs(4326, ours.epsg, always_xy=True)
    east, north = judge.transform(*place)
    assert math.isclose(ours.easting_m, east, abs_tol=1e-4)
    assert math.isclose(ours.northing_m, north, abs_tol=1e-4)


@given(PLACES)
def test_place_comes_back_from_its_utm_coordinates(place: Position) -> None:
    point = utm_of(place)
    assert point is not None
    back = position_of(point)
    assert math.isclose(back.latitude_deg, place.latitude_deg, abs_tol=1e-9)
    turn = math.remainder(back.longitude_deg - place.longitude_deg, 360)
    assert math.isclose(turn, 0, abs_tol=1e-8)


@given(PLACES, st.sampled_from([50, 100, 250, 1000]))
def test_cells_nest(place: Position, size_m: int) -> None:
    fine, coarse = cell_of(place, size_m), cell_of(place, size_m * 2)
    assert fine is not None
    assert coarse == Cell(fine.epsg, size_m * 2, fine.column // 2, fine.row // 2)


@given(PLACES, st.integers(1, 5000))
def test_cell_id_reads_back(place: Position, size_m: int) -> None:
    cell = cell_of(place, size_m)
    assert cell is not None
    assert read_cell(cell.cell_id) == cell


@given(PLACES)
def test_cell_holds_its_place(place: Position) -> None:
    cell, point = cell_of(place, 250), utm_of(place)
    assert cell is not None
    assert point is not None
    assert 0 <= point.easting_m - cell.column * 250 < 250
    assert 0 <= point.northing_m - cell.row * 250 < 250


@pytest.mark.parametrize(
    "place",
    [(0, 90), (0, -90), (0, 84.1), (0, -80.1), (181, 0), (math.nan, 0), (0, math.inf)],
)
def test_no_cell_where_the_grid_is_not_defined(place: tuple[float, float]) -> None:
    assert cell_of(Position(*place), 250) is None


@pytest.mark.parametrize("text", ["", "32737-250-1", "32600-250-1-1", "32737-0-1-1", "x-1-2-3"])
def test_text_that_is_no_cell_is_not_read(text: str) -> None:
    assert read_cell(text) is None


def test_both_ends_of_the_antimeridian_have_a_cell() -> None:
    assert utm_of(Position(180.0, 10.0)) is not None
    west, east = utm_of(Position(-180.0, 10.0)), utm_of(Position(180.0, 10.0))
    assert west is not None
    assert east is not None
    assert west.epsg == 32601
    assert east.epsg == 32601


@pytest.mark.parametrize("place", [(36.7876, -1.3113), (90.4, 23.8), (-58.4, -34.6), (9.5, 60.1)])
def test_corners_without_proj_agree_with_proj(place: tuple[float, float]) -> None:
    cell = cell_of(Position(*place), 250)
    assert cell is not None
    pairs = zip(cell_corners(cell), cell_corners(cell, with_proj=False), strict=True)
    for judged, ours in pairs:
        assert math.dist(judged, ours) < 1e-9
