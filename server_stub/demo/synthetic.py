"""Synthetic households: nobody lives in them, and every name, number and place is made up.

They are varied enough to fill every rung of every ladder and to walk every way through the consent,
and they carry *canaries*: unmistakable strings where identifying answers go. Whatever leaves a
tablet is searched for them; one hit is a leak. The places lie in the open sea (1° N, 2° E).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeAlias

from server_stub.demo.household_sections import (
    end,
    housing,
    hygiene,
    people,
    sanitation,
    tenure,
    waste,
    water,
)
from server_stub.demo.scripted import scripted_household

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

__all__ = ["canaries", "household", "scripted_household"]

Answers: TypeAlias = list[tuple[str, str]]
"""One household: references and answer texts, in the order of the interview."""

ROOT: Final = "/data"
SETTLEMENTS: Final = 8
"""Settlements of the form's example list; the last two are not slums."""
CLUSTERS: Final = 6
"""Clusters in each settlement."""
_SYLLABLES: Final = ("ba", "do", "ki", "lu", "me", "no", "ra", "su", "ti", "zo")
_LETTERS: Final = "BCDFGHJKLMNPQRSTVWXZ"
_KINDS: Final = 4


def canaries(source: Random, number: int) -> tuple[str, ...]:
    """Strings that stand nowhere else: names, telephone numbers, latitudes, longitudes, in turn.

    Args:
        source: Chance; the same seed gives the same strings.
        number: How many.

    Returns:
        Names such as `Kilura Canary-XQ7T2K`, telephone numbers of the unassigned country code 999,
        latitudes from 1 and longitudes from 2 degrees, with eight decimals. Each is a string of its
        own, so that a coordinate is found however its two halves are joined.
    """
    makers = (_name, _phone, _latitude, _longitude)
    made: dict[str, None] = {}
    while len(made) < number:
        made.setdefault(makers[len(made) % _KINDS](source))
    return tuple(made)


def _name(source: Random) -> str:
    first = "".join(source.choice(_SYLLABLES) for _ in range(3)).capitalize()
    mark = "".join(source.choice(_LETTERS) for _ in range(8))
    return f"{first} Canary-{mark}"


def _phone(source: Random) -> str:
    return f"+999{source.randrange(10**8, 10**9)}"


def _latitude(source: Random) -> str:
    return f"1.0{_decimals(source)}"


def _longitude(source: Random) -> str:
    return f"2.0{_decimals(source)}"


def _decimals(source: Random) -> str:
    """Seven digits, the last not 0: a number that is read and written again stays the string."""
    return f"{source.randrange(10**5, 10**6)}{source.randint(1, 9)}"


@dataclass(slots=True)
class Interview:
    """Answers in the order in which they are given.

    Attributes:
        source: Chance.
        good: How well the settlement is served, from 0 to 1.
        answers: What was said so far.
    """

    source: Random
    good: float
    answers: Answers = field(default_factory=list)

    def say(self, path: str, answer: str | int) -> str:
        """Answer the question at `path` below the root, and hand the answer back."""
        self.answers.append((f"{ROOT}/{path}", str(answer)))
        return str(answer)

    def chance(self, probability: float) -> bool:
        """True that often."""
        return self.source.random() < probability

    def pick(self, weighted: str) -> str:
        """One code of `code:weight code:weight …`; a weight that is left out is 1."""
        words = [word.partition(":") for word in weighted.split()]
        weights = [float(weight or 1) for _, _, weight in words]
        return self.source.choices([code for code, _, _ in words], weights)[0]

    def better(self, well: str, ill: str) -> str:
        """A pick from `well` as often as the settlement is served, else from `ill`."""
        return self.pick(well if self.chance(self.good) else ill)


def household(source: Random, planted: Sequence[str]) -> Answers:
    """One plausible household, as an enumerator would enter it; the engine can finalise it.

    Of 100 households, about 86 agree, 9 agree to a part, 5 refuse; 3 keep their answers from the
    city.

    Args:
        source: Chance; the same seed gives the same households.
        planted: Canaries to plant into name, telephone, place and comment; empty for none.

    Returns:
        References and answers in the order of the interview; questions that are skipped are absent.
    """
    settlement = source.randint(1, SETTLEMENTS)
    cluster = source.randint(1, CLUSTERS)
    serving = 0.12 * settlement + 0.06 * (cluster % 3) - 0.08
    talk = Interview(source, min(0.97, max(0.05, serving)))
    _cover(talk, settlement, cluster)
    consent = _consent(talk)
    if consent == "no":
        return talk.answers
    modules = _agreements(talk, consent, planted or canaries(source, _KINDS))
    size = people(talk, roster="people" in modules)
    housing(talk, size)
    if "tenure" in modules:
        tenure(talk)
    water(talk, size if "people" in modules else 0)
    sanitation(talk)
    hygiene(talk)
    waste(talk)
    end(talk, planted)
    return talk.answers


def _cover(talk: Interview, settlement: int, cluster: int) -> None:
    talk.say("cover/c_mode", "interview")
    talk.say("cover/c_settlement", f"s{settlement:02}")
    talk.say("cover/c_stratum", "nonslum" if settlement > SETTLEMENTS - 2 else "slum")
    talk.say("cover/c_psu", 100 * settlement + cluster)
    talk.say("cover/c_hhno", talk.source.randint(1, 400))
    talk.say("cover/c_visit", talk.pick("1:7 2:2 3:1"))
    talk.say("cover/c_result", "completed")  # the date stays as the form proposes it: today


def _consent(talk: Interview) -> str:
    talk.say("consent/k_read", talk.pick("en:3 fr:2 sw:4 ar:1"))
    talk.say("consent/k_adult", "yes")
    consent = talk.say("consent/k_consent", talk.pick("yes:86 partial:9 no:5"))
    if consent == "no":
        reasons = "no_time not_interested privacy survey_fatigue fear_of_eviction none_given:3"
        talk.say("consent/k_refuse", talk.pick(reasons))
    return consent


def _agreements(talk: Interview, consent: str, planted: Sequence[str]) -> frozenset[str]:
    """What was agreed to, each on its own; names, numbers and places where they were."""
    talk.say("consent/k_share", talk.pick("yes:97 no:3"))
    place = talk.say("consent/k_gps", talk.pick("yes:80 no:20"))
    back = talk.say("consent/k_recontact", talk.pick("yes:70 no:30"))
    modules = {"people", "tenure"}
    if consent == "partial":
        for module in ("people", "tenure"):
            if talk.say(f"consent/k_{module}", talk.pick("yes no")) == "no":
                modules.discard(module)
    if back == "yes":
        talk.say("consent/p_name", talk.source.choice(_of_kind(planted, 0)))
        talk.say("consent/p_phone", talk.source.choice(_of_kind(planted, 1)))
    if place == "yes":
        halves = (talk.source.choice(_of_kind(planted, kind)) for kind in (2, 3))
        talk.say("consent/c_gps", " ".join([*halves, "12.0", f"{talk.source.randint(3, 24)}.0"]))
    return frozenset(modules)


def _of_kind(planted: Sequence[str], kind: int) -> Sequence[str]:
    """Names, telephone numbers, latitudes or longitudes; made on the spot when none is planted."""
    starts = ("Canary-", "+999", "1.0", "2.0")
    if kind == 0:
        return [text for text in planted if starts[0] in text] or ["Nobody Synthetic"]
    spare = ("", "+999000000000", "1.01234567", "2.01234567")
    return [text for text in planted if text.startswith(starts[kind])] or [spare[kind]]
