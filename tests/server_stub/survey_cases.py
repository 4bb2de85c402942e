"""A small survey for the tests of tables: form, indicators, and records as tablets release them."""

from __future__ import annotations

import csv
from functools import cache
from typing import TYPE_CHECKING

from forms.bundle import BundleParts, write_bundle
from forms.privacy import read_policy
from forms.xform.reader import read_form
from sync.agefile import Identity
from sync.bundles import sign_bundle
from tests.server_stub.centre_cases import CONTROLLER, record
from tests.support.forms import xform

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from forms.bundle import FormBundle
    from sync.release.record import ReleaseRecord
    from tests.server_stub.centre_cases import SmallCentre, SmallTablet

RUNGS = ("at_least_basic", "limited", "unimproved", "open_defecation")
FORM = """
| settings |
| | form_id | version | namespaces |
| | small | {version} | pvy="urn:makazi:privacy:1" |
| survey |
| | type | name | label::English (en) | label::العربية (ar) | bind::pvy:class | bind::pvy:do |
| | integer | members | Usual members | أفراد الأسرة | B | top:12 |
| | integer | psu | Cluster | العنقود | C | keep |
| | select_one stratum | stratum | Part of the city | جزء المدينة | C | keep |
| | select_one tenure | tenure | Tenure | حيازة المسكن | C | keep |
| | select_one rung | rung | Sanitation | الصرف الصحي | C | keep |
| | select_one yes_no | fear | Fear of eviction | الخوف من الإخلاء | D | keep |
| | begin_repeat | roster | Person | فرد | | |
| | select_one sex | r_sex | Sex | الجنس | B | keep |
| | select_one yes_no | r_school | At school | في المدرسة | C | keep |
| | end_repeat | | | | | |
| choices |
| | list_name | name | label::English (en) | label::العربية (ar) |
| | stratum | slum | Slum | عشوائيات |
| | stratum | nonslum | Elsewhere | مناطق أخرى |
| | tenure | tenant | Tenant | مستأجر |
| | tenure | owner_occupier | Owner who lives there | مالك مقيم |
| | tenure | absent_landlord | Owner who lives elsewhere | مالك غائب |
| | rung | at_least_basic | At least basic | أساسي على الأقل |
| | rung | limited | Limited | محدود |
| | rung | unimproved | Unimproved | غير محسّن |
| | rung | open_defecation | Open defecation | التغوط في العراء |
| | yes_no | yes | Yes | نعم |
| | yes_no | no | No | لا |
| | sex | female | Female | أنثى |
| | sex | male | Male | ذكر |
"""
INDICATORS = """
[defaults]
cluster = "psu"
stratum = "stratum"

[[ladder]]
id = "sanitation"
title = { en = "Sanitation ladder", fr = "Échelle de l’assainissement", ar = "سلّم الصرف الصحي" }
unit = { en = "people", fr = "personnes", ar = "أشخاص" }
universe = "true"
field = "rung"
rungs = ["at_least_basic", "limited", "unimproved", "open_defecation"]
weight = "cast(members as double)"
disaggregate = ["stratum", "tenure"]
source = "SDG 6.2.1a metadata, 20 Dec 2021; rungs as in the domain reference 2.3"

[ladder.rung_labels.en]
at_least_basic = "At least basic"
limited = "Limited"
unimproved = "Unimproved"
open_defecation = "Open defecation"
[ladder.rung_labels.ar]
at_least_basic = "أساسي على الأقل"
limited = "محدود"
unimproved = "غير محسّن"
open_defecation = "التغوط في العراء"

[[indicator]]
id = "open_defecation"
title = { en = "People without a toilet", ar = "أشخاص بلا مرحاض" }
unit = { en = "people", ar = "أشخاص" }
universe = "true"
denominator = "rung is not null"
numerator = "rung = 'open_defecation'"
weight = "cast(members as double)"
disaggregate = ["tenure"]
source = "SDG 6.2.1a metadata, 20 Dec 2021"

[[indicator]]
id = "fear"
title = "Households that fear eviction"
unit = "households"
universe = "true"
denominator = "fear is not null"
numerator = "fear = 'yes'"
disaggregate = ["tenure"]
source = "SDG 1.4.2 metadata"

[[indicator]]
id = "school"
title = "People at school"
unit = "people"
level = "roster"
universe = "true"
denominator = "r_school is not null"
numerator = "r_school = 'yes'"
disaggregate = ["r_sex"]
source = "ours"
"""


@cache
def signed(version: str = "1", indicators: str = INDICATORS, form: str = FORM) -> bytes:
    """The small form as its controller signs it."""
    xml = xform(form.replace("{version}", version))
    read = read_form(xml, {})
    files = {"form.xml": xml, "indicators.toml": indicators.encode()}
    digest = read_policy(read).digest
    parts = BundleParts(read.form_id, read.version, read.title, digest, files)
    recipient = Identity(bytes(range(1, 33))).recipient.to_text()
    return sign_bundle(write_bundle(parts), CONTROLLER, [recipient])


def bring(tablet: SmallTablet, records: Sequence[ReleaseRecord], size: int = 200) -> None:
    """Deliver records in batches."""
    lines = [each.to_bytes() for each in records]
    for start in range(0, len(lines), size):
        assert tablet.put(tablet.seal(lines[start : start + size])).status_code == 201


def dhaka_answers(shared: Path) -> Iterable[Mapping[str, str]]:
    """The 1,282 households with the rung that the classes of the reference give them."""
    domain = shared / "reference" / "domain"
    with (domain / "sanitation_types.csv").open(encoding="utf-8", newline="") as file:
        classes = {row["key"]: row["jmp_class"] for row in csv.DictReader(file)}
    with (domain / "groundtruth" / "dhaka_2017_wash_minimal.csv").open(
        encoding="utf-8", newline=""
    ) as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        improved = "limited" if row["toilet_shared"] == "1" else "at_least_basic"
        rungs = {"improved": improved, "unimproved": "unimproved"}
        answers = {
            "members": str(min(int(row["members"]), 12)),
            "psu": row["psu"],
            "stratum": row["stratum"],
            "tenure": row["tenure"],
            "rung": rungs.get(classes[row["toilet_type"]], "open_defecation"),
        }
        yield {name: answer for name, answer in answers.items() if answer}


def with_dhaka(centre: SmallCentre, shared: Path) -> FormBundle:
    """The centre after Dhaka came home."""
    bundle = centre.give(signed())
    bring(centre.enrol(), [record(bundle, **answers) for answers in dhaka_answers(shared)])
    return bundle
