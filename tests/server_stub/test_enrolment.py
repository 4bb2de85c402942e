"""A tablet comes to trust a centre, and the centre the tablet, once per invitation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from server_stub.enrolment import block
from server_stub.problems import ConfigError
from server_stub.registry import set_up_project
from server_stub.settings import utc_now
from server_stub.store.enrolled import tablets
from sync.errors import WireError
from sync.keys import SigningKey
from sync.wire.hello import Enrolled, EnrolRequest, check_hello
from tests.server_stub.centre_cases import CONTROLLER, PROJECT, code_of

if TYPE_CHECKING:
    from tests.server_stub.centre_cases import SmallCentre

NONCE = "0123456789abcdef"


def _ask(centre: SmallCentre, code: str, project: str = PROJECT):
    request = EnrolRequest(project, code, SigningKey.generate().verify_key)
    return centre.client.post("/v1/enrol", content=request.to_bytes())


def test_hello_proves_the_invited_server_when_asked_with_a_nonce(centre: SmallCentre) -> None:
    invitation = centre.invite()
    answer = centre.client.get("/v1/hello", params={"nonce": NONCE})
    assert check_hello(answer.content, NONCE, invitation.server_key).time == "2026-11-24T10:00:00Z"


def test_hello_is_refused_when_another_server_answers(centre: SmallCentre) -> None:
    answer = centre.client.get("/v1/hello", params={"nonce": NONCE})
    with pytest.raises(WireError) as caught:
        check_hello(answer.content, NONCE, SigningKey.generate().verify_key)
    assert caught.value.code == "SY-306"


def test_hello_wants_a_nonce(centre: SmallCentre) -> None:
    assert code_of(centre.client.get("/v1/hello")) == "422.5"


def test_tablet_is_enrolled_when_the_code_is_fresh(centre: SmallCentre) -> None:
    invitation = centre.invite()
    answer = _ask(centre, invitation.code)
    enrolled = Enrolled.from_bytes(answer.content)
    assert answer.status_code == 201
    assert enrolled.server_key == invitation.server_key
    assert invitation.controller_key == CONTROLLER.verify_key


def test_code_is_refused_when_used_before(centre: SmallCentre) -> None:
    code = centre.invite().code
    _ask(centre, code)
    assert code_of(_ask(centre, code)) == "409.1"


def test_code_is_refused_when_expired(centre: SmallCentre) -> None:
    code = centre.invite(minutes=15).code
    centre.clock.advance(minutes=16)
    assert code_of(_ask(centre, code)) == "403.1"


def test_code_is_refused_when_never_given_out_or_of_another_project(centre: SmallCentre) -> None:
    with centre.parts.database.writing() as connection:
        set_up_project(connection, "other", CONTROLLER.verify_key, "2026-11-24T10:00:00Z")
    assert code_of(_ask(centre, "A" * 16)) == "403.1"
    assert code_of(_ask(centre, centre.invite().code, "other")) == "403.1"


def test_enrolment_is_refused_when_the_body_is_not_one(centre: SmallCentre) -> None:
    assert code_of(centre.client.post("/v1/enrol", content=b'{"code": "x"}')) == "422.5"


def test_request_is_refused_when_the_token_is_unknown(centre: SmallCentre) -> None:
    address = f"/v1/projects/{PROJECT}/bundles"
    assert code_of(centre.client.get(address)) == "401.1"
    headers = {"Authorization": "Bearer guess"}
    assert code_of(centre.client.get(address, headers=headers)) == "401.1"


def test_request_is_refused_when_the_tablet_was_blocked(centre: SmallCentre) -> None:
    tablet = centre.enrol()
    for _ in range(2):  # blocking it again changes nothing
        block(centre.parts.database, PROJECT, tablet.enrolled.device_id, utc_now())
    address = f"/v1/projects/{PROJECT}/bundles"
    assert code_of(centre.client.get(address, headers=tablet.authorization)) == "403.2"
    with centre.parts.database.reading() as connection:
        assert [known.blocked for known in tablets(connection, PROJECT)] == [True]


def test_tablet_that_is_not_there_cannot_be_blocked(centre: SmallCentre) -> None:
    with pytest.raises(ConfigError, match="server status"):
        block(centre.parts.database, PROJECT, "tablet-of-nobody", utc_now())


def test_request_is_refused_when_the_tablet_is_of_another_project(centre: SmallCentre) -> None:
    tablet = centre.enrol()
    address = "/v1/projects/elsewhere/bundles"
    assert code_of(centre.client.get(address, headers=tablet.authorization)) == "403.3"


def test_store_holds_no_secret_when_a_tablet_enrols(centre: SmallCentre) -> None:
    code = centre.invite().code
    token = Enrolled.from_bytes(_ask(centre, code).content).token
    files = [f for f in centre.settings.folder.iterdir() if f.name != "server.key"]
    kept = b"".join(file.read_bytes() for file in files)
    assert files
    assert code.encode() not in kept
    assert token.encode() not in kept


def test_controller_of_a_project_cannot_be_changed(centre: SmallCentre) -> None:
    with pytest.raises(ConfigError), centre.parts.database.writing() as connection:
        set_up_project(connection, PROJECT, SigningKey.generate().verify_key, "later")


def test_key_file_is_for_its_owner_only(centre: SmallCentre) -> None:
    assert (centre.settings.folder / "server.key").stat().st_mode & 0o077 == 0
