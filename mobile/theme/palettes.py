"""The colours of the house, as roles: a widget says what a surface is for, never which green it is.

Every pair that a widget puts together stands in `TEXT_PAIRS` or `CONTROL_PAIRS`, and a test
measures each in each palette.
"""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class Palette:
    """One colour "#RRGGBB" for each role.

    Attributes:
        surface: The page.
        raised: Cards, bars, dialogs.
        sunken: Choice rows, quiet areas inside a card.
        pressed: A quiet surface under the finger.
        text: Words.
        muted: Hints, secondary words.
        primary: The one action, what is chosen, progress.
        primary_pressed: The same under the finger.
        primary_text: Words and icons on `primary`.
        tint: Background of what is chosen.
        tint_text: Words on `tint`.
        error: Words and borders of what must be mended.
        error_tint: Background of it.
        warn: Words and icons of what waits.
        warn_tint: Background of it.
        ok: Words and icons of what is done.
        ok_tint: Background of it.
        info: Words and icons of what is merely said.
        info_tint: Background of it.
        outline: Borders that show where a control is.
        divider: Hairlines that only decorate.
        focus: The ring round what the keyboard speaks to.
    """

    surface: str
    raised: str
    sunken: str
    pressed: str
    text: str
    muted: str
    primary: str
    primary_pressed: str
    primary_text: str
    tint: str
    tint_text: str
    error: str
    error_tint: str
    warn: str
    warn_tint: str
    ok: str
    ok_tint: str
    info: str
    info_tint: str
    outline: str
    divider: str
    focus: str


LIGHT = Palette(
    surface="#F3F5F2",
    raised="#FFFFFF",
    sunken="#EEF2EF",
    pressed="#DEE6E1",
    text="#14201C",
    muted="#4F5E59",
    primary="#0B6A5A",
    primary_pressed="#074B40",
    primary_text="#FFFFFF",
    tint="#D3EDE4",
    tint_text="#08382F",
    error="#B3211A",
    error_tint="#FCE9E7",
    warn="#864C00",
    warn_tint="#FDEFD3",
    ok="#1B6633",
    ok_tint="#DDF1E0",
    info="#1D5A94",
    info_tint="#E2EDF8",
    outline="#7A8882",
    divider="#DCE3DF",
    focus="#1B5FCC",
)
DARK = Palette(
    surface="#0E1412",
    raised="#18201D",
    sunken="#212B27",
    pressed="#2E3A35",
    text="#E9F0ED",
    muted="#A6B5AF",
    primary="#6CD6BD",
    primary_pressed="#A3EAD8",
    primary_text="#00251D",
    tint="#10483C",
    tint_text="#D3F5EB",
    error="#FFB3AA",
    error_tint="#4A1713",
    warn="#FFC86E",
    warn_tint="#3F2B05",
    ok="#8FDD9F",
    ok_tint="#143A20",
    info="#A6CCFA",
    info_tint="#14335A",
    outline="#7C8C86",
    divider="#2D3833",
    focus="#8DBBFF",
)
CONTRAST = Palette(
    surface="#FFFFFF",
    raised="#FFFFFF",
    sunken="#FFFFFF",
    pressed="#D9D9D9",
    text="#000000",
    muted="#1F1F1F",
    primary="#003D33",
    primary_pressed="#000000",
    primary_text="#FFFFFF",
    tint="#C9F2E5",
    tint_text="#000000",
    error="#7A0000",
    error_tint="#FFE5E3",
    warn="#573000",
    warn_tint="#FFEDC7",
    ok="#00451A",
    ok_tint="#D7F5DC",
    info="#00366B",
    info_tint="#DDEBFA",
    outline="#000000",
    divider="#000000",
    focus="#0038B8",
)
PALETTES = {"light": LIGHT, "dark": DARK, "contrast": CONTRAST}
ROLES = tuple(field.name for field in fields(Palette))
DARK_PALETTES = frozenset({"dark"})

# (words or icon, what they stand on)
TEXT_PAIRS = (
    *(
        (ink, ground)
        for ink in ("text", "muted")
        for ground in ("surface", "raised", "sunken", "pressed")
    ),
    *(
        (ink, ground)
        for ink in ("primary", "error")
        for ground in ("surface", "raised", "sunken", "pressed")
    ),
    *((ink, ground) for ink in ("warn", "ok", "info") for ground in ("surface", "raised")),
    *((ink, f"{ink}_tint") for ink in ("error", "warn", "ok", "info")),
    *(("text", f"{ink}_tint") for ink in ("error", "warn", "ok", "info")),
    ("primary_text", "primary"),
    ("primary_text", "primary_pressed"),
    ("tint_text", "tint"),
    ("primary", "tint"),
)
# (border, mark or filled control, what it stands on)
CONTROL_PAIRS = (
    *(("outline", ground) for ground in ("surface", "raised", "sunken")),
    *(("focus", ground) for ground in ("surface", "raised", "sunken", "tint")),
    *(("primary", ground) for ground in ("surface", "raised")),
    ("error", "error_tint"),
)
