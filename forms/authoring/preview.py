"""`makazi form preview`: a form filled in a terminal, as an enumerator would fill it.

It uses the calls that the tablet uses, so what an author sees here is what the field will get. It
reads lines and writes lines and knows nothing else of the terminal: a file can fill a form too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TextIO

from forms.engine.instance import Instance
from forms.errors import FormsError, NotValid

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from forms.authoring.build import BuiltForm
    from forms.engine.node import Node
    from forms.engine.settings import EngineSettings
    from forms.engine.texts import Choice

SHOWN_CHOICES: Final = 30
"""So many choices fit a screen; of longer lists a part of a label is typed."""
HELP: Final = """\
An answer, then Enter. Enter alone keeps the answer and goes on. Of choices: numbers, values, or a
part of the label. Commands:
  :back              one question back
  :go NAME           to a question, by its name, its path or a number of :list
  :list              every question that is asked now, with its answer
  :lang [LANGUAGE]   another language; alone it shows which there are
  :clear             take the answer out
  :skip              go on, although an answer is missing or breaks its constraint
  :add, :remove      a row more; this row away
  :end               to the end
  :quit              stop here: print the submission, or what is missing
"""


@dataclass(frozen=True, slots=True)
class Stop:
    """One thing to stop at: a question, the offer of another row, or the end."""

    kind: str
    ref: str


def preview(built: BuiltForm, settings: EngineSettings, lines: TextIO, out: TextIO) -> bool:
    """Fill a form.

    Args:
        built: The form.
        settings: Clock, zone, chance and language of the interview.
        lines: Where answers come from; its end is as if `:quit` were said.
        out: Where everything is written; bold when it is a terminal.

    Returns:
        Whether the interview could be finalised.

    Raises:
        XFormError: The form cannot be run (XF-105, XF-107).
    """
    return _Dialogue(Instance.new(built.form, settings), lines, out).run()


class _Dialogue:
    """The conversation about one interview."""

    def __init__(self, instance: Instance, lines: TextIO, out: TextIO) -> None:
        self._instance = instance
        self._lines = lines
        self._out = out
        self._bold = ("\x1b[1m", "\x1b[0m") if out.isatty() else ("", "")
        self._at = 0
        self._commands: dict[str, Callable[[str], bool]] = {
            "back": self._back, "go": self._go, "list": self._list, "lang": self._language,
            "clear": self._clear, "skip": self._skip, "add": self._add, "remove": self._remove,
            "end": self._to_end, "help": self._help,
        }  # fmt: skip

    def run(self) -> bool:
        """Talk until the lines or the form end."""
        self._say(f"{self._instance.form.title or self._instance.form.form_id}   (:help)")
        while True:
            stops = self._stops()
            self._at = max(0, min(self._at, len(stops) - 1))
            self._show(stops[self._at], f"[{self._at + 1}/{len(stops)}]")
            again = True
            while again:
                line = self._read()
                if line is None or line == ":quit":
                    return self._finish()
                if not line and stops[self._at].kind == "end":
                    return self._finish()
                again = self._heard(line, stops[self._at])

    def _read(self) -> str | None:
        self._out.write("> ")
        self._out.flush()
        try:
            line = self._lines.readline()
        except KeyboardInterrupt:  # as in every terminal: enough of it
            line = ""
        if not line:
            self._out.write("\n")
            return None
        return line.strip()

    def _say(self, text: str) -> None:
        self._out.write(f"{text}\n")

    def _stops(self) -> list[Stop]:
        found: list[Stop] = []
        for step in self._instance.steps():
            if step.refs:
                found += [Stop("question", ref) for ref in step.refs]
            else:
                found.append(Stop(step.kind, step.ref))
        return found

    # Showing ---------------------------------------------------------------------------------

    def _show(self, stop: Stop, progress: str) -> None:
        bold, plain = self._bold
        if stop.kind == "end":
            missing = self._instance.validate()
            self._say(f"\n{progress} {bold}The end.{plain} Enter finishes.")
            self._missing([(problem.where, problem.message) for problem in missing])
        elif stop.kind == "repeat-prompt":
            label = self._row_label(stop.ref)
            rows = len(self._instance.nodes_of(_path(stop.ref)))
            self._say(f"\n{progress} {bold}Another {label}?{plain} y or n ({rows} so far)")
        else:
            self._question(self._instance.node(stop.ref), progress)

    def _question(self, node: Node, progress: str) -> None:
        bold, plain = self._bold
        star = " *" if node.required else ""
        self._say(f"\n{progress} {bold}{node.label or node.name}{star}{plain}  {_short(node.ref)}")
        for text in (node.hint, node.guidance):
            if text:
                self._say(f"    {text}")
        for kind, file in node.media.items():
            self._say(f"    {kind}: {file.rpartition('/')[2]}")
        choices = node.choices()
        chosen = node.value.split()
        for number, choice in enumerate(choices[:SHOWN_CHOICES], 1):
            mark = "x" if choice.value in chosen else " "
            self._say(f"  [{mark}] {number}. {choice.label or choice.value} ({choice.value})")
        if len(choices) > SHOWN_CHOICES:
            self._say(f"  … {len(choices) - SHOWN_CHOICES} more; type a part of the label")
        if node.value:
            self._say(f"  = {node.value}")
        elif not node.read_only and not choices:
            self._say(f"  ({node.bind_type})")

    def _row_label(self, ref: str) -> str:
        entries = [e for e in self._instance.outline() if e.kind == "repeat" and e.ref == ref]
        return next((entry.label for entry in entries if entry.label), ref.rpartition("/")[2])

    def _missing(self, found: Sequence[tuple[str, str]]) -> None:
        for ref, message in found:
            self._say(f"  missing or wrong: {_short(ref)}: {message}")

    # Hearing ---------------------------------------------------------------------------------

    def _heard(self, line: str, stop: Stop) -> bool:
        """Act on a line; whether to listen again at the same place without showing it anew."""
        if line.startswith(":"):
            word, _, rest = line[1:].partition(" ")
            command = self._commands.get(word)
            if command is None:
                self._say(f"  There is no :{word}; see :help.")
                return True
            return command(rest.strip())
        if stop.kind == "repeat-prompt":
            return self._another(line)
        if stop.kind == "end":
            self._say("  Enter finishes; :go NAME leads back.")
            return True
        return self._answered(line, self._instance.node(stop.ref))

    def _answered(self, line: str, node: Node) -> bool:
        if line:
            text = self._chosen(line, node)
            if text is None or not self._stored(node, text):
                return True
        if node.violation is not None:
            default = "An answer is needed." if node.violation == "required" else "Not allowed."
            self._say(f"  ! {node.message or default}")
            return True
        self._at += 1
        return False

    def _stored(self, node: Node, text: str) -> bool:
        if node.read_only:
            self._say("  ! It cannot be answered: it is read-only.")
            return False
        problems = self._instance.answer(node.ref, text).problems
        for problem in problems:
            self._say(f"  ! {problem.message}. {problem.advice}")
        return not any(problem.where == node.ref for problem in problems)

    def _chosen(self, line: str, node: Node) -> str | None:
        """The values that a line means; None when it means no choice, which is said."""
        choices = node.choices()
        if node.control is None or node.control.kind not in {"select1", "select", "rank"}:
            return line
        if node.control.kind == "select1":
            found = self._choice(line, choices)
            return found.value if found is not None else None
        values = [self._choice(word, choices) for word in line.split()]
        return None if None in values else " ".join(c.value for c in values if c is not None)

    def _choice(self, word: str, choices: Sequence[Choice]) -> Choice | None:
        by_value = [choice for choice in choices if choice.value == word]
        if by_value:
            return by_value[0]
        if word.isdecimal() and word[0] != "0" and int(word) <= len(choices):
            return choices[int(word) - 1]
        found = [choice for choice in choices if word.lower() in choice.label.lower()]
        if len(found) == 1:
            return found[0]
        self._say(f"  ! {'No choice' if not found else f'{len(found)} choices'} for {word!r}.")
        for choice in found[:SHOWN_CHOICES]:
            self._say(f"      {choice.label} ({choice.value})")
        return None

    def _another(self, line: str) -> bool:
        if line.lower() in {"y", "yes", "1"}:
            return self._add("")
        if line.lower() not in {"", "n", "no", "0"}:
            self._say("  ! y or n.")
            return True
        self._at += 1
        return False

    # Commands --------------------------------------------------------------------------------

    def _back(self, _rest: str) -> bool:
        self._at -= 1
        return False

    def _skip(self, _rest: str) -> bool:
        self._at += 1
        return False

    def _to_end(self, _rest: str) -> bool:
        self._at = len(self._stops()) - 1
        return False

    def _help(self, _rest: str) -> bool:
        self._say(HELP)
        return True

    def _go(self, rest: str) -> bool:
        stops = self._stops()
        if rest.isdigit() and 0 < int(rest) <= len(stops):
            self._at = int(rest) - 1
            return False
        for number, stop in enumerate(stops):
            if rest in {stop.ref, _short(stop.ref), stop.ref.rpartition("/")[2]}:
                self._at = number
                return False
        self._say(f"  ! {rest or 'It'} is not asked now; see :list.")
        return True

    def _list(self, _rest: str) -> bool:
        for number, stop in enumerate(self._stops(), 1):
            value = self._instance.node(stop.ref).value if stop.kind == "question" else stop.kind
            self._say(f"  {number}. {_short(stop.ref)}: {value}")
        return True

    def _language(self, rest: str) -> bool:
        have = self._instance.languages
        same = [name for name in have if rest and name.lower().startswith(rest.lower())]
        if len(same) != 1:
            self._say(f"  {', '.join(have) or 'The form has one language.'}")
            return True
        self._instance.set_language(same[0])
        return False

    def _clear(self, _rest: str) -> bool:
        stop = self._stops()[self._at]
        if stop.kind == "question":
            self._instance.answer(stop.ref, None)
        return False

    def _add(self, _rest: str) -> bool:
        repeat = self._repeat()
        if repeat is None:
            self._say("  ! There is no repeat here.")
            return True
        try:
            row = self._instance.add_repeat(repeat)
        except FormsError as error:
            self._say(f"  ! {error.problems[0].message}.")
            return True
        refs = [stop.ref for stop in self._stops()]
        inside = [n for n, ref in enumerate(refs) if ref.startswith(f"{row.ref}/")]
        self._at = inside[0] if inside else self._at + 1
        return False

    def _remove(self, _rest: str) -> bool:
        row = self._stops()[self._at].ref.rpartition("]")
        if not row[1]:
            self._say("  ! There is no row here.")
            return True
        try:
            self._instance.remove_repeat(f"{row[0]}]")
        except FormsError as error:
            self._say(f"  ! {error.problems[0].message}.")
            return True
        return False

    def _repeat(self) -> str | None:
        """The repeat that is offered, or that the question stands in."""
        stop = self._stops()[self._at]
        if stop.kind == "repeat-prompt":
            return stop.ref
        row, bracket, _ = stop.ref.rpartition("[")
        return row if bracket else None

    # The end ---------------------------------------------------------------------------------

    def _finish(self) -> bool:
        try:
            submission = self._instance.finalise()
        except NotValid as error:
            self._say("\nThe interview is not complete:")
            self._missing([(problem.where, problem.message) for problem in error.problems])
            return False
        self._say(submission.xml.decode())
        return True


def _short(ref: str) -> str:
    """A reference without the root."""
    return "/".join(ref.strip("/").split("/")[1:])


def _path(ref: str) -> str:
    """A reference without positions."""
    return "/".join(step.partition("[")[0] for step in ref.split("/"))
