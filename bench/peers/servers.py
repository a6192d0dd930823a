"""The servers: how each is started, where its API has what, and when a mail is visible there."""

import json
import os
import sys
from pathlib import Path
from urllib.error import HTTPError

from bench.peers.installing import ROOT, Installed
from bench.peers.senders import HOST
from bench.peers.server import Server, Socket
from bench.unlimited import UNLIMITED

INBOXES = 20
LISTED = 20


class NoOp(Server):
    """aiosmtpd that acknowledges and forgets."""

    name = "noop"
    has_api = False

    def command(self) -> list[str]:
        script = Path(__file__).with_name("noop.py")
        return [str(Installed().python), str(script), str(self.smtp)]


class Sendria(Server):
    """Python, aiosmtpd and SQLite; it lists a hundred, and cannot list fewer."""

    name = "sendria"
    ready = "/api/messages/"

    def command(self) -> list[str]:
        smtp = ["--smtp-ip", HOST, "--smtp-port", str(self.smtp)]
        http = ["--http-ip", HOST, "--http-port", str(self.http)]
        database = str(self.folder / "sendria.sqlite3")
        return [str(Installed().sendria), "--foreground", "--db", database, *smtp, *http]

    def shows_all(self) -> bool:
        # They are numbered as they are stored, one after the other.
        try:
            self.ask(f"/api/messages/{self.total}.json")
        except HTTPError as error:
            error.close()
            return False
        return True

    def list_url(self) -> str:
        return self.url("/api/messages/?page=1")

    def read_url(self) -> str:
        return self.url(f"/api/messages/{self.total}.json")

    def socket(self) -> Socket | None:
        return Socket(f"ws://{HOST}:{self.http}/ws", [], "add_message")


class MailDev(Server):
    """TypeScript, smtp-server and mailparser; in memory."""

    name = "maildev"
    ready = "/api/healthz"

    def command(self) -> list[str]:
        program = Installed()
        ports = ["--ip", HOST, "--smtp", str(self.smtp), "--web-ip", HOST, "--web", str(self.http)]
        return [str(program.node), str(program.maildev), *ports, "--silent"]

    def shows_all(self) -> bool:
        shown: int = self.ask("/api/email/summary?skip=0&limit=1")["storeTotal"]
        return shown >= self.total

    def list_url(self) -> str:
        return self.url(f"/api/email/summary?skip=0&limit={LISTED}")

    def read_url(self) -> str:
        (newest,) = self.ask("/api/email/summary?skip=0&limit=1")["items"]
        return self.url(f"/api/email/{newest['id']}")

    def socket(self) -> Socket | None:
        url = f"ws://{HOST}:{self.http}/socket.io/?EIO=4&transport=websocket"
        return Socket(url, [["", "0{"], ["40", "40"]], '"newMail"')


class Mayfly(Server):
    """`make run`, everything in memory."""

    name = "mayfly"
    ready = "/health/ping"

    def command(self) -> list[str]:
        return [sys.executable, "-m", "infra.local"]

    def environment(self) -> dict[str, str]:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        for name in ("DATA", "PYTHONDONTWRITEBYTECODE"):
            clean.pop(name, None)
        websocket, dns = self.others
        ports = {
            "SMTP_SERVER_HOST": HOST,
            "SMTP_SERVER_PORT": str(self.smtp),
            "HTTP_PORT": str(self.http),
            "WS_PORT": str(websocket),
            "IMAP_PORT": "off",
            "POP3_PORT": "off",
            "DNS_PORT": str(dns),
        }
        paths = f"{ROOT}{os.pathsep}{ROOT / 'layers/core/python'}"  # it starts in another folder
        return clean | ports | UNLIMITED | {"DOMAINS": "mayfly.example", "PYTHONPATH": paths}

    def new_addresses(self, count: int) -> list[str]:
        return [self.ask("/api/emails", "POST")["email"] for _ in range(count)]

    def shows_all(self) -> bool:
        for address, messages in self.sent.items():
            if self.ask(f"/api/emails/{address}/status")["sequence"] < messages:
                return False
        return True

    def list_url(self) -> str:
        return self.url(f"/api/emails/{self._some_inbox}/messages?limit={LISTED}")

    def read_url(self) -> str:
        listed = self.ask(f"/api/emails/{self._some_inbox}/messages?limit=1")
        return self.url(f"/api/messages/{listed[0]['id']}")

    def socket(self) -> Socket | None:
        subscribe = json.dumps({"type": "subscribe", "email": self._some_inbox})
        url = f"ws://{HOST}:{self.others[0]}"
        return Socket(url, [[subscribe, '"subscribed"']], '"new-message"')

    @property
    def _some_inbox(self) -> str:
        return next(iter(self.sent))


class MayflyWithData(Mayfly):
    """The same, durable: it keeps all in a folder."""

    name = "mayfly-data"

    def environment(self) -> dict[str, str]:
        return super().environment() | {"DATA": str(self.folder / "data")}


SERVERS: tuple[type[Server], ...] = (NoOp, Sendria, MailDev, Mayfly, MayflyWithData)
