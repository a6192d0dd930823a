"""Limits end to end: real HTTP, the real functions, a chosen limit."""

import json
import time
import urllib.error
import urllib.request
from email.message import Message
from typing import Any

from tests.local.conftest import DEADLINE
from tests.local.mayfly import Mayfly, mayfly


def post(service: Mayfly, path: str, **headers: str) -> tuple[int, Message, Any]:
    request = urllib.request.Request(service.http + path, b"{}", headers, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=DEADLINE) as response:
            return response.status, response.headers, json.load(response)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, json.load(error)


def test_what_is_chosen_holds_and_is_told() -> None:
    with mayfly(RATE_LIMIT_CREATE="2") as service:
        # A new minute may begin among them, once.
        answers = [
            post(service, "/api/emails", **{"X-Forwarded-For": f"198.51.100.{number}"})
            for number in range(5)
        ]
        ends_at = time.time() + 60
        listed = service.ask("GET", f"/api/emails/{service.first_address}/messages")

    refused = [each for each in answers if each[0] == 429]
    assert refused
    _, headers, document = refused[0]
    assert document["error"]["code"] == "RATE_LIMIT_EXCEEDED"
    assert 1 <= int(headers["Retry-After"]) <= 60
    assert (headers["X-RateLimit-Limit"], headers["X-RateLimit-Remaining"]) == ("2", "0")
    assert int(headers["X-RateLimit-Reset"]) <= ends_at
    assert listed == []


def test_the_first_address_was_the_days_budget() -> None:
    with mayfly(INBOXES_PER_DAY="1") as service:
        status, headers, document = post(service, "/api/emails")

    assert status == 429
    assert "budget of 1 new inboxes a day" in document["error"]["message"]
    assert 1 <= int(headers["Retry-After"]) <= 24 * 3600
