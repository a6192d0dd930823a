"""End to end: the real functions behind the laptop's SMTP, HTTP and WebSocket."""

import asyncio
import contextlib
import itertools
import json
import os
import signal
import smtplib
import socket
import threading
import time
import urllib.error
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.local.conftest import DEADLINE, until
from tests.local.mayfly import Mayfly, command, mayfly

ATTACHED = bytes(range(256)) * 300


def a_mail(subject: str = "Hello") -> bytes:
    mail = EmailMessage()
    mail["From"] = "Sender <sender@example.org>"
    mail["To"] = "somebody@mayfly.example"
    mail["Subject"] = subject
    mail.set_content("the text\r\n")
    mail.add_attachment(ATTACHED, maintype="application", subtype="pdf", filename="a report.pdf")
    return mail.as_bytes().replace(b"\n", b"\r\n")


@pytest.fixture(scope="module")
def service() -> Iterator[Mayfly]:
    with mayfly() as running:
        yield running


async def first_push(service: Mayfly, address: str, mail: bytes) -> dict[str, Any]:
    """Watch the address, send it the mail, and take what is pushed."""
    async with aiohttp.ClientSession() as http, http.ws_connect(service.websocket) as watching:
        await watching.send_json({"type": "subscribe", "email": address})
        assert json.loads(await watching.receive_str())["type"] == "subscribed"
        await asyncio.to_thread(service.send, address, mail)
        pushed: dict[str, Any] = json.loads(await watching.receive_str(timeout=DEADLINE))
        return pushed


def test_a_mail_comes_in_is_announced_read_and_deleted(service: Mayfly) -> None:
    made = service.new_address()
    address, mail = made["email"], a_mail("Grüße")

    pushed = asyncio.run(first_push(service, address, mail))

    assert pushed["type"] == "new-message"
    (listed,) = service.messages(address)
    assert pushed["data"]["id"] == listed["id"]
    assert (listed["from"], listed["subject"]) == ("sender@example.org", "Grüße")
    read = service.ask("GET", f"/api/messages/{listed['id']}")
    assert "the text" in read["body"]
    (attachment,) = read["attachments"]
    assert attachment["filename"] == "a report.pdf"
    path = f"/api/messages/{listed['id']}/attachments/{attachment['id']}"
    assert service.fetch(path) == ATTACHED
    assert service.fetch(f"/api/messages/{listed['id']}/raw").endswith(mail)
    service.ask("DELETE", f"/api/emails/{address}", token=made["access_token"])
    for gone in (f"/api/emails/{address}", f"/api/messages/{listed['id']}"):
        with pytest.raises(urllib.error.HTTPError) as missing:
            service.ask("GET", gone)
        assert missing.value.code == 404
        missing.value.close()


def test_a_mail_too_large_for_an_answer_comes_by_a_link(service: Mayfly) -> None:
    address = service.new_address()["email"]
    mail = a_mail() + b"x" * 76 + b"\r\n" + (b"y" * 76 + b"\r\n") * 65_000

    service.send(address, mail)

    (listed,) = service.messages(address)
    assert service.fetch(f"/api/messages/{listed['id']}/raw").endswith(mail)


def test_a_long_poll_answers_when_mail_comes(service: Mayfly) -> None:
    address = service.new_address()["email"]

    async def poll() -> list[dict[str, Any]]:
        path = f"/api/emails/{address}/messages?after=0&wait=20"
        waiting = asyncio.create_task(asyncio.to_thread(service.ask, "GET", path))
        await asyncio.to_thread(service.send, address, a_mail())
        listed: list[dict[str, Any]] = await waiting
        return listed

    assert [each["seq"] for each in asyncio.run(poll())] == [1]


def test_mail_for_unknown_and_deleted_addresses_is_refused(service: Mayfly) -> None:
    made = service.new_address()
    service.ask("DELETE", f"/api/emails/{made['email']}", token=made["access_token"])

    for address in (made["email"], "nobody@mayfly.example"):
        sent = command("send", address, "--port", str(service.smtp_port))
        assert (sent.returncode, sent.stderr[:9]) == (1, "550 5.1.1")


def test_the_send_command_sends_a_mail_with_all_its_parts(service: Mayfly, tmp_path: Path) -> None:
    file = tmp_path / "notes.bin"
    file.write_bytes(ATTACHED)
    address = service.new_address()["email"]

    sent = command(
        *("send", address, "--port", str(service.smtp_port), "--from", "me@x.example"),
        *("--subject", "Ünï", "--text", "plain", "--html", "<b>rich</b>", "--attach", str(file)),
    )

    assert (sent.returncode, sent.stdout[:6]) == (0, "250 2.")
    (listed,) = service.messages(address)
    read = service.ask("GET", f"/api/messages/{listed['id']}")
    assert (read["subject"], read["from"]) == ("Ünï", "me@x.example")
    assert "plain" in read["body"] and "<b>rich</b>" in read["html"]
    assert [each["filename"] for each in read["attachments"]] == ["notes.bin"]


def test_the_send_command_sends_a_file_as_it_is(service: Mayfly, tmp_path: Path) -> None:
    file = tmp_path / "mail.eml"
    file.write_bytes(b"Subject: from a file\n\n.dot\nend\n")
    address = service.new_address()["email"]

    sent = command("send", address, "--port", str(service.smtp_port), "--file", str(file))

    assert sent.returncode == 0
    (listed,) = service.messages(address)
    raw = service.fetch(f"/api/messages/{listed['id']}/raw")
    assert raw.endswith(b"Subject: from a file\r\n\r\n.dot\r\nend\r\n")


def test_the_send_command_says_when_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])

    sent = command("send", "a@mayfly.example", "--port", port)

    assert sent.returncode == 1
    assert "is Mayfly running" in sent.stderr


def test_the_send_command_names_a_file_that_is_not_there() -> None:
    sent = command("send", "a@mayfly.example", "--file", "/nowhere/mail.eml")

    assert sent.returncode == 2
    assert "/nowhere/mail.eml" in sent.stderr


def test_the_announced_address_works(service: Mayfly) -> None:
    assert service.ask("GET", f"/api/emails/{service.first_address}")["email"]


def test_it_starts_within_five_seconds() -> None:
    start = time.monotonic()

    with mayfly():
        took = time.monotonic() - start

    # A machine that does other things meanwhile may take longer.
    assert took < 5.0 * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_cleanly(how: signal.Signals) -> None:
    with mayfly() as running:
        code = running.end(how)
        said = running.said()

    assert code == 0
    assert "Traceback" not in said


def test_a_second_ctrl_c_does_not_wait() -> None:
    with mayfly() as running, smtplib.SMTP("127.0.0.1", running.smtp_port) as slow:
        slow.ehlo("client.example")
        slow.mail("s@example.org")
        slow.rcpt(running.first_address)
        slow.docmd("DATA")  # and then nothing: the first Ctrl-C waits for the mail
        running.process.send_signal(signal.SIGINT)
        assert until(lambda: "ending" in running.said())
        code = running.end(signal.SIGINT)
        slow.close()

    assert code == 130


def test_what_was_accepted_is_still_announced_at_the_end() -> None:
    senders, mails = 6, 8  # faster together than they are handled

    def send_some(running: Mayfly, address: str) -> None:
        for number in range(mails):
            running.send(address, f"Subject: {number}\r\n\r\nx\r\n".encode())

    async def send_end_and_watch(running: Mayfly) -> int:
        address = running.new_address()["email"]
        async with aiohttp.ClientSession() as http, http.ws_connect(running.websocket) as watching:
            await watching.send_json({"type": "subscribe", "email": address})
            await watching.receive_str()
            sending = [asyncio.to_thread(send_some, running, address) for _ in range(senders)]
            await asyncio.gather(*sending)
            running.process.terminate()
            return len([frame async for frame in watching if "new-message" in frame.data])

    with mayfly() as running:
        announced = asyncio.run(send_end_and_watch(running))

    assert announced == senders * mails


def test_a_taken_port_is_named_with_what_to_set() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = command(HTTP_PORT=str(port))

    assert refused.returncode == 1
    assert refused.stderr.strip() == (
        f"Port {port} is taken. Set HTTP_PORT to another one, or to 0 for any that is free"
    )


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("HTTP_PORT", "many"),
        ("SMTP_SERVER_PORT", "70000"),
        ("DOMAINS", "not a domain"),
        ("SMTP_TLS_CERT", "/nowhere.pem"),
        ("SMTP_SERVER_HOST", "no.such.host.invalid"),
        ("PUBLIC_INBOXES", "perhaps"),
        ("DATA", "/proc/mayfly"),
        ("LOG_LEVEL", "loud"),
        ("LOG_LEVEL", "notset"),
        ("SMTP_TIMEOUT", "0.5"),
        ("RATE_LIMIT_WINDOW", "soon"),
        ("RATE_LIMIT_MAX", "-1"),
        ("CORS_ORIGIN", "https://a.example,b.example"),
    ],
)
def test_a_wrong_setting_is_one_clear_line(setting: str, value: str) -> None:
    refused = command(**{setting: value})

    assert refused.returncode == 2
    assert setting in refused.stderr
    assert len(refused.stderr.strip().splitlines()) == 1


def test_mail_survives_a_kill_right_after_it_was_accepted(tmp_path: Path) -> None:
    mails = [a_mail(f"number {n}") for n in range(5)]

    with mayfly(DATA=str(tmp_path)) as first:
        made = first.new_address()
        for mail in mails:
            first.send(made["email"], mail)
        first.end(signal.SIGKILL)
    with mayfly(DATA=str(tmp_path)) as second:
        listed = second.messages(made["email"], at_least=len(mails))
        raw = [second.fetch(f"/api/messages/{each['id']}/raw") for each in listed]
        deleted = second.ask("DELETE", f"/api/emails/{made['email']}", token=made["access_token"])
        second.end()

    assert [each["seq"] for each in listed] == [5, 4, 3, 2, 1]
    assert all(any(each.endswith(mail) for each in raw) for mail in mails)
    assert deleted["deleted"] is True


class Sender(threading.Thread):
    """Sends mails until the server is gone, and remembers those that were answered with 250."""

    def __init__(self, service: Mayfly, address: str, name: str) -> None:
        super().__init__(daemon=True)
        self._service, self._address, self._name = service, address, name
        self.accepted: list[str] = []

    def run(self) -> None:
        with contextlib.suppress(OSError, smtplib.SMTPException):
            for number in itertools.count():
                subject = f"{self._name}-{number}"
                self._service.send(self._address, f"Subject: {subject}\r\n\r\nx\r\n".encode())
                self.accepted.append(subject)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_nothing_that_was_answered_250_is_lost_at_the_end(
    tmp_path: Path, how: signal.Signals
) -> None:
    with mayfly(DATA=str(tmp_path)) as first:
        address = first.new_address()["email"]
        senders = [Sender(first, address, name) for name in ("one", "two", "three")]
        for sender in senders:
            sender.start()
        assert until(lambda: all(len(sender.accepted) >= 5 for sender in senders))
        first.end(how)
        for sender in senders:
            sender.join(DEADLINE)
    accepted = {subject for sender in senders for subject in sender.accepted}
    with mayfly(DATA=str(tmp_path)) as second:
        listed = second.messages(address, at_least=len(accepted))

    assert accepted <= {each["subject"] for each in listed}
    # At most the mail whose 250 was on its way may be there beyond those.
    assert len(listed) <= len(accepted) + len(senders)


def test_two_do_not_share_a_folder(tmp_path: Path) -> None:
    with mayfly(DATA=str(tmp_path)):
        refused = command(DATA=str(tmp_path))

    assert refused.returncode == 2
    assert "another Mayfly is running on it" in refused.stderr
