"""The forms that the engines are measured with, written as XForms the way that pyxform writes them.

Made here and not compiled from sheets, because compiling 5,000 questions takes longer than all the
measuring. Two languages everywhere, and the same 10,400 choices in every form of plain questions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

LANGUAGES = ("English (en)", "Kiswahili (sw)")
BRANCHES = (8, 3, 18, 23)
"""Regions, districts in each, wards in each, villages in each: 8 + 24 + 432 + 9,936 = 10,400."""
LEVELS = ("region", "district", "ward", "village")
GROUP = 20
"""Questions of one group."""
BLOCK = 5
"""Groups that have one total together."""
_HEAD = (
    '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml" '
    'xmlns:jr="http://openrosa.org/javarosa" xmlns:orx="http://openrosa.org/xforms" '
    'xmlns:odk="http://www.opendatakit.org/xforms">'
)


@dataclass
class Draft:
    """A form while it is being written: nodes, binds, body, texts and lists."""

    name: str
    nodes: list[str] = field(default_factory=list)
    binds: list[str] = field(default_factory=list)
    body: list[str] = field(default_factory=list)
    texts: list[tuple[str, str]] = field(default_factory=list)
    lists: list[str] = field(default_factory=list)

    def bind(self, ref: str, kind: str, **facets: str) -> None:
        """One bind; a facet's value is XPath."""
        written = "".join(f' {name}="{_escaped(value)}"' for name, value in facets.items())
        self.binds.append(f'<bind nodeset="{ref}" type="{kind}"{written}/>')

    def ask(self, ref: str, label: str, control: str = "input", inner: str = "") -> None:
        """One question in the body, its label in both languages."""
        self.texts.append((f"{ref}:label", label))
        self.body.append(
            f'<{control} ref="{ref}"><label ref="jr:itext(\'{ref}:label\')"/>{inner}</{control}>'
        )

    def list_of(self, name: str, items: Iterable[dict[str, str]]) -> None:
        """A choice list as a secondary instance, its labels in itext."""
        rows = []
        for place, item in enumerate(items):
            self.texts.append((f"{name}-{place}", f"{name.title()} {item['name']}"))
            cells = "".join(f"<{key}>{value}</{key}>" for key, value in item.items())
            rows.append(f"<item><itextId>{name}-{place}</itextId>{cells}</item>")
        self.lists.append(f'<instance id="{name}"><root>{"".join(rows)}</root></instance>')

    def _language(self, number: int) -> str:
        default = "" if number else ' default="true()"'
        mark = " (sw)" if number else ""
        texts = (f'<text id="{k}"><value>{text}{mark}</value></text>' for k, text in self.texts)
        body = "".join(texts)
        return f'<translation lang="{LANGUAGES[number]}"{default}>{body}</translation>'

    def xml(self) -> str:
        """The XForm."""
        languages = "".join(self._language(number) for number in range(len(LANGUAGES)))
        root = (
            f'<data id="{self.name}" version="1">{"".join(self.nodes)}'
            "<meta><instanceID/></meta></data>"
        )
        model = (
            f'<model odk:xforms-version="1.0.0"><itext>{languages}</itext>'
            f"<instance>{root}</instance>{''.join(self.lists)}{''.join(self.binds)}"
            '<bind nodeset="/data/meta/instanceID" type="string" readonly="true()" '
            'jr:preload="uid"/></model>'
        )
        return (
            f'<?xml version="1.0"?>{_HEAD}<h:head><h:title>{self.name}</h:title>{model}</h:head>'
            f"<h:body>{''.join(self.body)}</h:body></h:html>"
        )


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def choice_of(name: str, filtered: str = "") -> str:
    """The itemset of a select."""
    return (
        f'<itemset nodeset="instance(\'{name}\')/root/item{filtered}"><value ref="name"/>'
        '<label ref="jr:itext(itextId)"/></itemset>'
    )


def places() -> Iterator[tuple[str, list[dict[str, str]]]]:
    """The four lists of places, each item with the names of the places that it lies in."""
    level: list[dict[str, str]] = [{}]
    for name, width in zip(LEVELS, BRANCHES, strict=True):
        below = []
        for around in level:
            prefix = around.get("name", "")
            for number in range(width):
                item = {"name": f"{prefix}{name[0]}{number}"}
                item |= {key: value for key, value in around.items() if key != "name"}
                if prefix:
                    item[LEVELS[LEVELS.index(name) - 1]] = prefix
                below.append(item)
        level = below
        yield name, level


def plain(count: int) -> Draft:
    """`count` questions, a quarter with relevance and a quarter calculated, and a cascade of lists.

    A group of twenty has its subtotal, and five groups one total.
    """
    form = Draft(f"questions_{count}")
    _cascade(form)
    form.list_of("yesno", [{"name": "yes"}, {"name": "no"}])
    starts = range(0, count, GROUP)
    _totals(form, [_group(form, first, min(count, first + GROUP)) for first in starts])
    return form


def _group(form: Draft, first: int, after: int) -> str:
    around, calculated, names = f"/data/g{first // GROUP}", [], []
    for number in range(first, after):
        ref = f"{around}/q{number}"
        names.append(f"<q{number}/>")
        one, two, three = (f"{around}/q{number - back}" for back in (1, 2, 3))
        if number % 4 == 0:
            form.bind(ref, "int", constraint=". >= 0 and . < 100000")
            form.ask(ref, f"How many of {number}?")
        elif number % 4 == 1:
            form.bind(ref, "string")
            form.ask(ref, f"Is there any {number}?", "select1", choice_of("yesno"))
        elif number % 4 == 2:
            form.bind(ref, "string", relevant=f"{one} = 'yes'")
            form.ask(ref, f"Tell about {number}")
        else:
            sum_of = f"if({two} = 'yes', coalesce({three}, 0) * 2 + 1, 0)"
            form.bind(ref, "string", calculate=sum_of)
            calculated.append(ref)
    form.bind(f"{around}/sub", "string", calculate=" + ".join(calculated))
    form.nodes.append(f"<g{first // GROUP}>{''.join(names)}<sub/></g{first // GROUP}>")
    return f"{around}/sub"


def _totals(form: Draft, names: list[str]) -> None:
    """A total of each five subtotals: an answer has as many dependents in any size of form."""
    for place in range(0, len(names), BLOCK):
        total = f"t{place // BLOCK}"
        form.nodes.append(f"<{total}/>")
        form.bind(f"/data/{total}", "string", calculate=" + ".join(names[place : place + BLOCK]))


def _cascade(form: Draft) -> None:
    for (name, items), above in zip(places(), ("", *LEVELS), strict=False):
        form.list_of(name, items)
        form.nodes.append(f"<{name}/>")
        form.bind(f"/data/{name}", "string")
        filtered = f"[{above}= /data/{above} ]" if above else ""
        form.ask(f"/data/{name}", f"Which {name}?", "select1", choice_of(name, filtered))
    form.nodes.append("<village2/>")
    form.bind("/data/village2", "string")
    filtered = "[region= /data/region  and district= /data/district ]"
    form.ask("/data/village2", "Which village?", "select1", choice_of("village", filtered))


def chain(count: int) -> Draft:
    """`count` calculations of which each reads the one before it and one whole number."""
    form = Draft(f"chain_{count}")
    for number in range(count):
        asked, total = f"/data/q{number}", f"/data/c{number}"
        form.nodes.append(f"<q{number}/><c{number}/>")
        form.bind(asked, "int")
        form.ask(asked, f"How many {number}?")
        before = f" /data/c{number - 1}  + " if number else ""
        form.bind(total, "string", calculate=f"{before}coalesce( {asked} , 0)")
    return form


def rows(count: int, *, shared: bool) -> Draft:
    """A repeat of ten questions with sums and counts across its rows.

    Args:
        count: Rows that the interview will have; the form does not depend on it.
        shared: Whether every row reads one of the sums.
    """
    form = Draft(f"rows_{count}{'_shared' if shared else ''}")
    form.list_of("yesno", [{"name": "yes"}, {"name": "no"}])
    form.list_of("relation", [{"name": f"r{number}"} for number in range(8)])
    names = [
        "name",
        "age",
        "sex",
        "relation",
        "works",
        "income",
        "birth",
        "notes",
        "months",
        "place",
    ]
    names += ["share"] if shared else []
    cells = "".join(f"<{name}/>" for name in names)
    form.nodes.append(f'<head/><member jr:template="">{cells}</member><member>{cells}</member>')
    form.bind("/data/head", "string")
    form.ask("/data/head", "Who heads the household?")
    around, _member = form.body, "/data/member"
    form.body = []
    for name, kind, facets in _MEMBER:
        form.bind(f"{_member}/{name}", kind, **facets)
        inner = choice_of({"sex": "yesno", "works": "yesno"}.get(name, name))
        select = name in {"sex", "works", "relation"}
        form.ask(f"{_member}/{name}", name.title(), *(("select1", inner) if select else ()))
    inside, form.body = form.body, around
    form.body.append(
        f'<group ref="{_member}"><label>Member</label><repeat nodeset="{_member}">'
        f"{''.join(inside)}</repeat></group>"
    )
    form.bind(f"{_member}/months", "string", calculate="coalesce( ../age , 0) * 12")
    form.bind(f"{_member}/place", "string", calculate="position(..)")
    if shared:
        share = "if( /data/total_age  > 0,  ../age  div  /data/total_age , 0)"
        form.bind(f"{_member}/share", "string", calculate=share)
    for name, calculation in _ACROSS.items():
        form.nodes.append(f"<{name}/>")
        form.bind(f"/data/{name}", "string", calculate=calculation)
    return form


_MEMBER: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("name", "string", {}),
    ("age", "int", {"constraint": ". >= 0 and . < 120"}),
    ("sex", "string", {}),
    ("relation", "string", {}),
    ("works", "string", {"relevant": " ../age  >= 15"}),
    ("income", "decimal", {"relevant": " ../works  = 'yes'"}),
    ("birth", "date", {}),
    ("notes", "string", {}),
)
_ACROSS = {
    "members": "count( /data/member )",
    "total_age": "sum( /data/member/age )",
    "total_months": "sum( /data/member/months )",
    "children": "count(/data/member[ ./age  < 5])",
}
