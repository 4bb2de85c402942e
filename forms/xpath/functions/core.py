"""Functions of XPath 1.0 on nodes and conditions, and ODK's lazy ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forms.xpath.functions.registry import MANY, Argument, boolean, function, nodes, text
from forms.xpath.values import to_boolean, to_number, to_string

if TYPE_CHECKING:
    from forms.xpath.environment import Context
    from forms.xpath.tree import Value, XNode

XML_NAMESPACE = "http://www.w3.org/XML/1998/namespace"


@function("true", 0)
def _true(_: Context, __: tuple[Argument, ...]) -> Value:
    return True


@function("false", 0)
def _false(_: Context, __: tuple[Argument, ...]) -> Value:
    return False


@function("not", 1)
def _not(c: Context, a: tuple[Argument, ...]) -> Value:
    return not boolean(c, a[0])


@function("boolean", 1)
def _boolean(c: Context, a: tuple[Argument, ...]) -> Value:
    return boolean(c, a[0])


@function("boolean-from-string", 1)
def _boolean_from_string(c: Context, a: tuple[Argument, ...]) -> Value:
    return text(c, a[0]).strip().lower() in {"1", "true"}


@function("number", 0, 1)
def _number(c: Context, a: tuple[Argument, ...]) -> Value:
    return to_number(a[0](c) if a else [c.node], c.environment.timezone)


@function("string", 0, 1)
def _string(c: Context, a: tuple[Argument, ...]) -> Value:
    return to_string(a[0](c) if a else [c.node])


@function("if", 3)
def _if(c: Context, a: tuple[Argument, ...]) -> Value:
    return a[1](c) if to_boolean(a[0](c)) else a[2](c)


@function("coalesce", 1, MANY)
def _coalesce(c: Context, a: tuple[Argument, ...]) -> Value:
    value: Value = ""
    for argument in a:
        value = argument(c)
        if stored(value):
            return value
    return stored(value)


@function("once", 1)
def _once(c: Context, a: tuple[Argument, ...]) -> Value:
    if c.node.string_value() and not c.hidden:
        return [c.node]
    value = a[0](c)
    return value if stored(value) else ""


def stored(value: Value) -> str:
    """A value as a node keeps it: NaN is the empty text."""
    written = to_string(value)
    return "" if isinstance(value, float) and written == "NaN" else written


@function("last", 0)
def _last(c: Context, _: tuple[Argument, ...]) -> Value:
    return float(c.size)


@function("position", 0, 1)
def _position(c: Context, a: tuple[Argument, ...]) -> Value:
    if not a:
        return float(c.position)
    found = nodes(c, a[0], "position")
    if not found:
        return 0.0 if c.environment.typed else float("nan")
    return float(place_of(found[0]))


def place_of(node: XNode) -> int:
    """1-based place of a node among the siblings of its own name."""
    if node.parent is None:
        return 1
    brothers = node.parent.children_named(node.name)
    return next((i for i, other in enumerate(brothers, 1) if other is node), 1)


@function("count", 1)
def _count(c: Context, a: tuple[Argument, ...]) -> Value:
    return float(len(nodes(c, a[0], "count")))


@function("count-non-empty", 1)
def _count_non_empty(c: Context, a: tuple[Argument, ...]) -> Value:
    found = nodes(c, a[0], "count-non-empty")
    return float(sum(1 for node in found if node.string_value() or node.children()))


@function("current", 0)
def _current(c: Context, _: tuple[Argument, ...]) -> Value:
    return [c.current or c.node]


@function("instance", 1)
def _instance(c: Context, a: tuple[Argument, ...]) -> Value:
    found = c.environment.instance(text(c, a[0]))
    return [] if found is None else [found]


def _first(c: Context, a: tuple[Argument, ...], name: str) -> XNode | None:
    found = nodes(c, a[0], name) if a else [c.node]
    return found[0] if found else None


@function("local-name", 0, 1)
def _local_name(c: Context, a: tuple[Argument, ...]) -> Value:
    node = _first(c, a, "local-name")
    return node.name if node is not None else ""


@function("name", 0, 1)
def _name(c: Context, a: tuple[Argument, ...]) -> Value:
    node = _first(c, a, "name")
    if node is None:
        return ""
    return f"{node.prefix}:{node.name}" if node.prefix else node.name


@function("namespace-uri", 0, 1)
def _namespace_uri(c: Context, a: tuple[Argument, ...]) -> Value:
    node = _first(c, a, "namespace-uri")
    return node.namespace if node is not None else ""


@function("id", 1)
def _id(c: Context, a: tuple[Argument, ...]) -> Value:
    value = a[0](c)
    texts = [n.string_value() for n in value] if isinstance(value, list) else [to_string(value)]
    wanted = {word for each in texts for word in each.split()}
    found: list[XNode] = []
    waiting = [c.environment.root]
    while waiting:
        node = waiting.pop()
        if any(each.name == "id" and each.string_value() in wanted for each in node.attributes()):
            found.append(node)
        waiting += reversed(node.children())
    return found


@function("lang", 1)
def _lang(c: Context, a: tuple[Argument, ...]) -> Value:
    wanted = text(c, a[0]).lower()
    node: XNode | None = c.node
    while node is not None:
        for each in node.attributes():
            if each.name == "lang" and each.namespace == XML_NAMESPACE:
                own = each.string_value().lower()
                return own == wanted or own.startswith(f"{wanted}-")
        node = node.parent
    return False


@function("property", 1)
def _property(c: Context, a: tuple[Argument, ...]) -> Value:
    return c.environment.properties.get(text(c, a[0]), "")


@function("version", 0)
def _version(c: Context, _: tuple[Argument, ...]) -> Value:
    for child in c.environment.root.children():
        for each in child.attributes():
            if each.name == "version":
                return each.string_value()
    return ""
