"""Do we load what JavaRosa loads, and refuse what it refuses?

    python -m tests.conformance.load FOLDER…

Every `.xml` below the folders that is an XForm, and every form that pyxform compiles (`.xlsx`,
`.xls`, `.md`), is opened in both engines. `load-agreement N/M` stands alone on the last line; the
forms on which the engines disagree are named before it, with what was said.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from forms.engine.instance import Instance
from forms.errors import FormsError
from forms.xform.reader import read_form
from tests.conformance.differential_forms import files_of, without_pulldata, xform_of
from tests.support import javarosa
from tests.support.forms import settings

KINDS = {".xml", ".xlsx", ".xls", ".md"}


def forms_below(folders: Sequence[Path]) -> Iterator[tuple[Path, bytes]]:
    """The XForms of folders; a file that no compiler takes is no form."""
    for folder in folders:
        files = [folder] if folder.is_file() else sorted(folder.rglob("*"))
        for path in files:
            if path.suffix not in KINDS:
                continue
            try:
                xml = xform_of(path)
            except Exception:  # whatever pyxform lets through: not a form
                continue
            if b"xforms" in xml:
                yield path, xml


def ours(xml: bytes, files: dict[str, bytes]) -> str:
    """Why we refuse a form; empty when we open it."""
    try:
        Instance.new(read_form(xml, files), settings())
    except FormsError as error:
        return "; ".join(f"{problem.code} {problem.message}" for problem in error.problems[:2])
    return ""


def theirs(xml: bytes, files: dict[str, bytes]) -> str:
    """Why JavaRosa refuses a form; empty when it opens it."""
    try:
        javarosa.Interview(without_pulldata(xml), files).close()
    except javarosa.java_error() as error:
        return str(error).splitlines()[0]
    return ""


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.conformance.load")
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    options = parser.parse_args(argv)
    if reason := javarosa.available():
        print(f"skipped: {reason}")
        return 0
    absent = [folder for folder in options.folders if not folder.exists()]
    if absent:
        print(f"skipped: there is no {absent[0]}")
        return 0
    javarosa.start()
    agreed, total = 0, 0
    for path, xml in forms_below(options.folders):
        files = files_of(path, xml)
        refused_here, refused_there = ours(xml, files), theirs(xml, files)
        total += 1
        agreed += bool(refused_here) == bool(refused_there)
        if bool(refused_here) != bool(refused_there):
            who = f"only here: {refused_here}" if refused_here else f"only there: {refused_there}"
            print(f"{path.name}: refused {who}")
    print(f"load-agreement {agreed}/{total}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
