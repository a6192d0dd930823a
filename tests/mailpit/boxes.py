"""Inboxes of each kind on the laptop, with mails in them."""

from dataclasses import dataclass, replace
from urllib.parse import quote, urlsplit

from tests.local.mayfly import Mayfly
from tests.mailpit.conftest import Clients

PASSWORD = "a phrase for the tests"
HTML = '<p>Hello <a href="https://shop.example/?a=1&amp;b=2">there</a></p>'
PLAIN = (
    "From: Shop <shop@shop.example>\r\nTo: Reader <{to}>\r\nReply-To: help@shop.example\r\n"
    "Subject: Welcome\r\nMessage-ID: <1@shop.example>\r\nDate: Thu, 01 Jan 2026 12:00:00 +0000\r\n"
    "\r\nYou have a green thumb.\r\n"
)
WITH_FILE = (
    "From: Shop <shop@shop.example>\r\nTo: Reader <{to}>\r\n"
    "Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\nMIME-Version: 1.0\r\n"
    'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
    "--b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    "WW91ciBjb2RlIGlzIDQ4MjkxMy4=\r\n"
    f"--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{HTML}\r\n"
    "--b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n"
    'Content-Disposition: attachment; filename="note.txt"\r\n\r\nYSBub3Rl\r\n--b--\r\n'
)
HIDDEN = (
    "From: other@elsewhere.example\r\nTo: list@elsewhere.example\r\nSubject: Bcc\r\n\r\nHi.\r\n"
)


@dataclass(frozen=True)
class InboxOf:
    """An inbox, what opens it, and where its mail goes."""

    laptop: Mayfly
    name: str
    address: str
    password: str

    @property
    def mailpit(self) -> str:
        """The base URL of Mailpit's clients."""
        return f"{self.laptop.http}/mailpit/{quote(self.name, safe='@')}"

    @property
    def mailhog(self) -> str:
        """That of MailHog's clients."""
        return f"{self.laptop.http}/mailhog/{quote(self.name, safe='@')}/"

    @property
    def port(self) -> str:
        """Where the laptop answers."""
        return str(urlsplit(self.laptop.http).port)

    @property
    def stranger(self) -> "InboxOf":
        """The same, for whoever knows its name alone."""
        return replace(self, password="")

    def fill(self) -> "InboxOf":
        """With three mails, the newest of which does not name the inbox."""
        for each in (PLAIN, WITH_FILE, HIDDEN):
            self.laptop.send(self.address, each.format(to=self.address).encode())
        return self

    def holds(self, clients: Clients, count: int) -> "InboxOf":
        """The same, once so many mails have come."""
        script = "mailpit_api.mjs", self.mailpit, self.password, f"wait-{count}"
        clients.call(*script)
        return self


def public(laptop: Mayfly) -> InboxOf:
    made = laptop.new_address()
    return InboxOf(laptop, made["email"], made["email"], made["access_token"])


def private(laptop: Mayfly) -> InboxOf:
    made = laptop.ask("POST", "/v1/inboxes", {"mode": "generated"})
    return InboxOf(laptop, made["inbox_id"], made["email_address"], made["access_token"])


def mailbox(laptop: Mayfly, email: str) -> InboxOf:
    """A mailbox of a new account, opened with an API key."""
    who = {"email": email, "password": PASSWORD}
    laptop.ask("POST", "/api/users/register", who)
    token = laptop.ask("POST", "/api/users/login", who)["token"]
    made = laptop.ask("POST", "/api/user/mailbox/create", {}, token)
    wish = {"name": "tests", "scopes": ["mailboxes"]}
    key = laptop.ask("POST", "/api/v1/keys", wish, token)["key"]
    return InboxOf(laptop, made["id"], made["emailAddress"], key)
