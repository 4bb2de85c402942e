"""Disclosure control: the gate between estimates and everything that is published."""

from server_stub.disclosure.protect import protect
from server_stub.disclosure.published import PublishedTable
from server_stub.disclosure.rule import DisclosureRule

__all__ = ["DisclosureRule", "PublishedTable", "protect"]
