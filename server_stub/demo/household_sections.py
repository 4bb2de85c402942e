"""What a synthetic household says in each section of the household form, in the form's order.

Each function follows the skip logic of its section by hand: an answer is given exactly where the
form asks. A test walks many households through the engine and finds any that is not. The weights
are ours, chosen so that every rung is met; they describe no place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from server_stub.demo.synthetic import Interview

_OWNERS: Final = frozenset({"own_land_and_dwelling", "own_dwelling_only", "customary_communal"})
_BUILT_THEIR_OWN: Final = frozenset({"own_land_and_dwelling", "own_dwelling_only"})
_PIPED: Final = frozenset({"piped_dwelling", "piped_yard", "piped_neighbour", "public_tap"})
_COMES_HOME: Final = frozenset({"piped_dwelling", "piped_yard", "tanker", "cart_tank", "dont_know"})
_PACKAGED: Final = frozenset({"bottled", "sachet", "refill_station"})
_ON_SITE: Final = frozenset(
    {"flush_septic", "flush_pit", "flush_dk", "vip", "pit_slab", "composting", "container"}
)
_NO_TOILET: Final = frozenset({"none", "dont_know"})
_NO_PAPER: Final = frozenset({"none", "refused"})
_WG: Final = "no_difficulty:94 some:5 lot:0.5 cannot:0.2 refused:0.1 dont_know:0.2"


def people(talk: Interview, *, roster: bool) -> int:
    """Household size, and each person where that was agreed to; gives the size."""
    size = int(talk.say("people/r_n", talk.pick("1:6 2:13 3:20 4:22 5:16 6:11 7:6 8:4 9:2")))
    if roster:
        for line in range(1, size + 1):
            _person(talk, line)
    return size


def _person(talk: Interview, line: int) -> None:
    row = f"roster[{line}]"
    kin = (
        "child:6 spouse:2 parent sibling grandchild:2 in_law other_relative lodger not_related:0.3"
    )
    talk.say(f"{row}/r_rel", "head" if line == 1 else talk.pick(kin))
    talk.say(f"{row}/r_sex", talk.pick("female:50 male:49 other_prefer_not:1"))
    age = talk.source.randint(19, 74) if line == 1 else talk.source.randint(0, 66)
    if line > 1 and talk.chance(0.01):
        age = 99
    talk.say(f"{row}/r_age", age)
    talk.say(f"{row}/r_usual", "yes")
    talk.say(f"{row}/r_slept", talk.pick("yes:19 no:1"))
    if age >= 5:
        for domain in range(1, 7):
            talk.say(f"{row}/r_wg{domain}", talk.pick(_WG))


def housing(talk: Interview, size: int) -> None:
    """Rooms, materials, condition and hazards."""
    rooms = 1 if talk.chance(0.65 - 0.4 * talk.good) else talk.source.randint(1, 1 + size // 2)
    talk.say("housing/h_rooms_sleep", rooms)
    if talk.chance(0.8):
        talk.say("housing/h_rooms_hab", rooms + (1 if talk.chance(0.3) else 0))
    talk.say(
        "housing/h_floor",
        talk.better("cement:6 ceramic_tiles:3", "cement:5 earth_sand:4 wood_planks dung:0.5"),
    )
    talk.say(
        "housing/h_roof",
        talk.better("metal:7 cement:3 ceramic_tiles", "metal:8 cardboard thatch_palm"),
    )
    talk.say(
        "housing/h_wall",
        talk.better(
            "bricks:4 cement_blocks:5 stone_lime",
            "iron_sheet:4 bamboo_mud:2 bricks:2 reused_wood cement_blocks:2",
        ),
    )
    talk.say(
        "housing/h_cond",
        talk.better("sound:7 minor_repair:3", "sound:3 minor_repair:4 major_repair:2 dilapidated"),
    )
    hazards = talk.better(
        "none:9 flood highway:0.5",
        "none:4 flood:2 garbage_site railway river_bank_drain:2 power_line:0.5",
    )
    if hazards == "flood" and talk.chance(0.3):
        hazards = "flood garbage_site"
    talk.say("housing/h_hazard", hazards)
    talk.say("housing/h_access", talk.pick("yes:8 no:1 dont_know:0.3"))
    talk.say("housing/h_elec", talk.better("grid:9 off_grid", "grid:5 off_grid:2 none:3"))


def tenure(talk: Interview) -> None:
    """Status, papers, fear of eviction, cost and income."""
    status = talk.say(
        "tenure/t_status",
        talk.better(
            "rent:5 own_land_and_dwelling:4 rent_free_relative:0.5",
            "rent:6 own_dwelling_only:3 sublet occupied_no_agreement customary_communal:0.5",
        ),
    )
    paper = talk.say("tenure/t_doc", _paper(talk, status))
    if not _NO_PAPER & set(paper.split()):
        talk.say("tenure/t_doc_name", talk.pick("yes:4 no:5 dont_know not_shown"))
    fear = talk.say(
        "tenure/t_fear",
        talk.better(
            "very_unlikely:6 unlikely:4 likely:0.5",
            "very_unlikely:2 unlikely:4 likely:3 very_likely dk:0.5 refused:0.3",
        ),
    )
    if fear in {"likely", "very_likely"}:
        talk.say(
            "tenure/t_fear_why",
            talk.pick("landlord:3 government:2 cannot_pay:2 project_or_investor hazard_relocation"),
        )
    if status in _OWNERS:
        talk.say("tenure/t_bequeath", talk.pick("yes:7 no:2 dont_know"))
    talk.say("tenure/t_evicted", talk.pick("yes:1 no:12 prefer_not:0.5"))
    if status in _BUILT_THEIR_OWN:
        talk.say("tenure/t_permit", talk.pick("yes:2 no:5 dont_know:2"))
    _money(talk)


def _paper(talk: Interview, status: str) -> str:
    if status in _OWNERS:
        return talk.better(
            "title:7 title_and_bill lease_registered none",
            "none:5 sale_agreement:3 occupancy_certificate title refused:0.3",
        ).replace("title_and_bill", "title receipt_utility")
    return talk.better(
        "written_rental:7 none:2 receipt_utility",
        "none:6 written_rental:3 receipt_utility refused:0.3",
    )


def _money(talk: Interview) -> None:
    if talk.chance(0.85):
        talk.say("tenure/t_cost", talk.source.randrange(0, 9000, 250))
    if talk.chance(0.7):
        talk.say("tenure/t_income", talk.source.randrange(2000, 45000, 500))
    else:
        talk.say(
            "tenure/t_income_band",
            talk.pick("under_2500 2500_4999:2 5000_9999:3 10000_19999:2 prefer_not:2 dont_know"),
        )


def water(talk: Interview, rows: int) -> None:
    """Source, place and time, sufficiency, treatment, and now and then a test."""
    source = talk.say(
        "water/ws1",
        talk.better(
            "piped_dwelling:5 piped_yard:4 bottled:0.5 tanker:0.3",
            "public_tap:6 piped_neighbour:3 kiosk:3 cart_tank:2 borehole:2 unprotected_well:2 "
            "protected_spring unprotected_spring sachet:0.5 surface rainwater:0.5 other:0.3",
        ),
    )
    if source == "other":
        talk.say("water/ws1_oth", "Synthetic: a source that is in no list")
    if source in _PACKAGED:
        talk.say("water/ws2", talk.pick("piped_yard:3 public_tap:2 unprotected_well"))
    if source not in _COMES_HOME:
        _fetching(talk, source, rows)
    if (
        talk.say(
            "water/ws7",
            talk.better(
                "no_always_sufficient:7 yes_at_least_once:2",
                "no_always_sufficient:4 yes_at_least_once:5 dont_know:0.3",
            ),
        )
        == "yes_at_least_once"
    ):
        talk.say(
            "water/ws8",
            talk.pick("not_available_from_source:5 too_expensive:3 source_not_accessible"),
        )
    _supply(talk, source)
    _quality(talk)


def _supply(talk: Interview, source: str) -> None:
    if source in _PIPED:
        talk.say("water/ws_hours", talk.source.randint(2, 24))
        talk.say("water/ws_days", talk.source.randint(2, 7))
    if talk.chance(0.7):
        talk.say("water/ws_cost", talk.source.randrange(0, 400, 10))
    if source == "public_tap":
        talk.say("water/ws_users", talk.source.randint(3, 90))


def _quality(talk: Interview) -> None:
    if talk.say("water/ws9", talk.pick("yes:5 no:6 dont_know:0.2")) == "yes":
        talk.say(
            "water/ws10",
            talk.pick("boil:5 bleach_chlorine:4 filter:2 strain_cloth stand_settle solar:0.3"),
        )
    if talk.say("water/wq_kit", talk.pick("yes:2 no:8")) == "yes":
        talk.say("water/wq_ecoli", talk.pick("0:5 3:2 18:2 101"))
        talk.say("water/wq_as", talk.pick("0.5:5 4:4 18.5"))
        talk.say("water/wq_f", talk.pick("0.3:5 0.9:4 2.1"))


def _fetching(talk: Interview, source: str, rows: int) -> None:
    near = (
        "own_yard:4 elsewhere:6"
        if source in {"borehole", "rainwater", "unprotected_well"}
        else "own_yard:0.5 elsewhere:9"
    )
    if talk.say("water/ws3", talk.pick(near)) != "elsewhere":
        return
    talk.say("water/ws4", talk.pick("3 5:3 10:5 15:4 20:3 25 30:4 35 40:2 45 60:2 90 998:0.3"))
    if rows:
        carrier = talk.source.randint(0, rows) if talk.chance(0.5) else 1
        talk.say("water/ws5", carrier)
        if carrier:
            talk.say("water/ws6", talk.source.randint(1, 30))


def sanitation(talk: Interview) -> None:
    """Toilet, emptying, sharing, access and safety."""
    kind = talk.say(
        "sanitation/ws11",
        talk.better(
            "flush_sewer:5 flush_septic:4 flush_pit vip pit_slab",
            "pit_slab:5 pit_no_slab:3 flush_open_drain:2 flush_dk vip "
            "hanging bucket:0.5 container:0.7 composting:0.4 none other:0.2",
        ),
    )
    if kind not in _NO_TOILET:
        _facility(talk, kind)
    talk.say(
        "sanitation/s_child",
        talk.pick("used_toilet:3 put_in_toilet:3 drain garbage:2 left_open:0.5 no_child:6"),
    )


def _facility(talk: Interview, kind: str) -> None:
    talk.say("sanitation/ws11_obs", talk.pick("yes:9 no_permission no_not_near"))
    if kind in _ON_SITE or kind == "pit_no_slab":
        emptied = talk.say(
            "sanitation/ws12",
            talk.pick("never:5 yes_within_5y:3 yes_over_5y yes_dk_when:0.5 dont_know"),
        )
        if emptied.startswith("yes"):
            talk.say(
                "sanitation/ws13",
                talk.pick(
                    "removed_to_plant:3 removed_dk:3 emptied_buried_provider "
                    "emptied_buried_household emptied_open:2 dont_know:0.5"
                ),
            )
    if kind in _ON_SITE:
        talk.say(
            "sanitation/ws_out",
            talk.pick(
                "no_outlet_no_leak:5 outlet_to_soak_pit:2 "
                "outlet_to_drain_open_ground_water:2 leaks_or_overflows dont_know"
            ),
        )
    talk.say(
        "sanitation/ws14",
        talk.better("own_dwelling:6 own_yard:3", "own_dwelling own_yard:4 elsewhere:5"),
    )
    shared = talk.say("sanitation/ws15", talk.better("no:8 yes:2", "no:2 yes:8 dont_know:0.1"))
    if shared == "yes":
        public = talk.say("sanitation/ws16", talk.pick("known_households:8 public:2")) == "public"
        if not public:
            talk.say("sanitation/ws17", talk.pick("2:3 3:3 4:3 5:2 6:2 8 9 95"))
    if talk.say("sanitation/s_all", talk.pick("yes:8 no:2 dont_know:0.2")) == "no":
        talk.say("sanitation/s_who", talk.pick("older:3 disabled:3 women girls boys:0.3 ill"))
    talk.say("sanitation/s_door", talk.better("yes", "yes:5 no:5"))
    talk.say("sanitation/s_light", talk.better("yes:8 no:2", "yes:3 no:7"))
    talk.say(
        "sanitation/s_safe", talk.better("yes:8 day_only:2", "yes:3 day_only:4 no:3 dont_know:0.3")
    )


def hygiene(talk: Interview) -> None:
    """The place to wash hands, and what is at it."""
    place = talk.say(
        "hygiene/hw1",
        talk.better(
            "fixed_dwelling:7 fixed_yard:2 mobile no_permission:0.3",
            "mobile:4 fixed_yard:2 no_place:4 no_permission:0.4 not_observed_other:0.2",
        ),
    )
    agents = ""
    if place in {"fixed_dwelling", "fixed_yard", "mobile"}:
        talk.say(
            "hygiene/hw2",
            talk.better("available:19 not_available:1", "available:6 not_available:4"),
        )
        chosen = talk.better(
            "soap_bar_liquid:8 detergent:2 nothing",
            "soap_bar_liquid:4 detergent:2 ash_mud_sand nothing:4",
        )
        if chosen == "soap_bar_liquid" and talk.chance(0.1):
            chosen = "soap_bar_liquid detergent"
        agents = talk.say("hygiene/hw3", chosen)
    if place == "no_place" or agents == "nothing":
        talk.say("hygiene/hw5", talk.pick("yes:4 no:5 dont_know"))


def waste(talk: Interview) -> None:
    """How waste leaves the home, and vectors near it."""
    way = talk.say(
        "waste/w_service",
        talk.better(
            "door_to_door:7 designated_point:2 skip_container:2",
            "door_to_door:2 designated_point:2 skip_container dump_nearby:4 "
            "burn:2 river_drain:2 bury:0.5 feed_compost:0.3",
        ),
    )
    point = way in {"designated_point", "skip_container"}
    if point:
        talk.say("waste/w_dist", talk.pick("20 50:2 80:2 120:2 200 201 350 600:0.5"))
    if point or way == "door_to_door":
        talk.say("waste/w_weekly", talk.better("yes:9 no", "yes:5 no:4 dont_know:0.4"))
        if point:
            talk.say("waste/w_litter", talk.pick("yes:4 no:5 not_visited:0.5"))
        talk.say("waste/w_frac", talk.better("1:6 2:3 3_or_more:2", "1:9 2:1"))
        talk.say(
            "waste/w_provider",
            talk.pick("municipality:4 private:2 cbo:3 informal_collector:2 dont_know:0.3"),
        )
        talk.say("waste/w_fee", talk.source.randrange(0, 300, 10))
    talk.say(
        "waste/v_vector",
        talk.better(
            "none:7 flies:2 rats",
            "standing_water:3 rats:3 flies:2 mosquito_larvae stray_dogs none:2",
        ),
    )


def end(talk: Interview, planted: Sequence[str]) -> None:
    """A comment, which names somebody as real comments do."""
    if planted and talk.chance(0.4):
        talk.say(
            "closing/e_note", f"Synthetic comment: ask {talk.source.choice(planted)} next door"
        )
