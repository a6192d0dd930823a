"""What tests of the facade share: a caller in memory, an account with a mail, and a stranger's."""

from dataclasses import dataclass

import pytest

from mayfly.settings import Settings
from tests.functions.http import Api, MemoryAssembly, Reply, bearer
from tests.memory import Memory

ADDRESS = "victim.one@mayfly.example"
PASSWORD = "k2Vq8z"
JSON = {"Accept": "application/json"}
SETTINGS = Settings(facades=("mailtm",))
RAW = (
    b"From: Hidden Sender <hidden-sender@shop.example>\r\n"
    b"To: Victim <victim.one@mayfly.example>\r\n"
    b"Cc: other@shop.example\r\nSubject: hidden-subject\r\nMessage-ID: <one@shop.example>\r\n"
    b'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n'
    b'--b\r\nContent-Type: multipart/alternative; boundary="c"\r\n\r\n'
    b"--c\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nhidden-body \xc3\xa4\r\n"
    b"--c\r\nContent-Type: text/html\r\n\r\n<p>hidden-body</p>\r\n--c--\r\n"
    b"--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment;"
    b' filename="report.pdf"\r\nContent-Transfer-Encoding: base64\r\n\r\nUERGLWJ5dGVz\r\n--b--\r\n'
)


@dataclass
class Account:
    """An account of mail.tm's, and its token."""

    id: str
    address: str
    token: str


class Client:
    """Calls the facade as mail.tm's clients do."""

    def __init__(self, flows: MemoryAssembly) -> None:
        self.flows = flows
        self.api = Api(flows)

    def call(
        self,
        method: str,
        path: str,
        *values: str,
        body: object = None,
        token: str | None = None,
        accept: str = "application/json",
        **query: object,
    ) -> Reply:
        headers = {"Accept": accept} | (bearer(token) if token else {})
        path = f"/mailtm{path}"
        return self.api.call(method, path, *values, body=body, headers=headers, **query)

    def make(self, address: str = ADDRESS, password: str = PASSWORD) -> Account:
        """An account that has logged in."""
        sent = {"address": address, "password": password}
        made = self.call("POST", "/accounts", body=sent)
        assert made.status == 201, made.content
        opened = self.call("POST", "/token", body=sent)
        assert opened.status == 200, opened.content
        return Account(made.json["id"], made.json["address"], opened.json["token"])

    def receive(self, to: Account, name: str = "mail-1", raw: bytes = RAW) -> str:
        """Take in a mail; the id of the account's newest message."""
        self.flows.receive(raw, to.address, name=name)
        return str(self.call("GET", "/messages", token=to.token).json[0]["id"])


@pytest.fixture
def memory() -> Memory:
    return Memory()


@pytest.fixture
def client(memory: Memory) -> Client:
    return Client(MemoryAssembly(memory, settings=SETTINGS))
