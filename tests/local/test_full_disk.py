"""The laptop on a disk that takes no more: a limit of the process's files, set from outside."""

import resource
import smtplib
import sys
import urllib.error
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bench.letters import numbered_letter
from infra.local.engine.cloud import INLINE_BYTES
from tests.local.conftest import DEADLINE, until
from tests.local.mayfly import Mayfly, mayfly

FILLER = b"z" * 70 + b"\r\n"

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux limits another process's files"
)


@contextmanager
def full(service: Mayfly) -> Iterator[None]:
    """No file of the service grows beyond a few bytes in the block."""
    before = resource.prlimit(service.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(service.process.pid, resource.RLIMIT_FSIZE, (16, before[1]))
    try:
        yield
    finally:
        resource.prlimit(service.process.pid, resource.RLIMIT_FSIZE, before)


def sent(service: Mayfly, address: str, mail: bytes) -> int:
    with smtplib.SMTP("127.0.0.1", service.smtp_port, timeout=DEADLINE) as connection:
        connection.ehlo()
        connection.mail("s@example.org")
        connection.rcpt(address)
        return connection.data(mail)[0]


def status(service: Mayfly, method: str, path: str, body: object = None) -> int:
    try:
        service.ask(method, path, body)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code
    return 200


def test_on_a_full_disk_nothing_is_promised_and_afterwards_all_goes_on(tmp_path: Path) -> None:
    with mayfly(DATA=str(tmp_path)) as service:
        address = service.new_address()["email"]
        mails = [numbered_letter(address, number) for number in range(6)]
        large = FILLER * (2 * INLINE_BYTES // len(FILLER))
        before = [sent(service, address, mails[0]), sent(service, address, mails[1] + large)]
        service.messages(address, 2)
        with full(service):
            meanwhile = [sent(service, address, mails[2]), sent(service, address, mails[3] + large)]
            in_the_loop = status(service, "POST", "/api/emails")
            account = {"email": "a@elsewhere.example", "password": "correct horse battery 9"}
            in_a_thread = status(service, "POST", "/api/users/register", account)
        after = [sent(service, address, mails[4]), sent(service, address, mails[5] + large)]
        service.messages(address, 4)
        made = status(service, "POST", "/api/emails")
        service.end()
    with mayfly(DATA=str(tmp_path)) as again:
        until(lambda: len(again.messages(address, 4)) == 4)
        subjects = sorted(each["subject"] for each in again.messages(address, 4))

    assert (before, meanwhile, after) == ([250, 250], [451, 451], [250, 250])
    assert (in_the_loop, in_a_thread, made) == (503, 503, 200)
    assert subjects == [f"Mail {number} of the load" for number in (0, 1, 4, 5)]
