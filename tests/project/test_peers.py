"""What can be wrong with the comparison with peers; no speed is judged here."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Awaitable, Callable
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiosmtpd.smtp import SMTP

from bench.letters import letter_of
from bench.peers import figures as names
from bench.peers.__main__ import read
from bench.peers.figures import GOALS, Figures, Goal
from bench.peers.measuring import Sizes, percentile
from bench.peers.processes import Stat, family, running, usage
from bench.peers.readers import Frames, Requests, frame_delays, length_of, requests_a_second
from bench.peers.senders import Letter, Mails, Sent, UnexpectedReply, send_all
from bench.peers.server import with_free_ports
from bench.peers.servers import SERVERS, Mayfly, MayflyWithData

RAW = b"Message-ID: <letter@shop.example>\nSubject: Dots\n\n.\n..two\nplain\n"


class Box:
    """Keeps what it was sent; refuses what `answer` says."""

    def __init__(self, answer: str = "250 OK") -> None:
        self.answer = answer
        self.mails: list[tuple[list[str], bytes]] = []
        self.connections = 0
        self.heard: Callable[[], Awaitable[None]] | None = None

    def protocol(self) -> SMTP:
        self.connections += 1
        return SMTP(self)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.mails.append((envelope.rcpt_tos, envelope.original_content))
        if self.heard is not None:
            await self.heard()
        return self.answer


async def sent_to(box: Box, **what: Any) -> Sent:
    server = await asyncio.get_running_loop().create_server(box.protocol, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        addresses = [f"inbox-{number}@bench.example" for number in range(3)]
        sizes = {"senders": 2, "mails": 7, "size": 2700, "seconds": 60.0} | what
        return await send_all(Mails(port=port, addresses=addresses, **sizes))


def test_every_mail_arrives_whole_under_an_id_of_its_own() -> None:
    box = Box()

    sent = asyncio.run(sent_to(box))

    contents = [content for _, content in box.mails]
    assert all(each.count(b"\n") == each.count(b"\r\n") for each in contents)
    mails = [message_from_bytes(each.replace(b"\r\n", b"\n"), policy=default) for each in contents]
    letter = message_from_bytes(letter_of(2700, "all@bench.example"), policy=default)
    texts = [part.get_content() for part in letter.iter_parts()]
    assert (sent.mails, sent.refused, box.connections) == (7, 0, 2)
    assert sent.accepted == {f"inbox-{n}@bench.example": count for n, count in enumerate((3, 2, 2))}
    assert all([part.get_content() for part in each.iter_parts()] == texts for each in mails)
    assert len({each["Message-ID"] for each in mails}) == 7
    assert 3_200 < len(contents[0]) < 3_500


def test_a_mail_for_many_counts_for_each_of_them() -> None:
    box = Box()

    sent = asyncio.run(sent_to(box, mails=2, recipients=3))

    assert [len(recipients) for recipients, _ in box.mails] == [3, 3]
    assert set(sent.accepted.values()) == {2}


def test_refused_mail_is_not_counted_as_sent() -> None:
    sent = asyncio.run(sent_to(Box("451 Later")))

    assert (sent.mails, sent.refused, sent.accepted) == (0, 7, {})


def test_sending_ends_when_time_is_up() -> None:
    sent = asyncio.run(sent_to(Box(), mails=1000, senders=1, seconds=0.0))

    assert sent.mails == 1


def test_a_refused_recipient_ends_the_run() -> None:
    class Closed(Box):
        async def handle_RCPT(self, *_: Any) -> str:
            return "550 No such inbox"

    with pytest.raises(UnexpectedReply, match="550 No such inbox"):
        asyncio.run(sent_to(Closed()))


def test_dots_at_the_start_of_lines_are_doubled_and_one_ends_the_mail() -> None:
    assert Letter.of(RAW).numbered(1).endswith(b"\r\n\r\n..\r\n...two\r\nplain\r\n.\r\n")


async def answered(handler: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> float:
    app = web.Application()
    app.router.add_get("/list", handler)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = runner.addresses[0][1]
        return await requests_a_second(Requests(f"http://127.0.0.1:{port}/list?limit=20", 2, 0.1))
    finally:
        await runner.cleanup()


def test_answers_are_counted_over_connections_that_are_kept() -> None:
    asked: list[tuple[str, Any]] = []

    async def handler(request: web.Request) -> web.Response:
        assert request.transport is not None
        asked.append((request.path_qs, request.transport.get_extra_info("peername")))
        return web.json_response({"a": "b"})

    assert asyncio.run(answered(handler)) > 0
    assert {path for path, _ in asked} == {"/list?limit=20"}
    assert len({peer for _, peer in asked}) == 2


def test_answers_that_are_errors_are_not_counted() -> None:
    async def handler(_: web.Request) -> web.Response:
        raise web.HTTPTooManyRequests

    with pytest.raises(OSError, match="429"):
        asyncio.run(answered(handler))


def test_an_answer_must_say_how_long_it_is() -> None:
    assert length_of(b"HTTP/1.1 200 OK\r\ncontent-length: 12\r\n\r\n") == 12

    with pytest.raises(OSError, match="how long"):
        length_of(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")


def test_each_mail_is_followed_to_its_frame() -> None:
    said: list[str] = []

    async def run() -> list[float]:
        box, sockets = Box(), []

        async def watched(request: web.Request) -> web.WebSocketResponse:
            socket = web.WebSocketResponse()
            await socket.prepare(request)
            await socket.send_str("0{}")
            said.append(await socket.receive_str())
            await socket.send_str("40{}")
            sockets.append(socket)
            async for message in socket:
                said.append(message.data)
            return socket

        async def heard() -> None:
            await sockets[0].send_str("2")
            await sockets[0].send_str("something else")
            await sockets[0].send_str('42["newMail"]')

        box.heard = heard
        app = web.Application()
        app.router.add_get("/ws", watched)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        server = await asyncio.get_running_loop().create_server(box.protocol, "127.0.0.1", 0)
        async with server:
            port = server.sockets[0].getsockname()[1]
            url = f"ws://127.0.0.1:{runner.addresses[0][1]}/ws"
            hello = [["", "0{"], ["40", "40"]]
            job = Frames(url, hello, '"newMail"', port, "a@bench.example", 3, 2700, 60.0)
            delays = await frame_delays(job)
        await runner.cleanup()
        return list(delays)

    delays = asyncio.run(run())

    assert len(delays) == 3
    assert all(each >= 0 for each in delays)
    assert said == ["40", "3", "3", "3"]


def test_what_linux_tells_of_a_process_is_read_whatever_its_name() -> None:
    rest = (
        "S 7 1 1 0 -1 4194560 100 0 0 0 250 50 9 9 20 0 4 0 12345 1000000 512 18446744073709551615"
    )

    assert Stat.parse(f"42 (a) b (c)) {rest}") == Stat(42, 7, 12345, 300, 512)


def test_the_family_of_a_process_has_its_grandchildren() -> None:
    processes = [Stat(n, parent, 0, 0, 0) for n, parent in ((4, 3), (3, 2), (2, 1), (9, 1), (1, 0))]

    assert [each.pid for each in family(2, processes)] == [2, 3, 4]
    assert usage(os.getpid()).resident_mb > 1


def test_servers_and_their_children_end_when_something_fails(tmp_path: Path) -> None:
    # The child takes no notice of being asked to end, and outlives its parent.
    child = (
        "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1, flush=True);"
        " signal.pause()"
    )
    parent = (
        "import subprocess, sys, signal; p = subprocess.Popen([sys.executable, '-c', sys.argv[1]],"
        " stdout=subprocess.PIPE); p.stdout.readline(); print(p.pid, flush=True); signal.pause()"
    )
    log = tmp_path / "log"
    started = []

    with (
        pytest.raises(KeyboardInterrupt),
        running([sys.executable, "-c", parent, child], os.environ, log, tmp_path) as process,
    ):
        while not log.read_text().endswith("\n"):
            assert process.poll() is None
        started.append(int(log.read_text()))
        raise KeyboardInterrupt

    assert process.returncode == -signal.SIGTERM
    assert not alive(started[0])


def alive(pid: int) -> bool:
    """Not a zombie either, whose parent has not looked yet."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return text.rpartition(")")[2].split()[0] != "Z"


def test_goals_say_whether_they_were_met() -> None:
    figures = Figures()
    rate = names.visible(names.SMALL, 8)
    figures.add(rate, "noop", 2000)

    line = figures.add(rate, "mayfly", 650, mails=5)
    slow = figures.add(names.FRAME, "mayfly", 3.5)

    assert line["mails"] == 5
    assert line["goals"] == {
        ">= 0.3 x noop": "met",
        ">= 2 x sendria": "unknown",
        ">= 1 x maildev": "unknown",
    }
    assert slow["goals"] == {"<= 3.4": "missed"}
    assert "goals" not in figures.add(rate, "sendria", 300)
    assert ">= 2 x sendria" in "\n".join(figures.table(["noop", "mayfly"]))


def test_what_is_stored_is_compared_with_the_empty_one() -> None:
    figures = Figures()
    figures.add(names.LIST, "mayfly", 1000)

    line = figures.add(f"{names.LIST}, stored", "mayfly", 900)

    assert line["goals"] == {">= 0.91 x empty": "missed"}


def test_every_goal_is_of_a_figure_that_is_measured() -> None:
    measured = {names.visible(size, n) for size in (names.SMALL, names.BIG) for n in (1, 8)}
    measured |= {names.visible(names.SMALL, 8, stored=True), names.LIST, f"{names.LIST}, stored"}
    measured |= {names.FRAME, names.START, names.RSS_START, names.RSS_FULL.format(Sizes().fill)}

    assert {goal.figure for goal in GOALS} <= measured
    assert {server for goal in GOALS for server in goal.servers} <= {each.name for each in SERVERS}
    assert {goal.peer for goal in GOALS} <= {"", *(each.name for each in SERVERS)}


def test_a_goal_at_the_edge_is_met() -> None:
    figures = Figures()
    figures.add(names.START, "mayfly", 1.5)

    assert Goal(names.START, ("mayfly",), 1.5, at_most=True).met("mayfly", figures)
    assert Goal(names.START, ("mayfly",), 1.5).met("mayfly", figures)


def test_words_choose_servers_and_sizes_and_a_wrong_one_is_named() -> None:
    assert read([]) == (Sizes(), [each.name for each in SERVERS])
    assert read(["ONLY=mayfly,noop", "MAILS=5"]) == (Sizes(mails=5), ["noop", "mayfly"])

    for wrong in ("ONLY=mailpit", "MAILS=many", "ONLY=", "PORTS=1", "MAILS=0", "SENDERS=0"):
        with pytest.raises(SystemExit, match=wrong):
            read([wrong])


def test_percentiles_are_values_that_were_seen() -> None:
    assert percentile([4.0, 1.0, 3.0, 2.0], 50) == 2.0
    assert percentile([float(n) for n in range(1, 101)], 95) == 95.0
    assert percentile([7.0], 95) == 7.0


def test_mayfly_is_started_without_limits_on_loopback_and_free_ports(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATA", "/somebody/else")
    monkeypatch.setenv("SMTP_SERVER_HOST", "0.0.0.0")

    memory = with_free_ports(Mayfly, tmp_path)
    durable = with_free_ports(MayflyWithData, tmp_path).environment()

    ports = [memory.smtp, memory.http, *memory.others]
    assert len(set(ports)) == 4
    assert memory.environment()["SMTP_SERVER_HOST"] == "127.0.0.1"
    assert "DATA" not in memory.environment()
    assert durable["DATA"].startswith(str(tmp_path))
    limits = [name for name in durable if name.startswith("RATE_LIMIT_")]
    assert limits and {durable[name] for name in limits} == {"0"}


@pytest.mark.parametrize("asked_to_end", [signal.SIGINT, signal.SIGTERM])
def test_the_floor_takes_mail_until_it_is_ended(
    tmp_path: Path, asked_to_end: signal.Signals
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    script = Path(names.__file__).with_name("noop.py")
    process = subprocess.Popen([sys.executable, str(script), str(port)], stderr=subprocess.DEVNULL)
    try:
        while process.poll() is None:
            try:
                sent = asyncio.run(send_all(Mails(port, 1, 3, 2700, ["a@b.example"], 60.0)))
            except ConnectionRefusedError:
                continue
            break
        assert sent.accepted == {"a@b.example": 3}
    finally:
        process.send_signal(asked_to_end)
        process.wait(60)
