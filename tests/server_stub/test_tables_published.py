"""What readers get: page, CSV and JSON of one project, in four languages."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import TYPE_CHECKING

import pytest

from server_stub.pages import LANGUAGES
from server_stub.tables import Tables
from tests.server_stub.centre_cases import PROJECT, SmallCentre, code_of, record
from tests.server_stub.survey_cases import bring, signed, with_dhaka

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


ADDRESS = f"/projects/{PROJECT}/tables"


@pytest.fixture(scope="module")
def dhaka(tmp_path_factory: pytest.TempPathFactory, shared: Path) -> Iterator[SmallCentre]:
    """A centre that Dhaka came home to; tests only read it."""
    made = SmallCentre.make(tmp_path_factory.mktemp("dhaka") / "centre")
    with made.client:
        with_dhaka(made, shared)
        yield made


def _json(centre: SmallCentre):
    return centre.client.get(f"{ADDRESS}.json").json()


def _all(document, indicator: str = "sanitation"):
    (found,) = [i for i in document["indicators"] if i["id"] == indicator]
    return found["groups"][0]


def test_ladder_of_dhaka_is_published_with_the_counts_of_the_ground_truth(
    dhaka: SmallCentre,
) -> None:
    everybody = _all(_json(dhaka))
    counts = {cell["category"]: cell["n"] for cell in everybody["cells"]}
    assert counts == {
        "at_least_basic": 389, "limited": 453, "unimproved": 433, "open_defecation": 7,
    }  # fmt: skip
    assert everybody["base_n"] == 1282
    assert all(c["low"] < c["share"] < c["high"] for c in everybody["cells"])
    page = dhaka.client.get(ADDRESS)
    assert page.status_code == 200
    assert "At least basic" in page.text
    assert "33.4%" in page.text


def test_withheld_cell_is_named_with_its_reason_and_nothing_else(dhaka: SmallCentre) -> None:
    groups = {g["group"]: g for g in _json(dhaka)["indicators"][0]["groups"]}
    (hidden,) = [c for c in groups["nonslum"]["cells"] if c["category"] == "open_defecation"]
    assert hidden["withheld"] == "confidential"  # one household
    assert [hidden[name] for name in ("share", "se", "low", "high", "n")] == [None] * 5
    page = dhaka.client.get(ADDRESS).text
    assert "withheld" in page
    assert "Too few households" in page


def test_csv_holds_the_figures_of_the_json(dhaka: SmallCentre) -> None:
    answer = dhaka.client.get(f"{ADDRESS}.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    cells = [
        (indicator["id"], group["group"], cell)
        for indicator in _json(dhaka)["indicators"]
        for group in indicator["groups"]
        for cell in group["cells"]
    ]
    assert len(rows) == len(cells)
    for row, (indicator, group, cell) in zip(rows, cells, strict=True):
        assert (row["indicator"], row["group"], row["category"]) == (
            indicator, group, cell["category"],
        )  # fmt: skip
        assert (float(row["share"]) if row["share"] else None) == cell["share"]
        assert (int(row["n"]) if row["n"] else None) == cell["n"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_is_whole_in_every_language(dhaka: SmallCentre, language: str) -> None:
    answer = dhaka.client.get(ADDRESS, params={"lang": language})
    direction = "rtl" if language == "ar" else "ltr"
    assert f'<html lang="{language}" dir="{direction}">' in answer.text
    assert "{" not in re.sub(r"<style>.*?</style>", "", answer.text, flags=re.DOTALL)


def test_headings_are_in_the_language_when_form_and_indicators_have_it(dhaka: SmallCentre) -> None:
    text = dhaka.client.get(ADDRESS, params={"lang": "ar"}).text
    for word in ("سلّم الصرف الصحي", "التغوط في العراء", "حيازة المسكن", "مستأجر"):
        assert word in text
    assert "Échelle de l’assainissement" in dhaka.client.get(ADDRESS, params={"lang": "fr"}).text


def test_page_is_in_english_when_the_language_is_not_known(centre: SmallCentre) -> None:
    assert '<html lang="en"' in centre.client.get("/", params={"lang": "tlh"}).text


def test_page_runs_and_fetches_nothing(dhaka: SmallCentre) -> None:
    answer = dhaka.client.get(ADDRESS)
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert not re.search(r"<script|<link|\ssrc=|\sstyle=", answer.text)


def test_projects_are_listed_with_their_tables(centre: SmallCentre) -> None:
    assert f'href="/projects/{PROJECT}/tables?lang=en"' in centre.client.get("/").text


def test_page_says_so_when_nothing_was_set_up_or_came_in(centre: SmallCentre) -> None:
    assert "No indicators are defined" in centre.client.get(ADDRESS).text
    centre.give(signed())
    page = centre.client.get(ADDRESS).text
    assert "No household is in the base." in page
    assert "<table" not in page
    assert _all(_json(centre))["base_n"] == 0


@pytest.mark.parametrize("ending", ["", ".csv", ".json"])
def test_tables_are_refused_when_there_is_no_such_project(centre: SmallCentre, ending: str) -> None:
    assert code_of(centre.client.get(f"/projects/elsewhere/tables{ending}")) == "404.2"


def test_table_is_new_when_another_batch_came_in(centre: SmallCentre) -> None:
    bundle = centre.give(signed())
    tablet = centre.enrol()
    home = {"members": "3", "psu": "1", "stratum": "slum", "rung": "limited"}
    bring(tablet, [record(bundle, **home) for _ in range(30)])
    assert _all(_json(centre))["base_n"] == 30
    bring(tablet, [record(bundle, **home) for _ in range(5)])
    document = _json(centre)
    assert (document["server_seq"], _all(document)["base_n"]) == (2, 35)


def test_text_of_a_form_is_shown_as_text_and_not_run(centre: SmallCentre) -> None:
    nasty = '=1+1 <script>alert("x")</script>'
    toml = f"""
[[indicator]]
id = "nasty"
title = {json.dumps(nasty)}
unit = "people"
universe = "true"
denominator = "true"
numerator = "rung = 'limited'"
source = "ours"
"""
    centre.give(signed("9", toml))
    page = centre.client.get(ADDRESS).text
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    (row,) = csv.DictReader(io.StringIO(centre.client.get(f"{ADDRESS}.csv").text))
    assert row["title"] == "'" + nasty


def test_breakdown_is_left_out_when_everybody_is_in_one_group(centre: SmallCentre) -> None:
    bundle = centre.give(signed())
    home = {"members": "3", "psu": "1", "stratum": "slum", "tenure": "tenant", "rung": "limited"}
    bring(centre.enrol(), [record(bundle, **home) for _ in range(60)])
    assert "By: Tenure" not in centre.client.get(ADDRESS).text
    bring(
        centre.enrol(), [record(bundle, **home | {"tenure": "absent_landlord"}) for _ in range(60)]
    )
    assert "By: Tenure" in centre.client.get(ADDRESS).text


def test_table_is_the_same_when_it_is_made_in_parts(dhaka: SmallCentre) -> None:
    apart = Tables(dhaka.parts.database, dhaka.parts.bundles, part=500)
    assert apart.of(PROJECT) == dhaka.parts.tables.of(PROJECT)
