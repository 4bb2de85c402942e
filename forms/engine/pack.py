"""A form definition as plain JSON values, and back; lists and texts come back when asked for."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeAlias

from forms.definition import (
    Action,
    Bind,
    BodyElement,
    Control,
    Element,
    FormDefinition,
    Group,
    Item,
    Itemset,
    Output,
    Repeat,
    Text,
)
from forms.engine.stored import StoredInstances, StoredSyntax, StoredTexts, stored_tree
from forms.problems import Problem, Severity
from forms.xpath import syntax
from forms.xpath.syntax import packed_syntax

if TYPE_CHECKING:
    from collections.abc import Iterable

    from forms.definition import TextParts
    from forms.xpath.syntax import Syntax

Packed: TypeAlias = dict[str, Any]


def shape() -> str:
    """A digest of the classes that are packed: a new field makes old files another engine's."""
    kinds = (
        FormDefinition, Element, Bind, Control, Group, Repeat, Item, Itemset, Action, Text, Output,
        syntax.Number, syntax.Literal, syntax.Variable, syntax.Negate, syntax.Binary, syntax.Call,
        syntax.Step, syntax.Filter, syntax.Path,
    )  # fmt: skip
    names = [f"{kind.__name__}({','.join(each.name for each in fields(kind))})" for kind in kinds]
    return hashlib.sha256(" ".join(names).encode()).hexdigest()[:12]


def packed(form: FormDefinition, kept_spaces: tuple[str, ...]) -> Packed:
    """A form as JSON values.

    Args:
        form: As the reader made it.
        kept_spaces: Beginnings of the foreign attributes of binds that are kept.
    """
    return {
        "head": [form.form_id, form.version, form.title, form.default_language],
        "root": _element(form.root),
        "namespaces": dict(form.namespaces),
        "binds": [_bind(bind, kept_spaces) for bind in form.binds.values()],
        "body": [_body(element) for element in form.body],
        "actions": [
            [a.kind, a.events, a.target, a.expression, a.text, a.source] for a in form.actions
        ],
        "texts": {
            language: {key: _forms(forms) for key, forms in entries.items()}
            for language, entries in form.translations.items()
        },
        "instances": {
            name: [each.source, stored_tree(each.top)] for name, each in form.instances.items()
        },
        "warnings": [[p.code, p.where, p.message, p.advice, p.severity] for p in form.warnings],
        "syntax": {text: packed_syntax(said) for text, said in _syntax(form)},
    }


def unpacked(document: Packed) -> FormDefinition:
    """The form of JSON values that `packed` made."""
    form_id, version, title, default_language = document["head"]
    return FormDefinition(
        form_id,
        version,
        title,
        _to_element(document["root"]),
        document["namespaces"],
        {bind[0]: _to_bind(bind) for bind in document["binds"]},
        tuple(_to_body(element) for element in document["body"]),
        tuple(
            Action(kind, tuple(events), target, expression, text, source)
            for kind, events, target, expression, text, source in document["actions"]
        ),
        {language: StoredTexts(entries) for language, entries in document["texts"].items()},
        default_language,
        StoredInstances(document["instances"]),
        tuple(
            Problem(code, where, message, advice, Severity(severity))
            for code, where, message, advice, severity in document["warnings"]
        ),
        StoredSyntax(document["syntax"]),
    )


def _syntax(form: FormDefinition) -> Iterable[tuple[str, Syntax]]:
    """The syntax of every expression that is computed; others are parsed when they are asked."""
    from forms.engine.program import program_of  # noqa: PLC0415 -- a program asks for stored forms

    for rule in program_of(form).rules:
        yield rule.expression.text, rule.expression.syntax


def _element(element: Element) -> list[Any]:
    children = [_element(child) for child in element.children]
    attributes = dict(element.attributes)
    return [element.name, element.namespace, element.text, attributes, children, element.template]


def _to_element(packed_element: list[Any]) -> Element:
    name, namespace, text, attributes, children, template = packed_element
    return Element(
        name, namespace, text, attributes, tuple(map(_to_element, children)), bool(template)
    )


def _bind(bind: Bind, kept_spaces: tuple[str, ...]) -> list[Any]:
    extra = {key: value for key, value in bind.extra.items() if key.startswith(kept_spaces)}
    return [
        bind.path, bind.type, bind.relevant, bind.required, bind.constraint, bind.read_only,
        bind.calculate, _text(bind.constraint_message), _text(bind.required_message),
        bind.preload, bind.preload_params, extra,
    ]  # fmt: skip


def _to_bind(bind: list[Any]) -> Bind:
    facets, messages, rest = bind[:7], bind[7:9], bind[9:]
    return Bind(*facets, *map(_to_text, messages), *rest)


def _text(text: Text | None) -> list[Any] | None:
    return None if text is None else [_parts(text.parts), text.itext]


def _to_text(text: list[Any] | None) -> Text | None:
    return None if text is None else Text(to_parts(text[0]), text[1])


def _parts(parts: TextParts) -> list[Any]:
    return [[part.expression] if isinstance(part, Output) else part for part in parts]


def to_parts(parts: list[Any]) -> TextParts:
    """The parts of a text: a list within stands for an output."""
    return tuple(Output(part[0]) if isinstance(part, list) else part for part in parts)


def _forms(forms: Mapping[str, TextParts]) -> Any:
    """The forms of an itext entry; a plain text for the usual one, which has only a long form."""
    long = forms.get("long")
    if len(forms) == 1 and long is not None and len(long) == 1 and isinstance(long[0], str):
        return long[0]
    return {name: _parts(parts) for name, parts in forms.items()}


def _body(element: BodyElement) -> list[Any]:
    if isinstance(element, Control):
        itemset = element.itemset
        return [
            element.kind, element.path, _text(element.label), _text(element.hint),
            element.appearance, [[item.value, _text(item.label)] for item in element.items],
            None if itemset is None
            else [itemset.nodeset, itemset.value, itemset.label, itemset.label_is_itext],
            element.mediatype, dict(element.parameters),
        ]  # fmt: skip
    inner = [_body(child) for child in element.children]
    if isinstance(element, Group):
        return ["", element.path, _text(element.label), element.appearance, inner]
    return [
        "repeat", element.path, _text(element.label), element.appearance, element.count,
        element.fixed, inner,
    ]  # fmt: skip


def _to_body(packed_body: list[Any]) -> BodyElement:
    kind, path, label, *rest = packed_body
    if kind == "":
        appearance, inner = rest
        return Group(path, _to_text(label), tuple(appearance), tuple(map(_to_body, inner)))
    if kind == "repeat":
        appearance, count, fixed, inner = rest
        children = tuple(map(_to_body, inner))
        return Repeat(path, _to_text(label), tuple(appearance), count, bool(fixed), children)
    hint, appearance, items, itemset, mediatype, parameters = rest
    return Control(
        kind,
        path,
        _to_text(label),
        _to_text(hint),
        tuple(appearance),
        tuple(Item(value, _to_text(text) or Text()) for value, text in items),
        None if itemset is None else Itemset(*itemset),
        mediatype,
        parameters,
    )
