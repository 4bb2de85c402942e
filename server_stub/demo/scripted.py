"""One fixed synthetic interview, screen by screen, for the robot that works the tablet's window.

Every screen that asks something has an answer here, in the order of the screens, and every kind of
question occurs: text, whole number, decimal, date, one choice, several choices, place, a repeat.
Notes have no answer and are not listed. The three people do not exist; the place is in the sea.
"""

from __future__ import annotations

from typing import Final

NAME: Final = "Kirado Canary-WXQZJKVB"
PHONE: Final = "+999481736205"
LATITUDE: Final = "1.0195734"  # seven decimals, a centimetre: what a receiver writes
LONGITUDE: Final = "2.0481639"
NEIGHBOUR: Final = "Tisumo Canary-HGTPLRSN"
CANARIES: Final = (NAME, PHONE, LATITUDE, LONGITUDE, NEIGHBOUR)
"""Strings of this interview that must not be found in anything that leaves."""

_COVER: Final = (
    ("cover/c_mode", "interview"),
    ("cover/c_settlement", "s03"),
    ("cover/c_stratum", "slum"),
    ("cover/c_psu", "302"),
    ("cover/c_hhno", "17"),
    ("cover/c_visit", "1"),
    ("cover/c_date", "2025-11-17"),
    ("cover/c_result", "completed"),
    ("consent/k_read", "en"),
    ("consent/k_adult", "yes"),
    ("consent/k_consent", "yes"),
    ("consent/k_share", "yes"),
    ("consent/k_gps", "yes"),
    ("consent/k_recontact", "yes"),
    ("consent/p_name", NAME),
    ("consent/p_phone", PHONE),
    ("consent/c_gps", f"{LATITUDE} {LONGITUDE} 12.0 6.0"),
    ("people/r_n", "3"),
)
_ABLE: Final = "no_difficulty"
_PEOPLE: Final = (
    ("head", "female", "34", (_ABLE, "some", _ABLE, _ABLE, _ABLE, _ABLE)),
    ("child", "male", "9", (_ABLE,) * 6),
    ("child", "female", "3", ()),  # under 5: the questions on difficulties are not asked
)
_HOME: Final = (
    ("housing/h_rooms_sleep", "1"),
    ("housing/h_rooms_hab", "1"),
    ("housing/h_floor", "cement"),
    ("housing/h_roof", "metal"),
    ("housing/h_wall", "iron_sheet"),
    ("housing/h_cond", "minor_repair"),
    ("housing/h_hazard", "flood river_bank_drain"),
    ("housing/h_access", "yes"),
    ("housing/h_elec", "grid"),
    ("tenure/t_status", "rent"),
    ("tenure/t_doc", "written_rental"),
    ("tenure/t_doc_name", "yes"),
    ("tenure/t_fear", "unlikely"),
    ("tenure/t_evicted", "no"),
    ("tenure/t_cost", "2400.50"),
    ("tenure/t_income", "9000"),
)
_SERVICES: Final = (
    ("water/ws1", "kiosk"),
    ("water/ws3", "elsewhere"),
    ("water/ws4", "25"),
    ("water/ws5", "1"),
    ("water/ws6", "14"),
    ("water/ws7", "no_always_sufficient"),
    ("water/ws_cost", "60"),
    ("water/ws9", "yes"),
    ("water/ws10", "boil bleach_chlorine"),
    ("water/wq_kit", "no"),
    ("sanitation/ws11", "pit_slab"),
    ("sanitation/ws11_obs", "yes"),
    ("sanitation/ws12", "never"),
    ("sanitation/ws_out", "no_outlet_no_leak"),
    ("sanitation/ws14", "own_yard"),
    ("sanitation/ws15", "yes"),
    ("sanitation/ws16", "known_households"),
    ("sanitation/ws17", "4"),
    ("sanitation/s_all", "yes"),
    ("sanitation/s_door", "yes"),
    ("sanitation/s_light", "no"),
    ("sanitation/s_safe", "day_only"),
    ("sanitation/s_child", "put_in_toilet"),
    ("hygiene/hw1", "mobile"),
    ("hygiene/hw2", "available"),
    ("hygiene/hw3", "soap_bar_liquid"),
    ("waste/w_service", "designated_point"),
    ("waste/w_dist", "150"),
    ("waste/w_weekly", "yes"),
    ("waste/w_litter", "no"),
    ("waste/w_frac", "1"),
    ("waste/w_provider", "cbo"),
    ("waste/w_fee", "100"),
    ("waste/v_vector", "rats flies"),
    ("closing/e_note", f"Ask {NEIGHBOUR} next door"),
)


def scripted_household() -> list[tuple[str, str]]:
    """References and answers of the interview, in the order of the screens that ask."""
    return [(f"/data/{path}", answer) for path, answer in (*_COVER, *_roster(), *_HOME, *_SERVICES)]


def _roster() -> list[tuple[str, str]]:
    said: list[tuple[str, str]] = []
    for line, (relation, sex, age, difficulties) in enumerate(_PEOPLE, 1):
        row = f"roster[{line}]"
        said += [
            (f"{row}/r_rel", relation),
            (f"{row}/r_sex", sex),
            (f"{row}/r_age", age),
            (f"{row}/r_usual", "yes"),
            (f"{row}/r_slept", "yes"),
        ]
        said += [(f"{row}/r_wg{n}", code) for n, code in enumerate(difficulties, 1)]
    return said
