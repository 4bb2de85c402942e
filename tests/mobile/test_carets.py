"""Where the caret stands in a line that runs both ways."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mobile.text.carets import nearest, stops

if TYPE_CHECKING:
    from mobile.text.runs import Run


def ten_each(_run: Run, part: str) -> float:
    return 10.0 * len(part)


def test_carets_run_from_the_left_when_all_is_latin() -> None:
    assert stops("abc", 0, ten_each) == [0.0, 10.0, 20.0, 30.0]


def test_carets_run_from_the_right_when_all_is_arabic() -> None:
    assert stops("مياه", 1, ten_each) == [40.0, 30.0, 20.0, 10.0, 0.0]


def test_caret_goes_forward_in_a_number_when_the_line_is_arabic() -> None:
    # Drawn from the left: 25, a space, the word.
    assert stops("ما 25", 1, ten_each)[3:5] == [0.0, 10.0]


def test_caret_of_an_empty_line_stands_at_the_left_when_asked() -> None:
    assert stops("", 0, ten_each) == [0.0]


def test_nearest_caret_is_found_when_a_finger_touches_between() -> None:
    assert nearest([40.0, 30.0, 20.0, 10.0, 0.0], 12.0) == 3
