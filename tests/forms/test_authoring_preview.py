"""A form is filled in a terminal by lines, and ends with its submission or with what is missing."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest

from forms.authoring import build_form, main
from forms.authoring.preview import preview
from tests.support.forms import settings

if TYPE_CHECKING:
    from pathlib import Path

FORM = """\
| survey |
| | type | name | label::English (en) | label::French (fr) | relevant | required | constraint | constraint_message | hint::English (en) |
| | text | name | Name | Nom | | yes | | | As you like |
| | integer | age | Age of ${name} | Age de ${name} | | | . < 150 | Nobody is so old. | |
| | select_one yn | water | Water? | Eau ? | | | | | |
| | select_multiple w | from | Where from? | D'ou ? | ${water} = 'y' | | | | |
| | begin_repeat | child | Child | Enfant | | | | | |
| | text | first | First name | Prenom | | yes | | | |
| | end_repeat | | | | | | | | |
| | note | bye | Bye | Au revoir | | | | | |
| choices |
| | list_name | name | label::English (en) | label::French (fr) |
| | yn | y | Yes | Oui |
| | yn | n | No | Non |
| | w | tap | A tap | Un robinet |
| | w | well | A well | Un puits |
| settings |
| | form_title | form_id | version | default_language |
| | Water | f | 1 | English (en) |
"""  # noqa: E501


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("form") / "form.md"
    path.write_text(FORM, encoding="utf-8")
    return path


def filled(file: Path, *lines: str) -> tuple[bool, str]:
    """Whether it could be finalised, and everything that was written."""
    out = io.StringIO()
    done = preview(build_form(file), settings(), io.StringIO("\n".join([*lines, ""])), out)
    return done, out.getvalue()


WHOLE = ("Asha", "31", "1", "tap well", "Ben", "n", "", "")


def test_preview_ends_with_the_submission_when_all_is_answered(file: Path) -> None:
    done, text = filled(file, *WHOLE)
    assert done
    for part in ("<name>Asha</name>", "<age>31</age>", "<water>y</water>", "<from>tap well</from>"):
        assert part in text
    assert text.count("<first>") == 1


def test_preview_ends_with_what_is_missing_when_lines_end(file: Path) -> None:
    done, text = filled(file, "Asha")
    assert not done
    assert "child[1]/first" in text.partition("not complete")[2]
    assert "<name>" not in text


def test_preview_says_the_constraint_message_and_stays(file: Path) -> None:
    _, text = filled(file, "Asha", "200", "30")
    assert "! Nobody is so old." in text
    assert text.count("Age of Asha") == 1
    assert "Water?" in text


def test_preview_does_not_store_an_answer_of_another_type(file: Path) -> None:
    _, text = filled(file, "Asha", "many", ":list")
    assert "2. age: \n" in text


def test_preview_goes_on_without_a_required_answer_only_when_told(file: Path) -> None:
    _, text = filled(file, "", ":skip")
    assert text.index("! ") < text.index("Age of")


def test_preview_asks_only_what_is_relevant(file: Path) -> None:
    assert "Where from?" not in filled(file, "Asha", "31", "n")[1]
    assert "Where from?" in filled(file, "Asha", "31", "y")[1]


@pytest.mark.parametrize("answer", ["1", "y", "Yes", "ye"])
def test_preview_takes_number_value_or_label_of_a_choice(file: Path, answer: str) -> None:
    assert "3. water: y\n" in filled(file, "Asha", "31", answer, ":list")[1]


@pytest.mark.parametrize("answer", ["9", "perhaps"])
def test_preview_refuses_what_is_no_choice(file: Path, answer: str) -> None:
    assert "3. water: \n" in filled(file, "Asha", "31", answer, ":list")[1]


def test_preview_goes_back_and_keeps_the_answer(file: Path) -> None:
    _, text = filled(file, "Asha", ":back", "", "31")
    assert "= Asha" in text
    assert "Water?" in text


def test_preview_jumps_by_name_and_by_number(file: Path) -> None:
    assert "First name" in filled(file, ":go first")[1]
    assert "Water?" in filled(file, ":go 3")[1]
    assert "First name" in filled(file, ":go child[1]/first")[1]


def test_preview_stays_when_a_jump_leads_nowhere(file: Path) -> None:
    assert "from is not asked now" in filled(file, ":go from")[1]


def test_preview_speaks_another_language_at_once(file: Path) -> None:
    text = filled(file, "Asha", ":lang fr")[1]
    assert "Age de Asha" in text
    assert "English (en), French (fr)" in filled(file, ":lang")[1]


def test_preview_adds_rows_when_asked(file: Path) -> None:
    lines = ("Asha", "31", "n", "Ben", "y", "Chi", "n", "", "")
    done, text = filled(file, *lines)
    assert done
    assert text.count("<first>") == 2


def test_preview_removes_the_row_it_stands_in(file: Path) -> None:
    lines = ("Asha", "31", "n", "Ben", ":add", ":remove", ":end", "")
    done, text = filled(file, *lines)
    assert done
    assert text.count("<first>") == 1


def test_preview_clears_an_answer(file: Path) -> None:
    assert "1. name: \n" in filled(file, "Asha", ":back", ":clear", ":list")[1]


def test_preview_refuses_to_answer_a_note(file: Path) -> None:
    assert "read-only" in filled(file, ":go bye", "hello")[1]


def test_preview_knows_its_commands_only(file: Path) -> None:
    assert "no :jump" in filled(file, ":jump")[1]
    assert ":lang" in filled(file, ":help")[1]


def test_preview_has_no_colour_when_it_is_no_terminal(file: Path) -> None:
    assert "\x1b" not in filled(file, *WHOLE)[1]


def test_command_reads_answers_and_returns_0_when_complete(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join([*WHOLE, ""])))
    assert main(["preview", str(file)]) == 0
    assert "<name>Asha</name>" in capsys.readouterr().out


def test_command_returns_1_when_something_is_missing(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert main(["preview", str(file), "--language", "French (fr)"]) == 1
    assert "Nom" in capsys.readouterr().out


def test_command_shows_the_problems_of_a_form_that_does_not_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "f.md").write_text(FORM.replace("${water}", "${watr}"), encoding="utf-8")
    assert main(["preview", str(tmp_path / "f.md")]) == 1
    assert "XF-606" in capsys.readouterr().err


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_preview_is_bold_on_a_terminal(file: Path) -> None:
    out = _Terminal()
    preview(build_form(file), settings(), io.StringIO(""), out)
    assert "\x1b[1mName" in out.getvalue()


def test_preview_stops_when_it_is_interrupted(file: Path) -> None:
    class _Impatient(io.StringIO):
        def readline(self, _size: int = -1, /) -> str:
            raise KeyboardInterrupt

    out = io.StringIO()
    assert not preview(build_form(file), settings(), _Impatient(), out)
    assert "not complete" in out.getvalue()


LONG = """\
| survey |
| | type | name | label |
| | select_one big | town | Town |
| choices |
| | list_name | name | label |
"""


def test_preview_of_a_long_list_finds_by_a_part_of_the_label(tmp_path: Path) -> None:
    rows = "".join(f"| | big | t{n} | Town {n:04} |\n" for n in range(500))
    path = tmp_path / "long.md"
    path.write_text(LONG + rows, encoding="utf-8")
    done, text = filled(path, "town 01", "0123", "")
    assert done
    assert "470 more" in text
    assert "100 choices for 'town 01'" in text
    assert "<town>t123</town>" in text
