"""Clients of other services wherever the service runs, unchanged, as it offers them."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest

from tests.cloud.target import Target, until
from tests.local.mayfly import Mayfly
from tests.mailosaur.test_mailosaur_clients import for_python
from tests.mailpit.boxes import PLAIN, InboxOf, public
from tests.mailpit.conftest import Clients, clients
from tests.mailtm.test_clients import HERE as MAIL_TM
from tests.mailtm.test_clients import SENDER, driven, for_node
from tests.node import command

__all__ = ["clients", "for_node", "for_python"]
pytestmark = [pytest.mark.cloud, pytest.mark.needs("mail")]
SECONDS = 120.0
SEARCH = """
import json, sys
from mailosaur import MailosaurClient
from mailosaur.models import SearchCriteria
key, url = sys.argv[1:]
client = MailosaurClient(key, url)
(server,) = client.servers.list().items
wanted = SearchCriteria()
wanted.subject = "Welcome"
message = client.messages.get(server["id"], wanted, timeout=60000)
text = message.text.body.strip()
print(json.dumps([server["name"], message.subject, message.sender[0].email, text]))
"""


@dataclass(frozen=True)
class AsLaptop:
    """The target, as the tests of these clients know their laptop."""

    target: Target

    @property
    def http(self) -> str:
        return self.target.http

    def ask(self, method: str, path: str, body: Any = None, token: str = "") -> Any:
        return self.target.ask(method, path, body, token).json

    def new_address(self) -> dict[str, Any]:
        return self.target.new_address()

    def send(self, address: str, *mails: bytes) -> None:
        for each in mails:
            self.target.send(each, address)


TRUST = ("NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE")
"""What clients read the certificates from that they trust."""


@pytest.fixture
def service(target: Target, monkeypatch: pytest.MonkeyPatch) -> Mayfly:
    for name in TRUST if target.trust else ():
        monkeypatch.setenv(name, str(target.trust))
    if target.ask("GET", "/mailtm/domains").status != 200:
        pytest.skip(f"{target.name}: FACADES names none")
    return cast(Mayfly, AsLaptop(target))


@pytest.fixture
def box(service: Mayfly) -> InboxOf:
    """A public address with a mail."""
    made = public(service)
    service.send(made.address, PLAIN.format(to=made.address).encode())
    assert until(lambda: service.ask("GET", f"/api/emails/{made.address}/messages"))
    return made


def test_mailosaurs_client_finds_a_message(box: InboxOf, for_python: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SEARCH, box.address, f"{box.laptop.http}/mailosaur/"],
        env={**os.environ, "PYTHONPATH": str(for_python)},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [
        box.address,
        "Welcome",
        "shop@shop.example",
        "You have a green thumb.",
    ]


def test_mailpits_client_waits_for_a_message(box: InboxOf, clients: Clients) -> None:
    found = clients.call("mailpit_api.mjs", box.mailpit, box.password, "wait")

    assert found["message"]["Subject"] == "Welcome"
    assert found["list"]["messages_count"] == 1


def test_the_plugins_for_cypress_find_a_message(box: InboxOf, clients: Clients) -> None:
    urls = box.mailpit, box.mailhog

    found = clients.call("cypress.mjs", *urls, box.password, box.address, "wait")

    assert (found["bySubject"], found["nobody"]) == (1, 0)
    assert (found["hasSubject"], found["hasRecipient"]) == ("yes", "yes")


def test_mail_tms_clients_do_all_that_they_can(service: Mayfly, for_node: Path) -> None:
    _, *run = command("node", "drive.js", f"{service.http}/mailtm")
    with driven(service, *run, cwd=for_node) as program:
        made = program.until_step("made")["data"]
        program.until_step("empty")
        program.mail(made["username"], made["password"])
        found = program.rest()
    (line,) = found["listed"]["data"]
    assert (line["subject"], line["from"]) == ("Your order", SENDER)

    with driven(
        service, str(MAIL_TM / "drive_tempmail.py"), f"{service.http}/mailtm", cwd=for_node
    ) as running:
        who = running.until_step("made")
        running.until_step("empty")
        running.mail(who["address"], who["_password"])
        assert running.rest()["deleted"] is True
