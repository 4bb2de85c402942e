"""The worked cases of the domain reference, told as answers to the shipped form.

A case of the reference speaks of inputs ("source", "minutes"); here each kind is turned into the
answers that an enumerator would have given, and its expected values into what the form derives.
Kinds that this form does not compute are listed with the reason, so that none is lost unseen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from tests.domain.interviews import AGREED, TRANSCRIBED

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Case = dict[str, Any]
NOT_OF_THIS_FORM: Final = {
    "hygiene_population": "arithmetic over households: server_stub.indicators",
    "slum_population": "arithmetic over households: server_stub.indicators",
    "collection_access": "arithmetic over households: server_stub.indicators",
    "hh_rate": "waste weighing form",
    "group_mean": "waste weighing form",
    "city_rate": "waste weighing form",
    "composition": "waste weighing form",
    "food_waste": "waste weighing form",
    "kampala_row": "waste weighing form",
    "city_11_6_1": "facility form",
    "control_level": "facility form",
    "published_check": "published city figures",
    "sample_size": "planning of a sample",
    "deff": "planning of a sample",
    "weight": "weights of a sample",
    "response_rate": "figures of a whole survey",
    "ci": "figures of a whole survey",
    "ci_extreme": "figures of a whole survey",
    "single_psu_stratum": "figures of a whole survey",
    "suppress": "disclosure control",
    "k_anonymity": "disclosure control",
    "complementary_suppression": "disclosure control",
    "safely_managed_two_ways": "population estimate",
    "safely_managed_sanitation": "population estimate, needs data of the utility",
    "code_collision": "import tables",
    "dhs_r_bug": "other people's code",
    "export_columns": "release",
    "refusal_record": "release: test_household_release",
    "withdrawal": "erasure",
    "menstrual": "module that is switched off",
    "menstrual_population": "module that is switched off",
    "displacement": "module that is switched off",
}
_YES_NO: Final = {True: "yes", False: "no", None: "unknown"}
_WG: Final = {1: "no_difficulty", 2: "some", 3: "lot", 4: "cannot", 7: "refused", 9: "dont_know"}


@dataclass(frozen=True, slots=True)
class FormCase:
    """A case as the form can run it.

    Attributes:
        answers: By question.
        expected: By derived field.
        start: What was answered before.
    """

    answers: Mapping[str, str]
    expected: Mapping[str, str]
    start: Mapping[str, str]


def form_case(case: Case) -> FormCase | None:
    """The case for the form; None for a kind or a rule that it does not compute."""
    maker = _MAKERS.get(case["kind"])
    if maker is None or "rule" in case["inputs"]:
        return None
    answers, expected = maker(case["inputs"], case["expected"])
    start = AGREED if case["kind"] == "washington_group" else TRANSCRIBED
    return FormCase({k: str(v) for k, v in answers.items() if v is not None}, expected, start)


Told = tuple[dict[str, Any], dict[str, str]]


def _water(given: Case, expected: Case) -> Told:
    sufficient = {True: "no_always_sufficient", False: "yes_at_least_once", None: None}
    minutes = 998 if given["minutes"] == "dont_know" else given["minutes"]
    answers = {
        "ws1": given["source"],
        "ws3": given["location"],
        "ws4": minutes,
        "ws7": sufficient[given["available_when_needed"]],
    }
    if given["free_from_contamination"] is not None:
        count = 0 if given["free_from_contamination"] else 12
        answers |= {"wq_kit": "yes", "wq_ecoli": count, "wq_as": 10, "wq_f": 1.5}
    return answers, {"water_ladder": expected["rung"]}


def _sanitation(given: Case, expected: Case) -> Told:
    excreta = given["excreta"]
    emptied = {None: None, "never_emptied": "never", "dont_know": "dont_know"}
    contained = {True: "no_outlet_no_leak", False: "leaks_or_overflows", None: None}
    answers = {
        "ws11": given["type"],
        "ws12": emptied.get(excreta, "yes_within_5y"),
        "ws13": None if excreta in emptied else excreta,
        "ws_out": contained[given["contained"]],
        "ws15": {True: "yes", False: "no", None: None}[given["shared"]],
    }
    return answers, {"sanitation_ladder": expected["rung"]}


def _hygiene(given: Case, expected: Case) -> Told:
    agents = " ".join(given["agents"]) if given["agents"] else None
    answers = {"hw1": given["place"], "hw2": given["water"], "hw3": agents}
    return answers, {"hygiene_ladder": expected["rung"]}


def _collection(given: Case, expected: Case) -> Told:
    distance = given["point_distance_m"]
    point = "dump_nearby" if distance is None else "designated_point"
    answers = {
        "w_service": "door_to_door" if given["door_to_door"] else point,
        "w_dist": distance,
        "w_weekly": "yes" if given["weekly_for_a_year"] else "no",
        "w_litter": {True: "yes", False: "no", None: None}[given["major_littering_at_point"]],
        "w_frac": {0: None, 1: "1", 2: "2", 3: "3_or_more"}[given["fractions"]],
    }
    return answers, {"waste_ladder": expected["rung"]}


def _living_area(given: Case, expected: Case) -> Told:
    answers = {"r_n": given["members"], "h_rooms_hab": given["rooms"]}
    return answers, {"dep_living_area": _YES_NO[expected["deprived"]]}


def _durability(given: Case, expected: Case) -> Told:
    answers = {
        "h_floor": given["floor"],
        "h_wall": given["wall"],
        "h_roof": given["roof"],
        "h_cond": given["condition"],
        "h_hazard": " ".join(given["hazards"]),
    }
    floor, whole = _YES_NO[expected["floor_only"]], _YES_NO[expected["deprived"]]
    return answers, {"dep_durability": whole, "dep_floor": floor}


def _tenure(given: Case, expected: Case) -> Told:
    answers = {
        "t_status": given["status"],
        "t_doc": " ".join(given["documents"]),
        "t_fear": given["fear"],
        "t_bequeath": given["bequeath"],
    }
    return answers, {
        "t_papered": _YES_NO[expected["documented"]],
        "t_secure": _YES_NO[expected["perceived"]],
        "dep_tenure": _YES_NO[expected["deprived"]],
    }


_SOUND: Final = {"h_wall": "bricks", "h_roof": "metal", "h_cond": "sound", "h_hazard": "none"}
_DIMENSIONS: Final[Mapping[str, Mapping[int, Mapping[str, str]]]] = {
    "water": {0: {"ws1": "piped_yard"}, 1: {"ws1": "surface"}},
    "sanitation": {0: {"ws11": "vip"}, 1: {"ws11": "bucket"}},
    "living_area": {
        0: {"r_n": "4", "h_rooms_sleep": "2"},
        1: {"r_n": "7", "h_rooms_sleep": "2"},
    },
    "durability": {
        0: {"h_floor": "cement", **_SOUND},
        1: {"h_floor": "earth_sand", **_SOUND},
    },
    "tenure": {
        0: {"t_status": "rent", "t_doc": "written_rental", "t_fear": "unlikely"},
        1: {"t_status": "rent", "t_doc": "none", "t_fear": "unlikely"},
    },
}


def _slum_count(given: Case, expected: Case) -> Told:
    answers = {"r_n": "4"}
    for dimension, told in _DIMENSIONS.items():
        if given[dimension] is not None:
            answers |= told[given[dimension]]
    lowest = expected.get("n", expected.get("n_min"))
    unknown = expected.get("n_max", lowest) - lowest
    return answers, {
        "dep_count": str(lowest),
        "dep_unknown": str(unknown),
        "slum_5": _YES_NO[expected["slum_5"]],
        "slum_4": _YES_NO[expected["slum_4"]],
    }


def _packaged(given: Case, expected: Case) -> Told:
    return {"ws1": given["ws1"], "ws2": given["ws2"]}, {
        "dep_water": _YES_NO[expected["deprived_jmp"]],
        "dep_water_strict": _YES_NO[expected["deprived_unhabitat"]],
    }


def _sharing(given: Case, expected: Case) -> Told:
    answers = {
        "ws11": given["type"],
        "ws15": "yes",
        "ws16": "known_households",
        "ws17": given["households"],
    }
    return answers, {"dep_sanitation": _YES_NO[expected["deprived_2021"]]}


def _affordability(given: Case, expected: Case) -> Told:
    answers = {"t_cost": given["cost"], "t_income": given["income"]}
    return answers, {"unaffordable": _YES_NO[expected["inadequate"]]}


def _washington(given: Case, expected: Case) -> Told:
    row = "roster[1]"
    answers = {"r_n": "1", f"{row}/r_rel": "head", f"{row}/r_age": given["age"]}
    for number, domain in enumerate(("vis", "hear", "mob", "cog", "sc", "com"), 1):
        answers[f"{row}/r_wg{number}"] = _WG[given[domain]]
    return answers, {f"{row}/r_dis": _YES_NO[expected["wg3"]]}


def _joint(given: Case, expected: Case) -> Told:
    tenure, shared = given["tenure"], given["toilet_shared"]
    answers = {
        "r_n": given["members"],
        "h_rooms_hab": given["rooms"],
        "ws1": given["water"],
        "ws3": "elsewhere",
        "ws4": given["minutes"],
        "ws11": given["toilet"],
        "ws15": "yes" if shared else "no",
        "t_status": tenure["status"],
        "t_doc": " ".join(tenure["documents"]),
        "t_fear": tenure["fear"],
        "h_floor": given["floor"],
        "h_wall": given["wall"],
        "h_roof": given["roof"],
        "h_cond": given["condition"],
        "h_hazard": " ".join(given["hazards"]),
    }
    return answers, {
        "water_ladder": expected["water_rung"],
        "sanitation_ladder": expected["san_rung"],
        "dep_count": str(expected["n_deprivations"]),
        "slum_5": _YES_NO[expected["slum_5"]],
    }


def _authors_gap(given: Case, expected: Case) -> Told:
    if "source" in given:
        return {"ws1": given["source"]}, {"ws_class": expected["jmp_class"]}
    shared = "yes" if given["shared"] else "no"
    return {"ws11": given["type"], "ws15": shared}, {"sanitation_ladder": expected["jmp_rung"]}


_MAKERS: Final[Mapping[str, Callable[[Case, Case], Told]]] = {
    "water_ladder": _water,
    "sanitation_ladder": _sanitation,
    "hygiene_ladder": _hygiene,
    "collection_ladder": _collection,
    "living_area": _living_area,
    "durability": _durability,
    "tenure": _tenure,
    "slum_count": _slum_count,
    "water_unhabitat_packaged": _packaged,
    "sanitation_sharing": _sharing,
    "affordability": _affordability,
    "washington_group": _washington,
    "joint_household": _joint,
    "dhaka_authors_gap": _authors_gap,
}
