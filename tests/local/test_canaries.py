"""Nothing of anybody's is in the log: everything secret is a canary, and all output is searched.

One laptop goes through its main flows, through refusals and through requests that are malformed,
as chatty as it can be.
"""

import asyncio
import json
import re
import signal
import smtplib
import socket
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from typing import Any

import aiohttp
import pytest

from tests.local.conftest import DEADLINE
from tests.local.mayfly import Mayfly, mayfly

ADMIN_KEY = "canary-admin-key-7f3a"
PASSWORD = "canary phrase of an account 51"
WRONG = "canary wrong secret 62"
NAME = "Canary Fullname"
ACCOUNT = "canary-account@elsewhere.example"
ALIAS = "canary.alias"
SENDER = "canary-sender@example.org"
SUBJECT = "Canary-Subject-93"
BODY = "canary-text-of-a-mail"
FILE = "canary-file.pdf"
STRANGER = "canary-stranger@mayfly.example"
MAIL = (
    f"From: Canary Sender <{SENDER}>\r\nTo: undisclosed\r\nSubject: {SUBJECT}\r\n"
    'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n'
    f"--b\r\nContent-Type: text/html\r\n\r\n<b>{BODY}</b>\r\n"
    f'--b\r\nContent-Type: application/pdf; name="{FILE}"\r\n\r\n{BODY}\r\n--b--\r\n'
).encode()
BROKEN_MAIL = (
    f"Subject: {SUBJECT}\0\r\n{BODY} \xff\r\nDate: {BODY}\r\nFrom: {SENDER}, <<\r\n"
    f"Content-Type: multipart/{BODY}\r\n\r\n{BODY}"
).encode("latin-1")


class Run:
    """Goes through flows, and remembers every secret it is given."""

    def __init__(self, service: Mayfly) -> None:
        self.service = service
        self.secrets = [ADMIN_KEY, PASSWORD, WRONG, NAME, ACCOUNT, ALIAS, SENDER, SUBJECT]
        self.secrets += [BODY, FILE, STRANGER]

    def keep(self, *secrets: str) -> None:
        self.secrets.extend(secrets)

    def ask(
        self, method: str, path: str, body: Any = None, token: str = "", **headers: str
    ) -> tuple[int, Any]:
        """The status and the answer; a path may be a whole URL."""
        sent = {name.replace("_", "-"): text for name, text in headers.items()}
        if token:
            sent["Authorization"] = f"Bearer {token}"
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        url = self.service.http + urllib.parse.quote(path, safe="/:?&=%")
        request = urllib.request.Request(url, data, sent, method=method)
        try:
            with urllib.request.urlopen(request, timeout=DEADLINE) as response:
                content, status = response.read(), response.status
        except urllib.error.HTTPError as error:
            content, status = error.read(), error.code
            error.close()
        try:
            return status, json.loads(content)
        except ValueError:
            return status, content

    def public_address(self) -> None:
        _, made = self.ask("POST", "/api/emails")
        address, token = made["email"], made["access_token"]
        self.keep(address, address.partition("@")[0], token)
        self.service.send(address, MAIL)
        self.service.send(address, BROKEN_MAIL)
        listed = self.service.messages(address, 2)
        for path in ("", "?html=safe", "/raw", "/attachments/1", "/attachments/2"):
            self.ask("GET", f"/api/messages/{listed[0]['id']}{path}")
            self.ask("GET", f"/api/messages/{listed[1]['id']}{path}")
        asyncio.run(self._watched(address, token))
        assert self.ask("DELETE", f"/api/emails/{address}", token=WRONG)[0] == 401
        assert self.ask("DELETE", f"/api/emails/{address}", token=token)[0] == 200
        assert self.ask("GET", f"/api/emails/{STRANGER}")[0] == 404

    def private_inbox(self) -> None:
        _, made = self.ask("POST", "/v1/inboxes", {"mode": "generated"})
        address, token, inbox = made["email_address"], made["access_token"], made["inbox_id"]
        self.keep(address, address.partition("@")[0], token, token.rpartition(".")[2])
        self.service.send(address, MAIL)
        path = f"/v1/inboxes/{inbox}"
        heard = self.ask("GET", f"{path}/messages?since_uid=0&wait=20", token=token)[1]
        assert len(heard["messages"]) == 1
        asyncio.run(self._watched(address, token))
        _, rotated = self.ask("POST", f"{path}/token:rotate", token=token)
        self.keep(rotated["access_token"])
        assert self.ask("GET", path, token=token)[0] == 401
        assert self.ask("GET", f"{path}?token={rotated['access_token']}")[0] == 401
        assert self.ask("DELETE", path, token=rotated["access_token"])[0] == 200

    def account(self) -> None:
        person = {"email": ACCOUNT, "password": PASSWORD}
        assert self.ask("POST", "/api/users/register", person | {"fullName": NAME})[0] == 201
        self.ask("POST", "/api/users/register", person)
        assert self.ask("POST", "/api/users/login", person | {"password": WRONG})[0] == 401
        token = self.ask("POST", "/api/users/login", person)[1]["token"]
        self.keep(token)
        _, made = self.ask("POST", "/api/user/mailbox/create", {"alias": ALIAS}, token)
        made = made.get("mailbox", made)
        self.service.send(made["emailAddress"], MAIL)
        path = f"/api/user/mailbox/{made['id']}"
        heard = self.ask("GET", f"{path}/messages?after=0&wait=20", token=token)[1]
        assert heard["messages"][0]["subject"] == SUBJECT
        _, socket_token = self.ask("POST", "/api/users/socket-token", token=token)
        self.keep(*(text for text in _texts(socket_token) if len(text) > 60))
        self.ask("PUT", "/api/users/profile", {"fullName": NAME + "\r\nx"}, token)
        self.ask("GET", "/api/users/me", Cookie=f"token={token}")
        self.ask("DELETE", "/api/users/me", {"password": WRONG}, token)
        assert self.ask("DELETE", "/api/users/me", {"password": PASSWORD}, token)[0] == 200

    def admin(self) -> None:
        wish = {"count": 2, "token_ttl_seconds": 600}
        _, batch = self.ask("POST", "/v1/admin/generate", wish, X_Admin_Key=ADMIN_KEY)
        for each in batch["inboxes"]:
            self.keep(each["email_address"], each["password"])
        first = batch["inboxes"][0]
        credentials = {"email": first["email_address"], "password": first["password"]}
        self.keep(self.ask("POST", "/v1/inboxes:login", credentials)[1]["access_token"])
        self.ask("POST", "/v1/inboxes:login", credentials | {"password": WRONG})
        for form in ("text", "json", "csv"):
            self.ask("GET", f"/v1/admin/export?format={form}", X_Admin_Key=ADMIN_KEY)
        self.ask("GET", "/v1/admin/stats", X_Admin_Key=ADMIN_KEY)
        assert self.ask("GET", "/v1/admin/stats", X_Admin_Key=WRONG)[0] == 401

    def refused_mail(self) -> None:
        with smtplib.SMTP("127.0.0.1", self.service.smtp_port, timeout=DEADLINE) as connection:
            connection.ehlo("canary-host.example")
            connection.docmd(f"MAIL FROM:<{SENDER}> {BODY}=1")
            connection.docmd(f"VRFY {STRANGER}")
            connection.docmd(f"AUTH PLAIN {WRONG}")
            connection.docmd(f"{BODY} {STRANGER}")
            connection.mail(SENDER)
            for recipient in (STRANGER, f"<<{STRANGER}", f"{STRANGER}\x01", "canary@other.example"):
                connection.docmd(f"RCPT TO:<{recipient}>")
            connection.docmd("DATA")
            connection.docmd("X" * 3000 + BODY)
        self.keep("canary-host.example", "canary@other.example")

    def malformed_requests(self) -> None:
        path = f"/api/emails/{STRANGER}"
        for body in (f'{{"{BODY}": ', f'{{"email": ["{STRANGER}"]}}', f'{{"{BODY}": 1}}', BODY):
            self.ask("POST", "/v1/inboxes:login", body.encode())
            self.ask("POST", "/v1/inboxes", body.encode())
        self.ask("PUT", f"{path}/{BODY}?q={BODY}")
        self.ask("GET", f"/api/emails/{STRANGER}/messages?after={BODY}&cursor={BODY}")
        for head in (
            f"GET {path} HTTP/1.1\r\nAuthorization: Bearer {WRONG}\x01\r\nHost: x\r\n\r\n",
            f"GET {path} HTTP/1.1\r\nX-Admin-Key {ADMIN_KEY}\r\nHost: x\r\n\r\n",
            f"GET {path} HTTP/1.1\r\n{ADMIN_KEY}: {BODY}\r\n {BODY}\r\n\r\n",
            f"GET {path} HTTP/{BODY}\r\n\r\n",
            f"{BODY}\x02 {path} HTTP/1.1\r\n\r\n",
            f"GET {path} HTTP/1.1\r\nContent-Length: {BODY}\r\n\r\n",
            f"GET {path} HTTP/1.1\r\nCookie: token={WRONG * 1000}\r\n\r\n",
            f"POST {path} HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n{BODY}\r\n",
            f"GET http://[{STRANGER} HTTP/1.1\r\nHost: {STRANGER}]\r\n\r\n",
        ):
            self._sent_raw(self.service.http, head)
            self._sent_raw(self.service.websocket, head.replace(path, f"/?token={WRONG}"))

    def _sent_raw(self, url: str, request: str) -> None:
        port = int(url.rpartition(":")[2].strip("/"))
        with socket.create_connection(("127.0.0.1", port), DEADLINE) as connection:
            connection.sendall(request.encode("latin-1"))
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(65536):
                pass

    async def _watched(self, address: str, token: str) -> None:
        url = self.service.websocket
        async with aiohttp.ClientSession() as http, http.ws_connect(url) as watching:
            for frame in (
                {"type": "subscribe", "email": address, "token": token},
                {"type": "subscribe", "email": address, "token": WRONG},
                {"type": "subscribe", "email": address, "token": token, "after": 10**300},
                {"type": "subscribe", "email": STRANGER, "token": token},
                {"type": "subscribe", "account": True, "token": token},
                {"type": WRONG, BODY: STRANGER},
                {"type": "unsubscribe", "email": address},
            ):
                await watching.send_json(frame)
                heard = json.loads(await watching.receive_str(timeout=DEADLINE))
                assert heard.get("error", {}).get("code") != "INTERNAL_ERROR", frame["type"]
            await watching.send_str(f'{{"{BODY}"')
            await watching.receive_str(timeout=DEADLINE)


def _texts(document: Any) -> Iterator[str]:
    match document:
        case dict():
            for each in document.values():
                yield from _texts(each)
        case str():
            yield document


@pytest.fixture(scope="module")
def output() -> Iterator[tuple[Run, str]]:
    """All that the laptop printed after it had announced itself, and what must not be in it."""
    with mayfly(ADMIN_KEY=ADMIN_KEY, LOG_LEVEL="DEBUG") as service:
        run = Run(service)
        flows = (run.public_address, run.private_inbox, run.account, run.admin)
        for flow in (*flows, run.refused_mail, run.malformed_requests):
            flow()
        printed: list[str] = []
        assert service.process.stdout is not None
        reading = threading.Thread(target=lambda: printed.extend(service.process.stdout or ()))
        reading.start()
        assert service.end(signal.SIGTERM) == 0
        reading.join(DEADLINE)
        yield run, "".join(printed) + service.said()


def test_no_secret_is_in_any_output(output: tuple[Run, str]) -> None:
    run, printed = output

    encoded = (urllib.parse.quote, lambda text: json.dumps(text)[1:-1], str)
    lowered = printed.lower()
    found = {
        secret: [line for line in printed.splitlines() if secret.lower() in line.lower()][:2]
        for secret in run.secrets
        if any(form(secret).lower() in lowered for form in encoded)
    }
    assert found == {}
    assert "canary" not in lowered


def test_every_line_is_the_services_own(output: tuple[Run, str]) -> None:
    _, printed = output

    # What a client sent begins no line of its own: each has a time, is JSON, or is continued.
    ours = re.compile(r'\d\d:\d\d:\d\d \S+ |\{"level"|\s|$|Traceback|[\w.]+(Error|Exception)\b')
    assert len(printed.splitlines()) > 20
    assert [line for line in printed.splitlines() if not ours.match(line)] == []
