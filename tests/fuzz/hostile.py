"""Forms that were written to do harm, each with the codes that may answer it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

HEAD = (
    '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml" '
    'xmlns:jr="http://openrosa.org/javarosa"><h:head><h:title>T</h:title><model>'
)


@dataclass(frozen=True)
class Hostile:
    """One hostile form.

    Attributes:
        name: What it tries.
        xml: The form.
        codes: Codes of which one must come; empty when it must be carried, within the bounds.
        files: Its attachments.
        answers: Answered after it is open; a problem with one of the codes counts as the answer.
    """

    name: str
    xml: bytes
    codes: tuple[str, ...] = ()
    files: dict[str, bytes] = field(default_factory=dict, repr=False)
    answers: tuple[tuple[str, str], ...] = ()


def form(
    nodes: str = "<a/><b/>", binds: str = "", body: str = "", *, lists: str = "", texts: str = ""
) -> bytes:
    """A form of these parts."""
    data = f'<instance><data id="f" version="1">{nodes}</data></instance>'
    asked = body or '<input ref="/data/a"><label>A</label></input>'
    model = f"{HEAD}{texts}{data}{lists}{binds}</model></h:head>"
    return f"{model}<h:body>{asked}</h:body></h:html>".encode()


def bind(node: str, **facets: str) -> str:
    """A bind; facets are XPath."""
    written = "".join(f' {name}="{_escaped(value)}"' for name, value in facets.items())
    return f'<bind nodeset="/data/{node}"{written}/>'


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def hostile() -> Iterator[Hostile]:
    """Every hostile form, made when it is asked for."""
    yield from _documents()
    yield from _deep()
    yield from _circles()
    yield from _patterns()
    yield from _long()
    yield from _wide()


def _documents() -> Iterator[Hostile]:
    plain = form()
    start = plain.index(b"<h:html")
    for name, doctype in {
        "external file": '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
        "external DTD": '<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd">',
        "parameter entity": '<!DOCTYPE x [<!ENTITY % e SYSTEM "file:///etc/hosts"> %e;]>',
        "entity bomb": "<!DOCTYPE x [<!ENTITY a0 'ha'>"
        + "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 12))
        + "]>",
        "one long entity": f"<!DOCTYPE x [<!ENTITY a '{'x' * 100_000}'>]>",
        "empty doctype": "<!DOCTYPE html>",
    }.items():
        text = plain.replace(b"<label>A", b"<label>&a11;&a;&e;")
        yield Hostile(name, text[:start] + doctype.encode() + text[start:], ("XF-103",))
        wide = (text[:start] + doctype.encode() + text[start:]).decode().encode("utf-16")
        yield Hostile(f"{name} in UTF-16", wide, ("XF-103",))
    yield Hostile("unknown entity", plain.replace(b"<label>A", b"<label>&nbsp;"), ("XF-101",))
    yield Hostile("bad UTF-8", plain.replace(b"<label>A", b"<label>\xff\xfe\xc0\xaf"), ("XF-101",))
    yield Hostile("surrogate", plain.replace(b"<label>A", b"<label>\xed\xa0\x80"), ("XF-101",))
    for encoding in ("utf-7", "nonsense", "cp037", "utf-32", "idna", "rot13"):
        told = f'<?xml version="1.0" encoding="{encoding}"?>'.encode()
        yield Hostile(f"encoding {encoding}", told + plain, ("XF-101",))
    yield Hostile("nothing", b"", ("XF-101",))
    yield Hostile("zeros", b"\0" * 10_000, ("XF-101",))
    yield Hostile("no form", b"<a/>", ("XF-102",))
    yield Hostile("too many bytes", b"<a>" + b" " * (65 << 20) + b"</a>", ("XF-104",))


def _deep() -> Iterator[Hostile]:
    for name, inner in {"instance": "x", "body": "h:group", "label": "h:b"}.items():
        many = 100_000
        nested = f"<{inner}>" * many + f"</{inner}>" * many
        parts = {
            "instance": lambda n=nested: form(nodes=n),
            "body": lambda n=nested: form(body=n),
            "label": lambda n=nested: form(body=f'<input ref="/data/a"><label>{n}</label></input>'),
        }
        yield Hostile(f"100,000 deep {name}", parts[name](), ("XF-104",))
    for name, written in {
        "brackets": "(" * 50_000 + "1" + ")" * 50_000,
        "calls": "not(" * 9_000 + "1" + ")" * 9_000,
        "filters": "/data/a" + "[a" * 9_000 + "]" * 9_000,
        "sums": " + ".join(["1"] * 40_000),
        "unions": "|".join(["/data/b"] * 9_000),
        "steps": "/data/b" + "/b" * 9_000,
        "minus": "-" * 90_000 + "1",
        "left brackets": "(" * 99 + " + 1)".join(["1"] * 100),
    }.items():
        facets = {"calculate": written}
        yield Hostile(f"deep {name}", form(binds=bind("a", **facets)), ("XF-105", ""))
    yield Hostile("long text", form(binds=bind("a", calculate="1 " * 150_000)), ("XF-105",))
    many = " or ".join(f"/data/b = '{n}'" for n in range(5_000))
    yield Hostile("5,000 alternatives", form(binds=bind("a", relevant=many)))


def _circles() -> Iterator[Hostile]:
    pairs = bind("a", calculate="/data/b + 1") + bind("b", calculate="/data/a + 1")
    yield Hostile("circle", form(binds=pairs), ("XF-107",))
    yield Hostile("own value", form(binds=bind("a", calculate=". + 1")), ("XF-107",))
    names = [f"n{n}" for n in range(2_000)]
    binds = "".join(
        bind(name, calculate=f"/data/{names[place - 1]} + 1") for place, name in enumerate(names)
    )
    nodes = "".join(f"<{name}/>" for name in names)
    asked = '<input ref="/data/n0"><label>N</label></input>'
    yield Hostile("circle of 2,000", form(nodes, binds, asked), ("XF-107",))


def _patterns() -> Iterator[Hostile]:
    for written in ("(a+)+b", "(a|a)*b", "(a|aa)+b", "a?" * 30 + "a" * 30, "(.*)*x(x+x+)+y"):
        rule = bind("b", calculate=f"regex(/data/a, '{written}')")
        text = "a" * 29
        yield Hostile(f"pattern {written[:12]}", form(binds=rule), (), {}, (("/data/a", text),))
    refused = bind("b", calculate="regex(/data/a, '(a+)+(?=b)')")
    yield Hostile("pattern that looks ahead", form(binds=refused), ("XF-307", "XF-211"))


def _long() -> Iterator[Hostile]:
    million = "<item><name>n</name></item>" * 1_000_000
    rows = f'<instance id="l"><root>{million}</root></instance>'
    yield Hostile("million rows in the form", form(lists=rows), ("XF-104",))
    body = b"name,label\n" + b"n,N\n" * 1_000_000
    outside = '<instance id="l" src="jr://file-csv/l.csv"/>'
    yield Hostile("million rows beside", form(lists=outside), ("XF-109",), {"l.csv": body})
    wide = b"a," * 2_000_000 + b"\n"
    yield Hostile("million columns", form(lists=outside), ("XF-109",), {"l.csv": wide})
    for name, file in {
        "l.xml": b"<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><root>&e;</root>",
        "l.geojson": b"[" * 200_000,
        "m.geojson": b'{"features": [{"geometry": {"type": "Point", "coordinates": [1]}}]}',
        "n.geojson": b'{"features": [7]}',
        "o.geojson": b'{"features": {"a": 1}}',
        "m.csv": b"\xff\xfe\x00",
    }.items():
        source = f'<instance id="l" src="jr://file/{name}"/>'
        codes = ("XF-103", "XF-109")
        yield Hostile(f"list {name}", form(lists=source), codes, {name: file})


def _wide() -> Iterator[Hostile]:
    repeat = (
        '<group ref="/data/r"><label>R</label><repeat nodeset="/data/r" jr:count="{0}">'
        '<input ref="/data/r/x"><label>X</label></input>{1}</repeat></group>'
    )
    nodes = '<a/><r jr:template=""><x/></r>'
    for count in ("1000000000", "1 div 0", "1e300"):
        yield Hostile(f"count {count}", form(nodes, body=repeat.format(count, "")), ("XF-308",))
    inner = (
        '<group ref="/data/r/s"><label>S</label><repeat nodeset="/data/r/s" jr:count="9000">'
        '<input ref="/data/r/s/y"><label>Y</label></input></repeat></group>'
    )
    nodes = '<a/><r jr:template=""><x/><s jr:template=""><y/></s></r>'
    yield Hostile("counts in counts", form(nodes, body=repeat.format("9000", inner)), ("XF-308",))
    reads = '<a/><r jr:template=""><x/></r>'
    rules = bind("r/x", calculate="count(/data/r) + sum(/data/r/x) + position(..)")
    yield Hostile(
        "rows that count rows", form(reads, rules, repeat.format("3000", "")), ("XF-107", "")
    )
    names = [f"n{n}" for n in range(3_000)]
    rules = "".join(bind(name, constraint="count(//*) > 0") for name in names)
    asked = '<input ref="/data/n0"><label>N</label></input>'
    nodes = "".join(f"<{name}/>" for name in names)
    yield Hostile("everybody reads everything", form(nodes, rules, asked), ("XF-104",))
    nodes = "<a/>" + "".join(f"<n{n}/>" for n in range(60_000))
    yield Hostile("60,000 questions", form(nodes), ("XF-104",))
    attributes = " ".join(f'x{n}="1"' for n in range(100_000))
    yield Hostile("100,000 attributes", form(f"<a/><b {attributes}/>"), ("XF-104",))
