"""The Receivers port: real servers on loopback, good and bad ones."""

import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from mayfly import limits
from mayfly.errors import HostNotFound
from mayfly.webhooks.https import HttpReceivers
from mayfly.webhooks.models import Reply
from mayfly.webhooks.ports import Receivers
from tests import samples
from tests.certificates import Authority
from tests.webhooks.fakes import FakeReceivers
from tests.webhooks.receiver import Answer, Receiver, receiver

HOST = "hooks.example"


def here(name: str) -> Sequence[str]:
    return ["127.0.0.1"]


def receivers(
    seconds: float = 15.0, lookup: Callable[[str], Sequence[str]] = here, **more: Any
) -> HttpReceivers:
    return HttpReceivers(lookup, lambda: samples.NOW, with_private=True, seconds=seconds, **more)


@pytest.fixture
def there() -> Iterator[Receiver]:
    with receiver() as found:
        yield found


@contextmanager
def scripted(said: bytes, *, then_wait: bool = False) -> Iterator[str]:
    """A server that says this to whoever connects, whatever they say; its URL."""
    listener = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.settimeout(30)
            connection.recv(4096)
            connection.sendall(said)
            if then_wait:
                over.wait(30)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    finally:
        over.set()
        thread.join(30)
        listener.close()


@pytest.fixture(params=["fake", "http"])
def any_receivers(request: pytest.FixtureRequest) -> Receivers:
    return FakeReceivers() if request.param == "fake" else receivers()


def test_a_receiver_that_takes_it_is_good(any_receivers: Receivers, there: Receiver) -> None:
    reply = any_receivers.post(there.url, {"webhook-id": "msg_1"}, b"{}")

    assert (reply.status, reply.excerpt, reply.is_good) == (200, "thank you", True)


def test_a_request_is_what_was_asked_for_and_no_more(there: Receiver) -> None:
    body = '{"text": "Grüße"}'.encode()

    receivers().post(f"{there.url}?a=b c", {"webhook-id": "msg_1", "X-B": "c"}, body)

    (told,) = there.told
    assert (told.path, told.body) == ("/hook?a=b%20c", body)
    assert told.headers == {
        "host": there.url.removeprefix("http://").partition("/")[0],
        "user-agent": "Mayfly-Webhooks/1",
        "content-length": str(len(body)),
        "connection": "close",
        "webhook-id": "msg_1",
        "x-b": "c",
    }


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_a_failure_and_leads_nowhere(there: Receiver, status: int) -> None:
    with receiver() as elsewhere:
        there.answers = [Answer(status, b"", {"Location": elsewhere.url})]

        reply = receivers().post(there.url, {}, b"{}")

        assert (reply.status, reply.is_good) == (status, False)
        assert elsewhere.told == []


def test_of_an_answer_the_beginning_is_kept(there: Receiver) -> None:
    there.answers = [Answer(500, b"\x00\x1b[31m" + b"x" * 100_000)]

    reply = receivers().post(there.url, {}, b"{}")

    assert (reply.status, len(reply.excerpt)) == (500, limits.WEBHOOK_ANSWER_BYTES - 1)
    assert reply.excerpt.startswith(" [31mxxx")


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("120", timedelta(seconds=120)),
        ("Thu, 01 Jan 2026 12:10:00 GMT", timedelta(minutes=10)),
        ("Thu, 01 Jan 2026 11:00:00 GMT", timedelta()),
        ("9" * 400, timedelta(seconds=10**8)),
        ("soon", None),
        ("-5", None),
        ("Fri, 31 Dec 9999 23:59:59 -2359", None),
        ("Fri, 31 Dec 9999999999 23:59:59 GMT", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(
    there: Receiver, said: str, meant: timedelta | None
) -> None:
    there.answers = [Answer(503, b"", {"Retry-After": said})]

    assert receivers().post(there.url, {}, b"").retry_after == meant


@pytest.mark.parametrize(
    ("said", "waits", "trouble"),
    [
        (b"", True, "no answer within 0.3 seconds"),
        (b"HTTP/1.1 200 OK\r\nX-A: ", True, "no answer within 0.3 seconds"),
        (b"220 mail.example ESMTP\r\n", False, "what answers does not speak HTTP"),
        (b"", False, "the connection broke off"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 500, False, "what answers does not speak HTTP"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000, False, "what answers does not speak HTTP"),
        (b"HTTP/1.1 999999 no\r\n\r\n", False, "what answers does not speak HTTP"),
    ],
)
def test_what_is_no_answer_is_trouble(said: bytes, waits: bool, trouble: str) -> None:
    with scripted(said, then_wait=waits) as url:
        reply = receivers(seconds=0.3 if waits else 15.0).post(url, {}, b"{}")

    assert (reply.status, reply.trouble, reply.is_good) == (0, trouble, False)


@pytest.mark.parametrize(
    "said",
    [
        b"HTTP/1.1 204 No Content\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\n\r\n",
    ],
)
def test_the_status_counts_whatever_becomes_of_the_rest(said: bytes) -> None:
    with scripted(said) as url:
        assert receivers().post(url, {}, b"{}").is_good


def test_an_answer_that_never_ends_is_not_waited_for() -> None:
    with scripted(b"HTTP/1.1 200 OK\r\n\r\nthank you", then_wait=True) as url:
        reply = receivers().post(url, {}, b"{}")

    assert (reply.status, reply.excerpt) == (200, "thank you")
    assert reply.milliseconds < 14_000


def test_a_port_where_nobody_listens_refuses() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/"

    assert receivers().post(url, {}, b"").trouble == "no connection: refused"


def test_a_certificate_must_be_for_the_host_and_good(tmp_path: Path) -> None:
    authority = Authority()

    def tried(context: Any, trust: Any = authority.trusted) -> Reply:
        def encrypt(server: Any) -> None:
            server.socket = context.wrap_socket(server.socket, server_side=True)

        with receiver(encrypt) as there:
            url = there.url.replace("http://127.0.0.1", f"https://{HOST}")
            return receivers(trust=trust).post(url, {}, b"{}")

    assert tried(authority.server(tmp_path, HOST)).is_good
    assert "certificate" in tried(authority.server(tmp_path, "other.example")).trouble
    assert "certificate" in tried(authority.server(tmp_path, HOST, days=-3)).trouble
    assert "certificate" in tried(authority.server(tmp_path, HOST), Authority().trusted).trouble


def test_a_host_is_looked_up_once_and_what_was_judged_is_connected_to(there: Receiver) -> None:
    asked: list[str] = []

    def rebinding(name: str) -> Sequence[str]:
        asked.append(name)
        return ["127.0.0.1"] if len(asked) == 1 else ["169.254.169.254"]

    url = there.url.replace("127.0.0.1", HOST)
    assert receivers(lookup=rebinding).post(url, {}, b"{}").is_good
    assert asked == [HOST]


PRIVATE = ["10.0.0.1", "127.0.0.1", "192.168.1.1", "::1", "fd00::1", "169.254.169.254", "0.0.0.0"]


@pytest.mark.parametrize("address", [*PRIVATE, "100.64.0.1", "::ffff:10.0.0.1", "fe80::1%eth0"])
def test_in_the_cloud_no_address_but_a_public_one_is_connected_to(address: str) -> None:
    def lookup(name: str) -> Sequence[str]:
        return ["93.184.216.34", address]

    cloud = HttpReceivers(lookup, lambda: samples.NOW, seconds=5)

    reply = cloud.post(f"https://{HOST}/", {}, b"{}")
    assert (reply.status, reply.trouble) == (0, "not a public address: it is never connected to")


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example/",
        "https://localhost/",
        "https://a.localhost/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://0x7f000001/",
        "https://2130706433/",
        "https://127.1/",
        "https://hooks.example:25/",
    ],
)
def test_in_the_cloud_no_url_leads_to_this_machine(url: str) -> None:
    def lookup(name: str) -> Sequence[str]:
        raise HostNotFound("there is no such host")

    reply = HttpReceivers(lookup, lambda: datetime.now(UTC), seconds=5).post(url, {}, b"{}")

    assert reply.status == 0 and reply.trouble


def test_on_the_laptop_what_gives_credentials_is_never_connected_to() -> None:
    assert receivers().post("http://169.254.169.254/", {}, b"").trouble.startswith("not a public")


def test_a_host_that_is_not_there_is_named_so() -> None:
    def lookup(name: str) -> Sequence[str]:
        raise HostNotFound("there is no such host")

    reply = receivers(lookup=lookup).post(f"https://{HOST}/", {}, b"")
    assert reply.trouble == "the host was not found: there is no such host"


def test_no_header_can_begin_another() -> None:
    with receiver() as there:
        reply = receivers().post(there.url, {"X": "a\r\nEvil: b"}, b"")

    assert reply.status == 0
    assert there.told == []
