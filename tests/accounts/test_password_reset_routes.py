"""Forgotten passwords, as callers see them."""

import re
from datetime import timedelta

import pytest

from mayfly import limits
from mayfly.accounts.password_reset import CHANGED_SUBJECT, KNOWN_SUBJECT, NOBODY_SUBJECT
from mayfly.kit.tokens.models import key_hash
from mayfly.mail.address import Address
from mayfly.settings import Settings
from mayfly.subscriptions.models import Connection
from tests.accounts.test_accounts_routes import (
    EMAIL,
    FOREIGN,
    ME,
    PASSWORD,
    PASSWORD_PATH,
    login,
    registered,
)
from tests.accounts.test_verification_routes import mailed_token, same, verified
from tests.functions.http import Api, MemoryAssembly, Reply, bearer
from tests.memory import Memory
from tests.watchers import account_watcher_over

FORGOT = "/api/users/password/forgot"
RESET = "/api/users/password/reset"
HAND_OUT = "/v1/admin/accounts/password-reset"
ANOTHER = "another long phrase"
KEY = "the admin key of the tests, with its random bits"
PAGE = "https://page.example"


@pytest.fixture
def memory() -> Memory:
    return Memory()


@pytest.fixture
def api(memory: Memory) -> Api:
    settings = Settings(sender_address="no-reply@mail.example", page_url=PAGE)
    return Api(MemoryAssembly(memory, settings))


@pytest.fixture
def member(api: Api, memory: Memory) -> Api:
    """There is an account, which is verified."""
    registered(api)
    verified(api, mailed_token(memory))
    return api


def forgotten(api: Api, email: str = EMAIL) -> Reply:
    return api.call("POST", FORGOT, body={"email": email})


def linked_token(memory: Memory) -> str:
    """The token of the newest mail that has a link."""
    for mail in reversed(memory.postman.sent):
        if found := re.search(r"^https://page\.example/#/reset/(\S+)$", mail.text, re.MULTILINE):
            return found[1]
    raise AssertionError("no mail has a link")


def reset(api: Api, token: str, password: str = ANOTHER) -> Reply:
    return api.call("POST", RESET, body={"token": token, "password": password})


def test_who_reads_the_mail_chooses_a_new_password(member: Api, memory: Memory) -> None:
    asked = forgotten(member)

    answer = reset(member, linked_token(memory))

    assert (asked.status, asked.json) == (
        202,
        {"message": "A mail to this address says how to go on"},
    )
    assert (answer.status, answer.json["user"]["email"]) == (200, EMAIL)
    assert login(member).status == 401
    assert login(member, password=ANOTHER).status == 200


def test_an_account_and_none_are_answered_alike_and_both_are_mailed(
    member: Api, memory: Memory
) -> None:
    written = memory.resets.writes

    known, nobody = forgotten(member), forgotten(member, "nobody@example.com")

    assert same(known, nobody)
    assert memory.resets.writes == written + 2
    subjects = [each.subject for each in memory.postman.sent[-2:]]
    assert subjects == [KNOWN_SUBJECT, NOBODY_SUBJECT]
    assert "#/reset/" not in memory.postman.sent[-1].text


def test_a_token_is_good_once(member: Api, memory: Memory) -> None:
    forgotten(member)
    token = linked_token(memory)
    reset(member, token)

    again = reset(member, token, "a third long phrase")

    assert (again.status, again.code) == (401, "AUTHENTICATION_ERROR")
    assert login(member, password=ANOTHER).status == 200


def test_of_two_who_use_a_token_at_once_one_chooses_the_password(
    member: Api, memory: Memory
) -> None:
    forgotten(member)
    token = linked_token(memory)
    memory.accounts.meanwhile.append(lambda: reset(member, token, "a third long phrase"))

    late = reset(member, token)

    assert late.status == 401
    assert login(member, password="a third long phrase").status == 200


def test_a_token_ends_with_the_next_one(member: Api, memory: Memory) -> None:
    forgotten(member)
    first = linked_token(memory)
    forgotten(member)

    assert reset(member, first).status == 401
    assert reset(member, linked_token(memory)).status == 200


def test_a_token_ends_with_any_change_of_the_password(member: Api, memory: Memory) -> None:
    headers = bearer(login(member).json["token"])
    forgotten(member)
    body = {"currentPassword": PASSWORD, "newPassword": "a third long phrase"}
    assert member.call("POST", PASSWORD_PATH, body=body, headers=headers).status == 200

    assert reset(member, linked_token(memory)).status == 401


def test_a_token_ends_after_half_an_hour_by_our_clock(member: Api, memory: Memory) -> None:
    forgotten(member)
    memory.clock.advance(seconds=limits.RESET_LIFETIME.total_seconds())

    assert reset(member, linked_token(memory)).status == 401


def test_a_token_ends_with_its_account(member: Api, memory: Memory) -> None:
    headers = bearer(login(member).json["token"])
    forgotten(member)
    member.call("DELETE", ME, body={"password": PASSWORD}, headers=headers)
    memory.clock.advance(hours=1)
    registered(member)

    assert reset(member, linked_token(memory)).status == 401


def test_tokens_of_other_kinds_reset_nothing(member: Api, memory: Memory) -> None:
    session = login(member).json["token"]
    forgotten(member)
    mine = linked_token(memory)

    for token in (session, mailed_token_of_registering(memory), mine[:-2], "x", "a.b.c"):
        assert reset(member, token).status == 401
    assert member.call("GET", ME, headers=bearer(mine)).status == 401


def mailed_token_of_registering(memory: Memory) -> str:
    found = re.search(r'"token": "([^"]+)"', memory.postman.sent[0].text)
    assert found
    return found[1]


def test_a_password_that_cannot_be_leaves_the_token_good(member: Api, memory: Memory) -> None:
    forgotten(member)

    refused = reset(member, linked_token(memory), "short")

    assert (refused.status, refused.code) == (400, "VALIDATION_ERROR")
    assert reset(member, linked_token(memory)).status == 200


def test_all_sessions_end_and_what_watches_with_them(member: Api, memory: Memory) -> None:
    token = login(member).json["token"]
    watcher = account_watcher_over(memory, member.flows.accounts.socket_authenticator)
    memory.watching.connect(Connection("c-1", memory.clock() + timedelta(hours=2)))
    watcher.subscribe("c-1", token)
    forgotten(member)

    reset(member, linked_token(memory))

    assert member.call("GET", ME, headers=bearer(token)).status == 401
    account = memory.accounts.find(Address.parse(EMAIL))
    (watch,) = memory.account_watching.watchers(account.id, memory.clock())
    assert not account.has_session(watch.session, memory.clock())


def test_api_keys_go_on_and_the_owner_is_told_how_many(member: Api, memory: Memory) -> None:
    headers = bearer(login(member).json["token"])
    wish = {"name": "nightly", "scopes": ["domains"]}
    key = member.call("POST", "/api/v1/keys", body=wish, headers=headers).json["key"]
    forgotten(member)

    answer = reset(member, linked_token(memory))

    assert "API keys go on" in answer.json["message"]
    assert "API key goes on" in memory.postman.sent[-1].text
    opened = member.call("GET", "/api/v1/domains", headers={"X-API-Key": key})
    assert opened.status == 200


def test_nothing_stays_of_who_registered_somebody_elses_address(api: Api, memory: Memory) -> None:
    registered(api, password="the phrase of an attacker")
    pending = mailed_token(memory)
    forgotten(api)

    answer = reset(api, linked_token(memory))

    assert answer.json["user"]["isVerified"] is True
    assert answer.json["user"]["fullName"] == ""
    assert login(api, password="the phrase of an attacker").status == 401
    assert verified(api, pending, "the phrase of an attacker").status == 401
    assert login(api, password=ANOTHER).status == 200


def test_the_owner_hears_of_each_new_password(member: Api, memory: Memory) -> None:
    forgotten(member)
    reset(member, linked_token(memory))
    headers = bearer(login(member, password=ANOTHER).json["token"])
    body = {"currentPassword": ANOTHER, "newPassword": "a third long phrase"}
    member.call("POST", PASSWORD_PATH, body=body, headers=headers)

    told = [each for each in memory.postman.sent if each.subject == CHANGED_SUBJECT]
    assert [str(each.recipient) for each in told] == [EMAIL, EMAIL]
    assert "All sessions have ended" in told[0].text
    assert "All other sessions have ended" in told[1].text


def test_a_notice_that_is_not_taken_undoes_nothing(member: Api, memory: Memory) -> None:
    forgotten(member)
    memory.postman.is_down = True

    assert reset(member, linked_token(memory)).status == 200
    assert login(member, password=ANOTHER).status == 200


def test_a_mail_that_is_not_taken_is_not_told(member: Api, memory: Memory) -> None:
    well = forgotten(member)
    memory.postman.is_down = True

    assert same(forgotten(member), well)


def test_nobody_s_mailbox_is_filled_by_registering_and_forgetting_together(
    member: Api, memory: Memory
) -> None:
    replies = [forgotten(member, email) for email in (EMAIL, "user+a@example.com", EMAIL)]

    assert [each.status for each in replies] == [202, 202, 429]


def test_an_address_of_this_service_gets_no_token(api: Api, memory: Memory) -> None:
    reply = forgotten(api, "disposable@mayfly.example")

    assert (reply.status, reply.code) == (400, "VALIDATION_ERROR")
    assert memory.postman.sent == []


def test_without_a_page_the_mail_has_the_token_to_copy(member: Api, memory: Memory) -> None:
    member.flows.restart(Settings(sender_address="no-reply@mail.example"))
    forgotten(member)

    text = memory.postman.sent[-1].text
    (token,) = [line for line in text.splitlines() if line.startswith("eyJ")]
    assert "POST /api/users/password/reset" in text
    assert reset(member, token).status == 200


def test_without_a_sender_it_is_said_what_is_missing_and_an_admin_can_help(
    memory: Memory,
) -> None:
    api = Api(MemoryAssembly(memory))
    registered(api)
    memory.admin_keys.replace(key_hash(KEY), memory.clock())

    refused = forgotten(api)
    headers = {"X-Admin-Key": KEY}
    given = api.call("POST", HAND_OUT, body={"email": EMAIL}, headers=headers)
    nobody = api.call("POST", HAND_OUT, body={"email": "nobody@example.com"}, headers=headers)

    assert (refused.status, refused.code) == (403, "AUTHORIZATION_ERROR")
    assert "SENDER_ADDRESS" in refused.json["error"]["message"]
    assert (given.status, nobody.status) == (201, 404)
    assert reset(api, given.json["token"]).status == 200
    assert login(api, password=ANOTHER).status == 200


@pytest.mark.parametrize(("path", "body"), [(FORGOT, {"email": EMAIL}), (RESET, {"token": "x"})])
def test_another_site_s_page_asks_for_nothing(
    member: Api, memory: Memory, path: str, body: dict[str, str]
) -> None:
    mailed = len(memory.postman.sent)

    reply = member.call("POST", path, body=body, headers=FOREIGN)

    assert (reply.status, reply.code) == (403, "AUTHORIZATION_ERROR")
    assert len(memory.postman.sent) == mailed
