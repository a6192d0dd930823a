"""An account on the laptop: real mail into its mailbox, folders, threads, a real WebSocket."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import aiohttp
import pytest

from tests.local.conftest import DEADLINE
from tests.local.mayfly import Mayfly, mayfly

EMAIL, PASSWORD = "ann@elsewhere.example", "correct horse battery staple"


@pytest.fixture(scope="module")
def service() -> Iterator[Mayfly]:
    with mayfly() as running:
        yield running


@pytest.fixture(scope="module")
def token(service: Mayfly) -> str:
    service.ask("POST", "/api/users/register", {"email": EMAIL, "password": PASSWORD})
    return login(service)


def login(service: Mayfly) -> str:
    sent = {"email": EMAIL, "password": PASSWORD}
    token: str = service.ask("POST", "/api/users/login", sent)["token"]
    return token


def mailbox(service: Mayfly, token: str, alias: str) -> tuple[str, str]:
    """The path and the address of a new mailbox."""
    made = service.ask("POST", "/api/user/mailbox/create", {"alias": alias}, token)
    made = made.get("mailbox", made)
    return f"/api/user/mailbox/{made['id']}", made["emailAddress"]


def a_mail(subject: str, name: str, *headers: str) -> bytes:
    lines = [
        "From: Bob <bob@shop.example>",
        f"Subject: {subject}",
        f"Message-ID: <{name}@shop.example>",
        *headers,
        "",
        f"the text of {name}",
        "",
    ]
    return "\r\n".join(lines).encode()


def test_a_mailbox_has_threads_and_folders(service: Mayfly, token: str) -> None:
    path, address = mailbox(service, token, "threads.of.ann")
    service.send(address, a_mail("Lunch", "one"))
    service.ask("GET", f"{path}/messages?after=0&wait=20", token=token)
    service.send(address, a_mail("AW: lunch", "two"))
    service.ask("GET", f"{path}/messages?after=1&wait=20", token=token)
    service.send(address, a_mail("Other", "three", "In-Reply-To: <one@shop.example>"))
    service.ask("GET", f"{path}/messages?after=2&wait=20", token=token)

    (thread,) = service.ask("GET", f"{path}/threads", token=token)["threads"]
    moved = service.ask("PATCH", f"{path}/messages/2", {"folder": "archive"}, token)
    many = {"ids": [1, 3], "isRead": True}
    changed = service.ask("POST", f"{path}/messages:bulk", many, token)["results"]
    archived = service.ask("GET", f"{path}/messages?folder=archive", token=token)["messages"]
    folders = service.ask("GET", f"{path}/folders", token=token)["folders"]

    assert (thread["subject"], thread["messages"]) == ("Lunch", 3)
    assert (moved["folderId"], moved["threadId"]) == (2, thread["id"])
    assert [each["result"] for each in changed] == ["done", "done"]
    assert [each["id"] for each in archived] == [2]
    assert [(e["name"], e["messages"], e["unread"]) for e in folders] == [
        ("inbox", 2, 0),
        ("archive", 1, 1),
        ("trash", 0, 0),
        ("spam", 0, 0),
    ]
    whole = service.ask("GET", f"{path}/messages/1", token=token)
    assert whole["bodyText"].strip() == "the text of one"
    assert service.ask("DELETE", f"{path}/messages/1", token=token)["deleted"] is True


def test_a_socket_hears_of_all_mailboxes_until_logout(service: Mayfly, token: str) -> None:
    first, second = mailbox(service, token, "early.ann"), ("", "")
    session = login(service)

    async def watch() -> list[dict[str, Any]]:
        nonlocal second
        async with aiohttp.ClientSession() as http, http.ws_connect(service.websocket) as page:
            invited = await asyncio.to_thread(
                service.ask, "POST", "/api/users/socket-token", None, session
            )
            heard = [await said(page, invited["token"])]
            second = await asyncio.to_thread(mailbox, service, token, "late.ann")
            for _, address in (first, second):
                await asyncio.to_thread(service.send, address, a_mail("Hello", address))
                heard.append(await page.receive_json(timeout=DEADLINE))
            await asyncio.to_thread(service.ask, "POST", "/api/users/logout", None, session)
            await asyncio.to_thread(service.send, first[1], a_mail("Secret", "late"))
            path = f"{first[0]}/messages?after=1&wait=20"
            await asyncio.to_thread(service.ask, "GET", path, None, token)
            # Frames come in their order: whatever was announced would come before this answer.
            await page.send_json({"type": "ping"})
            heard.append(await page.receive_json(timeout=DEADLINE))
            return heard

    subscribed, early, late, pong = asyncio.run(watch())

    assert (subscribed["type"], subscribed["account"]) == ("subscribed", True)
    assert first[0].endswith(early["mailboxId"]) and second[0].endswith(late["mailboxId"])
    for frame in (early, late):
        assert (frame["type"], frame["folderId"]) == ("new_email", 1)
        assert (frame["email"]["id"], frame["email"]["subject"]) == (1, "Hello")
        assert frame["email"]["bodyText"].startswith("the text of")
        assert frame["email"]["truncated"] == []
    assert pong == {"type": "pong"}


async def said(page: "aiohttp.ClientWebSocketResponse", token: str) -> dict[str, Any]:
    await page.send_str(json.dumps({"type": "subscribe", "account": True, "token": token}))
    answer: dict[str, Any] = await page.receive_json(timeout=DEADLINE)
    return answer
