"""`ENGINE=moto`: the same program over boto3 and moto, from a mail to its frame and its file."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import aiohttp
import pytest

from tests.local.conftest import DEADLINE
from tests.local.mayfly import Mayfly, command, mayfly

KEY = "an-admin-key-of-the-tests"
LARGE = b"Subject: large\r\n\r\n" + (b"z" * 70 + b"\r\n") * 3000


@pytest.fixture(scope="module")
def service() -> Iterator[Mayfly]:
    with mayfly(ENGINE="moto", ADMIN_KEY=KEY) as running:
        yield running


def test_mail_comes_in_is_announced_and_read(service: Mayfly) -> None:
    address = service.new_address()["email"]

    async def announced() -> list[Any]:
        async with aiohttp.ClientSession() as http, http.ws_connect(service.websocket) as socket:
            await socket.send_json({"type": "subscribe", "email": address})
            heard = [await socket.receive_json(timeout=DEADLINE)]
            await asyncio.to_thread(service.send, address, b"Subject: x\r\n\r\nhello\r\n", LARGE)
            return heard + [await socket.receive_json(timeout=DEADLINE) for _ in range(2)]

    frames = asyncio.run(announced())
    listed = service.messages(address, 2)
    large = next(each for each in listed if each["subject"] == "large")
    read = service.ask("GET", f"/api/messages/{large['id']}")

    assert [each["type"] for each in frames] == ["subscribed", "new-message", "new-message"]
    assert sorted(each["subject"] for each in listed) == ["large", "x"]
    assert sorted(each["seq"] for each in listed) == [1, 2]
    assert "z" * 70 in json.dumps(read)


def test_an_account_and_generated_inboxes_are_made(service: Mayfly) -> None:
    account = {"email": "a@example.com", "password": "a phrase for the tests"}
    service.ask("POST", "/api/users/register", account)
    made = service.administer("POST", "/v1/admin/generate", {"count": 2}, KEY)["inboxes"]
    lines = service.fetch("/v1/admin/export", KEY).decode().splitlines()

    assert lines == [f"{each['email_address']}:{each['password']}" for each in made]


def test_it_ends_when_it_is_asked_to() -> None:
    with mayfly(ENGINE="moto") as another:
        assert another.end() == 0


def test_it_keeps_nothing_so_a_folder_is_refused() -> None:
    refused = command(ENGINE="moto", DATA="somewhere")

    assert refused.returncode == 2
    assert "DATA: ENGINE=moto keeps nothing" in refused.stderr


def test_an_engine_that_there_is_not_is_named() -> None:
    refused = command(ENGINE="none")

    assert refused.returncode == 2
    assert "ENGINE must be embedded or moto" in refused.stderr


@pytest.mark.parametrize("module", ["moto", "boto3"])
def test_without_it_neither_moto_nor_boto3s_machinery_is_imported(module: str) -> None:
    with mayfly(PYTHONPROFILEIMPORTTIME="1", PYTHONVERBOSE="") as embedded:
        embedded.new_address()
        embedded.end()
        imported = {line.rpartition("|")[2].strip() for line in embedded.said().splitlines()}

    assert "infra.local.engine.cloud" in imported
    assert not [each for each in imported if each == module or each.startswith(f"{module}.")]
