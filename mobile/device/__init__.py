"""The ports of `mobile.ports` on real and simulated machines; `mobile.app` chooses among them."""
