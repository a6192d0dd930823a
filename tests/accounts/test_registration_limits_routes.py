"""How many accounts one client makes in a day, and how many mails the service sends for them."""

from typing import Any

import pytest

from functions.http_api.handler import serve
from mayfly.kit.ports import SERVICE
from mayfly.mail.address import Address
from mayfly.sending.models import Suppression
from mayfly.settings import Settings
from tests.accounts.test_accounts_routes import EMAIL, PASSWORD, REGISTER, login, registered
from tests.accounts.test_password_reset_routes import FORGOT
from tests.accounts.test_verification_routes import mailed_token, same, verified
from tests.functions.http import Api, MemoryAssembly, Reply, event, unpacked
from tests.memory import Memory

SENDER = "no-reply@mail.example"


@pytest.fixture
def memory() -> Memory:
    return Memory()


def api(memory: Memory, **settings: Any) -> Api:
    return Api(MemoryAssembly(memory, Settings(**settings)))


def asked(api: Api, email: str, path: str = REGISTER, client: str = "192.0.2.1") -> Reply:
    body = {"email": email}
    if path == REGISTER:
        body["password"] = PASSWORD
    told = event("POST", path, body=body)
    told["requestContext"]["identity"]["sourceIp"] = client
    return unpacked(serve(told, api.flows))


def test_one_client_makes_so_many_accounts_a_day(memory: Memory) -> None:
    here = api(memory, registrations_per_day=3)

    replies = [asked(here, f"a{number}@x.example") for number in range(4)]
    elsewhere = asked(here, "b@x.example", client="192.0.2.2")
    memory.clock.advance(hours=12)
    tomorrow = asked(here, "c@x.example")

    assert [each.status for each in replies] == [201, 201, 201, 429]
    assert "(REGISTRATIONS_PER_DAY)" in replies[-1].json["error"]["message"]
    assert replies[-1].headers["Retry-After"] == str(12 * 3600)
    assert (elsewhere.status, tomorrow.status) == (201, 201)
    assert len(memory.rows.accounts) == 5


def test_forgetting_counts_with_registering(memory: Memory) -> None:
    here = api(memory, registrations_per_day=2, sender_address=SENDER)

    replies = [asked(here, f"a{number}@x.example", FORGOT) for number in range(2)]
    third = asked(here, "b@x.example")

    assert [each.status for each in (*replies, third)] == [202, 202, 429]
    assert memory.rows.accounts == {}


def test_what_is_refused_counts_for_nobody(memory: Memory) -> None:
    here = api(memory, registrations_per_day=1)

    refused = [registered(here, password="short").status for _ in range(3)]

    assert refused == [400, 400, 400]
    assert asked(here, "a@x.example").status == 201


def test_zero_is_no_limit(memory: Memory) -> None:
    here = api(memory, registrations_per_day=0)

    assert {asked(here, f"a{number}@x.example").status for number in range(30)} == {201}


def test_the_service_mails_so_much_a_day_and_says_so_alike_to_everybody(
    memory: Memory, capsys: pytest.CaptureFixture[str]
) -> None:
    here = api(memory, sender_address=SENDER, service_mails_per_day=2)
    registered(here)
    token = mailed_token(memory)
    verified(here, token)
    asked(here, "a@x.example")
    before = dict(memory.rows.accounts)

    replies = [
        asked(here, EMAIL, FORGOT),
        asked(here, "nobody@x.example", FORGOT),
        asked(here, EMAIL),
        asked(here, "free@x.example"),
    ]

    assert {each.status for each in replies} == {429}
    assert all(same(each, replies[0]) for each in replies)
    assert "(SERVICE_MAILS_PER_DAY)" in replies[0].json["error"]["message"]
    assert len(memory.postman.sent) == 2
    assert memory.rows.accounts == before  # whoever waits for a mail can go on
    assert capsys.readouterr().out.count('"ServiceMailsSpent":[1.0]') == 4
    assert login(here).status == 200


def test_an_address_that_mails_come_back_from_is_answered_like_any_other(
    memory: Memory, capsys: pytest.CaptureFixture[str]
) -> None:
    here = api(memory, sender_address=SENDER)
    gone = str(Address.parse("gone@x.example"))
    memory.suppressions.add(SERVICE, Suppression(gone, "bounce", memory.clock()))

    replies = [asked(here, "gone@x.example", FORGOT), asked(here, "there@x.example", FORGOT)]

    assert same(*replies)
    assert [str(each.recipient) for each in memory.postman.sent] == ["there@x.example"]
    out = capsys.readouterr().out
    assert '"AddressBounced":[1.0]' in out
    assert "MailNotSent" not in out
