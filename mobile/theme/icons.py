"""The icons of the bundle by name: Material Design Icons 7.4.47, cut down to these.

Icons that point somewhere turn round with the reading direction: ask `icon(name, direction)`.
`mobile/assets/icons/make.sh` makes the font from this table.
"""

from __future__ import annotations

CODE_POINTS: dict[str, int] = {
    "account-group": 0xF0849,
    "account": 0xF0004,
    "alert-circle": 0xF0028,
    "alert": 0xF0026,
    "arrow-left": 0xF004D,
    "arrow-right": 0xF0054,
    "backspace": 0xF0B5C,
    "calendar": 0xF00ED,
    "camera": 0xF0100,
    "check-circle": 0xF05E0,
    "check": 0xF012C,
    "checkbox-off": 0xF0131,
    "checkbox-on": 0xF0132,
    "chevron-down": 0xF0140,
    "chevron-left": 0xF0141,
    "chevron-right": 0xF0142,
    "chevron-up": 0xF0143,
    "circle-outline": 0xF0766,
    "clipboard-check": 0xF08A8,
    "clipboard-list": 0xF10D5,
    "clock": 0xF0150,
    "close-circle": 0xF0159,
    "close": 0xF0156,
    "cloud-check": 0xF1BEC,
    "cloud-off": 0xF0164,
    "cloud-upload": 0xF0B7E,
    "cog": 0xF0493,
    "contrast": 0xF0197,
    "crosshairs-gps": 0xF01A4,
    "delete-sweep": 0xF05E9,
    "dots-vertical": 0xF01D9,
    "eye-off": 0xF0209,
    "eye": 0xF0208,
    "flag": 0xF023D,
    "format-size": 0xF027F,
    "hand-wash": 0xF1580,
    "help": 0xF0625,
    "home-group": 0xF0DD4,
    "home": 0xF02DC,
    "information": 0xF02FC,
    "key": 0xF030B,
    "list": 0xF0279,
    "lock-open": 0xF0FC6,
    "lock": 0xF033E,
    "magnify": 0xF0349,
    "map-marker": 0xF034E,
    "menu": 0xF035C,
    "microphone": 0xF036C,
    "minus": 0xF0374,
    "package": 0xF03D7,
    "pause-circle": 0xF03E5,
    "pencil": 0xF03EB,
    "plus": 0xF0415,
    "qrcode-scan": 0xF0433,
    "radio-off": 0xF043D,
    "radio-on": 0xF043E,
    "refresh": 0xF0450,
    "saved": 0xF18EB,
    "send-check": 0xF1161,
    "shield-check": 0xF0565,
    "shield-lock": 0xF099D,
    "sync": 0xF04E6,
    "theme-light-dark": 0xF050E,
    "toilet": 0xF09AB,
    "translate": 0xF05CA,
    "trash": 0xF0A7A,
    "tray-up": 0xF011D,
    "volume-high": 0xF057E,
    "water-pump": 0xF058F,
    "wifi-off": 0xF05AA,
}
# Each of these becomes the other where people read from right to left.
_MIRRORED = {
    "arrow-left": "arrow-right",
    "arrow-right": "arrow-left",
    "chevron-left": "chevron-right",
    "chevron-right": "chevron-left",
}


def icon(name: str, direction: str = "ltr") -> str:
    """The character that draws an icon, turned round for "rtl"; "" for the name "".

    Raises:
        KeyError: No icon of that name is in the bundle.
    """
    if not name:
        return ""
    if direction == "rtl":
        name = _MIRRORED.get(name, name)
    return chr(CODE_POINTS[name])
