"""A client written from document 002 alone: every call it lists, in the order of its guide.

Its calls are made as it prints them. What it leaves open is who calls: here an API key, which it
names, that was made by an account.
"""

import json
import re
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import dkim
import pytest

from tests.certificates import authority
from tests.local.conftest import DEADLINE
from tests.local.mayfly import Mayfly, mayfly
from tests.local.test_sending import settled
from tests.mail_relay import PASSWORD, USER, Taken, relay

WHO = {"email": "ann@elsewhere.example", "password": "a phrase for the tests"}
RELAY = """{
    "host": "smtp.gmail.com",
    "port": 587,
    "secure": false,
    "username": "your-email@gmail.com",
    "password": "your-app-password"
  }"""
EMAIL = """{
    "from": "sender@yourdomain.com",
    "to": ["recipient@example.com"],
    "subject": "Test Email",
    "text": "Hello, World!",
    "html": "<h1>Hello, World!</h1>"
  }"""
OF_EACH_TYPE: list[dict[str, Any]] = [
    {"type": "A", "name": "www.yourdomain.com", "value": "192.0.2.1"},
    {"type": "AAAA", "name": "www.yourdomain.com", "value": "2001:db8::1"},
    {"type": "CNAME", "name": "shop.yourdomain.com", "value": "www.yourdomain.com"},
    {"type": "MX", "name": "old.yourdomain.com", "value": "mx.example.com", "priority": 10},
    {"type": "TXT", "name": "note.yourdomain.com", "value": "hello"},
    {
        **{"type": "SRV", "name": "_imaps._tcp.yourdomain.com", "value": "mail.yourdomain.com"},
        **{"priority": 0, "weight": 1, "port": 993},
    },
    {"type": "PTR", "name": "1.yourdomain.com", "value": "www.yourdomain.com"},
]


@dataclass
class Client:
    """What the document's reader would write: a URL, a header, and JSON."""

    service: Mayfly
    zone: Path
    relay_port: int
    taken: Taken
    key: str = ""
    domain: str = ""

    def curl(self, method: str, path: str, body: str | None = None) -> Any:
        with self.asked(method, path, body) as answer:
            return json.load(answer)

    def asked(self, method: str, path: str, body: str | None = None) -> Any:
        headers = {"Content-Type": "application/json", "X-API-Key": self.key}
        data = None if body is None else body.encode()
        request = urllib.request.Request(self.service.http + path, data, headers, method=method)
        return urllib.request.urlopen(request, timeout=DEADLINE)

    def refused(self, method: str, path: str, body: str | None = None) -> tuple[int, str]:
        with pytest.raises(HTTPError) as refused, self.asked(method, path, body):
            pass
        with refused.value as answer:
            return answer.code, json.load(answer)["error"]["message"]

    def brought(self, name: str) -> Any:
        """A domain, registered, and its records published."""
        registered = self.curl("POST", "/api/v1/domains", json.dumps({"name": name}))
        self.publish(registered["zoneFile"])
        return registered

    def publish(self, lines: str) -> None:
        with self.zone.open("a") as zone:
            zone.write(lines)

    def uses_the_relay(self) -> None:
        """The domain's mail goes to the one on this machine."""
        path = f"/api/v1/smtp/domains/{self.domain}/config"
        self.curl("PUT", path, json.dumps(self.own_relay))

    @property
    def own_relay(self) -> dict[str, object]:
        where = {"host": "localhost", "port": self.relay_port, "secure": False}
        return where | {"username": USER, "password": PASSWORD}

    def settled(self, mail: str, *statuses: str) -> Any:
        return settled(lambda: self.curl("GET", f"/api/v1/emails/{mail}"), statuses)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    folder = tmp_path_factory.mktemp("document-002")
    (folder / "ca.pem").write_text(authority().pem)
    zone = folder / "records.zone"
    with (
        relay(authority().server(folder, "localhost")) as (port, taken),
        mayfly(ZONE_FILE=str(zone), SSL_CERT_FILE=str(folder / "ca.pem")) as service,
    ):
        service.ask("POST", "/api/users/register", WHO)
        token = service.ask("POST", "/api/users/login", WHO)["token"]
        wish = {"name": "all", "scopes": ["domains", "smtp", "emails:send", "emails:read"]}
        client = Client(service, zone, port, taken)
        client.key = service.ask("POST", "/api/v1/keys", wish, token)["key"]
        client.domain = client.brought("yourdomain.com")["id"]
        client.curl("POST", f"/api/v1/domains/{client.domain}/verify")
        yield client


def test_a_domain_is_registered_published_and_verified(client: Client) -> None:
    early = client.curl("POST", "/api/v1/domains", '{"name": "late.com"}')
    too_early = client.curl("POST", f"/api/v1/domains/{early['id']}/verify")
    shown = client.brought("second.com")
    path = f"/api/v1/domains/{shown['id']}"

    verified = client.curl("POST", f"{path}/verify")
    lines = verified["domain"]["zoneFile"].splitlines(keepends=True)
    client.publish("".join(line for line in lines if "_domainkey" in line))

    needed = shown["verification"]
    assert (needed["name"], needed["type"]) == ("second.com", "TXT")
    assert re.fullmatch(r"[a-z]+-verify=[0-9a-f]+", needed["value"])
    assert (shown["status"], too_early["verified"]) == ("pending", False)
    assert (verified["verified"], client.curl("GET", path)["status"]) == (True, "active")
    listed = client.curl("GET", "/api/v1/domains")["domains"]
    assert {"late.com", "second.com", "yourdomain.com"} <= {each["name"] for each in listed}
    found = client.curl("GET", f"{path}/dns")["records"]
    assert {each["state"] for each in found} == {"ok"}


def test_records_of_each_type_are_kept(client: Client) -> None:
    path = f"/api/v1/domains/{client.domain}"

    kept = client.curl("PUT", f"{path}/dns", json.dumps({"records": OF_EACH_TYPE}))

    assert [each["type"] for each in kept["dnsRecords"]] == [each["type"] for each in OF_EACH_TYPE]
    assert client.curl("GET", path)["dnsRecords"] == kept["dnsRecords"]


@pytest.mark.parametrize("path", ["/api/v1/smtp/domains/{}/config", "/api/v1/domains/{}/smtp"])
def test_the_relay_of_the_guide_is_kept_and_its_password_is_not_shown(
    client: Client, path: str
) -> None:
    kept = client.curl("PUT", path.format(client.domain), RELAY)

    shown = client.curl("GET", f"/api/v1/smtp/domains/{client.domain}/config")
    assert shown == kept
    assert {name: shown[name] for name in ("host", "port", "secure", "username")} == {
        **{"host": "smtp.gmail.com", "port": 587, "secure": False},
        "username": "your-email@gmail.com",
    }
    assert "your-app-password" not in json.dumps(shown)


def test_the_guide_s_mail_goes_through_a_relay_signed(client: Client) -> None:
    config = f"/api/v1/smtp/domains/{client.domain}"
    tried = client.curl("POST", "/api/v1/smtp/test", json.dumps(client.own_relay))
    client.uses_the_relay()
    (key,) = client.curl("POST", f"{config}/dkim")["keys"]
    with client.zone.open("a") as zone:
        zone.write(key["zoneFile"])
    client.curl("POST", f"{config}/dkim")
    spf, dmarc = (client.curl("POST", f"{config}/{each}") for each in ("spf", "dmarc"))

    accepted = client.curl("POST", "/api/v1/emails", EMAIL)

    shown = client.settled(accepted["id"], "sent")
    (raw,) = [
        each.original_content
        for each in client.taken.mails
        if each.rcpt_tos == ["recipient@example.com"]
    ]
    assert tried["success"] is True
    assert spf["record"]["value"].startswith("v=spf1 ")
    assert dmarc["record"]["value"].startswith("v=DMARC1; ")
    assert raw is not None and b"Hello, World!" in raw
    assert dkim.verify(raw, dnsfunc=lambda name, timeout=5: key["record"]["value"].encode())
    assert [each["type"] for each in shown["events"]][-1] == "sent"
    listed = client.curl("GET", "/api/v1/emails")["emails"]
    assert accepted["id"] in [each["id"] for each in listed]
    assert client.curl("GET", "/api/v1/emails/stats")["byStatus"]["sent"] >= 1


def test_a_failed_mail_is_sent_again_and_deleted(client: Client) -> None:
    client.uses_the_relay()
    client.taken.refusals["refused@example.com"] = "550 5.7.1 not from you"
    mail = json.loads(EMAIL) | {"to": ["refused@example.com"]}
    failed = client.curl("POST", "/api/v1/emails", json.dumps(mail))["id"]
    client.settled(failed, "failed", "bounced")
    client.taken.refusals.clear()

    again = client.curl("POST", f"/api/v1/emails/{failed}/resend")

    client.settled(again["id"], "sent")
    client.curl("DELETE", f"/api/v1/emails/{failed}")
    assert client.refused("GET", f"/api/v1/emails/{failed}")[0] == 404


def test_a_mail_is_scheduled_and_called_back(client: Client) -> None:
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat(timespec="minutes")
    mail = json.loads(EMAIL) | {"scheduledAt": tomorrow}
    accepted = client.curl("POST", "/api/v1/emails", json.dumps(mail))

    cancelled = client.curl("DELETE", f"/api/v1/emails/{accepted['id']}")

    assert (accepted["status"], cancelled["status"]) == ("scheduled", "cancelled")


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/health", '"status"'),
        ("/health/ready", '"ready"'),
        ("/health/metrics", "mayfly_http_requests_total"),
        ("/health/ping", "pong"),
        ("/metrics", "# TYPE mayfly_http_requests_total counter"),
        ("/api-docs", "<html"),
    ],
)
def test_its_places_to_watch_answer(client: Client, path: str, says: str) -> None:
    with client.asked("GET", path) as answer:
        assert says in answer.read().decode()


def test_a_domain_is_deleted_at_last(client: Client) -> None:
    registered = client.curl("POST", "/api/v1/domains", '{"name": "third.com"}')
    path = f"/api/v1/domains/{registered['id']}"

    client.curl("DELETE", path)

    assert client.refused("GET", path)[0] == 404
