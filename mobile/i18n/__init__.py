"""The app's own words, in the four languages that it speaks; a form brings its own."""

from mobile.i18n.strings import LANGUAGES, Strings, direction_of, language_code

__all__ = ["LANGUAGES", "Strings", "direction_of", "language_code"]
