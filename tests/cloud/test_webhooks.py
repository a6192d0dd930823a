"""Webhooks wherever it runs: every step of the way, to a receiver that is nowhere."""

from typing import Any

import pytest

from tests.cloud.exercises import NOWHERE
from tests.cloud.letters import a_mail
from tests.cloud.target import Target, until

pytestmark = [pytest.mark.cloud, pytest.mark.needs("mail")]


def test_a_message_is_on_its_way_to_a_webhook_and_its_attempts_are_in_the_log(
    target: Target,
) -> None:
    made = target.new_inbox()
    hooks, token = f"/v1/inboxes/{made['inbox_id']}/webhooks", made["access_token"]
    hook = target.ask("POST", hooks, {"url": NOWHERE}, token)
    assert hook.status == 201
    path = f"{hooks}/{hook.json['id']}"

    tried = target.ask("POST", f"{path}/test", token=token).json
    target.send(a_mail("told"), made["email_address"])

    def deliveries() -> list[Any]:
        found: list[Any] = target.get(f"{path}/deliveries", token)["deliveries"]
        return found

    # Opened with the key, signed, and as far as the name that nobody has.
    assert (tried["success"], tried["status"]) == (False, None)
    assert "host" in tried["trouble"]
    assert until(lambda: bool(deliveries() and deliveries()[0]["attempts"]))
    (delivery,) = deliveries()
    assert (delivery["type"], delivery["state"]) == ("message.received", "waiting")
    assert "host" in delivery["attempts"][0]["trouble"]
    assert target.ask("DELETE", path, token=token).json["deleted"] is True
    assert target.ask("GET", path, token=token).status == 404
