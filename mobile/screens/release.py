"""What will leave this tablet, answer by answer, before it is decided."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kivy.lang import Builder
from kivy.properties import BooleanProperty, NumericProperty, StringProperty

from mobile.presenters.release_preview import Leaving
from mobile.screens.page import Card, Page
from mobile.screens.review import TwoButtons
from mobile.widgets.base import Notice, Surface, Tap, Tiles

if TYPE_CHECKING:
    from mobile.presenters.form_entry import FormEntry
    from mobile.presenters.release_preview import FateGroup, ReleasePreview, ReleaseView
    from mobile.screens.go import Go

LOOKS = {
    Leaving.AS_IT_IS: ("eye", "info"),
    Leaving.GENERALISED: ("shield-check", "ok"),
    Leaving.SEALED: ("lock", "warn"),
    Leaving.STAYS: ("eye-off", "ok"),
}


# What is locked or changed is looked at first; what leaves as it is needs no explaining.
ORDER = (Leaving.SEALED, Leaving.GENERALISED, Leaving.AS_IT_IS, Leaving.STAYS)


class FateTile(Tap):
    """How many answers end in one way; touching it shows which."""

    title = StringProperty("")
    icon = StringProperty("")
    tone = StringProperty("info")
    tint = StringProperty("info_tint")
    count = NumericProperty(0)


class FateTiles(Tiles):
    """The four tiles."""


class FateHead(Surface):
    """The name of a group: an icon, words, a count."""

    title = StringProperty("")
    words = StringProperty("")
    icon = StringProperty("")
    state = StringProperty("info")
    count = NumericProperty(0)


class FateRow(Surface):
    """One answer and what becomes of it."""

    label = StringProperty("")
    answer = StringProperty("")
    shown = StringProperty("")
    sentence = StringProperty("")
    changed = BooleanProperty(False)


class ReleaseScreen(Page):
    """What will leave; the button at its foot decides.

    Args:
        preview: The presenter.
        entry: The interview, to go back to.
        go: Ways to other screens.
    """

    def __init__(self, preview: ReleasePreview, entry: FormEntry, go: Go) -> None:
        super().__init__()
        self._preview, self._entry, self._go = preview, entry, go
        self.foot = TwoButtons(go_icon="check")
        self.foot.bind(on_prior=lambda _: self.go_back(), on_next=lambda _: self.go_on())
        self.ids.foot.add_widget(self.foot)
        self.render(preview.view())

    def render(self, view: ReleaseView) -> None:
        """Show the four ways in which answers end."""
        strings = view.strings
        self.speak(strings, self._entry.view().direction)
        self.title = strings.text("release.title")
        self.subtitle = self._entry.interview.bundle.title
        self.foot.back_text = self.back_says
        self.foot.go_text = strings.text("release.finalise")
        column = self.ids.column
        column.clear_widgets()
        if view.problem:
            column.add_widget(Notice(state="error", icon="alert-circle", text=view.problem))
        tiles = FateTiles()
        column.add_widget(tiles)
        column.add_widget(Notice(icon="information", text=strings.text("release.finalise_sure")))
        for group in sorted(view.groups, key=lambda each: ORDER.index(each.leaving)):
            card = self._group(group) if group.lines else None
            tiles.add_widget(self._tile(group, card))
            if card is not None:
                column.add_widget(card)

    def _tile(self, group: FateGroup, card: Card | None) -> FateTile:
        icon, state = LOOKS[group.leaving]
        count = len(group.lines)
        tile = FateTile(title=group.title, icon=icon, tint=f"{state}_tint", count=count)
        tile.tone = state
        if card is not None:
            tile.bind(on_release=lambda _: self._into_sight(card))
        return tile

    def _into_sight(self, card: Card) -> None:
        scroll = self.ids.scroll
        below = card.top - scroll.height
        room = scroll.viewport_size[1] - scroll.height
        if room > 0:
            scroll.scroll_y = min(1.0, max(0.0, (below + self.pad) / room))

    @staticmethod
    def _group(group: FateGroup) -> Card:
        icon, state = LOOKS[group.leaving]
        card = Card(spacing="10dp")
        card.add_widget(
            FateHead(
                title=group.title,
                words=group.explanation,
                icon=icon,
                state=state,
                count=len(group.lines),
            )
        )
        for line in group.lines:
            card.add_widget(
                FateRow(
                    label=line.label,
                    answer=line.answer,
                    shown=line.shown,
                    sentence="" if group.leaving is Leaving.AS_IT_IS else line.sentence,
                    changed=group.leaving is Leaving.GENERALISED,
                )
            )
        return card

    def go_back(self) -> None:
        """Back to the review."""
        self._go.review(self._entry)

    def go_on(self) -> None:
        """Decide: it goes into the outbox, or what is in the way is said."""
        view = self._preview.finalise()
        if view.finalised:
            self._go.outbox()
        else:
            self.render(view)
            self.to_top()


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
