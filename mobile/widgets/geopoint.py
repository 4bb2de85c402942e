"""Finds the position and shows how exact it is before it is kept."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kivy.clock import Clock
from kivy.lang import Builder
from kivy.properties import BooleanProperty, StringProperty

from mobile.presenters.geopoint import GeopointCapture
from mobile.widgets.base import Btn, HBox, Surface
from mobile.widgets.control import Control

if TYPE_CHECKING:
    from mobile.i18n import Strings
    from mobile.ports import Gps
    from mobile.presenters.entry_view import QuestionView
    from mobile.presenters.geopoint import GeopointView

LOOK_EVERY_S = 0.25
# Parts of a geopoint's text. Source: ODK XForms, `geopoint`.
LAT_LON, ACCURACY = 2, 3


class Position(Surface):
    """A position in numbers, and how exact it is.

    Attributes:
        words: What is being done, or how exact it is.
        numbers: Latitude and longitude of what is kept.
        state: "ok", "warn", "error" or "info".
        icon: Of the state.
        wrong: Whether the border says that something must be mended.
    """

    words = StringProperty("")
    numbers = StringProperty("")
    state = StringProperty("info")
    icon = StringProperty("map-marker")
    wrong = BooleanProperty(False)


# State of the ground and icon of each state of a search.
_LOOKS: Final[dict[str, tuple[str, str]]] = {
    "idle": ("info", "map-marker"),
    "searching": ("info", "crosshairs-gps"),
    "improving": ("warn", "crosshairs-gps"),
    "good": ("ok", "check-circle"),
}


class GeopointControl(Control):
    """A geopoint: find, look at the accuracy, keep."""

    def __init__(self, strings: Strings, **kwargs: Any) -> None:  # Kivy's own keyword arguments
        super().__init__(strings, **kwargs)
        self.spacing = "12dp"
        self._capture: GeopointCapture | None = None
        self._value = ""
        self._look = Clock.create_trigger(self._looked, LOOK_EVERY_S, interval=True)
        self.position = Position()
        self.find = Btn(icon="crosshairs-gps", text=strings.text("geopoint.start"))
        self.keep = Btn(icon="check", kind="primary", text=strings.text("geopoint.accept"))
        self.find.bind(on_release=lambda _: self._start())
        self.keep.bind(on_release=lambda _: self._keep())
        self.buttons = HBox(spacing="12dp", size_hint_y=None)
        self.buttons.bind(minimum_height=self.buttons.setter("height"))
        self.buttons.add_widget(self.find)
        self.add_widget(self.position)
        self.add_widget(self.buttons)
        self.bind(parent=self._left)

    def use(self, gps: Gps) -> None:
        """Search with this receiver."""
        self._capture = GeopointCapture(gps, self.strings)

    def show(self, view: QuestionView) -> None:
        """Show the position that is kept, unless a newer one is searched."""
        self._value = view.value
        self.position.wrong = bool(view.problem)
        self.find.disabled = view.read_only
        if not self._look.is_triggered:
            self._show_kept()

    def _start(self) -> None:
        if self._capture is None:
            return
        self._show_search(self._capture.start())
        self._look()
        self._offer(self.keep)

    def _offer(self, button: Btn) -> None:
        """Only the one next step is there to touch."""
        if button.parent is None:
            self.buttons.clear_widgets()
            self.buttons.add_widget(button)

    def _looked(self, *_: object) -> None:
        if self._capture is not None:
            self._show_search(self._capture.tick())

    def _show_search(self, view: GeopointView) -> None:
        self.position.words, self.position.numbers = view.words, ""
        self.position.state, self.position.icon = _LOOKS[view.state]
        self.keep.disabled = not view.can_accept

    def _keep(self) -> None:
        answer = self._capture.accept() if self._capture is not None else ""
        self._stop()
        if answer:
            self.dispatch("on_answer", answer)

    def _stop(self) -> None:
        self._look.cancel()
        self._offer(self.find)

    def _left(self, *_: object) -> None:
        if self.parent is None and self._capture is not None:
            self._capture.stop()
            self._stop()

    def _show_kept(self) -> None:
        numbers = [float(part) for part in self._value.split()[:4]]
        if len(numbers) < LAT_LON:
            self.find.text = self.strings.text("geopoint.start")
            self.position.words, self.position.numbers = self.strings.text("geopoint.idle"), ""
            self.position.state, self.position.icon = _LOOKS["idle"]
            return
        self.find.text = self.strings.text("geopoint.again")
        accuracy = numbers[3] if len(numbers) > ACCURACY else 0.0
        self.position.words = self.strings.text("window.kept", accuracy=f"{accuracy:.0f}")
        self.position.numbers = f"{numbers[0]:.6f}, {numbers[1]:.6f}"
        self.position.state, self.position.icon = _LOOKS["good"]


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
