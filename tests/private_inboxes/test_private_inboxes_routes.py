"""The HTTP API as callers of document 003 see it."""

import io
import json
import re
from typing import Any

import pytest

from functions.http_api.handler import lambda_handler
from mayfly.settings import Settings
from tests import samples
from tests.deployments import Deployment
from tests.functions.http import BASE, Api, MemoryAssembly, bearer, event, unpacked
from tests.memory import Memory

INBOXES = "/v1/inboxes"
INBOX = "/v1/inboxes/{inboxId}"
ROTATE = "/v1/inboxes/{inboxId}/token:rotate"
MESSAGES = "/v1/inboxes/{inboxId}/messages"
MESSAGE = "/v1/inboxes/{inboxId}/messages/{uid}"
RAW_MAIL = "/v1/inboxes/{inboxId}/messages/{uid}/raw"
ATTACHMENT = "/v1/inboxes/{inboxId}/messages/{uid}/attachments/{attachmentId}"
GENERATED = {"mode": "generated", "token_ttl_seconds": 600}
RAW = (
    b"From: The Shop <secret-sender@shop.example>\r\nTo: you@elsewhere.example\r\n"
    b"Subject: secret subject\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
    b"--b\r\nContent-Type: text/plain\r\n\r\nsecret body\r\n"
    b"--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment;"
    b' filename="report.pdf"\r\n\r\nPDF\r\n--b--\r\n'
)


def given_inbox(api: Api, mails: int = 0) -> tuple[str, dict[str, str], str]:
    """An inbox's id, the headers that open it, and its address."""
    made = api.call("POST", INBOXES, body=GENERATED).json
    for number in range(mails):
        api.flows.receive(RAW, made["email_address"], name=f"{made['inbox_id']}-{number}")
    return made["inbox_id"], bearer(made["access_token"]), made["email_address"]


def test_an_inbox_is_made_shown_and_deleted(api: Api) -> None:
    made = api.call("POST", INBOXES, body=GENERATED)
    inbox_id, headers = made.json["inbox_id"], bearer(made.json["access_token"])

    assert made.status == 201
    assert made.headers["Location"] == f"{BASE}/v1/inboxes/{inbox_id}"
    assert re.fullmatch(r"[a-z]+\.[a-z]+\d\d@mayfly\.example", made.json["email_address"])
    assert made.json["inbox_type"] == "generated"
    assert made.json["created_at"] == "2026-01-01T12:00:00.000Z"
    assert made.json["token_expires_at"] == "2026-01-01T12:10:00.000Z"
    shown = api.call("GET", INBOX, inbox_id, headers=headers)
    assert shown.json["message_count"] == 0
    assert made.json["access_token"] not in shown.content.decode()
    gone = api.call("DELETE", INBOX, inbox_id, headers=headers)
    assert (gone.status, gone.json) == (200, {"inbox_id": inbox_id, "deleted": True})
    assert api.call("GET", INBOX, inbox_id, headers=headers).status == 404


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (None, "generated"),
        ({"mode": "external", "pop3_host": "pop.example.com"}, "email_address"),
        ({"mode": "generated", "token_ttl_seconds": 59}, "60 to 3600"),
        ({"mode": "generated", "domain": "elsewhere.example"}, "elsewhere.example"),
        ({"mode": "generated", "name": "sarah"}, "'name'"),
    ],
)
def test_what_cannot_be_made_says_why(api: Api, body: object, says: str) -> None:
    reply = api.call("POST", INBOXES, body=body)

    assert (reply.status, reply.code) == (400, "VALIDATION_ERROR")
    assert says in reply.json["error"]["message"]


def test_where_private_inboxes_are_off_creation_is_forbidden(memory: Memory) -> None:
    api = Api(MemoryAssembly(memory, Settings(private_inboxes=False)))

    assert api.call("POST", INBOXES, body=GENERATED).status == 403


def test_public_addresses_may_be_off_without_the_private_inboxes(memory: Memory) -> None:
    api = Api(MemoryAssembly(memory, Settings(public_inboxes=False)))

    assert api.call("POST", INBOXES, body=GENERATED).status == 201


def test_messages_are_whole_and_newest_first_or_since_a_uid(api: Api) -> None:
    inbox_id, headers, _ = given_inbox(api, 3)

    newest = api.call("GET", MESSAGES, inbox_id, headers=headers, limit=2, fetch_new="true").json
    since = api.call("GET", MESSAGES, inbox_id, headers=headers, since_uid="1").json
    nothing = api.call("GET", MESSAGES, inbox_id, headers=headers, since_uid="3").json

    assert [each["uid"] for each in newest["messages"]] == ["3", "2"]
    assert newest["messages"][0]["text_body"] == "secret body"
    assert (newest["count"], newest["last_uid"]) == (2, "3")
    assert [each["uid"] for each in since["messages"]] == ["2", "3"]
    assert (nothing["messages"], nothing["last_uid"]) == ([], "3")


def test_a_list_reads_no_more_contents_than_it_shows(api: Api, memory: Memory) -> None:
    inbox_id, headers, _ = given_inbox(api, 5)
    before = len(memory.raw_mails.reads)

    api.call("GET", MESSAGES, inbox_id, headers=headers, limit=2)

    assert len(memory.raw_mails.reads) - before == 2


def test_a_long_poll_ends_with_an_empty_list(api: Api, memory: Memory) -> None:
    inbox_id, headers, _ = given_inbox(api)

    reply = api.call("GET", MESSAGES, inbox_id, headers=headers, since_uid="0", wait=25)

    assert (reply.status, reply.json["count"]) == (200, 0)
    assert sum(memory.clock.pauses) == pytest.approx(25)


def test_a_message_is_read_marked_and_deleted(api: Api) -> None:
    inbox_id, headers, _ = given_inbox(api, 2)

    shown = api.call("GET", MESSAGE, inbox_id, "1", headers=headers).json
    marked = api.call("PATCH", MESSAGE, inbox_id, "1", headers=headers, body={"is_read": True})
    again = api.call("GET", MESSAGE, inbox_id, "1", headers=headers).json
    gone = api.call("DELETE", MESSAGE, inbox_id, "1", headers=headers)

    assert (shown["subject"], shown["is_read"]) == ("secret subject", False)
    marks = {"is_read": True, "is_spam": False}
    assert marked.json == {"inbox_id": inbox_id, "uid": "1", **marks}
    assert again["is_read"] is True
    assert gone.json == {"inbox_id": inbox_id, "uid": "1", "deleted": True}
    assert api.call("GET", MESSAGE, inbox_id, "1", headers=headers).status == 404
    assert api.call("GET", MESSAGE, inbox_id, "x", headers=headers).status == 404
    wrong = api.call("PATCH", MESSAGE, inbox_id, "2", headers=headers, body={"isRead": True})
    assert wrong.status == 400


def test_safe_html_can_be_asked_for_with_its_images_or_without(api: Api) -> None:
    inbox_id, headers, email = given_inbox(api)
    html = b"<script>1</script><img src=https://x.example/a>hi"
    api.flows.receive(b"Content-Type: text/html\r\n\r\n" + html, email, name="mail")

    raw, safe, shown = (
        api.call("GET", MESSAGE, inbox_id, "1", headers=headers, **query).json
        for query in ({}, {"html": "safe"}, {"html": "safe", "images": "remote"})
    )
    wrong = api.call("GET", MESSAGE, inbox_id, "1", headers=headers, images="remote")

    assert raw["html_body"].encode() == html
    assert "blocked_images" not in raw
    assert ("script" in safe["html_body"], safe["blocked_images"]) == (False, 1)
    assert ("https://x.example/a" in shown["html_body"], shown["blocked_images"]) == (True, 0)
    assert (wrong.status, wrong.code) == (400, "VALIDATION_ERROR")


def test_a_message_on_its_own_says_what_it_is_to_confirm(api: Api) -> None:
    inbox_id, headers, email = given_inbox(api)
    raw = b"Subject: Sign in\r\n\r\nYour sign-in code is 482 913\r\n"
    api.flows.receive(raw, email, name="mail")

    shown = api.call("GET", MESSAGE, inbox_id, "1", headers=headers).json
    (listed,) = api.call("GET", MESSAGES, inbox_id, headers=headers).json["messages"]

    assert shown["confirmation"] == {"code": "482913", "link": None, "secure": None}
    assert "confirmation" not in listed


def test_originals_are_binary(api: Api) -> None:
    inbox_id, headers, _ = given_inbox(api, 1)

    raw = api.call("GET", RAW_MAIL, inbox_id, "1", headers=headers)
    attachment = api.call("GET", ATTACHMENT, inbox_id, "1", "1", headers=headers)

    assert raw.content == RAW
    assert raw.headers["Content-Type"] == "message/rfc822"
    assert attachment.content == b"PDF"
    assert attachment.headers["Content-Type"] == "application/pdf"
    assert "report.pdf" in attachment.headers["Content-Disposition"]
    assert attachment.headers["X-Content-Type-Options"] == "nosniff"
    assert api.call("GET", ATTACHMENT, inbox_id, "1", "9", headers=headers).status == 404
    linked = api.call("GET", ATTACHMENT, inbox_id, "1", "1", headers=headers, link="1")
    assert linked.json["url"].startswith("https://bucket.example/")


def test_a_rotation_gives_a_token_and_takes_the_old_one(api: Api) -> None:
    inbox_id, headers, _ = given_inbox(api, 1)

    rotated = api.call("POST", ROTATE, inbox_id, headers=headers, body={"token_ttl_seconds": 900})

    assert set(rotated.json) == {"inbox_id", "access_token", "token_expires_at"}
    assert rotated.json["token_expires_at"] == "2026-01-01T12:15:00.000Z"
    old = api.call("GET", MESSAGES, inbox_id, headers=headers)
    assert (old.status, old.code) == (401, "AUTHENTICATION_ERROR")
    assert old.headers["WWW-Authenticate"] == "Bearer"
    new = bearer(rotated.json["access_token"])
    assert api.call("GET", MESSAGES, inbox_id, headers=new).json["count"] == 1
    assert api.call("POST", ROTATE, inbox_id, headers=new).status == 200


def test_a_private_inbox_does_not_exist_for_those_who_know_its_address(api: Api) -> None:
    inbox_id, headers, email = given_inbox(api, 1)
    message_id = api.call("GET", MESSAGE, inbox_id, "1", headers=headers).json["id"]

    for resource in ("/api/emails/{email}", "/api/emails/{email}/messages"):
        assert api.call("GET", resource, email, headers=headers).status == 404
    assert api.call("GET", "/api/messages/{id}", message_id, headers=headers).status == 404
    assert api.call("DELETE", "/api/emails/{email}", email, headers=headers).status == 404


def test_without_keys_callers_are_asked_to_come_again(api: Api, memory: Memory) -> None:
    inbox_id, headers, _ = given_inbox(api)
    memory.signing_keys.keys.clear()

    for reply in (
        api.call("POST", INBOXES, body=GENERATED),
        api.call("GET", MESSAGES, inbox_id, headers=headers),
    ):
        assert (reply.status, reply.headers["Retry-After"]) == (503, "1")
    assert api.call("POST", "/api/emails").status == 201


def test_readiness_says_what_is_missing(
    api: Api, memory: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready = api.call("GET", "/ready")
    memory.signing_keys.keys.clear()
    without_keys = api.call("GET", "/ready")
    monkeypatch.setattr(memory.watching, "connections", lambda now: 1 // 0)
    without_table = api.call("GET", "/ready")

    assert (ready.status, ready.json["status"]) == (200, "ready")
    assert (without_keys.status, without_keys.json["status"]) == (503, "not ready")
    assert without_keys.json["checks"] == {"table": True, "token_keys": False}
    assert without_table.json["checks"]["table"] is False


def test_the_log_has_no_token_no_address_and_nothing_of_a_mail(api: Api, log: io.StringIO) -> None:
    inbox_id, headers, email = given_inbox(api, 1)
    token = headers["Authorization"].split()[1]
    api.call("GET", MESSAGES, inbox_id, headers=headers)
    api.call("GET", MESSAGES, inbox_id, headers=bearer(token + "x"))
    api.call("POST", ROTATE, inbox_id, headers=headers)
    api.call("GET", MESSAGES, inbox_id, headers=headers)

    assert [json.loads(line)["message"] for line in log.getvalue().splitlines()]
    for told in (inbox_id, email.partition("@")[0], *token.split("."), "secret"):
        assert told not in log.getvalue()


def test_everything_works_on_the_real_adapters(deployment: Deployment) -> None:
    flows = deployment.assembly
    api = Api(flows)
    told = event("POST", INBOXES, body=GENERATED)
    made: Any = unpacked(lambda_handler(told, deployment.context)).json
    inbox_id, headers = made["inbox_id"], bearer(made["access_token"])
    deployment.put_raw("raw/mail-1", RAW)
    flows.receiving.receiver.receive(
        samples.notice("mail-1", made["email_address"], received_at=flows.now())
    )

    listed = api.call("GET", MESSAGES, inbox_id, headers=headers, since_uid="0", wait=5).json
    rotated = api.call("POST", ROTATE, inbox_id, headers=headers).json

    assert [each["subject"] for each in listed["messages"]] == ["secret subject"]
    assert api.call("GET", "/ready").status == 200
    assert api.call("GET", MESSAGE, inbox_id, "1", headers=headers).status == 401
    new = bearer(rotated["access_token"])
    assert api.call("GET", RAW_MAIL, inbox_id, "1", headers=new).content == RAW
    assert api.call("GET", ATTACHMENT, inbox_id, "1", "1", headers=new).content == b"PDF"
    assert api.call("DELETE", MESSAGE, inbox_id, "1", headers=new).status == 200
    assert api.call("DELETE", INBOX, inbox_id, headers=new).status == 200
    assert api.call("GET", INBOX, inbox_id, headers=new).status == 404


@pytest.mark.parametrize("query", [{}, {"since_uid": "0", "wait": "5"}], ids=str)
def test_a_list_of_whole_messages_costs_two_calls_and_one_for_each(
    deployment: Deployment, query: dict[str, Any]
) -> None:
    flows = deployment.assembly
    api = Api(flows)
    inbox_id, headers, email = given_inbox(api)
    for number in range(3):
        deployment.put_raw(f"raw/mail-{number}", RAW)
        notice = samples.notice(f"mail-{number}", email, received_at=flows.now())
        flows.receiving.receiver.receive(notice)
    calls = deployment.calls
    calls.clear()

    listed = api.call("GET", MESSAGES, inbox_id, headers=headers, **query).json

    assert listed["count"] == 3
    assert sorted(calls) == ["GetItem"] + ["GetObject"] * 3 + ["Query"]
