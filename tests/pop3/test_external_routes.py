"""Document 003's mode A over HTTP, with a POP3 mailbox in memory."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from functions.table_events.handler import follow
from mayfly.domains.models import MailServer
from mayfly.inboxes.ids import InboxId
from mayfly.inboxes.models import Inbox, Quota
from mayfly.inboxes.rows import inbox_row
from mayfly.kit.dynamodb.notation import encode_row
from mayfly.kit.tokens.models import key_hash
from mayfly.mail.address import Address
from mayfly.pop3.models import Stage, Trouble
from mayfly.rate_limits.service import RateLimits
from mayfly.settings import Settings
from tests.functions.http import Api, MemoryAssembly, Reply, bearer
from tests.memory import Memory
from tests.pop3.fakes import Mailbox

INBOXES, INBOX = "/v1/inboxes", "/v1/inboxes/{inboxId}"
MESSAGES = f"{INBOX}/messages"
ADDRESS, HOST, PASSWORD = "user@example.com", "pop.example.com", "secret"
WANTED = {
    "mode": "external",
    "email_address": ADDRESS,
    "pop3_host": HOST,
    "pop3_port": 995,
    "pop3_tls": True,
    "pop3_username": ADDRESS,
    "pop3_password": PASSWORD,
    "token_ttl_seconds": 600,
}


def a_mail(number: int) -> bytes:
    return (
        b"Received: from a.example by pop.example.com; Thu, 01 Jan 2026 10:00:00 +0000\r\n"
        b"From: shop@shop.example\r\nTo: user@example.com\r\nSubject: number %d\r\n\r\nhello\r\n"
    ) % number


@pytest.fixture
def mailbox(memory: Memory) -> Mailbox:
    return memory.pop3_servers.given(
        HOST, ADDRESS, mails={"uidl-1": a_mail(1), "uidl-2": a_mail(2)}
    )


def made(api: Api, **fields: object) -> Reply:
    return api.call("POST", INBOXES, body=WANTED | fields)


def listed(api: Api, inbox: Reply, **query: object) -> Reply:
    token = inbox.json["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    return api.call("GET", MESSAGES, inbox.json["inbox_id"], headers=headers, **query)


def test_an_external_inbox_shows_what_lies_in_the_mailbox(api: Api, mailbox: Mailbox) -> None:
    inbox = made(api)

    assert inbox.status == 201
    assert inbox.json["inbox_type"] == "external"
    assert inbox.json["email_address"] == ADDRESS
    assert PASSWORD not in inbox.content.decode()
    messages = listed(api, inbox).json["messages"]
    assert [each["subject"] for each in messages] == ["number 2", "number 1"]
    assert [each["uid"] for each in messages] == ["2", "1"]
    assert [each["pop3_uidl"] for each in messages] == ["uidl-2", "uidl-1"]
    assert messages[0]["received_at"] == "2026-01-01T10:00:00.000Z"
    assert messages[0]["fetched_at"] == "2026-01-01T12:00:00.000Z"
    assert list(mailbox.mails) == ["uidl-1", "uidl-2"]


def subjects(reply: Reply) -> list[str]:
    assert reply.status == 200, reply.content
    return [each["subject"] for each in reply.json["messages"]]


def later(memory: Memory, seconds: float = 60) -> None:
    memory.clock.advance(seconds=seconds)


def test_new_mail_comes_with_the_next_fetch_and_each_once(
    api: Api, memory: Memory, mailbox: Mailbox
) -> None:
    inbox = made(api)
    mailbox.mails["uidl-3"] = a_mail(3)

    assert subjects(listed(api, inbox)) == ["number 2", "number 1"]
    later(memory)
    assert subjects(listed(api, inbox, fetch_new="false")) == ["number 2", "number 1"]
    assert subjects(listed(api, inbox)) == ["number 3", "number 2", "number 1"]
    later(memory)
    assert subjects(listed(api, inbox, since_uid="2")) == ["number 3"]
    assert mailbox.retrieved.count("uidl-3") == 1


def test_it_is_logged_in_to_once_a_minute(api: Api, memory: Memory, mailbox: Mailbox) -> None:
    inbox = made(api)
    for _ in range(10):
        later(memory, 30)
        listed(api, inbox)

    assert mailbox.logins == 1 + 5


def test_a_server_that_wants_to_be_left_alone_for_longer_is(
    api: Api, memory: Memory, mailbox: Mailbox
) -> None:
    mailbox.delay = timedelta(seconds=300)
    inbox = made(api)
    for _ in range(9):
        later(memory)
        listed(api, inbox)

    assert mailbox.logins == 2


def test_a_refusal_for_coming_too_soon_makes_it_come_later(
    api: Api, memory: Memory, mailbox: Mailbox
) -> None:
    inbox = made(api)
    mailbox.refusal = Trouble(Stage.LOGIN, "wait", "LOGIN-DELAY")
    for _ in range(7):
        later(memory)
        listed(api, inbox)

    assert mailbox.logins == 1 + 3  # after one, two and four minutes
    mailbox.refusal = None
    later(memory, 8 * 60)
    assert "warning" not in listed(api, inbox).json


def test_the_newest_come_first_and_the_rest_later(
    api: Api, memory: Memory, mailbox: Mailbox
) -> None:
    mailbox.mails = {f"u{number}": a_mail(number) for number in range(120)}
    inbox = made(api)

    assert subjects(listed(api, inbox, limit=2)) == ["number 119", "number 118"]
    assert subjects(listed(api, inbox, since_uid="0", limit=1)) == ["number 70"]
    later(memory)
    mailbox.mails["u120"] = a_mail(120)
    assert subjects(listed(api, inbox, limit=2)) == ["number 120", "number 69"] or subjects(
        listed(api, inbox, limit=1)
    ) == ["number 120"]
    later(memory)
    listed(api, inbox)
    assert len(mailbox.retrieved) == 121


@pytest.mark.parametrize("step", ["list", "uidl-3"])
def test_a_fetch_that_fails_shows_what_is_there_and_says_why(
    api: Api, memory: Memory, mailbox: Mailbox, step: str
) -> None:
    inbox = made(api)
    mailbox.mails["uidl-3"] = a_mail(3)
    mailbox.broken = {step: 1}
    later(memory)

    reply = listed(api, inbox)

    assert subjects(reply) == ["number 2", "number 1"]
    stage = "uidl" if step == "list" else "retrieve"
    told = {"stage": stage, "code": None, "message": "the server closed the connection"}
    assert reply.json["warning"] == told
    assert listed(api, inbox).json["warning"] == told
    later(memory)
    again = listed(api, inbox)
    assert subjects(again)[0] == "number 3"
    assert "warning" not in again.json


def test_without_any_message_a_fetch_that_fails_is_an_error(
    api: Api, memory: Memory, mailbox: Mailbox
) -> None:
    mailbox.mails.clear()
    inbox = made(api)
    mailbox.refusal = Trouble(Stage.LOGIN, "later", "SYS/TEMP")
    later(memory)

    reply = listed(api, inbox)

    assert (reply.status, reply.code) == (502, "POP3_ERROR")
    assert reply.json["error"]["details"] == ["stage: login", "code: SYS/TEMP"]
    assert listed(api, inbox, fetch_new="false").json["count"] == 0


def test_what_is_not_the_servers_fault_is_a_warning_also_without_any_message(
    api: Api, mailbox: Mailbox, flows: MemoryAssembly
) -> None:
    flows.receiving.mailbag = replace(flows.receiving.mailbag, max_mail_bytes=1000)
    mailbox.mails.clear()
    mailbox.mails["large"] = a_mail(3) + b"x" * 1000

    reply = listed(api, made(api))

    assert (reply.status, reply.json["count"]) == (200, 0)
    assert reply.json["warning"]["stage"] == "service"


def test_what_lies_before_a_message_that_cannot_be_had_is_stored(
    api: Api, memory: Memory, mailbox: Mailbox
) -> None:
    mailbox.broken = {"uidl-1": 1}

    inbox = made(api)

    assert subjects(listed(api, inbox)) == ["number 2"]
    later(memory)
    assert subjects(listed(api, inbox)) == ["number 1", "number 2"]


def test_a_message_that_ends_every_fetch_is_left_out_in_the_end(
    api: Api, memory: Memory, mailbox: Mailbox
) -> None:
    inbox = made(api)
    mailbox.mails |= {"bad": a_mail(0), "uidl-3": a_mail(3)}
    mailbox.broken = {"bad": 100}
    for _ in range(5):
        later(memory)
        listed(api, inbox)
    mailbox.mails["uidl-4"] = a_mail(4)
    later(memory)

    reply = listed(api, inbox)

    assert subjects(reply) == ["number 4", "number 3", "number 2", "number 1"]
    assert "warning" not in reply.json
    assert mailbox.broken["bad"] == 100 - 3


def test_a_message_that_is_too_large_is_left_where_it_is(
    api: Api, memory: Memory, mailbox: Mailbox, flows: MemoryAssembly
) -> None:
    flows.receiving.mailbag = replace(flows.receiving.mailbag, max_mail_bytes=1000)
    mailbox.mails["large"] = a_mail(3) + b"x" * 1000

    inbox = made(api, pop3_delete=True)

    reply = listed(api, inbox)
    assert subjects(reply) == ["number 2", "number 1"]
    assert "1000 bytes" in reply.json["warning"]["message"]
    assert list(mailbox.mails) == ["large"]
    assert mailbox.retrieved == ["uidl-2", "uidl-1"]


def test_nothing_is_fetched_into_a_full_inbox(
    api: Api, memory: Memory, mailbox: Mailbox, flows: MemoryAssembly
) -> None:
    memory.deliveries.quota = Quota(1, 10_000)
    flows.pop3.fetcher = replace(flows.pop3.fetcher, quota=Quota(1, 10_000))

    inbox = made(api)

    reply = listed(api, inbox)
    assert subjects(reply) == ["number 2"]
    assert "the inbox is full" in reply.json["warning"]["message"]
    headers = bearer(inbox.json["access_token"])
    api.call("DELETE", f"{MESSAGES}/{{uid}}", inbox.json["inbox_id"], "1", headers=headers)
    later(memory)
    assert subjects(listed(api, inbox)) == ["number 1"]


def test_after_three_wrong_passwords_it_is_left_alone_until_they_are_changed(
    api: Api, memory: Memory, mailbox: Mailbox
) -> None:
    inbox = made(api)
    mailbox.password = "changed"
    for _ in range(6):
        later(memory)
        reply = listed(api, inbox)
    assert mailbox.logins == 1 + 3
    assert reply.json["warning"]["code"] == "AUTH"

    wrong, right = (changed(api, inbox, each) for each in ("wrong", "changed"))

    assert (wrong.status, wrong.code) == (502, "POP3_ERROR")
    assert right.status == 200
    assert right.json["inbox_type"] == "external"
    assert "warning" not in listed(api, inbox).json
    mailbox.mails["uidl-3"] = a_mail(3)
    later(memory, 61)
    assert subjects(listed(api, inbox))[0] == "number 3"


def changed(api: Api, inbox: Reply, password: str) -> Reply:
    body = {"pop3_password": password}
    headers = bearer(inbox.json["access_token"])
    path = f"{INBOX}/credentials"
    return api.call("PUT", path, inbox.json["inbox_id"], body=body, headers=headers)


def test_credentials_that_do_not_open_the_mailbox_change_nothing(
    api: Api, memory: Memory, mailbox: Mailbox
) -> None:
    inbox = made(api)

    assert changed(api, inbox, "wrong").status == 502

    mailbox.mails["uidl-3"] = a_mail(3)
    later(memory, 61)
    assert subjects(listed(api, inbox))[0] == "number 3"


def test_credentials_are_not_changed_while_a_fetch_is_going_on(
    api: Api, memory: Memory, mailbox: Mailbox
) -> None:
    inbox = made(api)
    account = memory.pop3_accounts.kept[InboxId.parse(inbox.json["inbox_id"])]
    memory.pop3_accounts.kept[account.inbox] = account.turn(memory.clock())

    assert changed(api, inbox, PASSWORD).status == 503
    later(memory, 40)
    assert changed(api, inbox, PASSWORD).status == 200


def test_an_inbox_whose_mail_comes_by_itself_has_no_credentials(api: Api) -> None:
    inbox = api.call("POST", INBOXES, body={"mode": "generated"})

    assert changed(api, inbox, "x").status == 404


def test_what_was_stored_is_deleted_there_if_that_is_asked_for(
    api: Api, memory: Memory, mailbox: Mailbox
) -> None:
    mailbox.broken = {"quit": 1}
    inbox = made(api, pop3_delete=True)
    assert list(mailbox.mails) == ["uidl-1", "uidl-2"]
    later(memory)

    assert subjects(listed(api, inbox)) == ["number 2", "number 1"]
    assert mailbox.mails == {}
    assert len(mailbox.retrieved) == 2


def test_a_deleted_inbox_leaves_nothing_that_opens_the_mailbox(
    api: Api, memory: Memory, mailbox: Mailbox
) -> None:
    inbox = made(api)
    headers = bearer(inbox.json["access_token"])

    deleted = api.call("DELETE", INBOX, inbox.json["inbox_id"], headers=headers)
    (row,) = memory.rows.inboxes.values()
    told = {"eventName": "MODIFY", "dynamodb": images(row)}
    follow({"Records": [told]}, api.flows)

    assert deleted.json["deleted"] is True
    assert memory.pop3_accounts.kept == {}


def images(inbox: Inbox) -> dict[str, object]:
    new = inbox_row(inbox, timedelta()) | {"deleted_at": 1}
    old = inbox_row(replace(inbox, deleted_at=None), timedelta())
    keys = {name: new[name] for name in ("pk", "sk")}
    parts = {"Keys": keys, "NewImage": new, "OldImage": old}
    return {name: encode_row(row) for name, row in parts.items()} | {"SequenceNumber": "1"}


def test_a_rotated_token_and_attachments_are_as_of_any_inbox(
    api: Api, memory: Memory, mailbox: Mailbox
) -> None:
    mailbox.mails["file"] = (
        b'Subject: file\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n'
        b"--b\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename=a.txt\r\n"
        b"\r\nhello\r\n--b--\r\n"
    )
    inbox = made(api)
    path, headers = f"{INBOX}/token:rotate", bearer(inbox.json["access_token"])

    rotated = api.call("POST", path, inbox.json["inbox_id"], headers=headers)

    assert listed(api, inbox).status == 401
    (newest, *_) = listed(api, rotated, limit=1).json["messages"]
    name = newest["attachments"][0]["id"]
    file = api.call(
        "GET",
        f"{MESSAGES}/{{uid}}/attachments/{{attachmentId}}",
        *(inbox.json["inbox_id"], newest["uid"], name),
        headers=bearer(rotated.json["access_token"]),
    )
    assert file.content == b"hello"
    mailbox.mails["more"] = a_mail(9)
    later(memory)
    assert subjects(listed(api, rotated))[0] == "number 9"


@pytest.mark.parametrize(
    ("fields", "status", "says"),
    [
        ({"pop3_host": "no.example.com"}, 502, "name"),
        ({"pop3_password": "wrong"}, 502, "login"),
        ({"pop3_port": 25}, 400, "pop3_port"),
        ({"pop3_port": 995, "pop3_tls": False}, 400, "pop3_tls"),
        ({"pop3_host": "no host"}, 400, "no host"),
        ({"pop3_host": None, "pop3_port": None, "pop3_tls": None}, 400, "pop3_host"),
        ({"email_address": "nobody"}, 400, "nobody"),
        ({"email_address": None}, 400, "email_address"),
        ({"email_address": "ceo@mayfly.example"}, 400, "mayfly.example"),
        ({"pop3_password": None}, 400, "pop3_password"),
        ({"pop3_password": "a\r\nDELE 1"}, 400, "pop3_password"),
        ({"pop3_password": "x" * 201}, 400, "200 bytes"),
        ({"pop3_username": "a\0"}, 400, "pop3_username"),
        ({"domain": "mayfly.example"}, 400, "domain"),
        ({"token_ttl_seconds": 59}, 400, "token_ttl_seconds"),
    ],
)
def test_what_cannot_be_made_says_why_and_nothing_is_made(
    api: Api, memory: Memory, mailbox: Mailbox, fields: dict[str, object], status: int, says: str
) -> None:
    reply = made(api, **fields)

    assert reply.status == status
    assert says in str(reply.json["error"])
    assert memory.rows.inboxes == {}
    assert memory.pop3_accounts.kept == {}


def test_a_mailbox_without_uidl_makes_no_inbox(api: Api, memory: Memory, mailbox: Mailbox) -> None:
    mailbox.broken = {"list": 1}

    reply = made(api)

    assert (reply.status, reply.json["error"]["details"]) == (502, ["stage: uidl"])
    assert memory.rows.inboxes == {}


def test_the_username_is_the_address_unless_it_is_told(api: Api, mailbox: Mailbox) -> None:
    assert made(api, pop3_username=None).status == 201


def test_where_there_are_no_external_inboxes_that_is_told(
    api: Api, flows: MemoryAssembly, mailbox: Mailbox
) -> None:
    flows.restart(Settings(external_inboxes=False))

    assert (made(api).status, mailbox.logins) == (403, 0)


def test_wrong_passwords_at_a_server_are_counted_as_wrong_ones_here(
    api: Api, flows: MemoryAssembly, mailbox: Mailbox
) -> None:
    flows.rates = RateLimits(0, {}, 100)
    statuses = [made(api, pop3_password="wrong").status for _ in range(11)]

    assert statuses == [502] * 10 + [429]
    assert mailbox.logins == 10


def test_an_external_inbox_claims_no_address_and_nobody_can_write_to_it(
    api: Api, memory: Memory, mailbox: Mailbox, flows: MemoryAssembly
) -> None:
    first, second = made(api), made(api)
    assert first.json["inbox_id"] != second.json["inbox_id"]
    (place, *_) = (each.address for each in memory.rows.inboxes.values())

    flows.receive(a_mail(9), ADDRESS, str(place))

    for inbox in (first, second):
        assert subjects(listed(api, inbox)) == ["number 2", "number 1"]
    assert flows.domains.addressees.find([place]) == {}
    assert flows.adapters.inboxes.find([Address.parse(ADDRESS)]) == {}


def test_a_clients_socket_hears_of_what_was_fetched(
    api: Api, memory: Memory, mailbox: Mailbox, flows: MemoryAssembly
) -> None:
    inbox = made(api)
    grant = flows.private_inboxes.tokens.read(inbox.json["access_token"])
    flows.subscriptions.service.connect("one")
    flows.subscriptions.service.subscribe("one", ADDRESS, None, grant)
    mailbox.mails["uidl-3"] = a_mail(3)
    later(memory)
    listed(api, inbox)
    message = memory.rows.messages[grant.inbox][3]

    flows.subscriptions.announcer.announced(message.id)()
    flows.subscriptions.announcer.finish(timedelta(seconds=5))

    (_, frame) = memory.sockets.frames[0]
    assert json.loads(frame)["data"]["email"] == ADDRESS
    flows.subscriptions.service.unsubscribe("one", ADDRESS, grant)
    assert memory.watching.subscribers(grant.inbox, memory.clock()) == []


def test_the_code_of_a_fetched_mail_is_found(api: Api, mailbox: Mailbox) -> None:
    mailbox.mails = {"a": b"Subject: Your code\r\n\r\nYour verification code is 482913\r\n"}
    inbox = made(api)
    headers = bearer(inbox.json["access_token"])

    shown = api.call("GET", f"{MESSAGES}/{{uid}}", inbox.json["inbox_id"], "1", headers=headers)

    assert shown.json["confirmation"]["code"] == "482913"


def test_two_requests_at_once_log_in_once(
    api: Api, memory: Memory, mailbox: Mailbox, flows: MemoryAssembly
) -> None:
    inbox = made(api)
    later(memory)
    inner: list[Reply] = []
    real = memory.pop3_servers.open

    @contextmanager
    def slow(*arguments: Any) -> Iterator[Any]:
        if not inner:
            inner.append(listed(api, inbox))
        with real(*arguments) as session:
            yield session

    vars(memory.pop3_servers)["open"] = slow
    outer = listed(api, inbox)

    assert mailbox.logins == 2
    assert subjects(outer) == subjects(inner[0]) == ["number 2", "number 1"]


def test_a_wait_ends_before_the_gateway_does_also_after_a_slow_fetch(
    api: Api, memory: Memory, mailbox: Mailbox
) -> None:
    inbox = made(api)
    later(memory)
    real = memory.pop3_servers.open

    @contextmanager
    def slow(*arguments: Any) -> Iterator[Any]:
        memory.clock.advance(seconds=15)
        with real(*arguments) as session:
            yield session

    vars(memory.pop3_servers)["open"] = slow
    began = memory.clock()
    listed(api, inbox, since_uid="2", wait=25)

    assert memory.clock() - began <= timedelta(seconds=26)


def test_a_key_that_cannot_be_had_keeps_nobody_from_reading(
    api: Api, memory: Memory, mailbox: Mailbox
) -> None:
    inbox = made(api)
    memory.inbox_secrets.is_down = True
    later(memory)

    reply = listed(api, inbox)

    assert subjects(reply) == ["number 2", "number 1"]
    assert reply.json["warning"]["stage"] == "service"
    memory.inbox_secrets.is_down = False
    later(memory)
    assert "warning" not in listed(api, inbox).json


# Domains whose mail lies in a POP3 server

KEY = {"X-Admin-Key": "an admin key"}
DOMAIN = {"domain": "tempbox.example", "pop3_host": HOST}


@pytest.fixture
def tempbox(api: Api, memory: Memory) -> str:
    memory.admin_keys.replace(key_hash(KEY["X-Admin-Key"]), memory.clock())
    added = api.call("POST", "/v1/admin/domains", body=DOMAIN, headers=KEY)
    return str(added.json["id"])


def test_a_domains_server_is_that_of_its_addresses(api: Api, memory: Memory, tempbox: str) -> None:
    there = "ann@tempbox.example"
    memory.pop3_servers.given(HOST, there, mails={"one": a_mail(1)})
    bare = {"pop3_host": None, "pop3_port": None, "pop3_tls": None, "pop3_username": None}

    inbox = made(api, email_address=there, **bare)

    assert subjects(listed(api, inbox)) == ["number 1"]
    assert memory.pop3_servers.asked == [MailServer(HOST, 995, True)]


def test_an_address_of_ours_is_shown_with_its_own_mail_only(
    api: Api, memory: Memory, mailbox: Mailbox, tempbox: str
) -> None:
    reply = made(api, email_address="ann@tempbox.example", pop3_host="pop.elsewhere.example")

    assert (reply.status, mailbox.logins) == (400, 0)


def test_inboxes_are_generated_at_such_a_domain(
    api: Api, memory: Memory, tempbox: str, flows: MemoryAssembly
) -> None:
    wish = {"count": 2, "domain_ids": [tempbox]}
    made_inboxes = api.call("POST", "/v1/admin/generate", body=wish, headers=KEY).json["inboxes"]
    one, _ = made_inboxes
    inbox = Reply(201, {}, json.dumps(one).encode())
    not_yet = listed(api, inbox)
    mailbox = memory.pop3_servers.given(HOST, one["email_address"], mails={"one": a_mail(1)})
    mailbox.password = one["password"]
    later(memory)

    assert (not_yet.status, not_yet.code) == (502, "POP3_ERROR")
    assert subjects(listed(api, inbox)) == ["number 1"]
    flows.receive(a_mail(2), one["email_address"])
    assert subjects(listed(api, inbox)) == ["number 2", "number 1"]
    sent = {"email": one["email_address"], "password": one["password"]}
    again = api.call("POST", "/v1/inboxes:login", body=sent)
    mailbox.mails["two"] = a_mail(3)
    later(memory)
    login = Reply(200, {}, json.dumps(again.json | {"inbox_id": one["inbox_id"]}).encode())
    assert subjects(listed(api, login))[0] == "number 3"


def test_a_generated_inbox_whose_domain_has_no_server_any_more_is_as_any_other(
    api: Api, memory: Memory, tempbox: str
) -> None:
    wish = {"count": 1, "domain_ids": [tempbox]}
    (one,) = api.call("POST", "/v1/admin/generate", body=wish, headers=KEY).json["inboxes"]
    forget = {"pop3_host": None}
    api.call("PUT", "/v1/admin/domains/{domainId}", tempbox, body=forget, headers=KEY)

    reply = listed(api, Reply(201, {}, json.dumps(one).encode()))

    assert subjects(reply) == []
    assert "warning" not in reply.json


def test_who_waits_is_given_what_the_fetch_brings(
    api: Api, memory: Memory, mailbox: Mailbox
) -> None:
    inbox = made(api)
    headers = bearer(inbox.json["access_token"])
    mailbox.mails["code"] = b"Subject: Hi\r\n\r\nYour verification code is 482913\r\n"
    later(memory)

    found = api.call(
        "GET", f"{INBOX}/wait", inbox.json["inbox_id"], headers=headers, require="code"
    )
    mailbox.refusal = Trouble(Stage.LOGIN, "no", "IN-USE")
    later(memory)
    nothing = api.call("GET", f"{INBOX}/wait", inbox.json["inbox_id"], headers=headers, timeout=0)

    assert (found.json["status"], found.json["value"]) == ("found", "482913")
    assert "warning" not in found.json
    assert (nothing.json["status"], nothing.json["warning"]["code"]) == ("timeout", "IN-USE")


def test_a_server_that_is_busy_does_not_end_it(api: Api, memory: Memory, mailbox: Mailbox) -> None:
    inbox = made(api)
    mailbox.refusal = Trouble(Stage.LOGIN, "somebody else reads it", "IN-USE")
    for _ in range(5):
        later(memory)
        assert listed(api, inbox).json["warning"]["code"] == "IN-USE"
    mailbox.refusal = None
    mailbox.mails["uidl-3"] = a_mail(3)
    later(memory)

    assert subjects(listed(api, inbox))[0] == "number 3"


def test_whoever_is_second_to_begin_does_not_log_in(
    api: Api, memory: Memory, mailbox: Mailbox
) -> None:
    inbox = made(api)
    later(memory)
    read = memory.pop3_accounts.get

    def overtaken(wanted: InboxId) -> Any:
        account = read(wanted)
        assert account is not None
        memory.pop3_accounts.kept[wanted] = account.turn(memory.clock())
        return account

    vars(memory.pop3_accounts)["get"] = overtaken
    reply = listed(api, inbox)

    assert subjects(reply) == ["number 2", "number 1"]
    assert mailbox.logins == 1
