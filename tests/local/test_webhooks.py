"""Webhooks end to end: real emails, the real functions, and a receiver on loopback."""

import json
import urllib.request
from collections.abc import Iterator

import pytest
from standardwebhooks import Webhook

from tests.local.conftest import until
from tests.local.mayfly import Mayfly, mayfly
from tests.local.test_mayfly import ATTACHED, a_mail
from tests.webhooks.receiver import Answer, receiver


@pytest.fixture(scope="module")
def service() -> Iterator[Mayfly]:
    with mayfly() as running:
        yield running


def test_a_message_is_told_once_signed_and_in_the_log(service: Mayfly) -> None:
    made = service.ask("POST", "/v1/inboxes", {"mode": "generated"})
    inbox, token = f"/v1/inboxes/{made['inbox_id']}", made["access_token"]
    with receiver() as there:
        hook = service.ask("POST", f"{inbox}/webhooks", {"url": there.url}, token)

        service.send(made["email_address"], a_mail("Your code is 482913"))

        (told,) = there.wait_for(1)
        event = Webhook(hook["secret"]).verify(told.body, told.headers)
        assert event["type"] == "message.received"
        data = event["data"]
        assert (data["subject"], data["seq"]) == ("Your code is 482913", 1)
        assert data["confirmation"]["code"] == "482913"
        (attachment,) = data["attachments"]
        with urllib.request.urlopen(attachment["url"], timeout=60) as response:
            assert response.read() == ATTACHED
        log = f"{inbox}/webhooks/{hook['id']}/deliveries"
        assert until(lambda: state(service, log, token) == ["delivered"])
        (delivery,) = service.ask("GET", log, token=token)["deliveries"]
        assert delivery["webhookId"] == told.headers["webhook-id"]
        assert [each["status"] for each in delivery["attempts"]] == [200]
        assert delivery["attempts"][0]["answer"] == "thank you"
        assert len(there.told) == 1


def test_what_was_not_taken_is_sent_again_with_the_same_id(service: Mayfly) -> None:
    made = service.ask("POST", "/v1/inboxes", {"mode": "generated"})
    inbox, token = f"/v1/inboxes/{made['inbox_id']}", made["access_token"]
    with receiver() as there:
        there.answers = [Answer(503, b"not now")]
        hook = service.ask("POST", f"{inbox}/webhooks", {"url": there.url}, token)

        service.send(made["email_address"], a_mail("first"))
        service.send(made["email_address"], a_mail("second"))

        told = there.wait_for(3)
        subjects = [json.loads(each.body)["data"]["subject"] for each in told]
        assert subjects == ["first", "first", "second"]
        assert told[0].headers["webhook-id"] == told[1].headers["webhook-id"]
        Webhook(hook["secret"]).verify(told[1].body, told[1].headers)


def state(service: Mayfly, log: str, token: str) -> list[str]:
    return [each["state"] for each in service.ask("GET", log, token=token)["deliveries"]]
