"""What `makazi tablet` makes of its arguments, without a window."""

from __future__ import annotations

import pytest

from mobile.app import arguments
from mobile.device.simulated import Place


def test_receiver_is_simulated_in_the_sea_when_nothing_is_said() -> None:
    assert arguments([]).place == Place(0.0, 0.0)


def test_receiver_is_simulated_at_a_place_when_one_is_given() -> None:
    assert arguments(["--place=-1.29,36.82"]).place == Place(36.82, -1.29)


def test_there_is_no_receiver_when_none_is_asked_for() -> None:
    assert arguments(["--place", "none"]).place is None


def test_place_that_is_none_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        arguments(["--place", "somewhere"])
    assert "LAT,LON" in capsys.readouterr().err
