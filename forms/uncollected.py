"""Building a form without the collector of cycles, which finds none and looks at all of it again.

A form with long lists is some hundred thousand small things that all stay; Python's collector walks
them again and again while they are being made, and takes half of the time.
"""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def uncollected() -> Iterator[None]:
    """No collection of cycles within; afterwards as it was before."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
