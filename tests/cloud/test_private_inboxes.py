"""Document 003 end to end, wherever it runs."""

import asyncio
from typing import Any

import pytest

from tests.cloud.letters import SMALL, a_mail
from tests.cloud.target import Target, in_thread

pytestmark = [pytest.mark.cloud, pytest.mark.needs("mail")]


def test_a_mail_is_read_by_the_token_of_its_inbox_and_wiped_with_it(target: Target) -> None:
    made, mail = target.new_inbox(), a_mail("private")
    inbox, token = f"/v1/inboxes/{made['inbox_id']}", made["access_token"]

    target.send(mail, made["email_address"])
    listed = target.get(f"{inbox}/messages?since_uid=0&wait=20", token)

    (message,) = listed["messages"]
    assert (message["subject"], listed["last_uid"]) == ("private", "1")
    (attachment,) = message["attachments"]
    found = target.fetch(f"{inbox}/messages/1/attachments/{attachment['id']}", token)
    assert found == SMALL
    assert target.fetch(f"{inbox}/messages/1/raw", token).endswith(mail)
    assert target.ask("GET", f"{inbox}/messages").status == 401
    assert target.ask("GET", f"/api/emails/{made['email_address']}/messages").status == 404
    assert target.ask("PATCH", f"{inbox}/messages/1", {"is_read": True}, token).status == 200
    assert target.ask("DELETE", inbox, token=token).json["deleted"] is True
    assert target.ask("GET", f"{inbox}/messages", token=token).status == 404


def test_a_rotated_token_takes_the_place_of_the_one_before(target: Target) -> None:
    made = target.new_inbox()
    inbox, token = f"/v1/inboxes/{made['inbox_id']}", made["access_token"]

    rotated = target.ask("POST", f"{inbox}/token:rotate", token=token)

    assert rotated.status == 200
    assert target.ask("GET", inbox, token=token).status == 401
    assert target.ask("GET", inbox, token=rotated.json["access_token"]).status == 200


def test_a_token_opens_no_other_inbox(target: Target) -> None:
    first, second = target.new_inbox(), target.new_inbox()

    found = target.ask("GET", f"/v1/inboxes/{second['inbox_id']}", token=first["access_token"])

    assert found.status in (403, 404)


def test_a_socket_needs_the_token_of_a_private_inbox(target: Target) -> None:
    made = target.new_inbox()
    wish = {"type": "subscribe", "email": made["email_address"]}

    async def watch() -> list[Any]:
        async with target.socket() as socket:
            heard = [await socket.say(**wish)]
            heard.append(await socket.say(**wish, token=made["access_token"]))
            await in_thread(target.send, a_mail("for one"), made["email_address"])
            heard.append(await socket.next())
            return heard

    refused, subscribed, pushed = asyncio.run(watch())

    assert (refused["type"], refused["error"]["code"]) == ("error", "NOT_FOUND")
    assert subscribed["type"] == "subscribed"
    assert pushed["data"]["subject"] == "for one"
