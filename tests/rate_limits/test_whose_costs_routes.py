"""Costs are counted for whoever causes them: tokens bring no more, and nobody uses up another's."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from functions.http_api.handler import serve
from mayfly.batches.models import Batch
from mayfly.inboxes.models import Inbox
from mayfly.kit.tokens.models import key_hash
from mayfly.limits import ADDRESS_COUNTED_TOGETHER, LOGIN_FAILURES
from mayfly.mail.address import Address
from mayfly.rate_limits.service import RateLimits
from mayfly.settings import Settings
from tests.batches.fakes import FakeBatches
from tests.functions.http import Api, MemoryAssembly, Reply, bearer, event, unpacked
from tests.memory import Memory

DOCUMENTED = RateLimits.of(Settings())
LIST = "/v1/inboxes/{inboxId}/messages"
LOGIN, ME = "/api/users/login", "/api/users/me"
PASSWORD_PATH, MAILBOX = "/api/users/change-password", "/api/user/mailbox/create"
EMAIL, PASSWORD = "ann@people.example", "a long phrase of her own"
KEY = "the admin key"
HOME, AWAY = "192.0.2.1", "198.51.100.1"


@pytest.fixture
def flows(memory: Memory) -> MemoryAssembly:
    return MemoryAssembly(memory, rates=DOCUMENTED)


def asked(
    flows: MemoryAssembly, address: str, method: str, path: str, *values: str, **more: Any
) -> Reply:
    told = event(method, path, *values, **more)
    told["requestContext"]["identity"]["sourceIp"] = address
    return unpacked(serve(told, flows))


def sessions(flows: MemoryAssembly, memory: Memory, count: int) -> list[dict[str, str]]:
    """Private inboxes and their tokens, made while nothing is limited."""
    limited, flows.rates = flows.rates, RateLimits(0, {}, 0)
    api = Api(flows)
    made = [api.call("POST", "/v1/inboxes", body={"mode": "generated"}).json for _ in range(count)]
    flows.rates = limited
    return made


def test_ten_sessions_of_one_address_have_the_addresss_limit(
    flows: MemoryAssembly, memory: Memory
) -> None:
    tokens = [bearer(each["access_token"]) for each in sessions(flows, memory, 10)]

    replies = [
        asked(flows, HOME, "GET", "/health/ping", headers=token)
        for _ in range(60)
        for token in tokens
    ]
    elsewhere = asked(flows, AWAY, "GET", "/health/ping", headers=tokens[0])

    assert Counter(each.status for each in replies) == {200: 300, 429: 300}
    assert replies[-1].json["error"]["details"] == ["RATE_LIMIT_ADDRESS"]
    assert "300 requests of one address a minute" in replies[-1].json["error"]["message"]
    assert (replies[-1].headers["X-RateLimit-Limit"], replies[-1].headers["Retry-After"]) == (
        "300",
        "60",
    )
    assert elsewhere.status == 200


def test_lists_of_one_address_are_as_much_wider_as_all_its_requests(
    flows: MemoryAssembly, memory: Memory
) -> None:
    made = sessions(flows, memory, 10)

    statuses = [
        asked(
            flows, HOME, "GET", LIST, each["inbox_id"], headers=bearer(each["access_token"])
        ).status
        for _ in range(20)
        for each in made
    ]

    assert Counter(statuses) == {200: 90, 429: 110}


def test_requests_without_a_token_count_for_the_same_address(
    flows: MemoryAssembly, memory: Memory
) -> None:
    (one,) = sessions(flows, memory, 1)
    flows.rates = RateLimits(100, {}, 0, address=60)
    token = bearer(one["access_token"])

    held = [asked(flows, HOME, "GET", "/health/ping", headers=token).status for _ in range(40)]
    bare = [asked(flows, HOME, "GET", "/health/ping").status for _ in range(30)]

    assert Counter(held) == {200: 40}
    assert Counter(bare) == {200: 20, 429: 10}


def test_all_of_an_ipv6_network_is_one_address(flows: MemoryAssembly, memory: Memory) -> None:
    made = sessions(flows, memory, 4)

    statuses = [
        asked(flows, f"2001:db8::{number}:{turn:x}", "GET", "/health/ping", headers=token).status
        for turn in range(90)
        for number, token in enumerate(bearer(each["access_token"]) for each in made)
    ]

    assert Counter(statuses) == {200: 300, 429: 60}


def test_the_next_minute_begins_anew(flows: MemoryAssembly, memory: Memory) -> None:
    (one,) = sessions(flows, memory, 1)
    flows.rates = RateLimits(100, {}, 0, address=10)
    token = bearer(one["access_token"])
    for _ in range(12):
        asked(flows, HOME, "GET", "/health/ping", headers=token)

    memory.clock.advance(minutes=1)

    assert asked(flows, HOME, "GET", "/health/ping", headers=token).status == 200


def test_a_token_and_the_address_beside_it_cost_a_write_in_five_each(
    flows: MemoryAssembly, memory: Memory
) -> None:
    (one,) = sessions(flows, memory, 1)
    before = memory.request_counts.calls

    for _ in range(20):
        asked(flows, HOME, "GET", "/health/ping", headers=bearer(one["access_token"]))

    assert memory.request_counts.calls - before == 2 * 20 // ADDRESS_COUNTED_TOGETHER


def test_while_nothing_can_be_counted_every_token_is_answered(
    flows: MemoryAssembly, memory: Memory
) -> None:
    (one,) = sessions(flows, memory, 1)
    flows.rates = RateLimits(10, {}, 0, address=10)
    memory.request_counts.failing = TimeoutError()

    replies = [
        asked(flows, HOME, "GET", "/health/ping", headers=bearer(one["access_token"]))
        for _ in range(30)
    ]

    assert {each.status for each in replies} == {200}


# The admin key.


def admin(flows: MemoryAssembly, key: str, address: str = HOME) -> Reply:
    return asked(flows, address, "GET", "/v1/admin/domains", headers={"X-Admin-Key": key})


def test_wrong_admin_keys_lock_out_nobody_who_has_the_right_one(
    flows: MemoryAssembly, memory: Memory
) -> None:
    memory.admin_keys.replace(key_hash(KEY), memory.clock())

    wrong = [admin(flows, "a guess").status for _ in range(80)]
    right = admin(flows, KEY)

    assert Counter(wrong) == {401: 5, 429: 75}
    assert right.status == 200


def test_wrong_passwords_and_a_flood_of_the_address_do_not_either(
    flows: MemoryAssembly, memory: Memory
) -> None:
    memory.admin_keys.replace(key_hash(KEY), memory.clock())
    for number in range(400):
        guess = {"email": f"{number}@people.example", "password": "a guess"}
        asked(flows, HOME, "POST", LOGIN, body=guess)

    assert admin(flows, KEY).status == 200


def test_the_right_admin_key_has_its_limit_and_is_told(
    flows: MemoryAssembly, memory: Memory
) -> None:
    memory.admin_keys.replace(key_hash(KEY), memory.clock())

    replies = [admin(flows, KEY, f"192.0.2.{number}") for number in range(61)]

    assert Counter(each.status for each in replies) == {200: 60, 429: 1}
    assert replies[-1].json["error"]["details"] == ["RATE_LIMIT_ADMIN"]


# Passwords.


def account(flows: MemoryAssembly) -> dict[str, str]:
    """A new account's session, begun at home."""
    body = {"email": EMAIL, "password": PASSWORD}
    asked(flows, HOME, "POST", "/api/users/register", body=body)
    reply = asked(flows, HOME, "POST", LOGIN, body=body)
    assert reply.status == 200
    return bearer(reply.json["token"])


def guesses(flows: MemoryAssembly, count: int, network: str = "203.0.113") -> list[int]:
    """Somebody guesses, from many addresses."""
    guess = {"email": EMAIL, "password": "a guess"}
    return [
        asked(flows, f"{network}.{number}", "POST", LOGIN, body=guess).status
        for number in range(count)
    ]


def test_strangers_guesses_keep_no_owner_from_changing_the_password(flows: MemoryAssembly) -> None:
    token = account(flows)
    guesses(flows, LOGIN_FAILURES + 5)
    new = "another long phrase of hers"
    body = {"currentPassword": PASSWORD, "newPassword": new}

    changed = asked(flows, AWAY, "POST", PASSWORD_PATH, body=body, headers=token)
    left = asked(flows, AWAY, "DELETE", ME, body={"password": new}, headers=token)

    assert (changed.status, left.status) == (200, 200)


def test_neither_do_guesses_from_the_owners_own_address(flows: MemoryAssembly) -> None:
    token = account(flows)
    guess = {"email": EMAIL, "password": "a guess"}
    for _ in range(12):
        asked(flows, HOME, "POST", LOGIN, body=guess)
    body = {"currentPassword": PASSWORD, "newPassword": "another long phrase of hers"}

    assert asked(flows, HOME, "POST", PASSWORD_PATH, body=body, headers=token).status == 200


def test_guesses_in_a_stolen_session_end_and_the_owner_logs_in_and_changes_it(
    flows: MemoryAssembly, memory: Memory
) -> None:
    stolen = account(flows)
    guess = {"currentPassword": "a guess", "newPassword": "the thief's own phrase"}
    statuses = []
    for _ in range(4):
        statuses += [
            asked(flows, AWAY, "POST", PASSWORD_PATH, body=guess, headers=stolen).status
            for _ in range(4)
        ]
        memory.clock.advance(minutes=1)

    own = asked(flows, HOME, "POST", LOGIN, body={"email": EMAIL, "password": PASSWORD})
    body = {"currentPassword": PASSWORD, "newPassword": "another long phrase of hers"}
    changed = asked(
        flows, HOME, "POST", PASSWORD_PATH, body=body, headers=bearer(own.json["token"])
    )

    assert Counter(statuses) == {401: LOGIN_FAILURES, 429: 16 - LOGIN_FAILURES}
    assert changed.status == 200


def test_strangers_guesses_keep_nobody_from_logging_in_where_they_did_before(
    flows: MemoryAssembly, memory: Memory
) -> None:
    account(flows)
    told = guesses(flows, LOGIN_FAILURES + 3)
    right = {"email": EMAIL, "password": PASSWORD}

    at_home = [asked(flows, HOME, "POST", LOGIN, body=right).status for _ in range(5)]
    away = asked(flows, AWAY, "POST", LOGIN, body=right)

    assert told == [401] * LOGIN_FAILURES + [429] * 3
    assert at_home == [200] * 5
    assert (away.status, away.json["error"]["details"]) == (429, ["LOGIN_FAILURES"])


def test_who_guesses_where_the_owner_logs_in_has_no_more_than_ten_either(
    flows: MemoryAssembly, memory: Memory
) -> None:
    account(flows)
    guesses(flows, LOGIN_FAILURES)
    guess = {"email": EMAIL, "password": "a guess"}
    flows.rates = RateLimits(0, {}, 1000)

    at_home = [asked(flows, HOME, "POST", LOGIN, body=guess).status for _ in range(30)]

    assert Counter(at_home) == {401: LOGIN_FAILURES, 429: 30 - LOGIN_FAILURES}


def test_an_address_is_known_for_a_month_and_by_no_name(
    flows: MemoryAssembly, memory: Memory
) -> None:
    account(flows)
    right = {"email": EMAIL, "password": PASSWORD}
    memory.clock.advance(days=30)
    guesses(flows, LOGIN_FAILURES)
    soon = asked(flows, HOME, "POST", LOGIN, body=right).status
    memory.clock.advance(days=61)
    guesses(flows, LOGIN_FAILURES)

    assert (soon, asked(flows, HOME, "POST", LOGIN, body=right).status) == (200, 429)
    assert HOME not in repr(memory.request_counts.rows)
    assert EMAIL not in repr(memory.request_counts.rows)


# Inboxes, their names, and the day's budget.


def test_what_is_refused_spends_nothing_of_the_days_budget(memory: Memory) -> None:
    flows = MemoryAssembly(memory, Settings(inboxes_per_day=2, max_mailboxes_per_user=1))
    token = account(flows)
    refused = [
        *(asked(flows, HOME, "POST", MAILBOX, body={"alias": "x y"}, headers=token),) * 3,
        *(
            asked(flows, HOME, "POST", MAILBOX, body={"alias": "postmaster"}, headers=token)
            for _ in range(3)
        ),
    ]
    made = asked(flows, HOME, "POST", MAILBOX, body={"alias": "mine"}, headers=token)
    refused += [
        asked(flows, HOME, "POST", MAILBOX, body={"alias": f"more{number}"}, headers=token)
        for number in range(40)
    ]

    last = asked(flows, HOME, "POST", "/api/emails")
    over = asked(flows, HOME, "POST", "/api/emails")

    assert made.status == 201
    assert {each.status for each in refused} == {400, 409}
    assert (last.status, over.status) == (201, 429)
    assert over.json["error"]["details"] == ["INBOXES_PER_DAY"]


def test_a_name_that_is_taken_spends_nothing_either(memory: Memory) -> None:
    flows = MemoryAssembly(memory, Settings(inboxes_per_day=2))
    token = account(flows)
    asked(flows, HOME, "POST", MAILBOX, body={"alias": "mine"}, headers=token)

    taken = asked(flows, HOME, "POST", MAILBOX, body={"alias": "mine"}, headers=token)
    other = asked(flows, HOME, "POST", MAILBOX, body={"alias": "other"}, headers=token)

    assert (taken.status, other.status) == (409, 201)


def test_names_that_had_no_mail_are_free_once_they_are_given_up(memory: Memory) -> None:
    flows = MemoryAssembly(memory)
    token = account(flows)
    for number in range(12):
        made = asked(
            flows, HOME, "POST", MAILBOX, body={"alias": f"name{number}"}, headers=token
        ).json
        path = "/api/user/mailbox/{mailboxId}"
        asked(flows, HOME, "DELETE", path, made["id"], headers=token)
    body = {"email": "bob@people.example", "password": PASSWORD}
    asked(flows, AWAY, "POST", "/api/users/register", body=body)
    theirs = bearer(asked(flows, AWAY, "POST", LOGIN, body=body).json["token"])

    statuses = [
        asked(flows, AWAY, "POST", MAILBOX, body={"alias": f"name{n}"}, headers=theirs).status
        for n in range(5)
    ]

    assert statuses == [201] * 5


def test_an_account_makes_so_many_mailboxes_a_day_wherever_it_is(memory: Memory) -> None:
    flows = MemoryAssembly(memory, rates=RateLimits(0, {}, 0, inboxes=3))
    token = account(flows)

    def make(alias: str, address: str) -> Reply:
        return asked(flows, address, "POST", MAILBOX, body={"alias": alias}, headers=token)

    refused_ones = [make("x y", HOME).status for _ in range(5)]
    made = [make(f"name{number}", f"192.0.2.{number}").status for number in range(3)]
    over = make("name9", "192.0.2.9")
    memory.clock.advance(hours=12)
    next_day = make("name9", "192.0.2.9")

    assert refused_ones == [400] * 5
    assert made == [201] * 3
    assert (over.status, over.json["error"]["details"]) == (429, ["INBOXES_PER_CLIENT"])
    assert over.headers["Retry-After"] == str(12 * 3600)
    assert next_day.status == 201


def test_accounts_do_not_multiply_what_an_address_makes_in_a_day(memory: Memory) -> None:
    flows = MemoryAssembly(memory, rates=RateLimits(0, {}, 0, inboxes=3))
    token = account(flows)

    made = [
        asked(flows, HOME, "POST", "/api/emails").status,
        asked(flows, HOME, "POST", "/v1/inboxes", body={"mode": "generated"}).status,
        asked(flows, HOME, "POST", "/api/session").status,
    ]
    over = asked(flows, HOME, "POST", MAILBOX, body={"alias": "name"}, headers=token)
    elsewhere = asked(flows, AWAY, "POST", MAILBOX, body={"alias": "name"}, headers=token)

    assert made == [201] * 3
    assert (over.status, elsewhere.status) == (429, 201)


def test_what_is_refused_counts_for_no_address(memory: Memory) -> None:
    chosen = Settings(inboxes_per_day=1)
    flows = MemoryAssembly(memory, chosen, rates=RateLimits(0, {}, 0, inboxes=3))

    statuses = [asked(flows, HOME, "POST", "/api/emails").status for _ in range(20)]
    memory.clock.advance(hours=12)
    memory.budgets.inboxes.clear()
    flows.restart(Settings())
    next_day = [asked(flows, HOME, "POST", "/api/emails").status for _ in range(4)]

    assert statuses == [201] + [429] * 19
    assert next_day == [201] * 3 + [429]


def test_an_address_meets_its_share_of_a_day_in_whichever_process(memory: Memory) -> None:
    rates = RateLimits(0, {}, 0, inboxes=20)
    processes = [MemoryAssembly(memory, rates=rates) for _ in range(3)]
    for n, process in enumerate(processes):
        process.asked = [n] * 1000 * n

    made = [asked(processes[n % 3], HOME, "POST", "/api/emails").status for n in range(60)]

    assert 20 <= made.count(201) <= 20 + 2 * (ADDRESS_COUNTED_TOGETHER - 1)


def test_a_session_that_goes_on_makes_nothing(memory: Memory) -> None:
    flows = MemoryAssembly(memory, rates=RateLimits(0, {}, 0, inboxes=1))
    begun = asked(flows, HOME, "POST", "/api/session").json
    cookie = {"Cookie": f"sessionToken={begun['sessionToken']}", "Origin": "https://api.example"}

    again = asked(flows, HOME, "POST", "/api/session", headers=cookie)

    assert again.status == 200
    assert again.json["mailbox"]["id"] == begun["mailbox"]["id"]


class SlowBatches(FakeBatches):
    """Batches in which one transaction takes longer than all of them may."""

    def __init__(self, memory: Memory) -> None:
        super().__init__(memory.rows, timedelta(days=30))
        self.clock = memory.clock

    def place(
        self, batch: Batch, number: int, inboxes: Sequence[Inbox], now: datetime
    ) -> Sequence[Address]:
        self.clock.advance(seconds=30)
        return super().place(batch, number, inboxes, now)


def test_a_batch_that_ends_early_gives_back_what_it_did_not_make(memory: Memory) -> None:
    flows = MemoryAssembly(memory, Settings(inboxes_per_day=1000))
    memory.admin_keys.replace(key_hash(KEY), memory.clock())
    memory.batches = SlowBatches(memory)
    key = {"X-Admin-Key": KEY}

    reply = asked(flows, HOME, "POST", "/v1/admin/generate", body={"count": 300}, headers=key)

    assert reply.json["generated"] == 90
    assert list(memory.budgets.inboxes.values()) == [90]
