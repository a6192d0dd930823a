"""What is asked is no Mayfly, though it answers JSON: a mail client hears of it."""

import asyncio

import pytest

from mayfly_client.bridge.api.client import Client
from mayfly_client.bridge.api.http import Http, Origin
from mayfly_client.bridge.errors import Unreachable
from mayfly_client.bridge.hub import _opened
from tests.client.servers import Server, answer, serving


@pytest.mark.parametrize(
    "content",
    [b"null", b"{}", b"[1]", b'{"createdAt": 7, "email": [], "inbox_id": 1}', b"[" * 200_000],
)
@pytest.mark.parametrize("name", ["ann@mail.example", "04d958bd-c8a2-8870-8dfe-069feb1ef296"])
def test_json_of_something_else_is_an_error_that_can_be_shown(content: bytes, name: str) -> None:
    async def log_in(server: Server) -> None:
        http = Http(Origin.of(f"http://127.0.0.1:{server.port}"))
        try:
            await _opened(Client(http), None, name, "eyJ.a.b")
        finally:
            await http.close()

    with (
        serving(Server(lambda number: answer(content), ends=True)) as server,
        pytest.raises(Unreachable, match="no Mayfly"),
    ):
        asyncio.run(log_in(server))
