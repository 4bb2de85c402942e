"""Every fault that makes old public forms fail is mended, shown, and mended once."""

from __future__ import annotations

import json
import struct
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forms.authoring import checked_form, main
from forms.authoring.book import workbook_of
from forms.authoring.bookfile import read_book, write_book
from forms.authoring.compile import compiled
from forms.authoring.mend import mend
from forms.authoring.repair import repaired
from forms.errors import AuthoringError
from forms.problems import CATALOGUE, Severity

if TYPE_CHECKING:
    from pathlib import Path

    from forms.authoring.mend import Change

SETTINGS = "| settings |\n| | form_id | version |\n| | f | 1 |\n"
CHOICES = "| choices |\n| | list_name | name | label |\n| | l | a | A |\n| | l | b | B |\n"


def table(sheet: str, *rows: str) -> str:
    return "\n".join([f"| {sheet} |", *(f"| | {row} |" for row in rows)]) + "\n"


def survey(*rows: str) -> str:
    return table("survey", *rows) + SETTINGS


def mended(tmp_path: Path, text: str) -> tuple[tuple[Change, ...], Path]:
    """The changes of a Markdown form, and the mended file, which compiles and stays as it is."""
    file, out = tmp_path / "form.md", tmp_path / "out.md"
    file.write_text(text, encoding="utf-8")
    found = repaired(file)
    write_book(found.book, file, out)
    assert not found.problems, found.problems
    assert not repaired(out).changes
    errors = [p for p in checked_form(out)[1] if p.severity is Severity.ERROR]
    assert not errors, errors
    return found.changes, out


NAMED = "type | name | label"
SHAPES = {
    # tabs and headers
    "sheet-name": table("survay", NAMED, "text | a | A") + SETTINGS,
    "sheet-name of choices": survey(NAMED, "select_one l | a | A")
    + CHOICES.replace("| choices |", "| Choice |"),
    "header-row": survey("Our survey of 2019 | | ", NAMED, "text | a | A"),
    "header-slip": survey("type | name | lable", "text | a | A"),
    "header-slip of a name": survey("type | nmae | label", "text | a | A"),
    "header-slip with a language": survey("type | name | labl::English (en)", "text | a | A"),
    "header-slip of choices": survey(NAMED, "select_one l | a | A")
    + CHOICES.replace("list_name", "listname"),
    "old-column": survey("type | tag | caption | relevance", "text | a | A | true()"),
    "old-column of choices": survey(NAMED, "select_one l | a | A")
    + CHOICES.replace("| name | label", "| value | caption"),
    "invisible in a header": survey("type | na\u200bme | label\u00a0", "text | a | A"),
    "double-column": survey(f"{NAMED} | relevant | relevance", "text | a | A | | true()"),
    "double-column that differs": survey(
        f"{NAMED} | relevant | relevance", "text | a | A | true() | false()"
    ),
    "no-header": survey(f"{NAMED} | ", "text | a | A | remember"),
    "unreadable-column bind": survey("type | name | label | bind::custom | bind", "text|a|A|1|d"),
    "unreadable-column control": survey(f"{NAMED} | control", "text | a | A | 1"),
    "unreadable-column instance": survey(f"{NAMED} | instance", "text | a | A | 1"),
    "unreadable-column actions": survey(f"{NAMED} | actions", "text | a | A | 1"),
    "unreadable-column nested": survey("type | name | label::en::us", "text | a | A"),
    "unreadable-column with a language": survey(f"{NAMED} | default::fr", "text | a | A | x"),
    "unreadable-column of a name": survey(f"{NAMED} | name::fr", "text | a | A | x"),
    "old-column with one colon": survey(f"{NAMED} | bind:relevant", "text | a | A | true()"),
    "missing-end switched off": survey(
        f"{NAMED} | disabled", "begin_group | g | G |", "text | a | A |", "end_group | | | yes"
    ),
    "duplicate-name of a child of its repeat": survey(
        f"{NAMED} | trigger | calculation", "text | a | A | |", "begin_repeat | r | R | |",
        "text | r | A | ${a} | now()", "end_repeat | | | |",
    ),
    "parameters": survey(f"{NAMED} | parameters", "range | a | A | start:1 end:5 step:1"),
    "unreadable-column media": survey(NAMED, "select_one l | a | A")
    + table("choices", "list_name | name | label | media", "l | a | A | x"),
    "header-blank": survey(NAMED, "select_one l | a | A")
    + table("choices", "list_name | name | label | the ward", "l | a | A | 1"),
    # cells
    "invisible in a name": survey(NAMED, "text | a\u200b | A", "text | b\u00a0 | B"),
    "invisible in a type": survey(NAMED, "te\ufeffxt | a | A"),
    "type": survey(NAMED, "interger | a | A"),
    "type in capitals": survey(NAMED, "Text | a | A", "Begin Group | g | G", "End Group | | "),
    "type of old": survey(NAMED, "select multiple l | a | A") + CHOICES,
    "type of a select that is misspelt": survey(NAMED, "selct_one l | a | A") + CHOICES,
    "no-type": survey(NAMED, " | a | A"),
    "expression with curly quotes": survey(
        f"{NAMED} | relevant", "text | a | A |", "text | b | B | ${a} = \u2018x\u2019"
    ),
    "expression with signs of mathematics": survey(
        f"{NAMED} | constraint", "integer | a | A | . \u2265 1 && . =< 9"
    ),
    "expression with two equals": survey(f"{NAMED} | constraint", "integer | a | A | . == 1"),
    "expression with a function in capitals": survey(
        f"{NAMED} | relevant", "text | a | A |",
        "text | b | B | NOT(Selected(${a}, 'x')) AND TRUE()",
    ),
    "expression in the author's language": survey(f"{NAMED} | required", "text | a | A | oui"),
    # structure
    "missing-end": survey(NAMED, "begin_group | g | G", "text | a | A"),
    "missing-end inside": survey(
        NAMED, "begin_repeat | r | R", "begin_group | g | G", "text | a | A", "end_repeat | |"
    ),
    "extra-end": survey(NAMED, "text | a | A", "end_group | |"),
    "wrong-end": survey(NAMED, "begin_group | g | G", "text | a | A", "end_repeat | |"),
    "missing-end and extra": survey(
        NAMED, "begin_group | g | G", "begin_repeat | r | R", "text | a | A", "end_group | |",
        "end_repeat | |",
    ),
    # names
    "no-name": survey(
        NAMED, "text | | How old?", "begin_group | | G", "note | | N", "end_group | |"
    ),
    "name with a blank": survey(
        f"{NAMED} | relevant", "text | my name | A |", "text | b | B | ${my name} = 'x'"
    ),
    "name that begins with a digit": survey(NAMED, "text | 1a | A"),
    "name with a colon": survey(NAMED, "text | a:b | A", "note | n | ${a:b}"),
    "duplicate-name": survey(NAMED, "text | a | A", "text | a | B"),
    "duplicate-name of meta": survey(NAMED, "text | meta | A", "note | n | ${meta}"),
    "duplicate-name of a repeat": survey(
        NAMED, "begin_group | g | G", "begin_repeat | r | R", "text | a | A", "end_repeat | |",
        "end_group | |", "begin_repeat | r | R", "text | b | B", "end_repeat | |",
    ),
    "duplicate-name of the root": survey(
        NAMED, "begin_repeat | data | R", "text | a | A", "end_repeat | |"
    ),
    "duplicate-name in two groups": survey(
        NAMED, "begin_group | g | G", "text | a | A", "end_group | |", "begin_group | h | H",
        "text | a | A", "note | n | ${a}", "end_group | |",
    ),
    "reference with blanks": survey(f"{NAMED} | constraint", "integer | a | A | ${ a } > 1"),
    "reference in another case": survey(
        f"{NAMED} | relevant", "text | Age | A |", "text | b | B | ${age} = 'x'"
    ),
    # lists
    "no-list-name": survey(NAMED, "select_one l | a | A") + CHOICES.replace("| l | b", "| | b"),
    "list-name with a blank": survey(NAMED, "select_one my list | a | A")
    + CHOICES.replace("| l |", "| my list |"),
    "list-name in another case": survey(NAMED, "select_one L | a | A") + CHOICES,
    "missing-list": survey(NAMED, "select_one m | a | A") + CHOICES,
    "missing-list without a sheet": survey(NAMED, "select_one m | a | A"),
    "missing-list without a name": survey(NAMED, "select_one | a | A") + CHOICES,
    "duplicate-choice": survey(NAMED, "select_one l | a | A") + CHOICES + "| | l | a | A |\n",
    "duplicate-choice that differs": survey(NAMED, "select_one l | a | A")
    + CHOICES + "| | l | a | Also A |\n",
    "no-name of a choice": survey(NAMED, "select_one l | a | A") + CHOICES + "| | l | | C c |\n",
    "no-label of a choice": survey(NAMED, "select_one l | a | A") + CHOICES + "| | l | c | |\n",
    "empty-choice": survey(NAMED, "select_one l | a | A") + CHOICES + "| | l | | |\n",
    "choice-blank": survey(
        f"{NAMED} | relevant", "select_multiple l | a | A |", "text | b | B | selected(${a}, 'c d')"
    ) + CHOICES + "| | l | c d | C |\n",
    "external-choices": survey(
        f"{NAMED} | choice_filter", "text | w | W |", "select_one_external e | a | A | ward=${w}"
    ) + table("external_choices", "list_name | name | label | ward", "e | x | X | 1"),
    "or-other": survey(
        f"{NAMED} | choice_filter", "select_one l or_other | a | A | name != 'b'"
    ) + CHOICES,
    # questions and settings
    "no-label": survey(NAMED, "text | a |"),
    "save-to": survey(f"{NAMED} | save_to", "text | a | A | town"),
    "no-calculation": survey(NAMED, "text | a | A", "calculate | c |"),
    "trigger": survey(f"{NAMED} | trigger | calculation", "text | a | A | |",
                      "calculate | c | | a | now()"),
    "trigger of nothing": survey(f"{NAMED} | trigger", "text | a | A | sometimes"),
    "audit-name": survey(NAMED, "text | a | A", "audit | log |"),
    "settings": table("survey", NAMED, "text | a | A"),
    "settings of old": table("survey", NAMED, "text | a | A")
    + table("settings", "set form id | form_version", "f | 3"),
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_repair_mends_a_shape_of_fault(tmp_path: Path, shape: str) -> None:
    changes, _ = mended(tmp_path, SHAPES[shape])
    kind = shape.split(maxsplit=1)[0]
    assert kind in {change.kind for change in changes} or kind == "settings", changes
    assert all(change.why for change in changes)


def test_repair_changes_nothing_when_nothing_is_wrong(tmp_path: Path) -> None:
    text = survey(
        f"{NAMED} | relevant", "begin group | g | G |", "select one l | a | A |",
        "text | b | B\u2019s \u201cname\u201d | ${a} = 'a'", "end group | | |",
    ) + CHOICES  # fmt: skip
    changes, _ = mended(tmp_path, text)
    assert changes == ()


def test_repair_says_sheet_row_column_before_and_after(tmp_path: Path) -> None:
    changes, _ = mended(tmp_path, survey(NAMED, "text | a | A", "interger | b | B"))
    (change,) = changes
    assert (change.sheet, change.row, change.column) == ("survey", 3, "type")
    assert (change.before, change.after, change.look) == ("interger", "integer", False)


def test_reference_follows_the_question_of_its_own_group(tmp_path: Path) -> None:
    changes, out = mended(tmp_path, SHAPES["duplicate-name in two groups"])
    assert any(c.kind == "duplicate-name" and c.look for c in changes)
    form = checked_form(out)[0]
    assert form is not None
    assert b"/data/h/a_2" in form.xml
    assert b"<output" in form.xml


def test_reference_outside_of_both_groups_means_the_first(tmp_path: Path) -> None:
    text = survey(
        NAMED, "begin_group | g | G", "text | a | A", "end_group | |", "begin_group | h | H",
        "text | a | A", "end_group | |", "note | n | ${a}",
    )  # fmt: skip
    _, out = mended(tmp_path, text)
    assert "${a} |" in out.read_text(encoding="utf-8")


def test_duplicate_choices_that_differ_are_allowed_and_kept(tmp_path: Path) -> None:
    changes, out = mended(tmp_path, SHAPES["duplicate-choice that differs"])
    assert "Also A" in out.read_text(encoding="utf-8")
    assert [c.column for c in changes if c.kind == "duplicate-choice"] == [
        "allow_choice_duplicates"
    ]


def test_literals_follow_a_choice_that_lost_its_blank(tmp_path: Path) -> None:
    _, out = mended(tmp_path, SHAPES["choice-blank"])
    assert "selected(${a}, 'c_d')" in out.read_text(encoding="utf-8")


def test_texts_in_quotes_stay_when_an_expression_is_mended(tmp_path: Path) -> None:
    text = survey(f"{NAMED} | constraint", "text | a | A | . != 'AND \u2265' AND . != 'x'")
    _, out = mended(tmp_path, text)
    assert ". != 'AND \u2265' and . != 'x'" in out.read_text(encoding="utf-8")


def test_big_picture_without_a_small_one_becomes_its_own(tmp_path: Path) -> None:
    file = tmp_path / "form.md"
    file.write_text(survey(f"{NAMED} | big-image", "text | a | A | m.png"), encoding="utf-8")
    found = repaired(file)
    assert [(c.kind, c.column) for c in found.changes] == [("big-image", "image")]
    assert found.problems == ()


def test_column_that_says_two_things_is_kept_as_a_note(tmp_path: Path) -> None:
    changes, out = mended(tmp_path, SHAPES["double-column that differs"])
    assert any(c.kind == "double-column" and c.look for c in changes)
    assert "note_relevant_2" in out.read_text(encoding="utf-8")


def test_what_cannot_be_mended_is_named_and_the_rest_is_mended(tmp_path: Path) -> None:
    file = tmp_path / "form.md"
    file.write_text(survey(NAMED, "interger | a | ${nobody}"), encoding="utf-8")
    found = repaired(file)
    assert [c.kind for c in found.changes] == ["type"]
    assert [p.code for p in found.problems] == ["XF-606"]


def test_markdown_keeps_what_stands_between_its_tables(tmp_path: Path) -> None:
    _, out = mended(tmp_path, "# Our form\n\n" + survey(NAMED, "interger | a | A") + "\nThe end.\n")
    text = out.read_text(encoding="utf-8")
    assert text.startswith("# Our form\n")
    assert text.rstrip().endswith("The end.")


def test_workbook_is_mended_and_keeps_its_look_and_other_tabs(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    tab = book.active
    tab.title = "survey"
    for row in (["type", "name", "label"], ["interger", "a", "A"], ["text", "a", "B"]):
        tab.append(row)
    tab["C2"].font = openpyxl.styles.Font(bold=True)
    book.create_sheet("notes").append(["ours", 7])
    book.save(tmp_path / "form.xlsx")
    out = tmp_path / "out.xlsx"
    assert main(["repair", str(tmp_path / "form.xlsx"), "-o", str(out)]) == 0
    made = openpyxl.load_workbook(out)
    assert [cell.value for cell in made["survey"]["A"]] == ["type", "integer", "text"]
    assert [cell.value for cell in made["survey"]["B"]] == ["name", "a", "a_2"]
    assert made["survey"]["C2"].font.bold
    assert made["notes"]["B1"].value == 7
    assert main(["check", str(out)]) == 0


def test_workbook_formula_becomes_its_value_and_is_shown(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.title = "survey"
    for row in (["type", "name", "label"], ["text", "a", "A"], ["note", "n", "=CONCAT(C2)"]):
        book.active.append(row)
    book.save(tmp_path / "form.xlsx")
    assert "formula" in {change.kind for change in repaired(tmp_path / "form.xlsx").changes}


def _biff(rows: list[list[str]]) -> bytes:
    """A workbook of 1987, as the oldest of all readers' formats is the shortest to write."""
    body = struct.pack("<HHHH", 9, 4, 2, 16)
    for y, row in enumerate(rows):
        for x, text in enumerate(row):
            cell = struct.pack("<HH3sB", y, x, b"", len(text)) + text.encode("latin-1")
            body += struct.pack("<HH", 4, len(cell)) + cell
    return body + struct.pack("<HH", 10, 0)


def test_old_workbook_is_written_as_a_new_one(tmp_path: Path) -> None:
    old, new = tmp_path / "form.xls", tmp_path / "form.xlsx"
    old.write_bytes(_biff([["type", "name", "lable"], ["interger", "a", "A"]]))
    assert main(["repair", str(old), "-o", str(new)]) == 0
    assert main(["check", str(new)]) == 0


def test_old_workbook_is_not_written_as_an_old_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "form.xls").write_bytes(_biff([["type", "name", "label"], ["text", "a", "A"]]))
    assert main(["repair", str(tmp_path / "form.xls"), "-o", str(tmp_path / "new.xls")]) == 1
    assert "XF-615" in capsys.readouterr().err


def test_folder_is_mended_with_its_other_files(tmp_path: Path) -> None:
    source, out = tmp_path / "form", tmp_path / "out"
    (source / "media").mkdir(parents=True)
    (source / "media/a.png").write_bytes(b"picture")
    (source / "survey.csv").write_text("type,name,lable\n\ninterger,a,A\n", encoding="utf-8")
    assert main(["repair", str(source), "-o", str(out)]) == 0
    assert (out / "survey.csv").read_text(encoding="utf-8") == "type,name,label\n\ninteger,a,A\n"
    assert (out / "media/a.png").read_bytes() == b"picture"
    assert main(["check", str(out)]) == 0


def test_folder_that_holds_something_is_not_written_over(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("form", "out"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "survey.csv").write_text("type,name,label\ntext,a,A\n", encoding="utf-8")
    assert main(["repair", str(tmp_path / "form"), "-o", str(tmp_path / "out")]) == 1
    assert "XF-615" in capsys.readouterr().err


def test_one_csv_with_all_sheets_is_mended(tmp_path: Path) -> None:
    source, out = tmp_path / "form.csv", tmp_path / "out.csv"
    source.write_text("survey\n,type,name,label\n,interger,a,A\n", encoding="utf-8")
    assert main(["repair", str(source), "-o", str(out)]) == 0
    assert ",integer,a,A\n" in out.read_text(encoding="utf-8")
    assert main(["check", str(out)]) == 0


def test_repair_is_refused_for_what_has_no_sheets(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "form.xml").write_text("<x/>", encoding="utf-8")
    assert main(["repair", str(tmp_path / "form.xml"), "-o", str(tmp_path / "o.xml")]) == 1
    assert "XF-602" in capsys.readouterr().err


def test_repair_prints_changes_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "form.md").write_text(SHAPES["type"], encoding="utf-8")
    out = tmp_path / "o.md"
    assert main(["repair", str(tmp_path / "form.md"), "-o", str(out), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["problems"] == []
    assert said["changes"][0]["kind"] == "type"


GOOD = st.lists(
    st.tuples(
        st.sampled_from(["text", "select_one l", "select one l", "note", "integer", "image"]),
        st.sampled_from(["a", "b", "c-d", "A", "\u00e9t\u00e9", "r", "l"]),
        st.sampled_from(["", "yes", "TRUE", "${q} = 'x'", "\u201cx\u201d = ${q}", "${q} > 1"]),
        st.sampled_from(["", "yes", "no", "true()", "${q} = 'y'"]),
        st.sampled_from(["", "begin group", "begin_repeat"]),
    ),
    max_size=6,
)  # fmt: skip


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(rows=GOOD, header=st.sampled_from(["relevant | required", "relevance | Required"]))
def test_repair_keeps_the_meaning_of_a_form_that_compiles(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, ...]], header: str
) -> None:
    lines, ends = ["text | q | Q | |"], []
    for type_, name, relevant, required, opens in rows:
        if opens:
            lines.append(f"{opens} | {name}{len(lines)} | G | |")
            ends.append(f"{opens.replace('begin', 'end')} | | | |")
        lines.append(f"{type_} | {name} | L | {relevant} | {required}")
    text = survey(f"{NAMED} | {header}", *lines, *reversed(ends)) + CHOICES
    file = tmp_path_factory.mktemp("form") / "form.md"
    file.write_text(text, encoding="utf-8")
    try:
        before = compiled(workbook_of(read_book(file)))[0]
    except AuthoringError:
        return  # it needs a repair, and other tests say what that may change
    assert compiled(workbook_of(repaired(file).book))[0] == before


WORDS = st.sampled_from(
    [
        "a",
        "b",
        "a b",
        "1x",
        "meta",
        "data",
        "A",
        "\u00a0a",
        "a\u200b",
        "",
        "r",
        "l",
        "\u00e9t\u00e9",
    ]
)
TYPES = st.sampled_from(
    ["text", "interger", "select_one l", "select_multiple m", "select one L", "begin group",
     "begin_repeat", "end_group", "end repeat", "note", "calculate", "", "Select_One l or_other",
     "rank l", "audit", "image", "select_one"]
)  # fmt: skip
CELLS = st.sampled_from(
    ["", "${a} = \u2018x\u2019", "${ b }", "a", "yes", "oui", "TRUE()", "${A} == 1", "Text", "1"]
)
ROWS = st.lists(st.tuples(TYPES, WORDS, CELLS, CELLS, CELLS), max_size=8)
OPTIONS = st.lists(st.tuples(WORDS, WORDS, WORDS, WORDS), max_size=6)
HEADERS = st.sampled_from(
    ["type,name,label,relevant,trigger", "Type,tag,lable,relevance,relevant",
     "command,name,label::English (en),calculation,note", "type,name,caption,bind,choice filter"]
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(rows=ROWS, options=OPTIONS, header=HEADERS)
def test_repair_is_done_once_whatever_is_wrong(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[tuple[str, ...]],
    options: list[tuple[str, ...]],
    header: str,
) -> None:
    folder = tmp_path_factory.mktemp("form")
    names = header.split(",")
    lines = [" | ".join(row) for row in rows]
    text = table("survey", " | ".join(names), "text | a | A | |", "text | b | B | |", *lines)
    text += table("choices", "list name | name | label | ward", *(" | ".join(o) for o in options))
    file = folder / "form.md"
    file.write_text(text, encoding="utf-8")
    found = repaired(file)
    assert mend(found.book) == ()
    write_book(found.book, file, folder / "out.md")
    again = read_book(folder / "out.md")
    assert mend(again) == ()
    assert workbook_of(again).sheets.keys() == workbook_of(found.book).sheets.keys()
    assert not found.problems or checked_form(folder / "out.md")[0] is None
    if not found.problems:
        compiled(workbook_of(again))


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(rows=ROWS, options=OPTIONS, header=HEADERS)
def test_check_names_a_code_and_a_place_whatever_is_wrong(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[tuple[str, ...]],
    options: list[tuple[str, ...]],
    header: str,
) -> None:
    file = tmp_path_factory.mktemp("form") / "form.md"
    text = table("survey", " | ".join(header.split(",")), *(" | ".join(row) for row in rows))
    text += table("choices", "list name | name | label | ward", *(" | ".join(o) for o in options))
    file.write_text(text, encoding="utf-8")
    form, problems = checked_form(file)
    assert all(p.code in CATALOGUE and p.where and p.message for p in problems)
    assert (form is None) == any(p.severity is Severity.ERROR for p in problems)
