"""Private inboxes end to end: the real functions, a real mail, a real WebSocket."""

import asyncio
import json
import stat
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from infra.local.data.private_file import TOKEN_KEY, kept_key
from mayfly.errors import InvalidInput
from tests.local.conftest import DEADLINE
from tests.local.mayfly import Mayfly, mayfly
from tests.local.test_mayfly import ATTACHED, a_mail

GENERATED = {"mode": "generated", "token_ttl_seconds": 600}


@pytest.fixture(scope="module")
def service() -> Iterator[Mayfly]:
    with mayfly() as running:
        yield running


def fetch(service: Mayfly, path: str, token: str) -> bytes:
    headers = {"Authorization": f"Bearer {token}"}
    request = urllib.request.Request(service.http + path, headers=headers)
    with urllib.request.urlopen(request, timeout=DEADLINE) as response:
        content: bytes = response.read()
        return content


def status(service: Mayfly, method: str, path: str, token: str = "") -> int:
    try:
        service.ask(method, path, token=token)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code
    return 200


def test_a_mail_comes_in_is_read_by_its_token_and_wiped(service: Mayfly) -> None:
    made = service.ask("POST", "/v1/inboxes", GENERATED)
    inbox, token, mail = f"/v1/inboxes/{made['inbox_id']}", made["access_token"], a_mail("Grüße")

    service.send(made["email_address"], mail)
    listed = service.ask("GET", f"{inbox}/messages?since_uid=0&wait=20", token=token)

    (message,) = listed["messages"]
    assert (message["subject"], message["uid"], listed["last_uid"]) == ("Grüße", "1", "1")
    assert "the text" in message["text_body"]
    (attachment,) = message["attachments"]
    path = f"{inbox}/messages/1/attachments/{attachment['id']}"
    assert fetch(service, path, token) == ATTACHED
    assert fetch(service, f"{inbox}/messages/1/raw", token).endswith(mail)
    assert service.ask("PATCH", f"{inbox}/messages/1", {"is_read": True}, token)["is_read"] is True
    assert service.ask("GET", inbox, token=token)["message_count"] == 1
    assert status(service, "GET", f"{inbox}/messages") == 401
    assert status(service, "GET", f"/api/emails/{made['email_address']}/messages") == 404
    assert service.ask("DELETE", inbox, token=token)["deleted"] is True
    assert status(service, "GET", f"{inbox}/messages", token) == 404


def test_an_exchanged_token_opens_nothing_and_the_new_one_does(service: Mayfly) -> None:
    made = service.ask("POST", "/v1/inboxes", GENERATED)
    inbox = f"/v1/inboxes/{made['inbox_id']}"

    rotated = service.ask("POST", f"{inbox}/token:rotate", token=made["access_token"])

    assert status(service, "GET", inbox, made["access_token"]) == 401
    assert status(service, "GET", inbox, rotated["access_token"]) == 200


def test_a_socket_hears_of_mail_until_its_token_is_exchanged(service: Mayfly) -> None:
    made = service.ask("POST", "/v1/inboxes", GENERATED)
    address = made["email_address"]

    async def watch() -> list[Any]:
        async with (
            aiohttp.ClientSession() as http,
            http.ws_connect(service.websocket) as old,
            http.ws_connect(service.websocket) as new,
        ):
            heard = [await _subscribed(old, address), await _subscribed(old, address, "a.b.c")]
            heard.append(await _subscribed(old, address, made["access_token"]))
            await asyncio.to_thread(service.send, address, a_mail("first"))
            heard.append(await _next(old))
            path = f"/v1/inboxes/{made['inbox_id']}/token:rotate"
            rotated = await asyncio.to_thread(service.ask, "POST", path, None, made["access_token"])
            heard.append(await _subscribed(new, address, rotated["access_token"]))
            await asyncio.to_thread(service.send, address, a_mail("second"))
            heard.append(await _next(new))
            # The answer to this comes after whatever was pushed before it.
            await old.send_json({"type": "ping"})
            heard.append(await _next(old))
            return heard

    heard = asyncio.run(watch())

    assert [each["type"] for each in heard] == [
        *("error", "error", "subscribed", "new-message"),
        *("subscribed", "new-message", "pong"),
    ]
    assert [heard[0]["error"]["code"], heard[1]["error"]["code"]] == [
        "NOT_FOUND",
        "AUTHENTICATION_ERROR",
    ]
    assert [heard[3]["data"]["subject"], heard[5]["data"]["subject"]] == ["first", "second"]


async def _subscribed(
    socket: aiohttp.ClientWebSocketResponse, address: str, token: str | None = None
) -> Any:
    wish = {"type": "subscribe", "email": address}
    await socket.send_json(wish if token is None else wish | {"token": token})
    return await _next(socket)


async def _next(socket: aiohttp.ClientWebSocketResponse) -> Any:
    return json.loads(await socket.receive_str(timeout=DEADLINE))


def test_tokens_survive_a_restart_with_their_inboxes(tmp_path: Path) -> None:
    with mayfly(DATA=str(tmp_path)) as first:
        made = first.ask("POST", "/v1/inboxes", GENERATED)
        first.end()
    with mayfly(DATA=str(tmp_path)) as second:
        shown = second.ask("GET", f"/v1/inboxes/{made['inbox_id']}", token=made["access_token"])
        second.end()

    assert shown["email_address"] == made["email_address"]


def test_a_key_is_made_once_per_folder_and_for_nobody_else_to_read(tmp_path: Path) -> None:
    folder = tmp_path / "data"

    first, second = kept_key(folder, TOKEN_KEY), kept_key(folder, TOKEN_KEY)

    assert first == second
    assert len(first) >= 32
    assert stat.S_IMODE((folder / TOKEN_KEY).stat().st_mode) == 0o600
    assert [each.name for each in folder.iterdir()] == [TOKEN_KEY]
    assert kept_key(None, TOKEN_KEY) != kept_key(None, TOKEN_KEY)


@pytest.mark.parametrize("content", ["", "too short", "é" * 64])
def test_a_file_that_holds_no_key_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / TOKEN_KEY).write_text(content)

    with pytest.raises(InvalidInput, match="DATA"):
        kept_key(tmp_path, TOKEN_KEY)
