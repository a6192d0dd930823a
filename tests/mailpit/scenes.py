"""Inboxes of each kind in memory, with a mail whose words nobody else may see."""

import base64
from dataclasses import dataclass, field

from mayfly.facades.facade import facade
from mayfly.kit.http.route import Route
from mayfly.settings import Settings
from tests.functions.http import Api, MemoryAssembly, Reply, bearer
from tests.memory import Memory

FACADES = ("mailhog", "mailpit")
PASSWORD = "a phrase for the tests"
SECRETS = (b"hidden-subject", b"hidden-body", b"hidden-sender")
RAW = (
    b"Return-Path: <bounce@shop.example>\r\nFrom: hidden-sender@shop.example\r\n"
    b"To: Reader <%s>\r\nReply-To: help@shop.example\r\nSubject: hidden-subject\r\n"
    b"Message-ID: <1@shop.example>\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
    b"--b\r\nContent-Type: text/html\r\n\r\n<p>hidden-body</p><script>1</script>\r\n"
    b"--b\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename=a.txt\r\n"
    b"\r\nhidden-body\r\n--b--\r\n"
)


def basic(password: str, name: str = "any") -> dict[str, str]:
    """The headers that carry the password as those clients do."""
    sent = base64.b64encode(f"{name}:{password}".encode()).decode()
    return {"Authorization": f"Basic {sent}"}


@dataclass
class Held:
    """An inbox: what it is called in a path, its address, and the password that holds it."""

    name: str
    address: str
    password: str


@dataclass
class Scene:
    """A deployment with both facades."""

    memory: Memory = field(default_factory=Memory)

    def __post_init__(self) -> None:
        self.flows = MemoryAssembly(self.memory, settings=Settings(facades=FACADES))
        self.api = Api(self.flows)
        self._mails = 0

    def public(self) -> Held:
        """A public address."""
        address, token = self.api.make()
        return Held(address, address, token)

    def private(self) -> Held:
        """A private inbox."""
        made = self.api.call("POST", "/v1/inboxes", body={"mode": "generated"}).json
        return Held(made["inbox_id"], made["email_address"], made["access_token"])

    def account(self, email: str) -> str:
        """A new account's token."""
        who = {"email": email, "password": PASSWORD}
        self.api.call("POST", "/api/users/register", body=who)
        return str(self.api.call("POST", "/api/users/login", body=who).json["token"])

    def key(self, token: str, *scopes: str) -> str:
        """A new API key of the account."""
        wish = {"name": "tests", "scopes": scopes}
        made = self.api.call("POST", "/api/v1/keys", body=wish, headers=bearer(token))
        return str(made.json["key"])

    def mailbox(self, token: str) -> Held:
        """A mailbox of the account, held with a key."""
        made = self.api.call("POST", "/api/user/mailbox/create", headers=bearer(token)).json
        return Held(made["id"], made["emailAddress"], self.key(token, "mailboxes"))

    def receive(self, held: Held, raw: bytes = RAW, **notice: object) -> None:
        """A mail for the inbox."""
        self._mails += 1
        filled = raw % held.address.encode() if b"%s" in raw else raw
        self.flows.receive(filled, held.address, name=f"mail-{self._mails}", **notice)

    def ask(
        self, held: Held, method: str, path: str, *values: str, body: object = None, **query: object
    ) -> Reply:
        """The answer to the holder; `path` begins behind the inbox."""
        return self.asked(held.name, held.password, method, path, *values, body=body, **query)

    def asked(
        self,
        name: str,
        password: str,
        method: str,
        path: str,
        *values: str,
        body: object = None,
        **query: object,
    ) -> Reply:
        """The same to somebody with this password, or with none."""
        peer, _, rest = path.partition("/")
        headers = basic(password) if password else {}
        resource = f"/{peer}/{{inbox}}/{rest}"
        return self.api.call(method, resource, name, *values, body=body, headers=headers, **query)

    def ids(self, held: Held) -> list[str]:
        """The ids of its messages, newest first."""
        listed = self.ask(held, "GET", "mailpit/api/v1/messages").json
        return [each["ID"] for each in listed["messages"]]


def routes() -> list[Route]:
    """All operations of both, but those that are not offered."""
    both = [each for name in FACADES for each in facade(name).routes]
    return [each for each in both if "not_offered" not in each.operation]


def not_offered() -> list[Route]:
    """The others."""
    both = [each for name in FACADES for each in facade(name).routes]
    return [each for each in both if "not_offered" in each.operation]
