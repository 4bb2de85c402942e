"""What a form declares about each of its fields, taken from its definition once.

This is the only module of the privacy rules that knows how a form definition is built; the rules
themselves see `DeclaredField` and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from forms.definition import Bind
from forms.privacy.choices import closed_list
from forms.privacy.domain import ChoiceList, Domain, FieldKind
from forms.privacy.sources import calculation_reads

if TYPE_CHECKING:
    from forms.definition import Control, FormDefinition

OF_TYPE: Final[Mapping[str, FieldKind]] = {
    "int": FieldKind.NUMBER,
    "integer": FieldKind.NUMBER,
    "decimal": FieldKind.NUMBER,
    "boolean": FieldKind.BOOLEAN,
    "date": FieldKind.DATE,
    "dateTime": FieldKind.DATE,
    "time": FieldKind.TIME,
    "geopoint": FieldKind.POINT,
    "geotrace": FieldKind.LINE,
    "geoshape": FieldKind.LINE,
    "binary": FieldKind.MEDIA,
}
"""Kind of a typed field; any other type is text. Source: ODK XForms, data types."""

OF_CHOICE: Final[Mapping[str, FieldKind]] = {
    "select1": FieldKind.CHOICE,
    "select": FieldKind.CHOICES,
    "rank": FieldKind.RANK,
}
ACKNOWLEDGED: Final = ChoiceList(("OK",))
"""What a trigger answers. Source: ODK XForms, trigger."""
HOUSEKEEPING: Final = ("/meta/instanceID", "/meta/deprecatedID")
"""Ids that a revision carries by itself; nobody needs to hear that they have no class."""


@dataclass(frozen=True, slots=True)
class DeclaredField:
    """A field, a group or a repeat as the form declares it.

    Attributes:
        path: Absolute path without positions.
        repeats: Paths of the repeats around it, outermost first.
        attributes: Foreign-namespace attributes of its bind, keyed `{namespace}local`.
        domain: What it can answer; None for a group or a repeat.
        is_repeat: Whether it is a repeat.
        reads: For a calculation: paths of the fields that it reads; None for what is asked.
    """

    path: str
    repeats: tuple[str, ...]
    attributes: Mapping[str, str]
    domain: Domain | None
    is_repeat: bool = False
    reads: frozenset[str] | None = None


def declared_fields(form: FormDefinition) -> tuple[DeclaredField, ...]:
    """Every repeat and group that has a bind, then every field in document order."""
    leaves = form.leaf_paths()
    reads = calculation_reads(form)
    inner = sorted({*form.binds, *form.repeat_paths} - set(leaves))
    structure = [
        DeclaredField(
            path,
            _around(path, form),
            _bind(path, form).extra,
            None,
            is_repeat=path in form.repeat_paths,
        )
        for path in inner
    ]
    fields = [
        DeclaredField(
            path,
            _around(path, form),
            bind.extra,
            _domain(form, bind, form.control_of(path)),
            reads=reads.get(path),
        )
        for path in leaves
        if (bind := _bind(path, form)).extra or not path.endswith(HOUSEKEEPING)
    ]
    return (*structure, *fields)


def _bind(path: str, form: FormDefinition) -> Bind:
    return form.binds.get(path) or Bind(path)


def _around(path: str, form: FormDefinition) -> tuple[str, ...]:
    return tuple(sorted((r for r in form.repeat_paths if path.startswith(f"{r}/")), key=len))


def _domain(form: FormDefinition, bind: Bind, control: Control | None) -> Domain:
    if control is not None and control.kind in OF_CHOICE:
        choices = closed_list(form, control)
        kind = OF_CHOICE[control.kind] if choices else FieldKind.TEXT
        return Domain(kind, bind.type, choices)
    if control is not None and control.kind == "trigger":
        return Domain(FieldKind.CHOICE, bind.type, ACKNOWLEDGED)
    if control is not None and control.kind == "upload":
        return Domain(FieldKind.MEDIA, bind.type)
    kind = OF_TYPE.get(bind.type, FieldKind.TEXT)
    computed = control is None and not bind.preload and bind.type == "string"
    return Domain(FieldKind.CODE if computed else kind, bind.type)
