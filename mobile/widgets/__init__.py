"""One file per control; `base` holds the styled widgets that every screen is made of."""
