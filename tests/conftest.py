"""What every test may ask for: the shared data folder, and Hypothesis that does not flicker."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parents[1]


def _own_kivy_home() -> None:
    """Give this process a folder for Kivy's settings.

    Kivy makes its folder when it is imported, and two workers of a fresh machine that do so at once
    end each other. A window test names its own.
    """
    if "PYTEST_XDIST_WORKER" in os.environ or "KIVY_HOME" not in os.environ:
        home = tempfile.mkdtemp(prefix="makazi-kivy-")
        atexit.register(shutil.rmtree, home, ignore_errors=True)
        os.environ["KIVY_HOME"] = home


_own_kivy_home()
# No deadline: machines are noisy, and timings belong to benchmarks.
settings.register_profile(
    "ci",
    derandomize=True,
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("night", deadline=None, max_examples=3000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The reference data, `$MAKAZI_SHARED` or `../shared`; without it the test is skipped."""
    folder = Path(os.environ.get("MAKAZI_SHARED", ROOT.parent / "shared"))
    if not folder.is_dir():
        pytest.skip(f"no shared data at {folder}: set MAKAZI_SHARED")
    return folder
