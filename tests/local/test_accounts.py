"""Accounts end to end, as document 004 prints its calls: real HTTP, cookies and a real mail."""

import http.client
import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.local.conftest import DEADLINE
from tests.local.mayfly import Mayfly, mayfly
from tests.local.test_mayfly import a_mail

EMAIL = "user@example.com"
PASSWORD = "a phrase for the tests"


@pytest.fixture(scope="module")
def service() -> Iterator[Mayfly]:
    with mayfly() as running:
        yield running


class Browser:
    """Keeps cookies as a browser does, and sends them back."""

    def __init__(self, service: Mayfly) -> None:
        self.host = service.http.removeprefix("http://")
        self.cookies: dict[str, str] = {}
        self.attributes: dict[str, str] = {}

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        sent = {name.replace("_", "-"): text for name, text in headers.items()}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={text}" for name, text in self.cookies.items())
        if body is not None:
            sent["Content-Type"] = "application/json"
        connection = http.client.HTTPConnection(self.host, timeout=DEADLINE)
        try:
            connection.request(method, path, body and json.dumps(body), sent)
            response = connection.getresponse()
            for cookie in response.headers.get_all("Set-Cookie") or []:
                self._keep(cookie)
            return response.status, json.load(response)
        finally:
            connection.close()

    def _keep(self, cookie: str) -> None:
        pair, _, attributes = cookie.partition("; ")
        name, _, value = pair.partition("=")
        self.attributes[name] = attributes
        self.cookies[name] = value
        if attributes.startswith("Max-Age=0;"):
            del self.cookies[name]


def test_a_guest_becomes_a_member_and_keeps_the_mail(service: Mayfly) -> None:
    browser = Browser(service)

    status, _ = browser.ask(
        "POST",
        "/api/users/register",
        {"email": EMAIL, "password": PASSWORD, "fullName": "Ann Other"},
    )
    assert (status, browser.cookies) == (201, {})
    status, began = browser.ask("POST", "/api/session")
    assert (status, list(browser.cookies)) == (201, ["sessionToken"])
    assert browser.attributes["sessionToken"].endswith("; Path=/; HttpOnly; SameSite=Lax")
    address, box = began["mailbox"]["emailAddress"], began["mailbox"]["id"]
    service.send(address, a_mail("for the guest"))
    inbox = f"/v1/inboxes/{box}/messages?since_uid=0&wait=20"
    heard = service.ask("GET", inbox, token=began["sessionToken"])
    assert [each["subject"] for each in heard["messages"]] == ["for the guest"]

    status, login = browser.ask(
        "POST",
        "/api/users/login",
        {"email": EMAIL, "password": PASSWORD, "migrateSession": True},
    )

    assert (status, list(browser.cookies)) == (200, ["token"])
    assert login["message"] == (
        "Login successful. Your anonymous mailbox has been transferred to your account with"
        " extended expiry!"
    )
    assert login["migratedMailbox"]["emailAddress"] == address
    assert login["migratedMailbox"]["expiresAt"] > began["mailbox"]["expiresAt"]
    status, listed = browser.ask("GET", "/api/user/mailbox")
    assert [each["id"] for each in listed["mailboxes"]] == [box]
    assert (listed["mailboxes"][0]["messageCount"], listed["limit"]) == (1, 5)
    old = Browser(service)
    old.cookies = {"sessionToken": began["sessionToken"]}
    assert old.ask("GET", "/api/session")[0] == 401


def test_a_member_makes_extends_and_deletes_a_mailbox_and_logs_out(service: Mayfly) -> None:
    browser, credentials = Browser(service), {"email": "two@example.com", "password": PASSWORD}
    browser.ask("POST", "/api/users/register", credentials)
    assert browser.ask("POST", "/api/users/login", credentials)[0] == 200

    status, made = browser.ask("POST", "/api/user/mailbox/create", {"alias": "myemail"})
    assert (status, made["emailAddress"]) == (201, "myemail@mayfly.example")
    assert browser.ask("POST", "/api/user/mailbox/create", {"alias": "myemail"})[0] == 409
    path = f"/api/user/mailbox/{made['id']}"
    status, extended = browser.ask("POST", f"{path}/extend")
    assert status == 200
    assert extended["expiresAt"] > made["expiresAt"]
    assert browser.ask("POST", f"{path}/extend", Origin="https://evil.example")[0] == 403
    assert browser.ask("GET", path)[1] == extended
    assert browser.ask("DELETE", path)[0] == 200
    assert browser.ask("GET", path)[0] == 404
    cookies = dict(browser.cookies)
    assert browser.ask("POST", "/api/users/logout")[0] == 200
    assert browser.cookies == {}
    browser.cookies = cookies
    assert browser.ask("GET", "/api/users/me")[0] == 401


def test_a_member_leaves_and_nothing_is_left(service: Mayfly) -> None:
    browser, credentials = Browser(service), {"email": "three@example.com", "password": PASSWORD}
    browser.ask("POST", "/api/users/register", credentials)
    browser.ask("POST", "/api/users/login", credentials)
    browser.ask("POST", "/api/user/mailbox/create", {"alias": "leaving"})

    status, _ = browser.ask("DELETE", "/api/users/me", {"password": PASSWORD})

    assert (status, browser.cookies) == (200, {})
    assert browser.ask("POST", "/api/users/login", credentials)[0] == 401
    said = service.said()
    for secret in (PASSWORD, "three@example.com", "leaving"):
        assert secret not in said
