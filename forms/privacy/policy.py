"""Reads the privacy policy of a form, or says everything that is wrong with it at once.

The policy is a list of the fields that are declared. What is not in it does not exist for the
release: forgetting a class keeps a field in, it never lets one out.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import rfc8785

from forms.errors import PolicyError
from forms.privacy.declared import DeclaredField, declared_fields
from forms.privacy.domain import Domain, FieldKind
from forms.privacy.matrix import TELLING, permitted
from forms.privacy.words import (
    CLASS,
    CONSENT,
    DO,
    NAMESPACE,
    Consent,
    PrivacyClass,
    Treatment,
    Word,
    read_treatment,
)
from forms.problems import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from forms.definition import FormDefinition

DEFAULT_ROWS: Final = 20
"""Most rows of a repeat that leave when the form does not say `top:n` on the repeat itself.

A very large household would otherwise be known by its size. Source: our own rule.
"""
_FAMILY: Final = "{urn:makazi:privacy"
_KNOWN: Final = frozenset({CLASS, DO, CONSENT})


@dataclass(frozen=True, slots=True)
class FieldPolicy:
    """What may be shown of one field.

    Attributes:
        path: Absolute path without positions.
        repeats: Paths of the repeats around it, outermost first.
        domain: What it can answer.
        privacy_class: A, B, C or D.
        treatment: What the release does with the answer.
        consent: The answer that must have been given first; None when the interview's own consent
            is enough.
    """

    path: str
    repeats: tuple[str, ...]
    domain: Domain
    privacy_class: PrivacyClass
    treatment: Treatment
    consent: Consent | None = None

    @property
    def name(self) -> str:
        """The last step of the path, the column name at the centre."""
        return self.path.rpartition("/")[2]

    @property
    def repeat(self) -> str | None:
        """The innermost repeat around it."""
        return self.repeats[-1] if self.repeats else None

    @property
    def bind_type(self) -> str:
        """XForms type of the bind."""
        return self.domain.bind_type

    @property
    def key(self) -> str:
        """The key in a release: path below the root, or below the innermost repeat."""
        return below(self.path, self.repeat)


@dataclass(frozen=True, slots=True)
class RepeatPolicy:
    """How many rows of a repeat may leave.

    Attributes:
        path: Absolute path of the repeat.
        repeats: Paths of the repeats around it, outermost first.
        rows_top: Rows beyond this number stay.
    """

    path: str
    repeats: tuple[str, ...]
    rows_top: int = DEFAULT_ROWS

    @property
    def repeat(self) -> str | None:
        """The repeat directly around it."""
        return self.repeats[-1] if self.repeats else None

    @property
    def key(self) -> str:
        """The key in a release: path below the root, or below the repeat around it."""
        return below(self.path, self.repeat)


@dataclass(frozen=True)
class Policy:
    """The privacy policy of one form. Its tables by repeat are made once: releases are many.

    Attributes:
        fields: The declared fields, in document order.
        repeats: The repeats in which something is declared, outermost first.
        digest: SHA-256 (hex) over all of it; equal only for equal policies.
    """

    fields: tuple[FieldPolicy, ...]
    repeats: tuple[RepeatPolicy, ...]
    digest: str

    @cached_property
    def _by_path(self) -> Mapping[str, FieldPolicy]:
        return {f.path: f for f in self.fields}

    def of(self, path: str) -> FieldPolicy | None:
        """The policy of the field at `path`; None when it is not declared and never leaves."""
        return self._by_path.get(path)

    @property
    def seals(self) -> bool:
        """Whether any answer goes into the vault."""
        return any(f.treatment.seals for f in self.fields)

    @cached_property
    def fields_in(self) -> Mapping[str | None, tuple[FieldPolicy, ...]]:
        """Fields by their innermost repeat; None for the household's own."""
        places = (None, *(r.path for r in self.repeats))
        return {place: tuple(f for f in self.fields if f.repeat == place) for place in places}

    @cached_property
    def repeats_in(self) -> Mapping[str | None, tuple[RepeatPolicy, ...]]:
        """Repeats by the repeat directly around them; None for the outermost."""
        places = (None, *(r.path for r in self.repeats))
        return {place: tuple(r for r in self.repeats if r.repeat == place) for place in places}

    @cached_property
    def shown_in(self) -> Mapping[str | None, Mapping[str, FieldPolicy]]:
        """Fields that may be in a release, by innermost repeat and key."""
        return {
            place: {f.key: f for f in fields if f.treatment.releases}
            for place, fields in self.fields_in.items()
        }

    @cached_property
    def rows_shown_in(self) -> Mapping[str | None, Mapping[str, RepeatPolicy]]:
        """Repeats in which something may be in a release, by the repeat around them and key."""
        showing = {path for f in self.fields if f.treatment.releases for path in f.repeats}
        return {
            place: {r.key: r for r in repeats if r.path in showing}
            for place, repeats in self.repeats_in.items()
        }


def below(path: str, repeat: str | None) -> str:
    """`path` without its repeat, or without the root element when it is in none."""
    return path.removeprefix(f"{repeat}/") if repeat else path.lstrip("/").partition("/")[2]


def check_policy(form: FormDefinition) -> tuple[Problem, ...]:
    """Everything that is wrong with the declarations of `form`, and each field left undeclared.

    Pure. Undeclared fields are warnings: they never leave, and the author should know.
    """
    return _read(declared_fields(form))[1]


def read_policy(form: FormDefinition) -> Policy:
    """The policy of `form`. Pure; the same form always gives the same digest.

    Raises:
        PolicyError: With every problem that `check_policy` finds, when one is an error.
    """
    return policy_of(declared_fields(form))


def policy_of(declared: Sequence[DeclaredField]) -> Policy:
    """The policy that these declarations make.

    Raises:
        PolicyError: As `read_policy`.
    """
    policy, problems = _read(declared)
    if any(problem.severity is Severity.ERROR for problem in problems):
        raise PolicyError(*problems)
    return policy


def _read(declared: Sequence[DeclaredField]) -> tuple[Policy, tuple[Problem, ...]]:
    problems: list[Problem] = []
    by_path = {node.path: node for node in declared}
    fields: list[FieldPolicy] = []
    tops: dict[str, int] = {}
    for node in declared:
        found = _declaration(node, problems)
        if node.domain is None:
            tops |= _rows_top(node, found, problems)
        elif found is not None:
            consent = _consent(node, by_path, problems)
            field_policy = FieldPolicy(node.path, node.repeats, node.domain, *found, consent)
            problems += _faults(field_policy)
            fields.append(field_policy)
    problems += _leaks(fields, by_path)
    repeats = _repeats(fields, by_path, tops)
    policy = Policy(tuple(fields), repeats, _digest(fields, repeats))
    return policy, tuple(problems)


_Declaration = tuple[PrivacyClass, Treatment]


def _declaration(node: DeclaredField, problems: list[Problem]) -> _Declaration | None:
    problems.extend(
        _problem(
            "XF-404", node.path, f"The privacy column {key} is not known.",
            f"Only class, do and consent in {NAMESPACE} are read; check the spelling.",
        )
        for key in sorted(node.attributes)
        if key.startswith(_FAMILY) and key not in _KNOWN
    )  # fmt: skip
    stated, done = node.attributes.get(CLASS), node.attributes.get(DO)
    if stated is None and done is None:
        if node.domain is not None:
            problems.append(_undeclared(node.path))
        return None
    if stated is None or done is None:
        missing = "class" if stated is None else "treatment"
        problems.append(_problem("XF-403", node.path, f"The privacy {missing} is missing."))
        return None
    return _understood(node.path, stated, done, problems)


def _understood(path: str, stated: str, done: str, problems: list[Problem]) -> _Declaration | None:
    if stated not in set(PrivacyClass):
        problems.append(
            _problem("XF-402", path, f"The privacy class {stated!r} is none of A, B, C, D.")
        )
        return None
    try:
        return PrivacyClass(stated), read_treatment(done)
    except ValueError as error:
        problems.append(_problem("XF-405", path, f"The treatment {done!r} is not read: {error}."))
        return None


def _undeclared(path: str) -> Problem:
    return Problem(
        "XF-401", path, "The field has no privacy class, so it never leaves.",
        "Give it a class and a treatment if it should.", Severity.WARNING,
    )  # fmt: skip


def _rows_top(
    node: DeclaredField, found: _Declaration | None, problems: list[Problem]
) -> dict[str, int]:
    """The number of rows that a repeat declares; a group may declare nothing."""
    if found is None:
        return {}
    treatment = found[1]
    whole = treatment.word is Word.TOP and treatment.number == int(treatment.number)
    if node.is_repeat and whole:
        return {node.path: int(treatment.number)}
    advice = "Declare each question; a repeat itself may only say top:n, for its number of rows."
    problems.append(_problem("XF-409", node.path, "Declarations are not inherited.", advice))
    return {}


def _consent(
    node: DeclaredField, by_path: Mapping[str, DeclaredField], problems: list[Problem]
) -> Consent | None:
    text = node.attributes.get(CONSENT)
    if text is None:
        return None
    name, _, code = text.partition("=")
    code = code or "yes"
    for gate in by_path.values():
        around = gate.repeats == node.repeats[: len(gate.repeats)]
        if gate.path.rpartition("/")[2] == name and gate.domain is not None and around:
            choices = gate.domain.choices
            if gate.domain.kind is FieldKind.CHOICE and choices and code in choices.codes:
                return Consent(gate.path, code)
    problems.append(
        _problem(
            "XF-410", node.path, f"{text!r} is not a question with that choice, around this field.",
            "Name a select_one question; `name=code` when agreeing is not `yes`.",
        )
    )  # fmt: skip
    return None


def _faults(policy: FieldPolicy) -> list[Problem]:
    """What the matrix and the choice list say against one field's treatment."""
    word, kind = policy.treatment.word, policy.domain.kind
    allowed = permitted(kind, policy.privacy_class)
    if word not in allowed:
        return [
            _problem(
                "XF-406", policy.path,
                f"A field of class {policy.privacy_class} ({kind}) may not have {word}.",
                f"Permitted: {', '.join(w for w in Word if w in allowed)}.",
            )
        ]  # fmt: skip
    if word is Word.LADDER:
        return _ladder_faults(policy)
    choices = policy.domain.choices
    if word is Word.ONLY and choices and not set(policy.treatment.arguments) <= set(choices.codes):
        return [_problem("XF-412", policy.path, "`only` names a code that is not in the list.")]
    return []


def _ladder_faults(policy: FieldPolicy) -> list[Problem]:
    choices, rung = policy.domain.choices, int(policy.treatment.number)
    if choices is None:
        return [_problem("XF-407", policy.path, "The field has no list with gen columns.")]
    if gaps := choices.gaps(rung):
        shown = ", ".join(gaps[:5])
        return [_problem("XF-407", policy.path, f"No gen1 to gen{rung} for: {shown}.")]
    if breaks := choices.breaks(rung):
        shown = ", ".join(breaks[:5])
        return [_problem("XF-408", policy.path, f"A wider group splits a narrower one: {shown}.")]
    return []


def _leaks(fields: Iterable[FieldPolicy], by_path: Mapping[str, DeclaredField]) -> list[Problem]:
    """Kept calculations through which something would leave in disguise.

    `only` may read anything: its few codes are in the form for everyone to see.
    """
    fields = tuple(fields)
    classes = {f.path: f.privacy_class for f in fields}
    return [
        _problem(
            "XF-411", kept.path, f"The calculation is kept and reads {source.path}.",
            "Use only:[…] with the codes it can have, or do not release it.",
        )
        for kept in fields
        if kept.treatment.word is Word.KEEP
        for source in _reads(kept.path, by_path)
        if _taints(source, classes.get(source.path))
    ]  # fmt: skip


def _taints(source: DeclaredField, privacy_class: PrivacyClass | None) -> bool:
    """Whether what is computed from `source` may not be kept as it is."""
    asked = source.reads is None
    telling = source.domain is not None and source.domain.kind in TELLING
    undeclared = privacy_class is None
    return privacy_class is PrivacyClass.DIRECT or (asked and (undeclared or telling))


def _reads(path: str, by_path: Mapping[str, DeclaredField]) -> list[DeclaredField]:
    """Fields that a calculation reads, itself or through other calculations, in a stable order."""
    found: dict[str, DeclaredField] = {}
    waiting = sorted(by_path[path].reads or ())
    while waiting:
        node = by_path.get(waiting.pop(0))
        if node is not None and node.domain is not None and node.path not in found:
            found[node.path] = node
            waiting += sorted(node.reads or ())
    return list(found.values())


def _repeats(
    fields: Iterable[FieldPolicy], by_path: Mapping[str, DeclaredField], tops: Mapping[str, int]
) -> tuple[RepeatPolicy, ...]:
    paths = {path: None for f in fields for path in f.repeats}
    return tuple(
        RepeatPolicy(path, by_path[path].repeats, tops.get(path, DEFAULT_ROWS)) for path in paths
    )


def _digest(fields: Iterable[FieldPolicy], repeats: Iterable[RepeatPolicy]) -> str:
    document = {
        NAMESPACE: [_facts(f) for f in fields],
        "repeats": [[r.path, str(r.rows_top)] for r in repeats],
    }
    return hashlib.sha256(rfc8785.dumps(document)).hexdigest()


def _facts(f: FieldPolicy) -> list[str]:
    """Everything that decides what of the field may be shown, a ladder's groups included."""
    consent = f"{f.consent.path}={f.consent.code}" if f.consent else ""
    facts = [f.path, f.bind_type, f.domain.kind, f.privacy_class, str(f.treatment), consent]
    choices = f.domain.choices
    if f.treatment.word is Word.LADDER and choices is not None:
        rung = int(f.treatment.number)
        facts += [f"{code}={choices.group(code, rung)}" for code in choices.codes]
    return facts


def _problem(code: str, where: str, message: str, advice: str = "") -> Problem:
    return Problem(code, where, message, advice)
