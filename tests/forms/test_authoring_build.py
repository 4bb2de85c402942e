"""A form's folder becomes a bundle, and every slip of its author gets a code and a place."""

from __future__ import annotations

from pathlib import Path

import pytest

from forms.authoring import build_form, bundle_bytes, checked_form, main
from forms.bundle import read_unsigned_bundle
from forms.errors import AuthoringError
from forms.problems import Severity

SHEETS = {
    "survey": (
        "type,name,label::English (en),label::French (fr),relevant,bind::pvy:class,bind::pvy:do\n"
        "begin_group,g,Group,Groupe,,,\n"
        'select_one w,water,"Water, where?","Eau, où?",,C,keep\n'
        "\n"
        "text,name,Name,Nom,${water} = 'a',A,seal\n"
        "note,shown,You said ${water},Vous avez dit ${water},,,\n"
        "end_group,,,,,,\n"
    ),
    "choices": "list_name,name,label::English (en),label::French (fr)\nw,a,Piped,Réseau\n",
    "choices-wells": "list_name,name,label::English (en),label::French (fr)\nw,b,Well,Puits\n",
    "settings": (
        "form_title,form_id,version,default_language,namespaces\n"
        'Water,water,1,English (en),"pvy=""urn:makazi:privacy:1"""\n'
    ),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in SHEETS.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    return tmp_path


def changed(folder: Path, sheet: str, old: str, new: str) -> Path:
    """The folder with one slip in a sheet."""
    file = folder / f"{sheet}.csv"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return folder


def found(folder: Path) -> list[tuple[str, str]]:
    """Code and place of each problem."""
    return [(problem.code, problem.where) for problem in checked_form(folder)[1]]


def test_folder_builds_a_bundle_of_its_form(folder: Path) -> None:
    bundle = read_unsigned_bundle(bundle_bytes(build_form(folder)))
    assert (bundle.form_id, bundle.version, bundle.title) == ("water", "1", "Water")
    assert bundle.definition.languages == ("English (en)", "French (fr)")
    assert not bundle.signed
    assert [f.path for f in bundle.policy.fields] == ["/data/g/water", "/data/g/name"]


def test_folder_joins_its_choice_files_in_order(folder: Path) -> None:
    field = read_unsigned_bundle(bundle_bytes(build_form(folder))).policy.of("/data/g/water")
    assert field is not None
    assert field.domain.choices is not None
    assert field.domain.choices.codes == ("a", "b")


def test_build_gives_equal_bytes_when_nothing_changed(folder: Path) -> None:
    assert bundle_bytes(build_form(folder)) == bundle_bytes(build_form(folder))


def test_bundle_holds_media_and_indicators_of_the_folder(folder: Path) -> None:
    (folder / "media").mkdir()
    (folder / "media/taps.csv").write_text("name,label\nt1,Tap 1\n", encoding="utf-8")
    changed(
        folder, "survey", "end_group", "select_one_from_file taps.csv,tap,T,R,,C,keep\nend_group"
    )
    toml = (
        '[[indicator]]\nid = "piped"\ntitle = "Piped"\nunit = "households"\nuniverse = "true"\n'
        'numerator = "water = \'a\'"\ndenominator = "water is not null"\nsource = "ours"\n'
    )
    (folder / "indicators.toml").write_text(toml, encoding="utf-8")
    bundle = read_unsigned_bundle(bundle_bytes(build_form(folder)))
    assert list(bundle.media) == ["taps.csv"]
    assert bundle.indicators == toml.encode()
    tap = bundle.policy.of("/data/g/tap")
    assert tap is not None
    assert tap.domain.choices is not None
    assert tap.domain.choices.codes == ("t1",)


@pytest.mark.parametrize(
    ("sheet", "old", "new", "code", "where"),
    [
        ("survey",
            "${water} = 'a'", "${watr} = 'a'", "XF-606", "survey.csv line 5, column relevant"),
        ("survey", "${water} = 'a'", "${water} = ('a'", "XF-105", "survey.csv line 5"),
        ("survey", "${water} = 'a'", "sleected(${water})", "XF-105", "survey.csv line 5"),
        ("survey", "${water} = 'a'", "selected(${water})", "XF-105", "survey.csv line 5"),
        ("survey", "${water} = 'a'", "/data/watr = 1", "XF-106", "survey.csv line 5"),
        ("survey", "${water} = 'a'", "/data/g/name = ''", "XF-107", "survey.csv line 5"),
        ("survey", "select_one w,", "select_one v,", "XF-607", "survey.csv line 3, column type"),
        ("survey", "text,name", "text,water", "XF-605", "survey.csv line 5, column name"),
        ("survey", "text,name", "text,", "XF-605", "survey.csv line 5"),
        ("survey", "text,name", "text,a name", "XF-605", "survey.csv line 5, column name"),
        ("survey", "text,name", "textt,name", "XF-604", "survey.csv line 5"),
        ("survey", "end_group,,,,,,", "", "XF-608", "survey.csv line 2"),
        ("survey", "A,seal", "E,seal", "XF-402", "survey.csv line 5, /data/g/name"),
        ("survey", "A,seal", "A,", "XF-403", "survey.csv line 5, /data/g/name"),
        ("survey", "A,seal", "A,hide", "XF-405", "survey.csv line 5, /data/g/name"),
        ("survey", "A,seal", "A,keep", "XF-406", "survey.csv line 5, /data/g/name"),
        ("survey", "A,seal", ",", "XF-401", "survey.csv line 5, /data/g/name"),
        ("survey", "pvy:do", "pvy:doo", "XF-404", "survey.csv line 3, /data/g/water"),
        ("survey", "bind::pvy:do", "pvy:do", "XF-609", "survey header, column pvy:do"),
        ("survey", "bind::pvy:do", "bind::pvt:do", "XF-609", "survey header, column bind::pvt:do"),
        ("settings", "namespaces", "notes", "XF-609", "survey header, column bind::pvy:class"),
        ("settings", "privacy:1", "privcy:1", "XF-609", "survey header, column bind::pvy:class"),
        ("settings", "version", "versio", "XF-611", "settings.csv"),
        ("choices", "w,a,Piped,Réseau", "w,a,Piped,", "XF-613", "choices.csv line 2"),
        ("choices-wells", "w,b", "w,a", "XF-607", "choices-wells.csv line 2, column name"),
        ("choices-wells", "w,b,", 'w,"b,', "XF-603", "choices-wells.csv"),
        ("choices-wells", "Puits", "Puits, ou", "XF-603", "choices-wells.csv line 2"),
        ("survey", "relevant", "name", "XF-603", "survey.csv line 1, column name"),
        ("survey", "select_one w,", "select_one_from_file w.csv,", "XF-612", "survey.csv line 3"),
    ],
)  # fmt: skip
def test_check_names_code_and_place_of_a_slip(
    folder: Path, sheet: str, old: str, new: str, code: str, where: str
) -> None:
    problems = found(changed(folder, sheet, old, new))
    assert code in dict(problems), problems
    assert any(c == code and w.startswith(where) for c, w in problems), problems


def test_check_names_every_slip_at_once(folder: Path) -> None:
    changed(folder, "survey", "${water} = 'a'", "${watr} = 'a'")
    changed(folder, "survey", "select_one w,", "select_one v,")
    changed(folder, "survey", "You said ${water}", "You said ${wtr}")
    changed(folder, "settings", "version", "versio")
    assert {"XF-606", "XF-607", "XF-611"} <= {code for code, _ in found(folder)}
    assert [code for code, _ in found(folder)].count("XF-606") == 2


def test_check_names_policy_and_expression_faults_together(folder: Path) -> None:
    changed(folder, "survey", "${water} = 'a'", "${water} = ('a'")
    changed(folder, "survey", "A,seal", "A,keep")
    assert {"XF-105", "XF-406"} <= {code for code, _ in found(folder)}


def test_check_names_a_circle_of_calculations(folder: Path) -> None:
    changed(folder, "survey", "relevant,", "calculation,")
    changed(folder, "survey", "${water} = 'a'", "")
    extra = "calculate,x,,,${y} + 1,,\ncalculate,y,,,${x} + 1,,\nend_group"
    assert "XF-107" in dict(found(changed(folder, "survey", "end_group", extra)))


def test_check_names_an_indicator_that_reads_what_is_not_released(folder: Path) -> None:
    toml = (
        '[[indicator]]\nid = "named"\ntitle = "Named"\nunit = "households"\nuniverse = "true"\n'
        'numerator = "name = \'a\'"\ndenominator = "true"\nsource = "ours"\n'
    )
    (folder / "indicators.toml").write_text(toml, encoding="utf-8")
    assert found(folder) == [("XF-706", "indicators.toml:6")]


def test_check_warns_of_undeclared_fields_but_not_of_notes(folder: Path) -> None:
    built, problems = checked_form(changed(folder, "survey", "A,seal", ","))
    assert built is not None
    assert [(p.code, p.severity) for p in problems] == [("XF-401", Severity.WARNING)]


def test_build_raises_all_problems_when_the_form_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(AuthoringError) as caught:
        build_form(tmp_path)
    assert caught.value.code == "XF-601"


def test_sheet_that_is_not_utf8_is_named(folder: Path) -> None:
    (folder / "choices.csv").write_bytes("list_name,name,label\nw,a,Réseau\n".encode("latin-1"))
    assert found(folder) == [("XF-603", "choices.csv")]


def test_rows_are_placed_by_line_when_cells_hold_line_ends(folder: Path) -> None:
    changed(folder, "survey", '"Water, where?"', '"Water,\nwhere?"')
    places = found(changed(folder, "survey", "A,seal", "E,seal"))
    assert places == [("XF-402", "survey.csv line 6, /data/g/name")]


def test_check_returns_0_and_is_silent_when_all_is_well(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(folder)]) == 0
    assert capsys.readouterr().err == ""


def test_check_returns_1_when_something_is_wrong(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(changed(folder, "survey", "A,seal", "A,keep"))]) == 1
    assert "XF-406" in capsys.readouterr().err


def test_command_returns_2_when_it_is_not_understood(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["chek", str(folder)]) == 2
    assert main(["build", str(folder)]) == 2
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("name", ["form_id", "version"])
def test_form_without_id_or_version_is_checked_and_not_built(
    folder: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    changed(folder, "settings", name, "note")
    assert main(["check", str(folder)]) == 0
    assert "warning XF-611" in capsys.readouterr().err
    assert main(["build", str(folder), "-o", str(folder / "f.bundle")]) == 1
    assert not (folder / "f.bundle").exists()
    assert "\nXF-611" in capsys.readouterr().err


def test_command_builds_a_bundle_file(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "water.bundle"
    assert main(["build", str(folder), "-o", str(out)]) == 0
    assert read_unsigned_bundle(out.read_bytes()).form_id == "water"
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


def test_command_writes_an_xform_that_builds_the_same(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "water.xml"
    assert main(["xml", str(folder), "-o", str(out)]) == 0
    assert bundle_bytes(build_form(out)) == bundle_bytes(build_form(folder))


def test_command_says_when_the_file_cannot_be_written(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["build", str(folder), "-o", str(folder / "none/water.bundle")]) == 1
    assert "XF-615" in capsys.readouterr().err


def test_build_leaves_the_old_bundle_when_the_form_is_wrong(folder: Path) -> None:
    out = folder / "water.bundle"
    out.write_bytes(b"old")
    assert main(["build", str(changed(folder, "survey", "A,seal", "A,keep")), "-o", str(out)]) == 1
    assert out.read_bytes() == b"old"


MARKDOWN = """\
| survey |      |      |       |
|        | type | name | label | {column} |
|        | text | name | Name  | A        |
|        | note | n    | Hi ${{{name}}} | |
| settings | | | |
|          | form_id | version | namespaces |
|          | md      | 1       | pvy="urn:makazi:privacy:1" |
"""


def test_markdown_file_builds(tmp_path: Path) -> None:
    file = tmp_path / "form.md"
    file.write_text(MARKDOWN.format(column="x", name="name"), encoding="utf-8")
    assert build_form(file).form.form_id == "md"


def test_markdown_file_is_placed_by_sheet_and_row(tmp_path: Path) -> None:
    file = tmp_path / "form.md"
    file.write_text(MARKDOWN.format(column="bind::pvy:class", name="nme"), encoding="utf-8")
    assert ("XF-606", "sheet survey, row 3, column label") in found(file)


def test_workbook_builds(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.title = "survey"
    for row in (["type", "name", "label"], ["integer", "age", "Age"]):
        book.active.append(row)
    settings = book.create_sheet("settings")
    for row in (["form_id", "version"], ["xl", 7]):
        settings.append(row)
    book.save(tmp_path / "form.xlsx")
    built = build_form(tmp_path / "form.xlsx")
    assert (built.form.form_id, built.form.version) == ("xl", "7")


@pytest.mark.parametrize(("name", "code"), [("form.xlsx", "XF-603"), ("form.doc", "XF-602")])
def test_file_that_is_no_form_is_refused(tmp_path: Path, name: str, code: str) -> None:
    (tmp_path / name).write_bytes(b"nothing of the kind")
    assert [c for c, _ in found(tmp_path / name)] == [code]


def test_form_that_asks_for_the_interview_before_builds(folder: Path) -> None:
    """Before the first interview nothing was saved, and the answer begins empty."""
    changed(folder, "survey", "relevant,", "default,")
    changed(folder, "survey", "${water} = 'a'", "${last-saved#name}")
    assert "XF-108" not in dict(found(folder))


def test_xform_that_is_no_xml_is_refused(tmp_path: Path) -> None:
    (tmp_path / "form.xml").write_bytes(b"<h:html")
    assert [c for c, _ in found(tmp_path / "form.xml")] == ["XF-101"]
