"""What comes in and what others change is told, while clients wait and while Mayfly is away."""

import asyncio
import imaplib
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from aioimaplib import aioimaplib
from imapclient import IMAPClient

from tests.bridge.bridges import bridge
from tests.bridge.filled import listing
from tests.local.conftest import DEADLINE, Loop
from tests.local.mayfly import Mayfly, mayfly

LETTER = b"From: Ann <ann@garden.example>\r\nSubject: Tulips\r\n\r\nRed ones.\r\n"


def free_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return str(found.getsockname()[1])


@contextmanager
def selected(port: int, address: str, secret: str = "x") -> Iterator[IMAPClient]:
    with IMAPClient("127.0.0.1", port, ssl=False, timeout=DEADLINE) as client:
        client.login(address, secret)
        client.select_folder("INBOX")
        yield client


def test_a_client_that_is_idle_hears_of_a_message_at_once(laptop: Mayfly) -> None:
    address = laptop.new_address()["email"]

    async def hears() -> list[bytes]:
        client = aioimaplib.IMAP4("127.0.0.1", laptop.imap_port, timeout=DEADLINE)
        await client.wait_hello_from_server()
        await client.login(address, "x")
        await client.select("INBOX")
        idle = await client.idle_start(timeout=DEADLINE)
        await asyncio.to_thread(laptop.send, address, LETTER)
        told: list[bytes] = await client.wait_server_push(timeout=DEADLINE)
        client.idle_done()
        await asyncio.wait_for(idle, DEADLINE)
        await client.logout()
        return told

    assert b"1 EXISTS" in asyncio.run(hears())


def heard(client: IMAPClient, wanted: bytes, count: int = 1) -> bool:
    """Whether a client that is idle is told so many times of this."""
    found: list[object] = []
    while len(found) < count and (told := client.idle_check(timeout=DEADLINE)):
        found += [each for each in told if wanted in each]
    return len(found) >= count


def test_two_clients_see_what_the_other_does(laptop: Mayfly) -> None:
    made = laptop.new_address()
    address, token = made["email"], made["access_token"]
    laptop.send(address, LETTER, LETTER, LETTER)
    listing(laptop, address, 3)

    with (
        selected(laptop.imap_port, address, token) as first,
        selected(laptop.imap_port, address, token) as second,
    ):
        second.idle()
        first.add_flags([2], [b"\\Seen"])
        assert heard(second, b"FETCH")
        first.delete_messages([1])
        first.expunge()
        assert heard(second, b"EXPUNGE")
        second.idle_done()
        assert second.search() == [2, 3]
        assert second.search("SEEN") == [2]


def test_places_stay_while_commands_name_them(laptop: Mayfly) -> None:
    made = laptop.new_address()
    address, token = made["email"], made["access_token"]
    laptop.send(address, LETTER, LETTER)
    listing(laptop, address, 2)

    with (
        selected(laptop.imap_port, address, token) as first,
        selected(laptop.imap_port, address, token) as second,
    ):
        second.use_uid = False
        first.delete_messages([1])
        first.expunge()
        assert second.fetch([2], ["UID"])[2][b"UID"] == 2
        second.noop()
        assert second.fetch([1], ["UID"])[1][b"UID"] == 2


def test_marking_goes_on_beside_what_was_deleted_meanwhile(laptop: Mayfly) -> None:
    made = laptop.new_address()
    laptop.send(made["email"], LETTER, LETTER)
    listed = listing(laptop, made["email"], 2)

    with selected(laptop.imap_port, made["email"]) as client:
        laptop.ask("DELETE", f"/api/messages/{listed[0]['id']}", token=made["access_token"])
        client.add_flags([1, 2], [b"\\Seen"])
        client.noop()
        assert client.search("SEEN") == [2]


def test_what_the_api_deletes_is_gone_after_a_look(laptop: Mayfly) -> None:
    made = laptop.new_address()
    laptop.send(made["email"], LETTER, LETTER)
    listed = listing(laptop, made["email"], 2)

    with selected(laptop.imap_port, made["email"]) as client:
        laptop.ask("DELETE", f"/api/messages/{listed[0]['id']}", token=made["access_token"])
        client.noop()
        assert client.search() == [2]


@pytest.mark.parametrize("has_socket", [True, False])
def test_when_mayfly_is_back_clients_go_on(loop: Loop, tmp_path: Path, has_socket: bool) -> None:
    ports: Any = {"HTTP_PORT": free_port(), "WS_PORT": free_port(), "DATA": str(tmp_path / "data")}
    url, websocket = (
        f"{kind}://127.0.0.1:{ports[name]}"
        for kind, name in (("http", "HTTP_PORT"), ("ws", "WS_PORT"))
    )
    with bridge(loop, url, websocket if has_socket else "") as running:
        with mayfly(**ports) as first:
            address = first.new_address()["email"]
            first.send(address, LETTER)
            listing(first, address, 1)
            client = IMAPClient("127.0.0.1", running.imap, ssl=False, timeout=DEADLINE)
            client.login(address, "x")
            client.select_folder("INBOX")
            first.end()

        with pytest.raises(imaplib.IMAP4.error, match="UNAVAILABLE"):
            client.folder_status("INBOX")

        with mayfly(**ports) as second:
            if has_socket:
                client.idle()
                second.send(address, LETTER)
                assert heard(client, b"EXISTS")
                client.idle_done()
            else:
                second.send(address, LETTER)
                listing(second, address, 2)
                client.noop()
            assert client.search() == [1, 2]
            assert client.fetch([2], ["BODY.PEEK[]"])[2][b"BODY[]"].endswith(b"Red ones.\r\n")
        client.shutdown()


def test_an_inbox_that_is_deleted_is_not_there_any_more(laptop: Mayfly) -> None:
    made = laptop.new_address()

    with IMAPClient("127.0.0.1", laptop.imap_port, ssl=False, timeout=DEADLINE) as client:
        client.login(made["email"], "x")
        client.select_folder("INBOX")
        laptop.ask("DELETE", f"/api/emails/{made['email']}", token=made["access_token"])
        with pytest.raises(imaplib.IMAP4.error, match="NONEXISTENT"):
            client.noop()


def test_numbers_count_from_when_the_inbox_was_made(laptop: Mayfly) -> None:
    first = laptop.new_address()["email"]

    with selected(laptop.imap_port, first) as client:
        one = client.folder_status("INBOX", ["UIDVALIDITY", "UIDNEXT"])
    with selected(laptop.imap_port, first) as client:
        again = client.folder_status("INBOX", ["UIDVALIDITY", "UIDNEXT"])

    assert one == again
    assert one[b"UIDVALIDITY"] > 1_700_000_000
