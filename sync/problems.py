"""The SY- catalogue: everything that can go wrong between an answer and its receipt.

Texts may change, codes never do. `Problem` itself is the type of `forms`: one shape for a wrong
answer, a damaged bundle and a lost network, so that a screen can show any of them.
"""

from __future__ import annotations

from forms.problems import Problem, Severity

__all__ = ["CATALOGUE", "Problem", "Severity"]

# ---- 1xx: the tablet's store -----------------------------------------------------------------
STORE: dict[str, str] = {}

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
TRANSPORT: dict[str, str] = {}

# ---- 5xx: commands ---------------------------------------------------------------------------
COMMAND: dict[str, str] = {}

CATALOGUE: dict[str, str] = {**STORE, **RELEASE, **WIRE, **TRANSPORT, **COMMAND}
"""Every code and its title. A code that is not here may not be raised (a test checks it)."""
