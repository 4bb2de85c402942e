"""What each screen shows and does, without a screen: plain Python over `forms` and `sync`.

A presenter holds the state, a screen none. Every act returns the view to render; what a view says
is already in the language that is shown. Nothing here imports kivy, so all of it is tested bare.
"""
