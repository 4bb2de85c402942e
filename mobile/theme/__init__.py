"""Colour roles, sizes, fonts, icons and reading direction: one live `theme` for the whole window.

Python: `from mobile.theme import theme`; `theme.direction` is "ltr" or "rtl", `theme.palette`
"light", "dark" or "contrast", `theme.font_scale` a factor. KV: the one global `T` (`rgba:
T.primary`, `height: T.target`). Every base widget follows a change at once; own code binds to the
property it reads, or to `theme.changed` for any change.
"""

from mobile.theme.icons import CODE_POINTS, icon
from mobile.theme.palettes import PALETTES, Palette
from mobile.theme.theme import Theme, theme

__all__ = ["CODE_POINTS", "PALETTES", "Palette", "Theme", "icon", "theme"]
