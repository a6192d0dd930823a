"""Mail that accounts send from the laptop: into its own inboxes, to a relay, or to nowhere."""

import email
import email.policy
import re
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import dkim

from infra.local.dns.server import NameServer, Zone
from tests.certificates import authority
from tests.file_form import posted
from tests.given_domains import shown_records
from tests.local.conftest import DEADLINE
from tests.local.mayfly import Mayfly, mayfly
from tests.mail_relay import PASSWORD, USER, relay

WHO = {"email": "ann@elsewhere.example", "password": "a phrase for the tests"}
V1 = "/api/v1"
DOMAIN = "yourdomain.com"
HELLO = {  # as document 002 prints it
    "from": f"sender@{DOMAIN}",
    "to": ["recipient@example.com"],
    "subject": "Test Email",
    "text": "Hello, World!",
    "html": "<h1>Hello, World!</h1>",
}


class Ann:
    """Logged in, and with an active domain."""

    def __init__(self, service: Mayfly, zone: Zone) -> None:
        self.service = service
        service.ask("POST", "/api/users/register", WHO)
        self.log_in(service)
        claimed = self.ask("POST", f"{V1}/domains", {"name": DOMAIN})
        self.domain = claimed["id"]
        zone.publish(shown_records(claimed["records"]))
        verified = self.ask("POST", f"{V1}/domains/{self.domain}/verify")
        assert verified["verified"] is True, verified

    def log_in(self, service: Mayfly) -> None:
        self.service = service
        self.token = service.ask("POST", "/api/users/login", WHO)["token"]

    def ask(self, method: str, path: str, body: object = None) -> Any:
        return self.service.ask(method, path, body, self.token)

    def send(self, **changes: object) -> str:
        accepted = self.ask("POST", f"{V1}/emails", HELLO | changes)
        return str(accepted["id"])

    def becomes(self, mail: str, *statuses: str) -> Any:
        """The mail, once it has one of these statuses."""
        return settled(lambda: self.ask("GET", f"{V1}/emails/{mail}"), statuses)


def settled(show: Callable[[], Any], statuses: Collection[str]) -> Any:
    """What is shown of a mail, once it has one of these statuses."""
    waiting = threading.Event()
    shown: Any = None
    for _ in range(int(DEADLINE / 0.1)):
        shown = show()
        if shown["status"] in statuses:
            return shown
        waiting.wait(0.1)
    raise AssertionError(f"still {shown['status']}: {shown['events']}")


@contextmanager
def names() -> Iterator[tuple[Zone, str]]:
    zone = Zone()
    with NameServer(zone).serving() as port:
        yield zone, f"127.0.0.1:{port}"


def test_a_mail_to_an_address_of_the_laptop_is_read_there() -> None:
    with names() as (zone, servers), mayfly(DNS_SERVERS=servers) as service:
        ann, address = Ann(service, zone), service.new_address()["email"]

        mail = ann.send(to=[address, "recipient@example.com"])

        (line,) = service.messages(address)
        read = service.ask("GET", f"/api/messages/{line['id']}")
        shown = ann.becomes(mail, "delivered")
        folder = re.search(r"sent mail +(\S+)", service.announced)
        assert folder
        (file,) = Path(folder[1]).glob("*.eml")
        elsewhere = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        assert (read["subject"], read["body"].strip()) == ("Test Email", "Hello, World!")
        assert [each["status"] for each in shown["recipients"]] == ["delivered"] * 2
        assert elsewhere["To"] == f"{address}, recipient@example.com"
        said = service.said()
        for secret in (address, "recipient@", "Test Email", DOMAIN):
            assert secret not in said


def test_a_file_larger_than_a_request_is_uploaded_and_read_in_an_inbox() -> None:
    content = bytes(range(256)) * 4 * 9_000  # 9 MB
    with names() as (zone, servers), mayfly(DNS_SERVERS=servers) as service:
        ann, address = Ann(service, zone), service.new_address()["email"]
        told = {"filename": "film.bin", "size": len(content)}

        room = ann.ask("POST", f"{V1}/emails/attachments", told)
        status, headers = posted(room, content, service.http)
        ann.send(to=[address], attachments=[{"uploadId": room["uploadId"]}])

        (line,) = service.messages(address)
        read = service.ask("GET", f"/api/messages/{line['id']}")
        (file,) = read["attachments"]
        assert (status, headers["Access-Control-Allow-Origin"]) == (204, service.http)
        assert (file["filename"], file["size"]) == ("film.bin", len(content))


def test_an_address_that_nobody_has_bounces_and_gets_no_second_mail() -> None:
    with names() as (zone, servers), mayfly(DNS_SERVERS=servers) as service:
        ann, nobody = Ann(service, zone), "nobody@mayfly.example"

        bounced = ann.becomes(ann.send(to=[nobody]), "bounced")
        again = ann.becomes(ann.send(to=[nobody]), "failed")

    assert "550" in bounced["recipients"][0]["detail"]
    assert (again["reason"], again["recipients"][0]["status"]) == ("suppressed", "suppressed")


def test_what_is_to_go_later_is_kept_over_a_restart_and_can_be_called_back(
    tmp_path: Path,
) -> None:
    day = (datetime.now(UTC) + timedelta(days=30)).date()
    with names() as (zone, servers):
        settings: dict[str, Any] = {"DNS_SERVERS": servers, "DATA": str(tmp_path)}
        with mayfly(**settings) as service:
            ann = Ann(service, zone)
            mail = ann.send(scheduledAt=f"{day}T18:00:00+01:00")
            assert service.end() == 0
        with mayfly(**settings) as service:
            ann.log_in(service)
            kept = ann.ask("GET", f"{V1}/emails/{mail}")
            gone = ann.ask("DELETE", f"{V1}/emails/{mail}")
            stats = ann.ask("GET", f"{V1}/emails/stats")

    assert (kept["status"], kept["scheduledAt"]) == ("scheduled", f"{day}T17:00:00.000Z")
    assert (gone["status"], stats["byStatus"]["cancelled"], stats["total"]) == ("cancelled", 1, 1)
    assert stats["limits"]["sandbox"] is False


def test_a_relay_gets_signed_mail(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text(authority().pem)
    with (
        names() as (zone, servers),
        relay(authority().server(tmp_path, "localhost")) as (port, taken),
        mayfly(DNS_SERVERS=servers, SSL_CERT_FILE=str(tmp_path / "ca.pem")) as service,
    ):
        ann = Ann(service, zone)
        wanted = {"host": "localhost", "port": port, "username": USER, "password": PASSWORD}
        ann.ask("PUT", f"{V1}/smtp/domains/{ann.domain}/config", wanted | {"secure": False})
        (key,) = ann.ask("POST", f"{V1}/smtp/domains/{ann.domain}/dkim", {})["keys"]
        published = key["record"]
        zone.publish(shown_records([published]))
        ann.ask("POST", f"{V1}/smtp/domains/{ann.domain}/dkim", {})

        shown = ann.becomes(ann.send(bcc=["hidden@example.com"]), "sent")

    (envelope,) = taken.mails
    raw = envelope.original_content
    assert raw is not None
    assert envelope.rcpt_tos == ["recipient@example.com", "hidden@example.com"]
    assert b"hidden@" not in raw
    assert dkim.verify(raw, dnsfunc=lambda name, timeout=5: published["value"].encode())
    assert [each["status"] for each in shown["recipients"]] == ["sent", "sent"]
