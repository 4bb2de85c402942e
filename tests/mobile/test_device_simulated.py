"""The simulated receiver, and taking a position with it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest

from forms.datatypes import decode
from mobile.device.desktop import KernelConnectivity, NoGps
from mobile.device.simulated import METRES_A_DEGREE, Place, SimulatedGps
from mobile.i18n import Strings
from mobile.ports import Fix, Link
from mobile.presenters.geopoint import GeopointCapture
from tests.mobile.presenter_cases import StandingClock

if TYPE_CHECKING:
    from pathlib import Path

HERE = Place(36.7876, -1.3113, 1700.0)


def readings(seed: int, seconds: int = 12) -> list[Fix | None]:
    clock = StandingClock()
    gps = SimulatedGps(HERE, clock, seed)
    gps.start()
    found = []
    for _ in range(seconds):
        found.append(gps.latest())
        clock.sleep(1.0)
    return found


def test_simulated_gps_is_the_same_when_the_seed_is() -> None:
    assert readings(7) == readings(7)
    assert readings(7) != readings(8)


def test_simulated_gps_gets_better_while_one_waits() -> None:
    accuracies = [fix.accuracy_m for fix in readings(1) if fix is not None]
    assert readings(1)[0] is None
    assert accuracies == sorted(accuracies, reverse=True)
    assert accuracies[0] > 40
    assert accuracies[-1] < 5


@pytest.mark.parametrize("seed", range(20))
def test_simulated_gps_ends_near_the_place(seed: int) -> None:
    last = readings(seed)[-1]
    assert last is not None
    north_m = (last.latitude - HERE.latitude) * METRES_A_DEGREE
    east_m = (last.longitude - HERE.longitude) * METRES_A_DEGREE
    assert math.hypot(north_m, east_m) < 4 * last.accuracy_m


@pytest.mark.parametrize("place", [Place(179.99999, 0.0), Place(-179.99999, 89.99999)])
def test_simulated_gps_stays_on_the_globe_when_at_its_edge(place: Place) -> None:
    clock = StandingClock()
    gps = SimulatedGps(place, clock, 3)
    gps.start()
    for _ in range(20):
        clock.sleep(1.0)
        fix = gps.latest()
        if fix is not None:
            assert decode("geopoint", fix.to_answer()) == fix.to_answer()


def test_simulated_gps_says_nothing_when_stopped() -> None:
    clock = StandingClock()
    gps = SimulatedGps(HERE, clock)
    gps.start()
    clock.sleep(5.0)
    gps.stop()
    assert gps.latest() is None


def test_fix_tells_no_place_when_printed() -> None:
    assert "36" not in repr(Fix(36.7, -1.3, 0, 4.5, "gps"))


def test_capture_goes_from_searching_to_good() -> None:
    clock = StandingClock()
    capture = GeopointCapture(SimulatedGps(HERE, clock, 2), Strings.of("en"))
    states = [capture.view().state, capture.start().state]
    assert not capture.view().mocked
    for _ in range(12):
        clock.sleep(1.0)
        states.append(capture.tick().state)
    assert list(dict.fromkeys(states)) == ["idle", "searching", "improving", "good"]
    assert capture.view().mocked
    answer = capture.accept()
    assert decode("geopoint", answer) == answer
    assert float(answer.split()[3]) <= 5.0


def test_capture_gives_nothing_when_there_was_no_reading() -> None:
    capture = GeopointCapture(NoGps(), Strings.of("en"))
    capture.start()
    assert capture.tick().state == "searching"
    assert not capture.view().can_accept
    assert capture.accept() == ""


class TwoReadings:
    """A receiver that is good first and bad later."""

    def __init__(self) -> None:
        self.fixes = [Fix(1, 1, 0, 8, "gps"), Fix(2, 2, 0, 90, "gps"), Fix(3, 3, 0, 300, "gps")]

    def start(self) -> None:
        pass

    def latest(self) -> Fix | None:
        return self.fixes.pop(0) if self.fixes else None

    def stop(self) -> None:
        pass


def test_capture_keeps_the_best_reading_when_a_later_one_is_worse() -> None:
    capture = GeopointCapture(TwoReadings(), Strings.of("en"))
    capture.start()
    for _ in range(3):
        capture.tick()
    assert capture.view().accuracy_m == 8


def test_capture_uses_no_reading_that_is_worse_than_the_limit() -> None:
    gps = TwoReadings()
    gps.fixes = gps.fixes[2:]
    capture = GeopointCapture(gps, Strings.of("en"))
    capture.start()
    assert capture.tick().state == "searching"


@pytest.mark.parametrize(
    ("states", "link"),
    [
        ({"lo": "unknown", "wlan0": "up"}, Link.UP),
        ({"lo": "unknown", "wlan0": "down"}, Link.DOWN),
        ({"tun0": "unknown", "wlan0": "down"}, Link.UNKNOWN),
        ({}, Link.DOWN),
    ],
)
def test_link_is_what_the_kernel_says(tmp_path: Path, states: dict[str, str], link: Link) -> None:
    for name, state in states.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "operstate").write_text(f"{state}\n")
    assert KernelConnectivity(tmp_path).link() is link


def test_link_is_unknown_when_there_is_no_such_kernel(tmp_path: Path) -> None:
    assert KernelConnectivity(tmp_path / "none").link() is Link.UNKNOWN
