"""Says what the demo does while it does it: one place that prints, so that the steps read alone."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, NoReturn

from tqdm import tqdm

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_BAR: Final = "    {n_fmt}/{total_fmt}{unit} |{bar:30}| {elapsed} {rate_fmt}"


class Bar:
    """A progress bar for a long step; where there is no terminal, a line every few seconds."""

    def __init__(self, total: int, unit: str, interval_s: float) -> None:
        self._bar: tqdm[NoReturn] = tqdm(
            total=total,
            unit=f" {unit}",
            mininterval=interval_s,
            ncols=88,
            bar_format=_BAR,
            file=sys.stdout,
        )

    def advance(self, count: int = 1) -> None:
        """So many more are done."""
        self._bar.update(count)

    def close(self) -> None:
        """Leave the bar as it is, and let other words follow."""
        self._bar.close()


class Narrator:
    """Prints headings, facts and small tables, and measures how long each step took (seconds)."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._colour = sys.stdout.isatty()
        self._number = 0

    @property
    def elapsed_s(self) -> float:
        """Seconds since the demo began."""
        return time.monotonic() - self._started

    def line(self, text: str = "") -> None:
        """One indented line."""
        sys.stdout.write(f"    {text}\n" if text else "\n")
        sys.stdout.flush()

    def table(self, header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        """A small table: first column left, the rest right."""
        cells = [list(header), *[[str(cell) for cell in row] for row in rows]]
        widths = [max(len(row[i]) for row in cells) for i in range(len(header))]
        for row in cells:
            first = row[0].ljust(widths[0])
            rest = [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
            self.line("  ".join([first, *rest]).rstrip())

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """A numbered heading, and the seconds at its end."""
        self._number += 1
        began = time.monotonic()
        heading = f"{self._number}. {title}"
        sys.stdout.write(f"\n\033[1m{heading}\033[0m\n" if self._colour else f"\n{heading}\n")
        sys.stdout.flush()
        yield
        self.line(f"({time.monotonic() - began:.1f} s)")

    @contextmanager
    def progress(self, total: int, unit: str) -> Iterator[Bar]:
        """A progress bar that closes with the block."""
        bar = Bar(total, unit, 0.2 if self._colour else 5.0)
        try:
            yield bar
        finally:
            bar.close()
