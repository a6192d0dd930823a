"""A domain of one's own end to end, as document 002 prints its calls: real HTTP, DNS and mail."""

import smtplib
import threading
from collections.abc import Iterator

import pytest

from infra.local.dns.server import NameServer, Zone
from tests.given_domains import shown_records
from tests.local.conftest import DEADLINE
from tests.local.mayfly import Mayfly, mayfly
from tests.local.test_mayfly import a_mail

WHO = {"email": "owner@elsewhere.example", "password": "a phrase for the tests"}
DOMAINS = "/api/v1/domains"


@pytest.fixture(scope="module")
def zone() -> Zone:
    return Zone()


@pytest.fixture(scope="module")
def service(zone: Zone) -> Iterator[Mayfly]:
    with (
        NameServer(zone).serving() as port,
        mayfly(DNS_SERVERS=f"127.0.0.1:{port}") as running,
    ):
        yield running


def test_a_domain_is_brought_verified_used_and_given_up(service: Mayfly, zone: Zone) -> None:
    service.ask("POST", "/api/users/register", WHO)
    token = service.ask("POST", "/api/users/login", WHO)["token"]
    domain = service.ask("POST", DOMAINS, {"name": "yourdomain.com"}, token)
    path, needed = f"{DOMAINS}/{domain['id']}", domain["verification"]

    early = service.ask("POST", f"{path}/verify", None, token)
    zone.publish(shown_records([needed]))
    verified = service.ask("POST", f"{path}/verify", None, token)
    found = service.ask("GET", f"{path}/dns", None, token)["records"]
    wish = {"alias": "sales", "domain": "yourdomain.com"}
    mailbox = service.ask("POST", "/api/user/mailbox/create", wish, token)
    service.send(mailbox["emailAddress"], a_mail("One"))
    received = subjects(service, mailbox["id"], token)
    service.ask("DELETE", path, None, token)
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        service.send(mailbox["emailAddress"], a_mail("Two"))

    assert (early["verified"], verified["verified"]) == (False, True)
    assert verified["domain"]["status"] == "active"
    at_first = {"ownership", "receiving", "mail-from", "spf", "dmarc"}
    assert {each["purpose"] for each in domain["records"]} == at_first
    assert {each["purpose"] for each in verified["domain"]["records"]} == {*at_first, "dkim"}
    assert verified["domain"]["mailService"] == "verified"
    assert [each["state"] for each in found if each["purpose"] == "ownership"] == ["ok"]
    assert received == ["One"]
    assert refused.value.recipients["sales@yourdomain.com"][0] == 550


def subjects(service: Mayfly, mailbox: str, token: str) -> list[str]:
    waiting = threading.Event()
    for _ in range(int(DEADLINE / 0.05)):
        page = service.ask("GET", f"/api/user/mailbox/{mailbox}/messages", None, token)
        if page["messages"]:
            return [each["subject"] for each in page["messages"]]
        waiting.wait(0.05)
    return []
