"""Generating, exporting and logging in over HTTP, as document 003 has them."""

import csv
import io
import json
import re
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from mayfly import limits
from mayfly.batches.export_formats import ExportQuery, write_export
from mayfly.batches.models import Batch, Entry, Status
from mayfly.domains.models import MailDomain
from mayfly.errors import Contended
from mayfly.inboxes.ids import InboxId
from mayfly.inboxes.models import Access, Inbox
from mayfly.kit.tokens.models import key_hash
from mayfly.mail.address import Address
from mayfly.rate_limits.service import RateLimits
from mayfly.settings import Settings
from tests import samples
from tests.aws import AWS_SIDES
from tests.batches.fakes import FakeBatches
from tests.deployments import Deployment
from tests.functions.http import BASE, Api, MemoryAssembly, Reply, bearer
from tests.memory import Memory

KEY = "the admin key of the tests, with its random bits"
ADMIN = {"X-Admin-Key": KEY}
GENERATE, EXPORT, LOGIN = "/v1/admin/generate", "/v1/admin/export", "/v1/inboxes:login"
INBOX, MESSAGES = "/v1/inboxes/{inboxId}", "/v1/inboxes/{inboxId}/messages"
SETTINGS = Settings(domains=("a.example", "b.example"))
A, B = MailDomain("a.example").id, MailDomain("b.example").id
RAW = b"From: shop@shop.example\r\nSubject: Welcome\r\n\r\nhello\r\n"


@pytest.fixture
def memory() -> Memory:
    memory = Memory()
    memory.admin_keys.replace(key_hash(KEY), memory.clock())
    return memory


@pytest.fixture
def api(memory: Memory) -> Api:
    return Api(MemoryAssembly(memory, SETTINGS))


def generated(api: Api, count: int = 3, **wish: object) -> list[dict[str, Any]]:
    reply = api.call("POST", GENERATE, body={"count": count, **wish}, headers=ADMIN)
    assert reply.status == 201
    inboxes: list[dict[str, Any]] = reply.json["inboxes"]
    return inboxes


def export(api: Api, **query: object) -> Reply:
    return api.call("GET", EXPORT, headers=ADMIN, **query)


def login(api: Api, email: str, password: object, **more: object) -> Reply:
    return api.call("POST", LOGIN, body={"email": email, "password": password, **more})


def test_inboxes_are_generated_as_the_document_shows_them(api: Api) -> None:
    wish = {"count": 50, "domain_ids": [B, A], "token_ttl_seconds": 86400}

    reply = api.call("POST", GENERATE, body=wish, headers=ADMIN)

    assert reply.status == 201
    assert set(reply.json) == {"batch_id", "generated", "inboxes"}
    assert reply.json["generated"] == len(reply.json["inboxes"]) == 50
    first, second = reply.json["inboxes"][:2]
    assert set(first) == {
        *("inbox_id", "email_address", "password", "access_token", "token_expires_at"),
    }
    assert re.fullmatch(r"[a-z]+\.[a-z]+\d+@b\.example", first["email_address"])
    assert second["email_address"].endswith("@a.example")
    assert re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_-]{23}", first["password"])
    assert first["token_expires_at"] == "2026-01-02T12:00:00.000Z"
    opened = api.call("GET", INBOX, first["inbox_id"], headers=bearer(first["access_token"]))
    assert opened.json["email_address"] == first["email_address"]


def test_without_domain_ids_all_active_domains_take_turns(api: Api) -> None:
    three = generated(api, 3)
    api.flows.domains.register.change(A, is_active=False)
    two = generated(api, 2)

    assert [each["email_address"].partition("@")[2] for each in three] == [
        *("a.example", "b.example", "a.example")
    ]
    assert {each["email_address"].partition("@")[2] for each in two} == {"b.example"}


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({}, "1 to 1000"),
        ({"count": 0}, "1 to 1000"),
        ({"count": 1001}, "1 to 1000"),
        ({"count": True}, "1 to 1000"),
        ({"count": "5"}, "1 to 1000"),
        ({"count": 1, "token_ttl_seconds": 59}, "60 to 604800"),
        ({"count": 1, "token_ttl_seconds": 604801}, "60 to 604800"),
        ({"count": 1, "domain_ids": []}, "domain_ids"),
        ({"count": 1, "domain_ids": A}, "domain_ids"),
        ({"count": 1, "domain_ids": [A, 7]}, "domain_ids"),
        ({"count": 1, "domain_ids": [A, "\ud800"]}, "no mail domain"),
        ({"count": 1, "domain_ids": ["9d8f", A]}, "'9d8f'"),
        ({"count": 1, "domains": [A]}, "'domains'"),
    ],
)
def test_what_cannot_be_generated_says_why(
    api: Api, memory: Memory, body: dict[str, object], says: str
) -> None:
    reply = api.call("POST", GENERATE, body=body, headers=ADMIN)

    assert (reply.status, reply.code) == (400, "VALIDATION_ERROR")
    assert says in reply.json["error"]["message"]
    assert memory.rows.inboxes == {}


def test_an_inactive_domain_is_named(api: Api) -> None:
    api.flows.domains.register.change(B, is_active=False)

    reply = api.call("POST", GENERATE, body={"count": 1, "domain_ids": [A, B]}, headers=ADMIN)

    assert reply.status == 400
    assert B in reply.json["error"]["message"]


def test_without_any_active_domain_nothing_can_be_generated(api: Api) -> None:
    for each in (A, B):
        api.flows.domains.register.change(each, is_active=False)

    assert api.call("POST", GENERATE, body={"count": 1}, headers=ADMIN).status == 403


def test_admins_generate_also_where_nobody_else_may_make_an_inbox(memory: Memory) -> None:
    api = Api(MemoryAssembly(memory, Settings(private_inboxes=False, public_inboxes=False)))

    (made,) = generated(api, 1)

    assert login(api, made["email_address"], made["password"]).status == 200


def test_a_token_of_seven_days_keeps_its_inbox_for_as_long(api: Api, memory: Memory) -> None:
    (made,) = generated(api, 1, token_ttl_seconds=604800)
    memory.clock.advance(days=6, hours=23)
    api.flows.receive(RAW, made["email_address"])
    memory.clock.advance(minutes=59)

    listed = api.call("GET", MESSAGES, made["inbox_id"], headers=bearer(made["access_token"]))

    assert listed.json["count"] == 1


class Failing(FakeBatches):
    """Batches that take the first inboxes, and then no more."""

    fails_at = 1

    def place(
        self, batch: Batch, number: int, inboxes: Sequence[Inbox], now: datetime
    ) -> Sequence[Address]:
        if number == self.fails_at:
            raise Contended("too many writers")
        return super().place(batch, number, inboxes, now)


def test_half_of_a_generation_is_answered_and_said(
    api: Api, memory: Memory, log: io.StringIO
) -> None:
    memory.batches = Failing(memory.rows, timedelta(days=30))

    reply = api.call("POST", GENERATE, body={"count": 200}, headers=ADMIN)

    assert (reply.status, reply.json["generated"]) == (201, limits.GENERATED_TOGETHER)
    assert reply.json["details"] == ["110 of 200 were not made; ask again for so many"]
    assert "Contended" in log.getvalue()
    assert len(export(api).content.splitlines()) == limits.GENERATED_TOGETHER


def test_where_nothing_was_generated_the_failure_is_answered(api: Api, memory: Memory) -> None:
    memory.batches = Failing(memory.rows, timedelta(days=30))
    memory.batches.fails_at = 0
    busy = api.call("POST", GENERATE, body={"count": 200}, headers=ADMIN)
    memory.password_keys.is_down = True
    without_key = api.call("POST", GENERATE, body={"count": 200}, headers=ADMIN)

    assert (busy.status, without_key.status) == (503, 503)


def test_an_export_is_text_json_or_csv_with_the_same_passwords(api: Api) -> None:
    made = generated(api, 3)

    as_text, as_json, as_csv = export(api), export(api, format="json"), export(api, format="csv")

    assert as_text.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert as_text.content.decode() == "".join(
        f"{each['email_address']}:{each['password']}\n" for each in made
    )
    assert as_json.json == {
        "count": 3,
        "entries": [
            {
                "email": each["email_address"],
                "password": each["password"],
                "inbox_id": each["inbox_id"],
                "status": "active",
                "created_at": "2026-01-01T12:00:00.000Z",
            }
            for each in made
        ],
        "next_cursor": None,
    }
    assert as_csv.content.startswith(b"email,password,inbox_id,status,created_at\r\n")
    assert list(csv.DictReader(io.StringIO(as_csv.content.decode()))) == as_json.json["entries"]
    assert as_csv.headers["Content-Disposition"] == 'attachment; filename="mayfly-inboxes.csv"'
    for reply in (as_text, as_json, as_csv):
        assert reply.headers["Cache-Control"] == "no-store"
        assert "X-Next-Cursor" not in reply.headers


@pytest.mark.parametrize("kind", ["text", "json", "csv"])
def test_pages_follow_each_other_by_link_and_cursor(api: Api, kind: str) -> None:
    made = generated(api, 205)
    wish: dict[str, Any] = {"format": kind, "limit": 50, "domain_id": A, "status": "all"}
    emails: list[str] = []

    for page in range(3):
        reply = export(api, **wish)
        if kind == "json":
            emails += [each["email"] for each in reply.json["entries"]]
            assert reply.json["next_cursor"] == reply.headers.get("X-Next-Cursor")
        else:
            lines = reply.content.decode().splitlines()
            emails += [re.split("[:,]", line)[0] for line in lines if line[:6] != "email,"]
        if page < 2:
            link = re.fullmatch(r'<(.+)>; rel="next"', reply.headers["Link"])
            assert link is not None and link[1].startswith(BASE + EXPORT)
            wish = {name: value for name, (value,) in parse_qs(urlsplit(link[1]).query).items()}
            assert wish["cursor"] == reply.headers["X-Next-Cursor"]

    assert "Link" not in reply.headers
    assert emails == [each["email_address"] for each in made[::2]]


def test_an_export_has_active_inboxes_of_ours_only_or_all(api: Api, memory: Memory) -> None:
    kept, closed = generated(api, 2)
    api.call("POST", "/v1/inboxes", body={"mode": "generated"})
    api.call("DELETE", INBOX, closed["inbox_id"], headers=bearer(closed["access_token"]))

    active = export(api, format="json").json["entries"]
    every = export(api, format="json", status="all").json["entries"]
    memory.clock.advance(days=1)
    later = export(api, format="json", status="all").json["entries"]

    assert [each["inbox_id"] for each in active] == [kept["inbox_id"]]
    assert [each["status"] for each in every] == ["active", "deleted"]
    assert [each["status"] for each in later] == ["expired", "deleted"]
    assert export(api).content == b""


@pytest.mark.parametrize(
    "query",
    [
        *({"format": "xml"}, {"status": "expired"}, {"limit": 0}, {"limit": 1001}, {"limit": "x"}),
        *({"limit": "9" * 5000}, {"cursor": "x"}, {"cursor": ""}, {"domain_id": "x"}),
        {"domain_id": MailDomain("elsewhere.example").id},
    ],
    ids=lambda query: str(query)[:40],
)
def test_an_export_that_cannot_be_says_why(api: Api, query: dict[str, object]) -> None:
    reply = export(api, **query)

    assert (reply.status, reply.code) == (400, "VALIDATION_ERROR")


@pytest.mark.parametrize("local", ["=cmd|calc", "+1", "-1", "@x", "\tx", 'a"b,c', "\rx"])
def test_no_cell_of_a_csv_is_a_formula(local: str) -> None:
    entry = Entry(
        InboxId("0" * 16, "8" * 16),
        Address(local, "a.example"),
        "pass",
        Status.ACTIVE,
        samples.NOW,
    )

    content, _ = write_export(BASE, ExportQuery(format="csv", limit=10, cursor=None), [entry], None)

    _, (cell, *_) = csv.reader(io.StringIO(content.decode(), newline=""))
    assert cell.lstrip("'") == str(entry.address)
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))


def test_a_password_gets_a_token_beside_those_there_are(api: Api) -> None:
    first, second = generated(api, 2)

    tagged = first["email_address"].upper().replace("@", "+Shop@")
    assert login(api, tagged, first["password"]).status == 200
    reply = login(api, first["email_address"].upper(), first["password"], token_ttl_seconds=3600)

    assert reply.status == 200
    assert set(reply.json) == {"inbox_id", "email_address", "access_token", "token_expires_at"}
    assert reply.json["inbox_id"] == first["inbox_id"]
    assert reply.json["token_expires_at"] == "2026-01-01T13:00:00.000Z"
    for token in (reply.json["access_token"], first["access_token"]):
        assert api.call("GET", INBOX, first["inbox_id"], headers=bearer(token)).status == 200
        assert api.call("GET", INBOX, second["inbox_id"], headers=bearer(token)).status == 404


def test_a_password_works_after_the_tokens_were_exchanged_and_expired(
    api: Api, memory: Memory
) -> None:
    (made,) = generated(api, 1)
    rotate = "/v1/inboxes/{inboxId}/token:rotate"
    api.call("POST", rotate, made["inbox_id"], headers=bearer(made["access_token"]))
    memory.clock.advance(hours=23)

    token = login(api, made["email_address"], made["password"]).json["access_token"]

    assert api.call("GET", INBOX, made["inbox_id"], headers=bearer(token)).status == 200


class Counting:
    """What of the inboxes was asked for."""

    def __init__(self, memory: Memory) -> None:
        self.inboxes, self.calls = memory.inboxes, list[str]()

    def __getattr__(self, name: str) -> Any:
        self.calls.append(name)
        return getattr(self.inboxes, name)


def strangers(api: Api, memory: Memory) -> dict[str, tuple[str, object]]:
    """Who is refused: an address and a password each."""
    good, other, closed = generated(api, 3)
    api.call("DELETE", INBOX, closed["inbox_id"], headers=bearer(closed["access_token"]))
    private = api.call("POST", "/v1/inboxes", body={"mode": "generated"}).json
    public = api.call("POST", "/api/emails").json
    mailbox = samples.inbox("ann@a.example", access=Access.OWNER, owner="ann", token_hash="")
    memory.inboxes.create(mailbox, memory.clock())
    return {
        "a wrong password": (good["email_address"], "x" * 24),
        "another's password": (good["email_address"], other["password"]),
        "a password cut short": (good["email_address"], good["password"][:-1]),
        "its token": (good["email_address"], good["access_token"][:128]),
        "no text": (good["email_address"], "\ud800"),
        "nobody": ("nobody@a.example", good["password"]),
        "an address elsewhere": ("sarah@elsewhere.example", good["password"]),
        "deleted": (closed["email_address"], closed["password"]),
        "an inbox without password": (private["email_address"], "x"),
        "a hash": (private["email_address"], "0" * 64),
        "a public address": (public["email"], public["access_token"]),
        "a mailbox": ("ann@a.example", "x"),
        "a tag and a wrong password": (good["email_address"].replace("@", "+x@"), "x" * 24),
    }


def test_all_who_may_not_in_look_the_same(api: Api, memory: Memory) -> None:
    callers = strangers(api, memory)
    counting = Counting(memory)
    memory.inboxes = counting  # type: ignore[assignment]
    api.flows.restart()
    replies = {}
    for name, (email, password) in callers.items():
        counting.calls.clear()
        reply = login(api, email, password)
        replies[name] = (reply.status, reply.content, reply.headers, counting.calls.copy())

    first = replies["a wrong password"]
    assert first[0] == 401
    assert json.loads(first[1])["error"]["code"] == "AUTHENTICATION_ERROR"
    assert first[3] == ["find"]
    assert [name for name, each in replies.items() if each != first] == []


def test_an_expired_inbox_looks_like_a_wrong_password(api: Api, memory: Memory) -> None:
    (made,) = generated(api, 1)
    memory.clock.advance(hours=24)

    right, wrong = (login(api, made["email_address"], text) for text in (made["password"], "x"))

    assert (right.status, right.content) == (401, wrong.content)


@pytest.mark.parametrize(
    "body",
    [
        {"email": "a@a.example"},
        {"password": "x"},
        {"email": "nothing", "password": "x"},
        {"email": "a\ud800@a.example", "password": "x"},
        {"email": 7, "password": "x"},
        {"email": "a@a.example", "password": ""},
        {"email": "a@a.example", "password": "x" * 257},
        {"email": "a@a.example", "password": ["x"]},
        {"email": "a@a.example", "password": "x", "token_ttl_seconds": 3601},
        {"email": "a@a.example", "password": "x", "inbox_id": "x"},
    ],
    ids=str,
)
def test_a_login_that_cannot_be_says_why(api: Api, body: dict[str, object]) -> None:
    reply = api.call("POST", LOGIN, body=body)

    assert (reply.status, reply.code) == (400, "VALIDATION_ERROR")


def test_without_signing_keys_a_login_can_be_tried_again(api: Api, memory: Memory) -> None:
    (made,) = generated(api, 1)
    memory.signing_keys.keys.clear()

    for password in (made["password"], "x"):
        assert login(api, made["email_address"], password).status == 503


def test_the_log_has_no_password_no_address_and_no_token(api: Api, log: io.StringIO) -> None:
    (made,) = generated(api, 1)
    for kind in ("text", "json", "csv"):
        export(api, format=kind)
    login(api, made["email_address"], made["password"])
    login(api, made["email_address"], "wrong-" + made["password"])

    assert len(log.getvalue().splitlines()) >= 6
    for told in (made["password"], made["email_address"].partition("@")[0], made["access_token"]):
        assert told not in log.getvalue()
    assert KEY not in log.getvalue()


def on_aws(deployment: Deployment) -> Api:
    flows = deployment.assembly
    flows.adapters.admin_keys.replace(key_hash(KEY), flows.now())
    return Api(flows)


def test_a_thousand_inboxes_take_few_calls_and_little_time(deployment: Deployment) -> None:
    api = on_aws(deployment)
    names = deployment.calls
    names.clear()
    began = time.monotonic()

    made = generated(api, 1000)

    assert time.monotonic() - began < 25
    assert names.count("GenerateDataKey") == 1
    assert len(names) <= 26  # 25 of DynamoDB
    names.clear()
    lines = export(api).content.decode().splitlines()
    assert lines == [f"{each['email_address']}:{each['password']}" for each in made]
    assert names.count("Decrypt") == 1
    assert len(names) <= 15
    names.clear()
    assert login(api, made[-1]["email_address"], made[-1]["password"]).status == 200
    assert names == ["GetItem"]


@pytest.mark.parametrize("deployment", AWS_SIDES, indirect=True)
def test_what_is_in_the_table_opens_no_inbox(deployment: Deployment) -> None:
    api = on_aws(deployment)

    made = generated(api, 3)

    client, name = deployment.clients["dynamodb"], deployment.settings.table_name
    kept = repr(client.scan(TableName=name)["Items"])
    assert [each for each in made if each["inbox_id"] in kept] == made
    for each in made:
        assert each["password"] not in kept
        assert each["access_token"] not in kept


def test_guesses_at_one_inbox_end_wherever_they_come_from(memory: Memory) -> None:
    rates = RateLimits(requests=0, groups={}, failures=100)
    api = Api(MemoryAssembly(memory, SETTINGS, rates=rates))
    (made,) = generated(api, 1)
    guess = {"email": made["email_address"], "password": "wrong"}

    guesses = [
        api.call(
            "POST", LOGIN, body={**guess, "email": guess["email"].replace("@", f"+{number}@")}
        ).status
        for number in range(limits.LOGIN_FAILURES)
    ]
    refused = api.call("POST", LOGIN, body=guess)

    assert set(guesses) == {401}
    assert (refused.status, refused.code) == (429, "RATE_LIMIT_EXCEEDED")
    assert refused.json["error"]["details"] == ["LOGIN_FAILURES"]


def test_wrong_passwords_of_inboxes_have_the_limit_of_wrong_passwords(memory: Memory) -> None:
    rates = RateLimits(requests=0, groups={}, failures=5)
    api = Api(MemoryAssembly(memory, SETTINGS, rates=rates))
    made = generated(api, 6)
    guesses = [{"email": each["email_address"], "password": "wrong"} for each in made]

    answers = [api.call("POST", LOGIN, body=each) for each in guesses]
    memory.clock.advance(minutes=1)
    later = api.call("POST", LOGIN, body=guesses[0])

    assert [each.status for each in answers] == [401] * 5 + [429]
    assert answers[-1].json["error"]["details"] == ["RATE_LIMIT_FAILURES"]
    assert int(answers[-1].headers["Retry-After"]) <= 60
    assert later.status == 401


def test_strangers_guesses_keep_nobody_from_an_inbox_whose_password_they_have(
    memory: Memory,
) -> None:
    rates = RateLimits(requests=0, groups={}, failures=5)
    api = Api(MemoryAssembly(memory, SETTINGS, rates=rates))
    (made,) = generated(api, 1)
    guess = {"email": made["email_address"], "password": "wrong"}
    for _ in range(2 * limits.LOGIN_FAILURES):  # from the same address, too
        api.call("POST", LOGIN, body=guess)

    right = api.call("POST", LOGIN, body={**guess, "password": made["password"]})

    assert right.status == 200


def test_a_batch_that_the_budget_has_no_room_for_is_not_begun(memory: Memory) -> None:
    flows = MemoryAssembly(memory, replace(SETTINGS, inboxes_per_day=5))
    api = Api(flows)
    generated(api, 3)

    refused = api.call("POST", GENERATE, body={"count": 3}, headers=ADMIN)
    fits = api.call("POST", GENERATE, body={"count": 2}, headers=ADMIN)

    assert (refused.status, refused.code) == (429, "RATE_LIMIT_EXCEEDED")
    assert (fits.status, len(list(memory.batches.all()))) == (201, 2)
