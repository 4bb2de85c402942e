"""A check tells an author everything that is wrong, with sheet, row, column, code and advice."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from forms.authoring import checked_form, main
from forms.authoring.sheets import place_parts
from forms.problems import CATALOGUE, Severity

if TYPE_CHECKING:
    from pathlib import Path

    from forms.problems import Problem

SETTINGS = '| settings |\n| | form_id | version | namespaces |\n| | f | 1 | pvy="{}" |\n'.format(
    "urn:makazi:privacy:1"
)
CHOICES = """\
| choices |
| | list_name | name | label | ward |
| | l | a | A | 1 |
| | l | b | B | 2 |
"""
HEADER = "type | name | label | relevant | constraint | default | choice_filter | calculation"


def form(*rows: str, header: str = HEADER) -> str:
    lines = "".join(f"| | {row}{' |' * header.count('|')}\n" for row in rows)
    return f"| survey |\n| | {header} |\n{lines}{CHOICES}{SETTINGS}"


def checked(tmp_path: Path, text: str) -> list[Problem]:
    file = tmp_path / "form.md"
    file.write_text(text, encoding="utf-8")
    return [p for p in checked_form(file)[1] if p.code not in {"XF-401", "XF-610"}]


def found(tmp_path: Path, text: str) -> list[tuple[str, int, str]]:
    """Code, row and column of every problem."""
    parts = [(p.code, place_parts(p.where)) for p in checked(tmp_path, text)]
    return [(code, place.row, place.column) for code, place in parts]


ERRORS = {
    "no XPath": ("text | b | B | ${a} = ", "XF-105", "relevant"),
    "a string that is not closed": ("text | b | B | ${a} = 'x", "XF-105", "relevant"),
    "an unknown function": ("text | b | B | selectd(${a}, 'x')", "XF-105", "relevant"),
    "a wrong number of arguments": ("text | b | B | selected(${a})", "XF-105", "relevant"),
    "a wrong constraint": ("text | b | B | | . >", "XF-105", "constraint"),
    "a wrong calculation": ("calculate | b | | | | | | concat(", "XF-105", "calculation"),
    "a wrong filter": ("select_one l | b | B | | | | ward = ) |", "XF-105", "choice_filter"),
    "a reference to nothing": ("text | b | B | ${nobody} = 1", "XF-606", "relevant"),
    "a reference to nothing in a text": ("note | b | Hi ${nobody}", "XF-606", "label"),
    "a reference that is none": ("text | b | B | ${a = 1", "XF-606", "relevant"),
    "a list that is nowhere": ("select_one zz | b | B", "XF-607", "type"),
    "an unknown type": ("wobble | b | B", "XF-604", ""),
    "a name that is not allowed": ("text | 1 b | B", "XF-605", "name"),
    "a name that is missing": ("text | | B", "XF-605", ""),
    "a name that stands twice": ("text | a | B", "XF-605", "name"),
    "a filter of a column that is absent": (
        "select_one l | b | B | | | | wrd = ${a} |", "XF-619", "choice_filter"
    ),
    "a question without a text": ("text | b |", "XF-604", "label"),
    "a calculate without a calculation": ("calculate | b |", "XF-604", ""),
    "an end that closes nothing": ("end_group | |", "XF-608", ""),
    "a group that is not closed": ("begin_group | b | B", "XF-608", ""),
}  # fmt: skip


@pytest.mark.parametrize("fault", ERRORS)
def test_check_places_an_error(tmp_path: Path, fault: str) -> None:
    row, code, column = ERRORS[fault]
    problems = checked(tmp_path, form("text | a | A", row))
    mine = [p for p in problems if p.code == code and place_parts(p.where).row == 3]
    assert mine, problems
    assert column in {place_parts(p.where).column for p in mine}, problems
    assert all(p.severity is Severity.ERROR for p in mine)
    assert all(p.advice for p in mine)


WARNINGS = {
    "constant false": ("text | b | B | false()", "XF-617"),
    "constant no": ("text | b | B | no", "XF-617"),
    "a choice that is not in the list": ("text | b | B | ${s} = 'zz'", "XF-617"),
    "a choice that cannot be selected": ("text | b | B | selected(${m}, 'zz')", "XF-617"),
    "two answers at once": ("text | b | B | ${a} = 'x' and ${a} = 'y'", "XF-617"),
    "an empty range": ("text | b | B | ${n} > 5 and ${n} < 3", "XF-617"),
    "an empty range of one number": ("text | b | B | ${n} > 5 and 5 >= ${n}", "XF-617"),
    "the opposite of what always holds": ("text | b | B | not(true())", "XF-617"),
    "no part of an or": ("text | b | B | false() or ${s} = 'zz'", "XF-617"),
    "a default below its constraint": ("integer | b | B | | . > 5 | 3", "XF-618"),
    "a default of another type": ("integer | b | B | | | abc", "XF-618"),
    "a default that is no choice": ("select_one l | b | B | | | zz", "XF-618"),
    "a pattern that is not closed": ("text | b | B | | regex(., '[0-9]{4}')", "XF-620"),
    "a pattern of another dialect": ("text | b | B | | regex(., '^\\p{Lu}$')", "XF-620"),
    "a path to nowhere": ("text | b | B | /data/nowhere = 1", "XF-106"),
}
ASKED = ("text | a | A", "integer | n | N", "select_one l | s | S", "select_multiple l | m | M")


@pytest.mark.parametrize("oddity", WARNINGS)
def test_check_warns_of_what_no_author_means(tmp_path: Path, oddity: str) -> None:
    row, code = WARNINGS[oddity]
    problems = checked(tmp_path, form(*ASKED, row))
    assert [(p.code, place_parts(p.where).row) for p in problems] == [(code, 6)], problems
    assert problems[0].severity is Severity.WARNING


FINE = {
    "a choice of the list": "text | b | B | ${s} = 'a'",
    "several choices at once": "text | b | B | ${m} = 'a b'",
    "one of two": "text | b | B | ${s} = 'zz' or ${a} = 'x'",
    "two choices of several": "text | b | B | selected(${m}, 'a') and selected(${m}, 'b')",
    "a range": "text | b | B | ${n} >= 3 and ${n} <= 3",
    "a default that fits": "integer | b | B | | . > 5 | 7",
    "a default that another answer limits": "integer | b | B | | . < ${n} | 7",
    "a default that the clock gives": "date | b | B | | . < today() | today()",
    "a pattern that is closed": "text | b | B | | regex(., '^[0-9]{4}$')",
    "a function that only a tablet has": "calculate | b | | | | | | extract-signed(${a}, 'k')",
    "a filter that is right": "select_one l | b | B | | | | ward = ${a} |",
    "a filter over the answer's own list": "select_one l | b | B | | | | name != ${s} |",
}


@pytest.mark.parametrize("case", FINE)
def test_check_is_silent_when_a_condition_can_hold(tmp_path: Path, case: str) -> None:
    assert checked(tmp_path, form(*ASKED, FINE[case])) == []


def test_list_that_is_hidden_for_its_words_is_no_mistake(tmp_path: Path) -> None:
    rows = ("select_one l | b | B | false()",
            "calculate | c | | | | | | jr:choice-name(${a}, '${b}')")  # fmt: skip
    assert checked(tmp_path, form(*ASKED, *rows)) == []


def test_question_behind_a_question_that_is_never_asked_is_named(tmp_path: Path) -> None:
    rows = ("text | b | B | false()", "text | c | C | ${b} = 'x'")
    assert [row for _, row, _ in found(tmp_path, form(*ASKED, *rows))] == [6, 7]


def test_group_that_is_never_asked_is_named_once(tmp_path: Path) -> None:
    rows = ("begin_group | g | G | false()", "text | b | B", "end_group | |")
    assert [row for _, row, _ in found(tmp_path, form(*ASKED, *rows))] == [6]


def test_check_names_faults_of_every_kind_at_once(tmp_path: Path) -> None:
    text = form(
        "text | a | A | selectd(${a}, 'x')", "interger | b | B", "text | 1c | C",
        "select_one zz | d | D", "text | e | E | ${nobody} = 1", "calculate | f |",
        "begin_group | g | G", "text | h |",
    )  # fmt: skip
    rows = {(code, row) for code, row, _ in found(tmp_path, text)}
    assert rows >= {
        ("XF-105", 2), ("XF-604", 3), ("XF-605", 4), ("XF-607", 5), ("XF-606", 6), ("XF-604", 7),
        ("XF-604", 9),
    }  # fmt: skip
    assert "XF-608" in {code for code, _ in rows}


def test_check_names_both_rows_of_a_circle(tmp_path: Path) -> None:
    text = form("calculate | a | | | | | | ${b} + 1", "calculate | b | | | | | | ${a} + 1")
    (problem,) = checked(tmp_path, text)
    assert problem.code == "XF-107"
    assert place_parts(problem.where).row in {2, 3}


@pytest.mark.parametrize(
    ("column", "code"),
    [
        ("bind::pvy:clas", "XF-404"), ("bind:pvy:class", "XF-609"), ("bind::pvy::class", "XF-609"),
        ("pvy:class", "XF-609"), ("bind::class", "XF-609"), ("bind::pvx:class", "XF-609"),
    ],
)  # fmt: skip
def test_privacy_column_that_would_not_be_read_is_named(
    tmp_path: Path, column: str, code: str
) -> None:
    header = f"type | name | label | {column}"
    assert code in {c for c, _, _ in found(tmp_path, form("text | a | A | C", header=header))}


@pytest.mark.parametrize(
    ("cells", "code"),
    [("E | seal", "XF-402"), ("A |", "XF-403"), ("A | hide", "XF-405"), ("A | keep", "XF-406")],
)
def test_privacy_words_that_are_not_permitted_are_placed(
    tmp_path: Path, cells: str, code: str
) -> None:
    header = "type | name | label | bind::pvy:class | bind::pvy:do"
    text = form(f"text | a | A | {cells}", header=header)
    assert (code, 2) in {(c, row) for c, row, _ in found(tmp_path, text)}


def test_missing_namespaces_are_named(tmp_path: Path) -> None:
    header = "type | name | label | bind::pvy:class"
    text = form("text | a | A | C", header=header).replace("namespaces", "notes")
    assert "XF-609" in {c for c, _, _ in found(tmp_path, text)}


def test_text_that_is_missing_in_a_language_is_placed(tmp_path: Path) -> None:
    header = "type | name | label::English (en) | label::French (fr)"
    text = form("text | a | A |", "text | b | B | C", header=header)
    assert ("XF-613", 2, "label::French (fr)") in found(tmp_path, text)


@pytest.mark.parametrize(
    ("old", "new"),
    [("| survey |", "| survay |"), ("| label |", "| lable |"), ("| relevant |", "| name |")],
)
def test_name_of_a_sheet_or_column_that_is_misspelt_is_named(
    tmp_path: Path, old: str, new: str
) -> None:
    text = form("text | a | A").replace(old, new, 1)
    assert "XF-616" in {c for c, _, _ in found(tmp_path, text)}


@pytest.mark.parametrize("column", ["control", "instance", "actions", "label::a::b", "bind"])
def test_crash_of_the_compiler_is_a_problem_with_a_code(tmp_path: Path, column: str) -> None:
    header = f"type | name | label | bind::x | {column}"
    problems = checked(tmp_path, form("text | a | A | 1 | x", header=header))
    assert {"XF-604", "XF-616"} & {p.code for p in problems}
    assert all(p.code in CATALOGUE for p in problems)


XFORM = """<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml">
<h:head><h:title>f</h:title><model><instance><data id="f" version="1"><a/><b/></data></instance>
<bind nodeset="/data/a" type="string" relevant="{}"/><bind nodeset="/data/b"/></model></h:head>
<h:body><input ref="/data/a"><label>A</label></input></h:body></h:html>"""


@pytest.mark.parametrize(
    ("relevant", "codes"),
    [
        ("nope(1)", ["XF-105"]), ("(", ["XF-105"]), ("/data/c = 1", ["XF-106"]),
        ("/data/a = 1", ["XF-107"]), ("/data/b = 1", []), ("false()", ["XF-617"]),
    ],
)  # fmt: skip
def test_xform_is_checked_by_its_paths(tmp_path: Path, relevant: str, codes: list[str]) -> None:
    (tmp_path / "f.xml").write_text(XFORM.format(relevant), encoding="utf-8")
    problems = [p for p in checked_form(tmp_path / "f.xml")[1] if p.code != "XF-401"]
    assert [p.code for p in problems] == codes
    assert all("/data/a" in p.where for p in problems)


def test_json_has_every_part_of_a_problem(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "form.md").write_text(form("text | a | A | ${b} = ("), encoding="utf-8")
    assert main(["check", "--json", str(tmp_path / "form.md")]) == 1
    said = json.loads(capsys.readouterr().out)
    assert said["errors"] == len([p for p in said["problems"] if p["severity"] == "error"])
    first = next(p for p in said["problems"] if p["code"] == "XF-105")
    assert (first["sheet"], first["row"], first["column"]) == ("survey", 2, "relevant")
    assert first["message"]
    assert first["advice"]
    assert first["title"] == CATALOGUE["XF-105"]


def test_json_says_that_nothing_is_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "form.md").write_text(form("note | a | A"), encoding="utf-8")
    assert main(["check", "--json", str(tmp_path / "form.md")]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["errors"], said["problems"]) == (0, [])


def test_check_returns_0_when_there_are_only_warnings(tmp_path: Path) -> None:
    (tmp_path / "form.md").write_text(form("text | a | A | false()"), encoding="utf-8")
    assert main(["check", str(tmp_path / "form.md")]) == 0


def test_row_of_a_workbook_is_counted_with_its_empty_rows(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.title = "survey"
    for row in (["type", "name", "label", "relevant"], ["text", "a", "A"], [], [None], []):
        book.active.append(row)
    book.active.append(["text", "b", "B", "${a} = ("])
    book.active.append(["wobble", "c", "C"])
    book.save(tmp_path / "form.xlsx")
    places = {(p.code, place_parts(p.where).row) for p in checked_form(tmp_path / "form.xlsx")[1]}
    assert {("XF-105", 6), ("XF-604", 7)} <= places


def test_file_that_is_not_there_is_a_problem(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(tmp_path / "none.xlsx")]) == 1
    assert "XF-601" in capsys.readouterr().err
