"""A user made of touches and keys: it opens the real app and answers through its event loop.

The demo and the window tests run it as a process of its own, so that it can be killed.
"""
