"""A bad link on loopback: forwards, cuts where it is told, and keeps every byte that crossed.

The demo and the flow tests put it between tablet and centre. What it keeps is what an eavesdropper
past TLS would have: the canary sweep searches it.
"""

from __future__ import annotations

import contextlib
import selectors
import socket
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType
    from typing import Self

CHUNK_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Cut:
    """Where the link breaks, once: at a count of bytes since the relay began, in one direction.

    Cutting `up` loses part of a request; cutting `down` loses an answer that the centre has given.
    """

    direction: Literal["up", "down"]
    at_byte: int


@dataclass(slots=True)
class Traffic:
    """Bytes that crossed, by direction, and how often the link was cut."""

    up: int = 0
    down: int = 0
    cuts: list[Cut] = field(default_factory=list)


class Relay:
    """A TCP relay from a free loopback port to a port of this machine.

    Args:
        upstream_port: The centre's port on 127.0.0.1.
        capture: A file that receives every byte of both directions.
        cuts: Where to break the link; each happens once.
        port: Where tablets find it; 0 takes a free one.
    """

    def __init__(
        self, upstream_port: int, capture: Path, cuts: tuple[Cut, ...] = (), port: int = 0
    ) -> None:
        self._upstream = ("127.0.0.1", upstream_port)
        self._waiting = list(cuts)
        self._lock = threading.Lock()
        self._capture = capture.open("ab")
        self.traffic = Traffic()
        self._listener = socket.create_server(("127.0.0.1", port))
        self.port: int = self._listener.getsockname()[1]
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._accept, name="relay", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def url(self) -> str:
        """Where a tablet finds the centre through this link."""
        return f"http://127.0.0.1:{self.port}"

    def cut_later(self, *cuts: Cut) -> None:
        """Break the link again, each time `at_byte` bytes after what has crossed by now."""
        with self._lock:
            so_far = {"up": self.traffic.up, "down": self.traffic.down}
            self._waiting += [Cut(c.direction, so_far[c.direction] + c.at_byte) for c in cuts]

    def close(self) -> None:
        """Stop listening and close the capture file."""
        self._closing.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(timeout=5)
        with self._lock:
            self._capture.close()

    def _accept(self) -> None:
        while not self._closing.is_set():
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._forward, args=(client,), daemon=True).start()

    def _forward(self, client: socket.socket) -> None:
        try:
            centre = socket.create_connection(self._upstream, timeout=10)
        except OSError:
            client.close()
            return
        with client, centre, selectors.DefaultSelector() as ready:
            ready.register(client, selectors.EVENT_READ, ("up", centre))
            ready.register(centre, selectors.EVENT_READ, ("down", client))
            with contextlib.suppress(OSError):
                self._pump(ready)

    def _pump(self, ready: selectors.DefaultSelector) -> None:
        while not self._closing.is_set():
            for key, _ in ready.select(timeout=0.2):
                source = key.fileobj
                if not isinstance(source, socket.socket):
                    continue
                direction, target = key.data
                data = source.recv(CHUNK_BYTES)
                kept, cut = self._count(direction, data)
                target.sendall(kept)
                if cut or not data:
                    return

    def _count(self, direction: Literal["up", "down"], data: bytes) -> tuple[bytes, bool]:
        """What may still cross, and whether the link breaks after it."""
        with self._lock:
            before = self.traffic.up if direction == "up" else self.traffic.down
            cut = self._due(direction, before + len(data))
            kept = data if cut is None else data[: max(0, cut.at_byte - before)]
            if direction == "up":
                self.traffic.up += len(kept)
            else:
                self.traffic.down += len(kept)
            if not self._capture.closed:
                self._capture.write(data)  # all of it: what was sent may have been heard
                self._capture.flush()
            return kept, cut is not None

    def _due(self, direction: str, reached: int) -> Cut | None:
        for cut in self._waiting:
            if cut.direction == direction and reached >= cut.at_byte:
                self._waiting.remove(cut)
                self.traffic.cuts.append(cut)
                return cut
        return None
