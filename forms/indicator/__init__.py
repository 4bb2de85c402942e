"""Indicators: what the answers count toward, defined in data and evaluated alike everywhere."""

from forms.indicator.condition import Condition, Dialect, Kind, parse_condition
from forms.indicator.definition import (
    HOUSEHOLD,
    Category,
    Indicator,
    IndicatorSet,
    Leaf,
    Shape,
    in_language,
)
from forms.indicator.reader import read_indicators

__all__ = [
    "HOUSEHOLD",
    "Category",
    "Condition",
    "Dialect",
    "Indicator",
    "IndicatorSet",
    "Kind",
    "Leaf",
    "Shape",
    "in_language",
    "parse_condition",
    "read_indicators",
]
