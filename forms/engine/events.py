"""What happens by itself: defaults that are computed, preloads, and actions on events.

Order on load: default < preload < saved answer < calculation < action (decision 0121).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from forms.datatypes import stored
from forms.engine.entities import set_attribute, split_attribute
from forms.engine.nodes import kind_of
from forms.errors import XPathError
from forms.problems import Problem, Severity
from forms.xpath.values import moment_text

if TYPE_CHECKING:
    from forms.definition import Action, Bind
    from forms.engine.instance import Instance
    from forms.engine.nodes import InstanceNode
    from forms.engine.recalculate import Wave

FIRST_LOAD = "odk-instance-first-load"
LOAD = "odk-instance-load"
NEW_ROW = "odk-new-repeat"
CHANGED = "xforms-value-changed"
READY = "xforms-ready"
MOST_IN_TURN = 8
"""How often one change may set off the next; two questions that set each other would never end."""


class Events:
    """Runs the actions of a form for one interview.

    Attributes:
        intents: Actions that only a device can do (`recordaudio`, `setgeopoint`), as they came up.
    """

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._actions = instance.form.actions
        self.intents: list[tuple[Action, str]] = []
        self._depth = 0

    def preload(self) -> None:
        """A new interview: what is known before anything is computed."""
        for node in list(self._instance.root_node.walk()):
            if node.program.bind.preload:
                self._preload(node, node.program.bind)

    def first_load(self, wave: Wave) -> None:
        """A new interview: actions, over what was computed."""
        self._fire_all(FIRST_LOAD, wave)
        self.load(wave)
        self._once_more(wave)

    def _once_more(self, wave: Wave) -> None:
        """What is computed once is computed over what the opening set (decision 0121)."""
        for rule in self._instance.program.rules:
            set_anyway = any(action.target == rule.path for action in self._actions)
            if "once" not in rule.expression.functions or set_anyway:
                continue
            for node in self._instance.nodes_of(rule.path):
                if rule.facet == "calculate" and not node.program.element.text:
                    node.text, node.made = "", None
                    wave.ask(node, rule)

    def load(self, wave: Wave) -> None:
        """Any opening of an interview."""
        self._fire_all(LOAD, wave)
        self._fire_all(READY, wave)

    def new_row(self, row: InstanceNode, wave: Wave) -> None:
        """A row was added by hand or by a count."""
        for action in self._actions:
            path = row.program.path
            if NEW_ROW in action.events and f"{action.source}/".startswith(f"{path}/"):
                self._run(action, row, wave)

    def changed(self, node: InstanceNode, wave: Wave) -> None:
        """An answer was given to a question that has actions of its own."""
        for action in self._actions:
            if CHANGED in action.events and action.source == node.program.path:
                self._run(action, node, wave)

    def _fire_all(self, event: str, wave: Wave) -> None:
        for action in self._actions:
            if event not in action.events:
                continue
            for node in self._instance.nodes_of(action.source or self._instance.root_path):
                self._run(action, node, wave)

    def _run(self, action: Action, source: InstanceNode, wave: Wave) -> None:
        if action.kind != "setvalue":
            self.intents.append((action, action.target))
            return
        owner, attribute = split_attribute(action.target)
        if attribute:
            for target in self._instance.near(owner, source):
                set_attribute(target, attribute, self._value(action, target, wave)[0])
            return
        for target in self._instance.near(action.target, source):
            text, target.made = self._value(action, target, wave)
            if text != target.text and not target.kids:
                target.text = text
                wave.value_changed(target)
                self._changed_in_turn(target, wave)

    def _changed_in_turn(self, target: InstanceNode, wave: Wave) -> None:
        """An action changed a question that has actions of its own, as deep as forms go."""
        if self._depth < MOST_IN_TURN:
            self._depth += 1
            wave.run()
            self.changed(target, wave)
            self._depth -= 1

    def _value(
        self, action: Action, target: InstanceNode, wave: Wave
    ) -> tuple[str, type[bool | float] | None]:
        if action.expression is None:
            return action.text.strip(), None
        try:
            expression = self._instance.expression(action.expression, target.ref)
            value = expression.evaluate(self._instance.context(target))
        except XPathError as error:
            what = f"setvalue failed: {error.problems[0].message}"
            wave.problems.append(Problem("XF-307", target.ref, what, "", Severity.WARNING))
            return target.text, target.made
        zone = self._instance.settings.timezone
        return stored(target.program.bind.type, value, zone), kind_of(value)

    def _preload(self, node: InstanceNode, bind: Bind) -> None:
        settings = self._instance.settings
        now = settings.now().astimezone(settings.timezone)
        params = bind.preload_params
        if bind.preload == "date":
            node.text = now.date().isoformat()
        elif bind.preload == "timestamp" and params == "start":
            node.text = moment_text(now)
        elif bind.preload == "property":
            node.text = settings.properties.get(params, "")
        elif bind.preload == "uid":
            node.text = f"uuid:{settings.new_uuid()}"

    def finish(self) -> None:
        """Finalising: the preloads that belong to the end."""
        settings = self._instance.settings
        for node in self._instance.root_node.walk():
            bind = node.program.bind
            if bind.preload == "timestamp" and bind.preload_params == "end":
                node.text = moment_text(settings.now().astimezone(settings.timezone))
