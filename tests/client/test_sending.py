"""How calls are made: again where that helps, with bounded patience, and discreetly."""

from typing import Any

import pytest

from mayfly_client.api.private_inboxes import PrivateInboxesApi
from mayfly_client.api.sending import SendingApi
from mayfly_client.errors import (
    Conflict,
    InvalidRequest,
    MayflyError,
    NotFound,
    RateLimited,
    ServiceError,
    TooMuchWork,
    Unauthenticated,
    UnexpectedAnswer,
    Unreachable,
    api_error,
)
from mayfly_client.flows import Answer, Call
from mayfly_client.proof import solution
from mayfly_client.sending import Credentials, Patience, Sender
from tests.client.world import URL, World, answered, header, refused

SECRET = "eyJ-a-secret"
READ = Call("GET", "/api/things", dict[str, int], ("token",))
MAKE = Call("POST", "/api/things", dict[str, int], ("token",), body={"a": 1})
GOOD = answered({"a": 1})


def sender(world: World, **credentials: str) -> Sender:
    return Sender(URL, Credentials(**credentials), now=world.now, chance=lambda: 0.0)


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_what_can_be_repeated_is_repeated(status: int) -> None:
    world = World([refused(status), refused(status), GOOD])

    assert world.run(sender(world).call(READ)) == {"a": 1}

    assert world.pauses == pytest.approx([0.1, 0.2])


def test_a_connection_that_fails_is_tried_again() -> None:
    world = World([Unreachable("no"), GOOD])

    assert world.run(sender(world).call(READ)) == {"a": 1}


@pytest.mark.parametrize("failure", [Unreachable("no"), refused(503), refused(502)])
def test_what_might_have_been_done_is_not_done_twice(failure: Answer | MayflyError) -> None:
    world = World([failure, GOOD])

    with pytest.raises((Unreachable, ServiceError)):
        world.run(sender(world).call(MAKE))

    assert len(world.requests) == 1


def test_what_was_refused_for_being_too_much_can_be_sent_again_whatever_it_is() -> None:
    world = World([refused(429, retry_after="2"), GOOD])

    assert world.run(sender(world).call(MAKE)) == {"a": 1}

    assert world.pauses == [2.0]


def test_an_email_is_sent_again_as_its_key_makes_it_one() -> None:
    world = World([Unreachable("no"), answered({})])
    draft = SendingApi.send_email.of(None, from_="a@b.example", to=["c@d.example"])

    with pytest.raises(UnexpectedAnswer):
        world.run(sender(world).call(draft))

    one, two = (header(each, "Idempotency-Key") for each in world.requests)
    assert one == two is not None


def test_nobody_waits_longer_than_there_is_patience() -> None:
    world = World([refused(429, retry_after="31"), GOOD])

    with pytest.raises(RateLimited) as caught:
        world.run(sender(world).call(READ))

    assert caught.value.retry_after == 31.0
    assert world.pauses == []


def test_attempts_are_counted() -> None:
    world = World([refused(503)] * 9)

    with pytest.raises(ServiceError):
        world.run(sender(world).call(READ))

    assert len(world.requests) == Patience().attempts


def test_pauses_differ_by_chance() -> None:
    pauses = [Patience().pause(3, None, chance) for chance in (0.0, 0.5, 1.0)]

    assert pauses == pytest.approx([0.4, 0.6, 0.8])


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, InvalidRequest),
        (401, Unauthenticated),
        (404, NotFound),
        (410, NotFound),
        (409, Conflict),
        (418, InvalidRequest),
        (500, ServiceError),
    ],
)
def test_an_error_has_the_words_of_the_service(status: int, kind: type[MayflyError]) -> None:
    world = World([refused(status, "SOME_CODE", **{"x_amzn_requestid": "r-1"})])

    with pytest.raises(kind) as caught:
        world.run(sender(world).call(MAKE))

    assert vars(caught.value) == {
        "status": status,
        "code": "SOME_CODE",
        "message": "no",
        "details": ("RATE_LIMIT_FETCH",),
        "request_id": "r-1",
        "retry_after": None,
    }
    assert str(caught.value) == f"no [{status} SOME_CODE] (request r-1)"


@pytest.mark.parametrize("content", [b"", b"<html>", b"[]", b'{"error": 1}', b'{"error": {}}'])
def test_an_error_without_words_of_the_service_is_one_too(content: bytes) -> None:
    assert api_error(502, {"retry-after": "soon"}, content).code == "UNKNOWN"


def test_only_the_credential_that_is_asked_for_goes_out() -> None:
    world = World([GOOD, GOOD, GOOD])
    held = sender(world, token=SECRET, admin_key="the-admin-key", api_key="mfk_1")

    world.run(held.call(READ))
    world.run(held.call(Call("GET", "/open", dict[str, int])))
    world.run(held.call(Call("GET", "/admin", dict[str, int], ("admin_key",))))

    one, two, three = (dict(each.headers) for each in world.requests)
    assert one["Authorization"] == f"Bearer {SECRET}"
    assert "X-Admin-Key" not in one and "X-API-Key" not in one
    assert not {"Authorization", "X-Admin-Key", "X-API-Key"} & two.keys()
    assert three["X-Admin-Key"] == "the-admin-key" and "Authorization" not in three


def test_a_file_elsewhere_is_asked_for_without_the_token() -> None:
    elsewhere = Answer(302, {"location": "https://files.example.org/a?x=1"}, b"")
    world = World([elsewhere, Answer(200, {}, b"bytes")])
    call = PrivateInboxesApi.raw_inbox_message.of(None, "i", 1)

    assert world.run(sender(world, token=SECRET).call(call)) == b"bytes"

    assert header(world.requests[0], "Authorization") == f"Bearer {SECRET}"
    assert world.requests[1].url == "https://files.example.org/a?x=1"
    assert header(world.requests[1], "Authorization") is None


@pytest.mark.parametrize("place", ["http://files.example.org/a", "file:///etc/passwd", ""])
def test_no_answer_leads_to_a_place_that_is_not_safe(place: str) -> None:
    world = World([Answer(302, {"location": place}, b"")] * 5)

    with pytest.raises(UnexpectedAnswer):
        world.run(sender(world).call(READ))


@pytest.mark.parametrize("token", ["a b", "a\r\nX: y", "é"])
def test_what_cannot_be_a_token_is_refused_before_it_is_sent(token: str) -> None:
    world = World([GOOD])

    with pytest.raises(ValueError, match="no token") as caught:
        world.run(sender(world, token=token).call(READ))

    assert token not in str(caught.value)
    assert world.requests == []


def test_nothing_that_is_shown_has_a_secret_in_it() -> None:
    world = World([refused(401), GOOD])
    held = sender(world, token=SECRET, admin_key=SECRET, api_key=SECRET)

    with pytest.raises(Unauthenticated) as caught:
        world.run(held.call(READ))

    assert SECRET not in repr(held) + repr(world.requests) + repr(caught.value)


def test_what_is_no_mayfly_is_named() -> None:
    world = World([Answer(200, {}, b"<html>"), answered([1])])

    for word in ("no JSON", "not what it should be"):
        with pytest.raises(UnexpectedAnswer, match=word):
            world.run(sender(world).call(READ))


def test_too_dear_a_challenge_is_not_solved() -> None:
    asked = {
        "algorithm": "PBKDF2/SHA-256",
        "cost": 10_000_000,
        "keyLength": 32,
        "keyPrefix": "00",
        "nonce": "00",
        "salt": "00",
    }
    challenge = answered({"parameters": asked, "signature": "x"})
    world = World([refused(403, "PROOF_OF_WORK_REQUIRED"), challenge])

    with pytest.raises(TooMuchWork, match="more work"):
        world.run(sender(world).call(MAKE))


@pytest.mark.parametrize(
    "more",
    [
        {"keyPrefix": "zz"},
        {"keyPrefix": "AB"},
        {"nonce": "00" * 1000},
        {"salt": "00" * 1000},
        {"cost": float("inf")},
        {"keyPrefix": "z" * 6, "cost": 10},
    ],
)
def test_a_challenge_without_a_solution_is_not_begun(more: dict[str, Any]) -> None:
    usual = {
        "algorithm": "PBKDF2/SHA-256",
        "cost": 1000,
        "keyLength": 32,
        "keyPrefix": "00",
        "nonce": "00",
        "salt": "00",
    }

    with pytest.raises((TooMuchWork, UnexpectedAnswer)):
        solution({"parameters": usual | more, "signature": "x"})
