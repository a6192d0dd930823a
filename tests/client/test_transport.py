"""Connections: kept, renewed, trusted or not, and ended with whoever waits."""

import asyncio
import threading
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from mayfly_client import AsyncMayfly, Mayfly, Patience, ServiceError, Unreachable
from mayfly_client.cli import doctor
from tests.certificates import Authority
from tests.client.servers import PONG, Server, answer, serving

ONCE = Patience(attempts=1)
_ERROR = answer(b"{}", "503 Service Unavailable")


def url(server: Server) -> str:
    return f"http://127.0.0.1:{server.port}"


def test_one_connection_is_enough_for_many_requests() -> None:
    with serving(Server(lambda number: answer(PONG))) as server, Mayfly(url(server)) as mayfly:
        for _ in range(3):
            assert mayfly.service.health_ping().message == "pong"

    assert (server.connections, len(server.requests)) == (1, 3)


def test_a_connection_that_has_ended_meanwhile_is_renewed_without_a_word() -> None:
    with (
        serving(Server(lambda number: answer(PONG), ends=True)) as server,
        Mayfly(url(server), patience=ONCE) as mayfly,
    ):
        for _ in range(3):
            mayfly.service.health_ping()
            server.gone.wait(60)
            server.gone.clear()

    assert server.connections == 3


def test_many_threads_ask_at_once() -> None:
    with serving(Server(lambda number: answer(PONG))) as server, Mayfly(url(server)) as mayfly:
        found: list[str] = []
        threads = [
            threading.Thread(target=lambda: found.append(mayfly.service.health_ping().message))
            for _ in range(20)
        ]
        for each in threads:
            each.start()
        for each in threads:
            each.join()

    assert found == ["pong"] * 20


def test_what_may_have_been_done_is_asked_for_once() -> None:
    with (
        serving(Server(lambda number: None)) as server,
        Mayfly(url(server)) as mayfly,
        pytest.raises(Unreachable),
    ):
        mayfly.addresses.create_address()

    assert len(server.requests) == 1


def test_a_failure_that_passes_is_not_noticed_in_either_world() -> None:
    says = [_ERROR, None, answer(PONG)] * 2
    patience = Patience(first_pause=0.01)

    async def ask(address: str) -> str:
        async with AsyncMayfly(address, patience=patience) as mayfly:
            return (await mayfly.service.health_ping()).message

    with serving(Server(lambda number: says[number - 1])) as server:
        with Mayfly(url(server), patience=patience) as mayfly:
            assert mayfly.service.health_ping().message == "pong"
        assert asyncio.run(ask(url(server))) == "pong"

    assert len(server.requests) == 6


def test_a_service_that_fails_on_is_named() -> None:
    with (
        serving(Server(lambda number: _ERROR)) as server,
        Mayfly(url(server)) as mayfly,
        pytest.raises(ServiceError, match=r"503, without a word of Mayfly"),
    ):
        mayfly.addresses.create_address()


def test_no_answer_is_read_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mayfly_client.transport.ANSWER_BYTES", 10)

    with (
        serving(Server(lambda number: answer(PONG))) as server,
        Mayfly(url(server), patience=ONCE) as mayfly,
        pytest.raises(Unreachable, match="more than 10 bytes"),
    ):
        mayfly.service.health_ping()


def test_whoever_cancels_a_wait_ends_its_request() -> None:
    asked = threading.Event()

    def says(number: int) -> bytes:
        asked.set()
        return b""  # nothing comes, for as long as somebody waits

    async def wait(address: str) -> None:
        async with AsyncMayfly(address) as mayfly:
            waits = asyncio.create_task(mayfly.service.health_ping())
            await asyncio.to_thread(asked.wait, 60)
            waits.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waits

    with serving(Server(says)) as server:
        asyncio.run(wait(url(server)))
        assert server.gone.wait(60)


def test_a_service_that_does_not_answer_is_not_waited_for_for_ever() -> None:
    with serving(Server(lambda number: b"")) as server:
        impatient = Mayfly(url(server), patience=ONCE, request_seconds=0.2)
        with pytest.raises(Unreachable, match="did not answer in time"):
            impatient.service.health_ping()

        async def ask() -> None:
            async with AsyncMayfly(url(server), patience=ONCE, request_seconds=0.2) as mayfly:
                await mayfly.service.health_ping()

        with pytest.raises(Unreachable, match="did not answer in time"):
            asyncio.run(ask())


def test_a_certificate_is_trusted_only_if_it_is_named(tmp_path: Path) -> None:
    authority = Authority()
    trust = tmp_path / "authority.pem"
    trust.write_text(authority.pem)
    tls = authority.server(tmp_path, "localhost", days=100)
    untrusted = r"the certificate of localhost:\d+ is not trusted: "

    async def ask(address: str, **trusted: str) -> str:
        async with AsyncMayfly(address, patience=ONCE, **trusted) as mayfly:  # type: ignore[arg-type]
            return (await mayfly.service.health_ping()).message

    with serving(Server(lambda number: answer(PONG)), tls) as server:
        address = f"https://localhost:{server.port}"
        with pytest.raises(Unreachable, match=untrusted):
            Mayfly(address, patience=ONCE).service.health_ping()
        with pytest.raises(Unreachable, match=untrusted):
            asyncio.run(ask(address))
        with Mayfly(address, trust=str(trust)) as mayfly:
            assert mayfly.service.health_ping().message == "pong"
        assert asyncio.run(ask(address, trust=str(trust))) == "pong"

        good = doctor._encrypted(address, authority.trusted())
        assert (good.state, "certificate for 100 more days" in good.says) == (doctor.GOOD, True)
        bad = doctor._encrypted(address, None)
        assert bad.state == doctor.WRONG and "--trust FILE" in bad.advice
        assert urlsplit(address).netloc not in bad.advice


def test_doctor_says_that_tokens_go_in_clear() -> None:
    found = doctor._encrypted("http://mail.example.org", None)

    assert (found.state, found.says) == (doctor.WRONG, "tokens go through the network in clear")
    assert doctor._encrypted("http://127.0.0.1:5000", None).state == doctor.GOOD


@pytest.mark.parametrize(("apart", "state"), [(0.5, "ok"), (-31.0, "look"), (31.0, "look")])
def test_doctor_compares_clocks(apart: float, state: str) -> None:
    assert doctor._clock(apart).state == state
