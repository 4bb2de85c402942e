"""What the README and the docs tell a reader to type, typed."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```sh\n(.*?)^```", re.DOTALL | re.MULTILINE)


def _blocks() -> list[tuple[str, str]]:
    return [
        (p.name, block)
        for p in PAGES
        if p.exists()
        for block in BLOCK.findall(p.read_text(encoding="utf-8"))
    ]


@pytest.mark.parametrize(
    ("page", "block"), [pytest.param(*b, id=f"{b[0]}-{i}") for i, b in enumerate(_blocks())]
)
def test_shell_block_runs_as_written(page: str, block: str, tmp_path: Path) -> None:
    """`make` lines are asked only whether the target exists; the rest runs in an empty folder.

    A block that serves or opens a window for ever is marked ```console in the page, and is not run.
    """
    lines = [
        line for line in block.splitlines() if line.strip() and not line.lstrip().startswith("#")
    ]
    makes = [line for line in lines if line.startswith("make ")]
    for line in makes:
        subprocess.run(
            [*line.split("#")[0].split(), "-n"],
            cwd=ROOT,
            check=True,
            capture_output=True,
            timeout=60,
        )
    rest = [line for line in lines if line not in makes]
    if not rest:
        return
    path = f"{ROOT / '.venv' / 'bin'}:{os.environ['PATH']}"
    environment = os.environ | {"PATH": path, "MAKAZI_ROOT": str(ROOT), "HOME": str(tmp_path)}
    script = "set -euo pipefail\n" + "\n".join(rest)
    done = subprocess.run(
        ["bash", "-c", script],
        check=False,
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, f"{page}:\n{block}\n{done.stdout}\n{done.stderr}"
