"""`make demo` in small: window, kill, broken link, tables and sweep, for real."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.window
def test_demo_goes_from_touch_to_published_table(tmp_path: Path) -> None:
    environment = os.environ | {"MAKAZI_SHARED": str(tmp_path / "none"), "HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-m", "sync.command", "demo", "--households", "30", "--out", "made"],
        cwd=tmp_path,
        env=environment | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    assert "killed with SIGKILL after 20 answers: all are in the draft" in done.stdout
    assert "link cut 2 times" in done.stdout
    assert "31 records under a signed receipt" in done.stdout
    hits = re.findall(r"canaries +(\d+) hits", done.stdout)
    assert hits == ["0"] * 4
    made = tmp_path / "made"
    assert {"tables.html", "tables.csv", "tables.json"} <= {
        path.name for path in (made / "tables" / "demo").iterdir()
    }
    assert len(list((made / "screenshots").glob("*.png"))) >= 8
