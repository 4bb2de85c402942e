"""What two engines may show differently without a mistake: chance, the instant, the device."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from forms.engine.instance import Instance
    from forms.engine.program import PathProgram, Rule

OF_CHANCE = frozenset({"now", "random", "uuid", "randomize"})
"""Functions that give two engines two answers; `today` gives one."""


@dataclass(frozen=True, slots=True)
class Uncertain:
    """Paths that are not compared.

    Attributes:
        values: Their value is of chance.
        choices: Their list is.
        states: Whether they are there is, and so with everything below.
    """

    values: frozenset[str]
    choices: frozenset[str]
    states: frozenset[str]


def uncertain(instance: Instance) -> Uncertain:
    """What of a form is of chance, and everything that is computed from it."""
    paths, form = instance.program.paths, instance.form
    values = {path for path, program in paths.items() if program.bind.preload}
    values |= {f"/{form.root_name}/meta/instanceID"}
    values |= {a.target for a in form.actions if a.kind != "setvalue" or _chance(a.expression)}
    rules = [rule for program in paths.values() for rule in program.rules]
    reached = {id(rule): rule for rule in rules if _volatile(rule)}
    _spread(values, reached, paths)
    return Uncertain(
        frozenset(values | _of("calculate", reached.values())),
        _of("choices", reached.values()),
        _of("relevant", reached.values()) | _of("count", reached.values()),
    )


def _spread(values: set[str], reached: dict[int, Rule], paths: dict[str, PathProgram]) -> None:
    waiting = [p for p in values | {r.path for r in reached.values()} if p in paths]
    while waiting:
        for edge in paths[waiting.pop()].triggers:
            rule = edge.rule
            if rule is not None and id(rule) not in reached:
                reached[id(rule)] = rule
                waiting.append(rule.path)


def _of(facet: str, rules: Iterable[Rule]) -> frozenset[str]:
    return frozenset(rule.path for rule in rules if rule.facet == facet)


def _volatile(rule: Rule) -> bool:
    names = rule.expression.functions & OF_CHANCE
    # a list in random order holds the same choices
    return bool(names - {"randomize"} if rule.facet == "choices" else names)


def _chance(expression: str | None) -> bool:
    return any(f"{name}(" in (expression or "") for name in OF_CHANCE)
