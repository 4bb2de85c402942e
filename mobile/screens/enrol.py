"""Joining a project: the invitation is typed or pasted, shown, and only then spoken to."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kivy.lang import Builder
from kivy.properties import StringProperty

from mobile.screens.page import Card, Page
from mobile.widgets.base import Btn, IconBtn, Notice, Words
from mobile.widgets.field import FieldBox

if TYPE_CHECKING:
    from mobile.presenters.enrol import Enrol, EnrolView
    from mobile.screens.go import Go


class Welcome(Card):
    """What this app is, in two sentences."""

    title = StringProperty("")
    words = StringProperty("")


class EnrolScreen(Page):
    """The welcome.

    Args:
        enrol: The presenter.
        go: Ways to other screens.
        invitation: Text to begin with; empty for none.
    """

    def __init__(self, enrol: Enrol, go: Go, invitation: str = "") -> None:
        super().__init__(has_back=False)
        self._enrol, self._go, self._busy = enrol, go, False
        settings = IconBtn(icon="cog", says=enrol.view().strings.text("settings.title"))
        settings.bind(on_release=lambda _: go.settings())
        self.ids.bar.actions.add_widget(settings)
        self.box = FieldBox(multiline=True)
        self.box.field.text = invitation
        self.action = Btn(kind="primary")
        self.action.size_hint_x = 1
        self.action.bind(on_release=lambda _: self.go_on())
        self.ids.foot.add_widget(self.action)
        self.render(enrol.read(invitation) if invitation else enrol.view())

    def render(self, view: EnrolView) -> None:
        """Show what is known so far, and the one next step."""
        strings = view.strings
        self.speak(strings)
        self.title = strings.text("app.name")
        self.subtitle = strings.text("enrol.title")
        column = self.ids.column
        column.clear_widgets()
        title, words = strings.text("window.welcome"), strings.text("window.welcome_text")
        column.add_widget(Welcome(title=title, words=words))
        if view.problem:
            column.add_widget(Notice(state="error", icon="alert-circle", text=view.problem))
        if view.project:
            self._invited(view)
        else:
            card = Card()
            card.add_widget(Words(text=strings.text("enrol.invitation"), strong=True))
            card.add_widget(self.box)
            column.add_widget(card)
        key = "enrol.join" if view.can_enrol else "window.read"
        key = "window.done" if view.enrolled else key
        self.action.text = strings.text("window.joining" if self._busy else key)
        self.action.disabled = self._busy

    def _invited(self, view: EnrolView) -> None:
        strings, card = view.strings, Card()
        card.add_widget(
            Words(text=strings.text("enrol.project", project=view.project), role="title")
        )
        card.add_widget(Words(text=view.server_url, role="label", tone="muted"))
        fingerprint = strings.text("enrol.fingerprint", digits=view.fingerprint)
        card.add_widget(Words(text=fingerprint, role="label", tone="muted"))
        if view.enrolled:
            joined = strings.text("enrol.joined")
            card.add_widget(Notice(state="ok", icon="check-circle", text=joined))
            for form in view.forms:
                card.add_widget(Words(text=form))
        self.ids.column.add_widget(card)

    def go_on(self) -> None:
        """Read the invitation; then join; then to the forms."""
        view = self._enrol.view()
        if self._busy:
            return
        if view.enrolled:
            self._go.home()
        elif view.can_enrol:
            self._busy = True
            self.render(view)
            self._go.in_background(self._enrol.enrol, self._enrolled)
        else:
            self.render(self._enrol.read(self.box.field.text.strip()))

    def _enrolled(self, view: EnrolView) -> None:
        self._busy = False
        if self.parent is not None:
            self.render(view)


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
