"""Document 003's mode A against the whole laptop, with Debian's Dovecot behind it."""

import hashlib
import json
import urllib.error
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.certificates import authority
from tests.local.mayfly import LIFE_SECONDS, Mayfly, mayfly
from tests.local.test_mayfly import ATTACHED, a_mail
from tests.local.test_private_inboxes import fetch, status
from tests.pop3.dovecot import PASSWORD, USER, Dovecot, dovecot

MAILS = [a_mail("first"), a_mail("second")]


@pytest.fixture(scope="module")
def server() -> Iterator[Dovecot]:
    with dovecot(USER, name="localhost") as running:
        running.put(MAILS)
        yield running


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mayfly]:
    folder: Path = tmp_path_factory.mktemp("authority")
    (folder / "ca.pem").write_text(authority().pem)
    with mayfly(LIFE_SECONDS, SSL_CERT_FILE=str(folder / "ca.pem")) as running:
        yield running


def wanted(server: Dovecot, **changes: object) -> dict[str, object]:
    """What the document sends."""
    return {
        "mode": "external",
        "email_address": USER,
        "pop3_host": "localhost",
        "pop3_port": server.secure,
        "pop3_tls": True,
        "pop3_username": USER,
        "pop3_password": PASSWORD,
        "token_ttl_seconds": 600,
    } | changes


def test_a_client_of_the_document_reads_its_own_mailbox(service: Mayfly, server: Dovecot) -> None:
    made = service.ask("POST", "/v1/inboxes", wanted(server))
    inbox, token = f"/v1/inboxes/{made['inbox_id']}", made["access_token"]

    listed = service.ask("GET", f"{inbox}/messages?fetch_new=true&limit=20", token=token)
    newest = listed["messages"][0]
    since = service.ask("GET", f"{inbox}/messages?since_uid=1&fetch_new=false", token=token)
    attachment = newest["attachments"][0]
    path = f"{inbox}/messages/{newest['uid']}/attachments/{attachment['id']}"
    raw = fetch(service, f"{inbox}/messages/1/raw", token)
    file = fetch(service, path, token)
    rotated = service.ask("POST", f"{inbox}/token:rotate", {"token_ttl_seconds": 900}, token)
    deleted = service.ask("DELETE", inbox, token=rotated["access_token"])

    assert made["email_address"] == USER and made["inbox_type"] == "external"
    assert PASSWORD not in json.dumps([made, listed])
    assert [each["subject"] for each in listed["messages"]] == ["second", "first"]
    assert [each["subject"] for each in since["messages"]] == ["second"]
    assert newest.keys() >= {
        *("id", "uid", "message_id", "sender", "recipients", "subject", "text_body", "html_body"),
        *("headers", "size_bytes", "received_at", "fetched_at", "attachments"),
    }
    assert file == ATTACHED
    assert hashlib.sha256(raw).hexdigest() == listed["messages"][1]["sha256"]
    assert raw == MAILS[0].replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    assert deleted == {"inbox_id": made["inbox_id"], "deleted": True}
    assert status(service, "GET", inbox, rotated["access_token"]) == 404
    assert server.count() == len(MAILS)


@pytest.mark.parametrize(
    ("changes", "stage"),
    [
        ({"pop3_password": "wrong"}, ["stage: login", "code: AUTH"]),
        ({"pop3_port": 1}, ["stage: connect"]),
        ({"pop3_host": "127.0.0.1"}, ["stage: tls"]),
        ({"pop3_host": "nowhere.invalid"}, ["stage: name"]),
    ],
    ids=["login", "connect", "tls", "name"],
)
def test_what_is_wrong_is_told_by_its_stage(
    service: Mayfly, server: Dovecot, changes: dict[str, object], stage: list[str]
) -> None:
    error = refused(service, wanted(server, **changes))

    assert (error["code"], error["details"]) == ("POP3_ERROR", stage)


def test_a_deployments_rule_can_be_tried_on_the_laptop(server: Dovecot) -> None:
    with mayfly(POP3_TO_PRIVATE_ADDRESSES="off") as strict:
        elsewhere = refused(strict, wanted(server, pop3_port=995), 502)
        port = refused(strict, wanted(server), 400)

    assert elsewhere["details"] == ["stage: name"]
    assert "pop3_port" in port["message"]


def refused(service: Mayfly, body: dict[str, object], expected: int = 502) -> Any:
    with pytest.raises(urllib.error.HTTPError) as failed:
        service.ask("POST", "/v1/inboxes", body)
    with failed.value as answer:
        assert answer.code == expected
        return json.load(answer)["error"]
