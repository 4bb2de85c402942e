"""The SY- catalogue: everything that can go wrong between an answer and its receipt.

Texts may change, codes never do. `Problem` itself is the type of `forms`: one shape for a wrong
answer, a damaged bundle and a lost network, so that a screen can show any of them.
"""

from __future__ import annotations

from forms.problems import Problem, Severity

__all__ = ["CATALOGUE", "Problem", "Severity"]

# ---- 1xx: the tablet's store -----------------------------------------------------------------
STORE: dict[str, str] = {
    "SY-101": "The store does not promise to keep what it acknowledges",
    "SY-102": "The store is damaged",
    "SY-103": "Another program uses the store",
    "SY-104": "There is no room left on the disk",
    "SY-105": "The place of the store cannot be used",
    "SY-106": "The key of the store cannot be used",
    "SY-107": "There is no such draft, revision, bundle or batch",
    "SY-108": "A revision is kept already with other content",
    "SY-109": "The chain of revisions is broken",
}

# ---- 2xx: release, keys, vault, sealed blobs -------------------------------------------------
RELEASE: dict[str, str] = {
    "SY-201": "The cipher of this machine gives a wrong answer",
    "SY-202": "A sealed blob cannot be opened",
    "SY-203": "A key is not readable",
    "SY-205": "There is nobody to seal to",
    "SY-206": "A vault entry is damaged",
    "SY-207": "A vault entry is sealed to somebody else",
    "SY-208": "An interview is of another form than the bundle",
    "SY-209": "A record's identity is not sound",
    "SY-210": "A record was released by another bundle",
    "SY-211": "A release holds a key that its policy does not let out",
    "SY-212": "A release holds a value that its treatment cannot have made",
    "SY-213": "A release holds a number of rows that may not leave",
    "SY-214": "A file of the controller's desk cannot be used",
    "SY-215": "New keys do not work together",
}

# ---- 3xx: wire format ------------------------------------------------------------------------
WIRE: dict[str, str] = {
    "SY-301": "Not canonical JSON",
    "SY-302": "A batch header is not readable",
    "SY-303": "A batch body is damaged or too large",
    "SY-304": "A batch body is not the one that its header names",
    "SY-305": "A batch chain is broken",
    "SY-306": "A signature is wrong",
    "SY-307": "A receipt is not readable",
    "SY-308": "A receipt is for another batch",
    "SY-309": "An invitation is not readable",
    "SY-310": "A message of the protocol is not readable",
    "SY-311": "A release record is not readable",
}

# ---- 4xx: transport and push -----------------------------------------------------------------
TRANSPORT: dict[str, str] = {
    "SY-401": "The server cannot be reached",
    "SY-402": "What answers is not the server of this tablet",
    "SY-403": "The tablet is not enrolled",
    "SY-404": "The server does not let this tablet in",
    "SY-405": "The server asks for a newer app",
    "SY-406": "Records of another survey wait on this tablet",
    "SY-407": "The server refuses what was sent",
    "SY-408": "The server is busy or failing",
    "SY-409": "A record is larger than the server takes",
    "SY-410": "The server cannot read a record",
    "SY-411": "The tablet is sending already",
    "SY-412": "The server holds this revision with other content",
    "SY-413": "The server kept nothing of a record",
}

# ---- 5xx: commands ---------------------------------------------------------------------------
COMMAND: dict[str, str] = {
    "SY-501": "There is no such command",
    "SY-502": "A part of Makazi is not installed",
    "SY-503": "The card cannot be written",
    "SY-504": "The card holds another file under this name",
}

CATALOGUE: dict[str, str] = {**STORE, **RELEASE, **WIRE, **TRANSPORT, **COMMAND}
"""Every code and its title. A code that is not here may not be raised (a test checks it)."""
