"""Requests made up from the API's own document, against the whole laptop.

Whatever is sent, the answer is one that the document describes, and never a failure of ours.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from infra.local.dns.server import NameServer, Zone
from mayfly.openapi import document
from tests.local.mayfly import Mayfly, mayfly

ADMIN_KEY = "the-admin-key-of-the-tests"
NOBODYS = "019b0000-0000-7000-8000-000000000000"
EXAMPLES = 5  # for each operation, and as many again with things that exist
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
MAIL = (
    b"From: Ann <ann@shop.example>\r\nTo: you@mayfly.example\r\nSubject: Your order\r\n"
    b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    b"--b\r\nContent-Type: text/plain\r\n\r\nThank you.\r\n"
    b"--b\r\nContent-Type: application/pdf\r\n"
    b"Content-Disposition: attachment; filename=a.pdf\r\n\r\nPDF\r\n--b--\r\n"
)
BOUNDS = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
SCHEMA = schemathesis.openapi.from_dict(document("http://127.0.0.1"))


@pytest.fixture(scope="module")
def service() -> Iterator[Mayfly]:
    # The requests that are made up leave those that follow nothing within the minute.
    free = dict.fromkeys((f"RATE_LIMIT_{each}" for each in ("FAILURES", "LOGIN", "CREATE")), "0")
    # Made-up POP3 servers are a documented 502 each; `tests/pop3` has real ones.
    # Nobody waits, either: what is waited for does not come.
    settings: Any = {**free, "EXTERNAL_INBOXES": "off", "WAITS_AT_ONCE": "0"}
    settings["ADMIN_KEY"] = ADMIN_KEY
    with (
        NameServer(Zone()).serving() as port,  # knows no name, and says so at once
        mayfly(DNS_SERVERS=f"127.0.0.1:{port}", **settings) as running,
    ):
        yield running


def validated(case: Any, service: Mayfly, **arguments: Any) -> None:
    case.call_and_validate(base_url=service.http, checks=CHECKS, **arguments)


@dataclass(frozen=True)
class Scene:
    """Things that exist, by the names of path parameters, and what opens them, by path."""

    values: dict[str, str]
    headers: dict[str, dict[str, str]]

    @classmethod
    def make(cls, service: Mayfly) -> "Scene":
        address = service.new_address()
        inbox = service.ask("POST", "/v1/inboxes", {"mode": "generated"})
        service.send(address["email"], MAIL)
        service.send(inbox["email_address"], MAIL)
        account, mailbox = member(service, address["email"])
        service.send(mailbox["emailAddress"], MAIL)
        (message,) = service.messages(address["email"])
        attachment = service.ask("GET", f"/api/messages/{message['id']}")["attachments"][0]
        service.ask(
            "GET",
            f"/v1/inboxes/{inbox['inbox_id']}/messages?since_uid=0&wait=20",
            token=inbox["access_token"],
        )
        name = f"{address['email'].partition('@')[0]}.example"
        domain = service.administer("POST", "/v1/admin/domains", {"domain": name})
        brought = service.ask("POST", "/api/v1/domains", {"name": f"own-{name}"}, account)
        wanted = {"name": "tests", "scopes": ["domains"]}
        key = service.ask("POST", "/api/v1/keys", wanted, account)
        relay = {"host": "relay.example", "port": 587}
        path = f"/api/v1/smtp/domains/{brought['id']}/config"
        service.ask("PUT", path, relay, account)
        path = f"/api/user/mailbox/{mailbox['id']}/messages?after=0&wait=20"
        service.ask("GET", path, token=account)
        return cls(
            {
                "email": address["email"],
                "id": message["id"],
                "attachmentId": attachment["id"],
                "inboxId": inbox["inbox_id"],
                "uid": "1",
                "mailboxId": mailbox["id"],
                "number": "1",
                "file": "start.js",
                "domainId": domain["id"],
                "own domainId": brought["id"],
                "keyId": key["id"],
                "accountId": service.ask("GET", "/api/users/me", token=account)["id"],
                # Only who has a domain that DNS knows of sends; without, there is no mail.
                "emailId": NOBODYS,
                "address": "somebody@example.com",
                # Of these there are none; their own tests have some.
                **dict.fromkeys(("exportId", "templateId", "webhookId"), NOBODYS),
                "ticket": "nobodys",
            },
            {
                "/v1/admin": {"X-Admin-Key": ADMIN_KEY},
                "/v1/inboxes": bearer(inbox["access_token"]),
                "/api/emails": bearer(address["access_token"]),
                "/api/messages": bearer(address["access_token"]),
                "/api/user": bearer(account),
                "/api/v1": bearer(account),
            },
        )

    def headers_for(self, path: str) -> dict[str, str]:
        """What opens this path."""
        return next((them for start, them in self.headers.items() if path.startswith(start)), {})


def member(service: Mayfly, email: str) -> tuple[str, dict[str, str]]:
    """The token of a new account, and its mailbox."""
    who = {"email": email, "password": "a phrase for the tests"}
    service.ask("POST", "/api/users/register", who)
    token = service.ask("POST", "/api/users/login", who)["token"]
    return token, service.ask("POST", "/api/user/mailbox/create", {}, token)


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
def scene(service: Mayfly) -> Scene:
    return Scene.make(service)


@SCHEMA.parametrize()
@BOUNDS
def test_whatever_is_sent_the_answer_is_a_documented_one(case: Any, service: Mayfly) -> None:
    validated(case, service)


@SCHEMA.parametrize()
@BOUNDS
def test_what_exists_and_opens_is_answered_as_documented(
    case: Any, service: Mayfly, scene: Scene
) -> None:
    for name in case.path_parameters:
        own = f"own {name}" if case.path.startswith("/api/v1") else name
        case.path_parameters[name] = scene.values.get(own) or scene.values[name]
    if "wait" in case.query:
        case.query["wait"] = 0  # waiting for mail has tests of its own

    validated(case, service, headers=scene.headers_for(case.path))
