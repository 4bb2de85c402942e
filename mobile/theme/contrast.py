"""Contrast between two colours, as WCAG 2.2 measures it."""

from __future__ import annotations

# Source: WCAG 2.2, 1.4.3 (AA), 1.4.6 (AAA) and 1.4.11.
TEXT_RATIO, STRONG_TEXT_RATIO, CONTROL_RATIO = 4.5, 7.0, 3.0


def channels(colour: str) -> tuple[float, float, float]:
    """Red, green and blue in 0..1 of "#RRGGBB"."""
    return (
        int(colour[1:3], 16) / 255,
        int(colour[3:5], 16) / 255,
        int(colour[5:7], 16) / 255,
    )


def luminance(colour: str) -> float:
    """Relative luminance, 0 black to 1 white. Source: WCAG 2.2, "relative luminance"."""
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio, 1 (same) to 21 (black on white). Source: WCAG 2.2, "contrast ratio"."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)
