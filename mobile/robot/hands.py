"""Touches and keys, sent through Kivy's own event loop to whatever is at that place.

Nothing here calls a screen or presenter: a touch lands where a finger would, and does what the
widget under it does.
"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any

from kivy.base import EventLoop, runTouchApp
from kivy.clock import Clock
from kivy.core.window import Window
from kivy.graphics.opengl import GL_RGB, GL_UNSIGNED_BYTE, glReadPixels
from kivy.input.motionevent import MotionEvent
from kivy.lang import Builder
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from kivy.app import App
    from kivy.uix.scrollview import ScrollView
    from kivy.uix.widget import Widget

# A finger stays down this long; a scrolling page waits 55 ms before it takes a touch for a tap.
PRESS_S = 0.07
QUICK_PRESS_S = 0.02
PATIENCE_S = 15.0
# Between two turns of the loop while waiting: the machine has other work.
BREATH_S = 0.004


class NotFoundError(Exception):
    """What should be on the screen did not come."""


class Finger(MotionEvent):
    """One touch at a place of the window, in pixels from its lower left corner."""

    def __init__(self, x: float, y: float) -> None:
        width, height = Window.size
        place = {"x": x / (width - 1.0), "y": y / (height - 1.0)}
        super().__init__("robot", 1, place, is_touch=True, type_id="touch")
        self.profile = ["pos"]

    def depack(self, args: dict[str, float]) -> None:
        """Kivy asks for the place as a share of the window."""
        self.sx, self.sy = args["x"], args["y"]
        super().depack(args)


class Hands:
    """Pumps the loop, touches, types, looks.

    Args:
        app: Not yet running.
        slow_s: Pause after each act, to be watched by people; 0 is as fast as it goes.
    """

    def __init__(self, app: App, slow_s: float = 0.0) -> None:
        self.app, self._slow_s = app, slow_s
        self._seen = os.environ.get("SDL_VIDEODRIVER") != "offscreen"

    def start(self) -> None:
        """Open the window and draw its first frames."""
        # What App.run does before it blocks; Kivy has no public name for it.
        self.app._run_prepare()  # noqa: SLF001
        runTouchApp(embedded=True)
        for _ in range(3):
            self.draw()

    def stop(self) -> None:
        """Close the app."""
        self.app.stop()

    def pump(self, turns: int = 1) -> None:
        """Let the loop go round: clock, input, layout; drawn only where somebody can see it."""
        for _ in range(turns):
            if self._seen:
                self.draw()
                continue
            Clock.tick()
            EventLoop.dispatch_input()
            Builder.sync()
            Clock.tick_draw()
            Builder.sync()

    def pump_for(self, seconds: float) -> None:
        """Let the loop go round for a while."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.pump()
            time.sleep(BREATH_S)

    def draw(self) -> None:
        """One whole turn of the loop, as in `App.run`, with drawing and the window's own events."""
        EventLoop.idle()
        if self._seen:
            Window.mainloop()

    def wait(self, found: Callable[[], Any], what: str, patience_s: float = PATIENCE_S) -> Any:
        """Let the loop go round until something is there.

        Raises:
            NotFoundError: It did not come.
        """
        end = time.monotonic() + patience_s
        while time.monotonic() < end:
            result = found()
            if result:
                return result
            self.pump()
            time.sleep(BREATH_S)
        raise NotFoundError(what)

    # Looking -----------------------------------------------------------------------------------

    def widgets(self) -> Iterator[Widget]:
        """Everything in the window, what is on top first."""
        for root in Window.children:
            yield from root.walk()

    def all_of(self, kind: type[Any]) -> list[Any]:
        """The widgets of a class, in the order of the screen."""
        return [widget for widget in self.widgets() if isinstance(widget, kind)]

    def one_of(self, kind: type[Any], /, **looks: object) -> Any:
        """The widget of a class with these properties, waited for.

        Raises:
            NotFoundError: There is none.
        """

        def found() -> Widget | None:
            return next(
                (
                    widget
                    for widget in self.all_of(kind)
                    if all(getattr(widget, name) == value for name, value in looks.items())
                ),
                None,
            )

        return self.wait(found, f"{kind.__name__} {sorted(looks)}")

    # Acting ------------------------------------------------------------------------------------

    def tap(self, widget: Widget) -> None:
        """Bring a widget into sight and touch its middle.

        Raises:
            NotFoundError: It cannot be brought into the window.
        """
        self.into_sight(widget)
        press_s = PRESS_S if self._scroll_around(widget) is not None else QUICK_PRESS_S
        x, y = widget.to_window(*widget.center)
        self.touch(x, y, press_s)

    def touch(self, x: float, y: float, press_s: float = PRESS_S) -> None:
        """Put a finger down and lift it."""
        width, height = Window.size
        if not (0 <= x < width and 0 <= y < height):
            raise NotFoundError(f"place {x:.0f}, {y:.0f} outside the window")
        finger = Finger(x, y)
        EventLoop.post_dispatch_input("begin", finger)
        self.pump_for(press_s)
        EventLoop.post_dispatch_input("end", finger)
        self.pump(2)
        self.pump_for(self._slow_s)

    def into_sight(self, widget: Widget) -> None:
        """Scroll the page by dragging until the widget is inside it."""
        scroll = self._scroll_around(widget)
        if scroll is None:
            self.pump(1)
            return
        for _ in range(60):
            _, bottom = widget.to_window(widget.x, widget.y)
            _, top = widget.to_window(widget.x, widget.top)
            low, high = scroll.to_window(*scroll.pos)[1], scroll.to_window(scroll.x, scroll.top)[1]
            if bottom >= low and top <= high:
                return
            # A tall widget is in sight when its middle is.
            middle = (bottom + top) / 2
            if top - bottom > high - low and low < middle < high:
                return
            self._drag(
                scroll, min(low - bottom + 20, 300) if bottom < low else max(high - top - 20, -300)
            )
        raise NotFoundError(f"{type(widget).__name__} in sight")

    def _drag(self, scroll: ScrollView, distance: float) -> None:
        """Drag the page up (positive) or down, and let it come to rest."""
        reach = min(abs(distance) + 20, scroll.height * 0.7)
        x = scroll.to_window(scroll.center_x, 0)[0]
        middle = scroll.to_window(0, scroll.center_y)[1]
        start = middle - reach / 2 if distance > 0 else middle + reach / 2
        end = middle + reach / 2 if distance > 0 else middle - reach / 2
        finger = Finger(x, start)
        EventLoop.post_dispatch_input("begin", finger)
        self.pump(1)
        width, height = Window.size
        for step in range(1, 7):
            y = start + (end - start) * step / 6
            finger.move({"x": x / (width - 1.0), "y": y / (height - 1.0)})
            EventLoop.post_dispatch_input("update", finger)
            self.pump(1)
        self.pump_for(0.15)  # a finger that rests before it lifts throws nothing
        finger.move({"x": x / (width - 1.0), "y": end / (height - 1.0)})
        EventLoop.post_dispatch_input("update", finger)
        EventLoop.post_dispatch_input("end", finger)
        self.pump_for(0.1)

    @staticmethod
    def _scroll_around(widget: Widget) -> ScrollView | None:
        from kivy.uix.scrollview import ScrollView  # noqa: PLC0415 -- after the window

        parent = widget.parent
        while parent is not None and parent is not parent.parent:
            if isinstance(parent, ScrollView):
                return parent
            parent = parent.parent
        return None

    def type(self, text: str) -> None:
        """Type text key by key, as a keyboard sends it."""
        for char in text:
            Window.dispatch("on_textinput", char)
            self.pump(1)
        self.pump_for(self._slow_s)

    def key(self, code: int, *modifiers: str) -> None:
        """Press one key. Codes are SDL's: 9 Tab, 13 Enter, 27 Escape, 8 Backspace."""
        Window.dispatch("on_key_down", code, 0, None, list(modifiers))
        Window.dispatch("on_key_up", code, 0)
        self.pump(2)

    def photograph(self, path: Path) -> None:
        """Write what the window shows as PNG."""
        self.pixels().save(path, optimize=True)

    def pixels(self) -> Image.Image:
        """What the window shows."""
        self.pump(3)
        Window.canvas.ask_update()
        self.draw()
        width, height = (int(side) for side in Window.size)
        raw = bytes(glReadPixels(0, 0, width, height, GL_RGB, GL_UNSIGNED_BYTE))
        image = Image.frombytes("RGB", (width, height), raw)
        return image.transpose(Image.Transpose.FLIP_TOP_BOTTOM)
