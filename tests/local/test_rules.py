"""Rules, spam and forwarding end to end: over HTTP and SMTP, on the whole laptop."""

import email
import email.policy
import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.local.conftest import DEADLINE
from tests.local.mayfly import Mayfly, mayfly

WHO = {"email": "somebody@example.com", "password": "a phrase for the tests"}
SENDER = "no-reply@mayfly.example"
ELSEWHERE = "me@elsewhere.example"


class Ann:
    """Logged in, with a mailbox."""

    def __init__(self, service: Mayfly) -> None:
        self.service = service
        service.ask("POST", "/api/users/register", WHO)
        token = re.search(r'"token": "([^"]+)"', self.mailed("Verify"))
        assert token
        proof = {"token": token[1], "password": WHO["password"]}
        service.ask("POST", "/api/users/verify", proof)
        self.token = service.ask("POST", "/api/users/login", WHO)["token"]
        made = self.ask("POST", "/api/user/mailbox/create", {"alias": "ann"})
        self.box, self.address = f"/api/user/mailbox/{made['id']}", made["emailAddress"]

    def ask(self, method: str, path: str, body: object = None) -> Any:
        return self.service.ask(method, path, body, self.token)

    @property
    def folder(self) -> Path:
        found = re.search(r"sent mail +(\S+)", self.service.announced)
        assert found
        return Path(found[1])

    def mailed(self, words: str) -> str:
        """The email of the service's own with these words in its subject."""
        (found,) = [
            each.read_text() for each in self.folder.glob("*.txt") if words in each.read_text()
        ]
        return found

    def link(self) -> str:
        """That of the email which asks whether mail shall be forwarded."""
        (found,) = re.findall(r"^http\S+/#/forwarding/\S+$", self.mailed("Shall mail"), re.M)
        return str(found)

    def mail(self, subject: str, *headers: str) -> None:
        lines = ["From: Shop <orders@shop.example>", f"Subject: {subject}", *headers, "", "Hello."]
        self.service.send(self.address, "\r\n".join(lines).encode())

    def listed(self, after: int, more: str = "") -> Any:
        return self.ask("GET", f"{self.box}/messages?after={after}&wait=20{more}")["messages"]


def until(found: Callable[[], Any]) -> Any:
    """What is found, once it is."""
    waiting = threading.Event()
    for _ in range(int(DEADLINE / 0.1)):
        if there := found():
            return there
        waiting.wait(0.1)
    raise AssertionError("it never came")


def test_rules_file_hide_and_forward_mail_of_a_real_client() -> None:
    with mayfly(SENDER_ADDRESS=SENDER) as service:
        ann = Ann(service)
        ann.ask("POST", "/api/user/forwarding", {"address": ELSEWHERE})
        token = ann.link().rpartition("/")[2]
        service.ask("POST", "/api/forwarding/confirm", {"token": token})
        named = {"names": ["subject"], "match": "contains"}
        rules = [
            {
                "name": "receipts",
                "if": {"header": {**named, "values": ["receipt"]}},
                "then": [{"fileinto": "archive"}, {"redirect": ELSEWHERE}],
            },
            {
                "name": "no",
                "if": {"header": {**named, "values": ["advert"]}},
                "then": [{"discard": True}],
            },
        ]
        ann.ask("PUT", f"{ann.box}/rules", {"rules": rules})

        ann.mail("An advert")
        ann.mail("Your receipt")
        (receipt,) = ann.listed(0)
        ann.mail("You won", "X-Mayfly-Verdicts: spam=FAIL virus=PASS")
        ann.mail("Lunch?")
        shown = until(lambda: ann.listed(1))
        spam, lunch = ann.listed(1, "&includeSpam=true")
        file = until(lambda: list(ann.folder.glob("*.eml")))[0]
        told = until(
            lambda: [
                each
                for each in ann.ask("GET", f"{ann.box}/messages/1")["forwarded"]
                if each["status"] in ("sent", "delivered")
            ]
        )
        forward = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        tally = service.administer("GET", "/v1/admin/stats")
        said = service.said()

    assert (receipt["folder"], receipt["rules"]) == ("archive", ["receipts"])
    assert [each["subject"] for each in shown] == ["Lunch?"]
    assert [each["isSpam"] for each in (spam, lunch)] == [True, False]
    assert forward["From"] == f"Shop via Mayfly <{ann.address}>"
    assert (forward["To"], forward["Reply-To"]) == (ELSEWHERE, "Shop <orders@shop.example>")
    assert [each["to"] for each in told] == [ELSEWHERE]
    assert "'discarded': 1" in str(tally) or '"discarded": 1' in str(tally)
    for secret in (ELSEWHERE, "orders@shop", "Your receipt", "advert"):
        assert secret not in said
