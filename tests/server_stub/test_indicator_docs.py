"""docs/indicators.md says what the code does: its keys, thresholds, reasons and columns."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from forms.indicator import read_indicators
from forms.indicator.reader import _KEYS
from server_stub.disclosure import DisclosureRule
from server_stub.disclosure.published import GroupKind
from server_stub.disclosure.suppress import Withheld
from server_stub.pages.files import COLUMNS, FORMAT
from tests.sync.privacy_cases import leaf

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "indicators.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("key", sorted(frozenset[str]().union(*_KEYS.values())))
def test_key_of_an_indicator_is_documented(key: str) -> None:
    assert re.search(rf"^\| [^|]*`{key}`[^|]* \|", PAGE, flags=re.MULTILINE)


def test_threshold_is_documented_with_its_number() -> None:
    rule = DisclosureRule()
    table = PAGE.partition("## What is withheld")[2].partition("\n## ")[0]
    for number in (
        rule.smallest_cell, rule.smallest_cell_sampled, rule.smallest_base, rule.precise_base,
        rule.smallest_base_sensitive,
    ):  # fmt: skip
        assert re.search(rf"\b{number}\b", table)


def test_file_formats_are_documented() -> None:
    assert FORMAT in PAGE
    listed = PAGE.partition("## CSV and JSON")[2]
    assert all(re.search(rf"\b{column}\b", listed) for column in COLUMNS)
    assert all(f"`{reason}`" in listed for reason in Withheld)
    assert all(f"`{kind}`" in listed for kind in GroupKind)


def test_example_is_read_as_it_stands() -> None:
    from forms.privacy import ChoiceList, FieldKind
    from forms.privacy.policy import policy_of

    (example,) = re.findall(r"```toml\n(.*?)```", PAGE, flags=re.DOTALL)
    policy = policy_of(
        [
            leaf(f"/data/{name}", FieldKind.CHOICE, choices=ChoiceList(codes))
            for name, codes in {
                "c_cluster": ("1", "2"),
                "c_stratum": ("slum", "nonslum"),
                "visit_result": ("completed", "refused"),
                "head_sex": ("female", "male"),
                "h_elec": ("grid", "off_grid", "none"),
            }.items()
        ]
        + [
            leaf("/data/r_n", FieldKind.NUMBER, "B", "top:12", "int"),
            leaf(
                "/data/sanitation_ladder",
                FieldKind.CODE,
                "C",
                "only:[basic,limited,unimproved,open_defecation]",
            ),
        ]
    )
    read = read_indicators(example.encode(), policy)
    assert [i.id for i in read.indicators] == ["sanitation", "electricity"]
    assert tomllib.loads(example)["defaults"]["cluster"] == read.indicators[0].cluster
