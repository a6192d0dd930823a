"""A mailbox, a private inbox and a public address, as clients of Mailosaur get at them."""

import base64
from dataclasses import dataclass
from typing import Any

from mayfly.settings import Settings
from tests.functions.http import Api, MemoryAssembly, Reply, bearer
from tests.memory import Memory

API = "/mailosaur/api"
PASSWORD = "a phrase for the tests"
DOMAIN = "mayfly.example"
MAILBOX = f"qateam01@{DOMAIN}"
SETTINGS = Settings(facades=("mailosaur",))
HTML = (
    "<p>Your verification code is <b>123456</b></p><p>Your ID is G3H1Y2, of 2026</p>"
    '<a href="https://shop.example/?a=1&amp;b=2">shop</a>'
    '<a href="https://shop.example/"><img src="cid:cat" alt="A &amp; cat"></a>'
    '<img src="https://shop.example/pixel.gif">'
)


def a_mail(
    subject: str = "Hello", to: str = MAILBOX, sender: str = "Shop <shop@shop.example>", **more: str
) -> bytes:
    """A mail in two bodies with a picture and a file; `more` are headers."""
    headers = "".join(f"{name}: {value}\r\n" for name, value in more.items())
    return (
        f"Return-Path: <bounce@shop.example>\r\n"
        "Received: from mail.shop.example (192.0.2.7) by mx; Thu, 1 Jan 2026 12:00:00 +0000\r\n"
        f"From: {sender}\r\nTo: Anna <{to}>\r\nSubject: {subject}\r\n{headers}"
        'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="m"\r\n\r\n'
        '--m\r\nContent-Type: multipart/alternative; boundary="a"\r\n\r\n'
        f"--a\r\nContent-Type: text/plain\r\n\r\n{subject} text: "
        "your verification code is 654321. See https://shop.example/confirm or 5H0Y2.\r\n"
        f"--a\r\nContent-Type: text/html\r\n\r\n{HTML}<p>{subject} html</p>\r\n--a--\r\n"
        "--m\r\nContent-Type: image/png\r\nContent-ID: <cat>\r\n"
        "Content-Disposition: inline; filename=cat.png\r\n"
        "Content-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n"
        "--m\r\nContent-Type: text/plain\r\n"
        "Content-Disposition: attachment; filename=notes.txt\r\n\r\nsome notes\r\n--m--\r\n"
    ).encode()


def basic(key: str) -> dict[str, str]:
    """The header that the clients send: the key, and no password."""
    return {"Authorization": f"Basic {base64.b64encode(f'{key}:'.encode()).decode()}"}


@dataclass
class Scene:
    """The API with an account that has the mailbox, and the account's API key."""

    memory: Memory
    api: Api
    session: str
    key: str

    @classmethod
    def make(cls, settings: Settings = SETTINGS) -> "Scene":
        memory = Memory()
        api = Api(MemoryAssembly(memory, settings=settings))
        session = account(api, "anna@elsewhere.example")
        wish = {"alias": "qateam01"}
        made = api.call("POST", "/api/user/mailbox/create", body=wish, headers=bearer(session))
        assert made.status == 201, made.content
        return cls(memory, api, session, api_key(api, session, "mailboxes"))

    def receive(self, raw: bytes, *recipients: str) -> None:
        """Take in a mail, a second later than the one before."""
        self.memory.clock.advance(seconds=1)
        name = f"mail-{self.memory.clock().timestamp()}"
        self.api.flows.receive(raw, *(recipients or (MAILBOX,)), name=name)

    def ask(
        self, method: str, path: str, *values: str, key: str = "", body: Any = None, **query: object
    ) -> Reply:
        """One request as the clients make it, below Mailosaur's paths."""
        headers = basic(key or self.key)
        return self.api.call(method, API + path, *values, headers=headers, body=body, **query)

    def found(self, key: str = "", server: str = "qateam01", **criteria: str) -> list[str]:
        """The subjects of what these criteria mean."""
        reply = self.ask("POST", "/messages/search", key=key, body=criteria, server=server)
        assert reply.status == 200, reply.content
        return [each["subject"] for each in reply.json["items"]]


def account(api: Api, email: str) -> str:
    """A new account's session."""
    who = {"email": email, "password": PASSWORD}
    assert api.call("POST", "/api/users/register", body=who).status == 201
    token: str = api.call("POST", "/api/users/login", body=who).json["token"]
    return token


def api_key(api: Api, session: str, *scopes: str) -> str:
    """A new API key of these scopes."""
    wish = {"name": "tests", "scopes": scopes}
    made: str = api.call("POST", "/api/v1/keys", body=wish, headers=bearer(session)).json["key"]
    return made
