"""`makazi` finds its subcommands, explains itself, and imports nothing before it is asked to."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from sync.command import EXTRAS, GROUP, SUMMARY, main

PROJECT = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"]
HEAVY = ("kivy", "fastapi", "sqlalchemy", "pyxform", "requests", "duckdb")


def _python(*arguments: str) -> subprocess.CompletedProcess[str]:
    asked = [sys.executable, *arguments]
    return subprocess.run(asked, check=False, capture_output=True, text=True, timeout=60)


def test_help_lists_every_command_with_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    shown = capsys.readouterr().out
    assert all(f"  {name}" in shown and line in shown for name, line in SUMMARY.items())


def test_every_declared_command_has_a_line_of_help() -> None:
    assert set(PROJECT["entry-points"][GROUP]) == set(SUMMARY)
    assert set(EXTRAS) <= set(SUMMARY)


def test_command_is_refused_with_a_code_when_unknown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fly"]) == 2
    assert "SY-501" in capsys.readouterr().err


def test_no_word_at_all_is_wrong_use() -> None:
    assert main([]) == 2


def test_help_imports_no_heavy_package() -> None:
    code = (
        "import sys; from sync.command import main; main(['--help']);"
        f"found = [n for n in {HEAVY!r} if n in sys.modules]; sys.exit(str(found) if found else 0)"
    )
    done = _python("-c", code)
    assert done.returncode == 0, done.stderr


def test_sync_imports_neither_screen_nor_server() -> None:
    code = (
        "import sys; from sync.command import main\n"
        "try: main(['sync', '--help'])\n"
        "except SystemExit: pass\n"
        "found = [n for n in ('kivy', 'fastapi', 'sqlalchemy', 'pyxform') if n in sys.modules]\n"
        "sys.exit(str(found) if found else 0)"
    )
    done = _python("-c", code)
    assert done.returncode == 0, done.stderr


def test_command_says_what_to_install_when_a_part_is_missing() -> None:
    code = (
        "import sys; sys.modules['fastapi'] = None; from sync.command import main\n"
        "sys.exit(main(['server', '--help']))"
    )
    done = _python("-c", code)
    assert done.returncode == 1
    assert "SY-502" in done.stderr
    assert "makazi[server]" in done.stderr


def test_module_and_script_are_the_same_command() -> None:
    done = _python("-m", "sync.command", "vault", "--help")
    assert done.returncode == 0
    assert "keygen" in done.stdout


def test_tablet_opens_without_loading_what_speaks_http() -> None:
    """A tablet starts far from a network; requests costs a quarter of its start."""
    seen = "import sync.profile, sys; print(sorted({'requests', 'urllib3'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", seen], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
