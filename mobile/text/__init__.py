"""Draws every script right: bidi levels, script runs and font fallback under Kivy's own widgets.

Kivy 2.3.1 gives one script, one direction and one font to a whole label. This room splits a line
into runs and draws each with its own font object (`provider`), below Label, Button and TextInput,
so that wrapping and alignment stay Kivy's.
`bidi`, `scripts`, `runs` and `carets` know no kivy and are tested bare.
"""
