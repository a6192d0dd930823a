"""Accounts where the deployment has a sender, as callers see them."""

import io
import json
import re

import pytest

from mayfly import limits
from mayfly.kit.http.log import logger
from mayfly.rate_limits.service import RateLimits
from mayfly.settings import Settings
from tests.accounts.test_accounts_routes import (
    EMAIL,
    FOREIGN,
    ME,
    PASSWORD,
    PASSWORD_PATH,
    REGISTER,
    login,
    registered,
)
from tests.functions.http import Api, MemoryAssembly, Reply, bearer
from tests.memory import Memory

VERIFY = "/api/users/verify"


@pytest.fixture
def memory() -> Memory:
    return Memory()


@pytest.fixture
def api(memory: Memory) -> Api:
    return Api(MemoryAssembly(memory, Settings(sender_address="no-reply@mail.example")))


def mailed_token(memory: Memory) -> str:
    found = re.search(r'"token": "([^"]+)"', memory.postman.sent[-1].text)
    assert found
    return found[1]


def verified(api: Api, token: str, password: str = PASSWORD) -> Reply:
    return api.call("POST", VERIFY, body={"token": token, "password": password})


def same(one: Reply, other: Reply) -> bool:
    return (one.status, one.content, one.headers, one.cookies) == (
        *(other.status, other.content, other.headers, other.cookies),
    )


def test_somebody_registers_verifies_and_logs_in(api: Api, memory: Memory) -> None:
    asked = registered(api)
    early = login(api)

    answer = verified(api, mailed_token(memory))

    assert (asked.status, asked.json["message"]) == (
        201,
        "A mail to this address says how to go on",
    )
    assert (early.status, early.code) == (401, "AUTHENTICATION_ERROR")
    assert (answer.status, answer.json["user"]["isVerified"]) == (200, True)
    assert same(verified(api, mailed_token(memory)), answer)
    me = api.call("GET", ME, headers=bearer(login(api).json["token"]))
    assert me.json == answer.json["user"]


def test_a_free_a_pending_and_a_taken_address_are_answered_alike(api: Api, memory: Memory) -> None:
    free, pending = registered(api), registered(api)
    verified(api, mailed_token(memory))

    taken = registered(api)

    assert same(free, pending)
    assert same(free, taken)
    assert len(memory.postman.sent) == 3


def test_a_login_does_not_tell_whether_an_address_was_free(api: Api, memory: Memory) -> None:
    registered(api)
    verified(api, mailed_token(memory))
    for email in (EMAIL, "free@example.com"):
        registered(api, email, "a phrase of whoever asks")

    was_taken, was_free, nobody = (
        login(api, email, "a phrase of whoever asks")
        for email in (EMAIL, "free@example.com", "nobody@example.com")
    )

    assert was_taken.status == 401
    assert same(was_taken, was_free)
    assert same(was_taken, nobody)


def test_a_mail_that_is_not_taken_is_counted_and_not_told(
    api: Api,
    memory: Memory,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    log = io.StringIO()
    for handler in logger.handlers:
        monkeypatch.setattr(handler, "stream", log)
    sent = registered(api)
    memory.postman.is_down = True

    not_sent = registered(api)

    out = capsys.readouterr().out
    assert same(sent, not_sent)
    assert out.count('"MailNotSent":[1.0]') == 1
    assert "Mail not sent" in log.getvalue()
    assert EMAIL not in out + log.getvalue()


@pytest.mark.parametrize("token", ["x", "a.b.c", "session"])
def test_what_is_no_token_of_a_mail_verifies_nothing(api: Api, memory: Memory, token: str) -> None:
    registered(api)
    verified(api, mailed_token(memory))
    if token == "session":
        token = login(api).json["token"]

    reply = verified(api, token)

    assert (reply.status, reply.code) == (401, "AUTHENTICATION_ERROR")
    assert "register again" in reply.json["error"]["message"]


def test_a_token_of_a_mail_opens_no_account(api: Api, memory: Memory) -> None:
    registered(api)
    token = mailed_token(memory)
    verified(api, token)

    assert api.call("GET", ME, headers=bearer(token)).status == 401


def test_the_password_is_needed_and_guesses_are_counted_for_the_account(
    api: Api, memory: Memory
) -> None:
    api.flows.rates = RateLimits(0, {}, 1000)
    registered(api)
    token = mailed_token(memory)

    guesses = [verified(api, token, "a guess").status for _ in range(limits.LOGIN_FAILURES)]

    assert set(guesses) == {401}
    assert verified(api, token).status == 429
    assert login(api).status == 401, "only the token's guesses are used up, not those of a login"


def test_guesses_at_a_changed_password_are_counted_for_the_session(
    api: Api, memory: Memory
) -> None:
    registered(api)
    verified(api, mailed_token(memory))
    headers = bearer(login(api).json["token"])
    api.flows.rates = RateLimits(0, {}, 1000)
    guess = {"currentPassword": "a guess", "newPassword": "another long phrase"}

    for _ in range(limits.LOGIN_FAILURES):
        api.call("POST", PASSWORD_PATH, body=guess, headers=headers)

    right = guess | {"currentPassword": PASSWORD}
    assert api.call("POST", PASSWORD_PATH, body=right, headers=headers).status == 429
    assert login(api).status == 200, "only this session's guesses are used up"


def test_nobody_s_mailbox_is_filled_whoever_asks(api: Api, memory: Memory) -> None:
    spellings = ("user@example.com", "USER@example.com", "user+a@example.com", "user+b@example.com")

    replies = [registered(api, each) for each in spellings]
    other = registered(api, "other@example.com")
    memory.clock.advance(hours=1)
    later = registered(api)

    assert [each.status for each in replies] == [201, 201, 201, 429]
    assert replies[-1].headers["Retry-After"] == "3600"
    assert (other.status, later.status) == (201, 201)
    assert len(memory.postman.sent) == 5


def test_what_is_refused_sends_no_mail_and_counts_none(api: Api, memory: Memory) -> None:
    for _ in range(limits.VERIFICATION_MAILS + 1):
        assert registered(api, password="short").status == 400
        assert registered(api, email="no address").status == 400

    assert registered(api).status == 201
    assert len(memory.postman.sent) == 1


def test_where_mails_cannot_be_counted_they_are_sent(api: Api, memory: Memory) -> None:
    memory.request_counts.failing = TimeoutError()

    assert [registered(api).status for _ in range(5)] == [201] * 5

    assert memory.request_counts.calls == 10  # of the client, and of the address
    assert len(memory.postman.sent) == 5


def test_an_address_of_this_service_verifies_nobody(api: Api, memory: Memory) -> None:
    reply = registered(api, "disposable@mayfly.example")

    assert (reply.status, reply.code) == (400, "VALIDATION_ERROR")
    assert memory.postman.sent == []


def test_another_site_s_page_verifies_nothing(api: Api, memory: Memory) -> None:
    registered(api)
    body = {"token": mailed_token(memory), "password": PASSWORD}

    reply = api.call("POST", VERIFY, body=body, headers=FOREIGN)

    assert (reply.status, reply.code) == (403, "AUTHORIZATION_ERROR")
    (account,) = memory.rows.accounts.values()
    assert not account.is_verified


@pytest.mark.parametrize("body", [{}, {"token": "x"}, {"token": 7, "password": "x"}], ids=str)
def test_what_cannot_be_sent_is_named(api: Api, body: dict[str, object]) -> None:
    reply = api.call("POST", VERIFY, body=body)

    assert (reply.status, reply.code) == (400, "VALIDATION_ERROR")
    assert json.loads(reply.content)["error"]["message"].startswith(("token", "password"))


def test_without_a_sender_nothing_is_mailed_and_everybody_may_log_in(memory: Memory) -> None:
    api = Api(MemoryAssembly(memory))

    reply = api.call("POST", REGISTER, body={"email": EMAIL, "password": PASSWORD})

    assert (reply.status, memory.postman.sent) == (201, [])
    assert login(api).json["user"]["isVerified"] is True
