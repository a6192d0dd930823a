"""Document 003's mode A over HTTP, with a POP3 mailbox in memory."""

import pytest

from tests.functions.http import Api, Reply
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
