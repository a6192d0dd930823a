"""Admins on the laptop, end to end: a domain is added, and a real mail comes in at it."""

import re
import smtplib
import stat
import urllib.error
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.local.configuration import Configuration
from infra.local.data.private_file import ADMIN_KEY
from mayfly.errors import InvalidInput
from tests.local.mayfly import DOMAIN, Mayfly, mayfly
from tests.local.test_mayfly import a_mail

KEY = "the-admin-key-of-these-tests"
DOMAINS = "/v1/admin/domains"


@pytest.fixture(scope="module")
def service() -> Iterator[Mayfly]:
    with mayfly(ADMIN_KEY=KEY) as running:
        yield running


def ask(service: Mayfly, method: str, path: str, body: Any = None, key: str = KEY) -> Any:
    """The parsed answer, or the status of an error."""
    try:
        return service.administer(method, path, body, key)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code


def test_mail_comes_in_at_a_domain_that_was_added(service: Mayfly) -> None:
    before = ask(service, "GET", "/v1/admin/stats")

    added = ask(service, "POST", DOMAINS, {"domain": "Added.example"})
    wish = {"mode": "generated", "domain": "added.example"}
    made = service.ask("POST", "/v1/inboxes", wish)
    service.send(made["email_address"], a_mail("to the new domain"))

    path = f"/v1/inboxes/{made['inbox_id']}/messages?since_uid=0&wait=20"
    (message,) = service.ask("GET", path, token=made["access_token"])["messages"]
    assert message["subject"] == "to the new domain"
    assert made["email_address"].endswith("@added.example")
    listed = ask(service, "GET", DOMAINS)["domains"]
    assert [each["domain"] for each in listed] == [DOMAIN, "added.example"]
    assert before["complete"] is True
    assert before["domains"] == {"total": 1, "active": 1}
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        service.send("nobody@added.example", a_mail("to nobody"))
    assert ask(service, "DELETE", f"{DOMAINS}/{added['id']}")["deleted"] is True


def test_an_inactive_domain_takes_mail_but_no_new_inbox(service: Mayfly) -> None:
    added = ask(service, "POST", DOMAINS, {"domain": "closing.example"})
    made = service.ask("POST", "/api/emails", {"domain": "closing.example"})

    changed = ask(service, "PUT", f"{DOMAINS}/{added['id']}", {"is_active": False})
    service.send(made["email"], a_mail("still"))

    assert changed["is_active"] is False
    assert service.messages(made["email"])[0]["subject"] == "still"
    assert ask(service, "POST", "/api/emails", {"domain": "closing.example"}) == 400


@pytest.mark.parametrize("key", ["", "another", f"{KEY}x"])
def test_another_key_opens_nothing(service: Mayfly, key: str) -> None:
    assert ask(service, "GET", DOMAINS, key=key) == 401
    assert ask(service, "POST", DOMAINS, {"domain": "evil.example"}, key=key) == 401


def test_the_key_is_announced_once_and_not_logged(service: Mayfly) -> None:
    assert service.announced.count(KEY) == 1
    assert KEY not in service.said()


def test_a_random_key_survives_a_restart_with_the_domains(tmp_path: Path) -> None:
    with mayfly(DATA=str(tmp_path)) as first:
        key = announced_key(first)
        ask(first, "POST", DOMAINS, {"domain": "added.example"}, key)
        first.end()
    with mayfly(DATA=str(tmp_path)) as second:
        listed = ask(second, "GET", DOMAINS, key=announced_key(second))
        second.end()

    assert [each["domain"] for each in listed["domains"]] == [DOMAIN, "added.example"]
    kept = tmp_path / ADMIN_KEY
    assert kept.read_text() == key
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def announced_key(service: Mayfly) -> str:
    found = re.search(r"admin key +(\S+)", service.announced)
    assert found
    return found[1]


def test_a_key_that_no_header_can_carry_is_named() -> None:
    for key in ("two words", "schlüssel", "line\n"):
        with pytest.raises(InvalidInput, match="ADMIN_KEY"):
            Configuration.read({"ADMIN_KEY": key + "x"})


def test_settings_do_not_show_the_key() -> None:
    assert KEY not in repr(Configuration.read({"ADMIN_KEY": KEY}))
