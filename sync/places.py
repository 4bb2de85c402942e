"""Where a machine keeps its tablet and its centre when nobody names a folder.

A name in the environment comes first; then what the demo left in the folder that one stands in, so
that `makazi tablet` and `makazi server` open just what it made; then a folder of the user's own.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

DEMO_FOLDER: Final = Path("demo-out")
DEMO_MARK: Final = ".made-by-makazi-demo"
"""A file that the demo leaves in its folder: nothing without it is ever taken for the demo's."""
DEMO_TABLET: Final = Path("tablets", "window")
DEMO_CENTRE: Final = Path("centre")


def tablet_folder() -> Path:
    """The tablet's: `$MAKAZI_PROFILE`, what the demo left here, or the user's own."""
    return _folder("MAKAZI_PROFILE", DEMO_TABLET, "tablet")


def centre_folder() -> Path:
    """The centre's: `$MAKAZI_CENTRE`, what the demo left here, or the user's own."""
    return _folder("MAKAZI_CENTRE", DEMO_CENTRE, "centre")


def _folder(variable: str, of_demo: Path, own: str) -> Path:
    named = os.environ.get(variable, "")
    if named:
        return Path(named)
    if (DEMO_FOLDER / DEMO_MARK).is_file() and (DEMO_FOLDER / of_demo).is_dir():
        return DEMO_FOLDER / of_demo
    return Path.home() / ".local" / "share" / "makazi" / own
