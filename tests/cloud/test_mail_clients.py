"""A mail client reads inboxes through the bridge, wherever they are."""

import ssl
from collections.abc import Iterator

import pytest
from imapclient import IMAPClient

from tests.bridge.bridges import bridge
from tests.cloud.letters import a_mail
from tests.cloud.target import DEADLINE, Target
from tests.local.conftest import Loop

pytestmark = [pytest.mark.cloud, pytest.mark.needs("mail")]
_LARGE = (
    b"Subject: large\r\n\r\n"
    + b"A line of a message that is too large for one answer.\r\n" * 90_000
)


@pytest.fixture
def loop() -> Iterator[Loop]:
    loop = Loop()
    yield loop
    loop.stop()


@pytest.fixture
def port(loop: Loop, target: Target) -> Iterator[int]:
    trust = ssl.create_default_context(cafile=str(target.trust)) if target.trust else None
    with bridge(loop, target.http, target.websocket, trust=trust) as running:
        yield running.imap


def test_a_mail_client_reads_marks_and_deletes(target: Target, port: int) -> None:
    made, mail = target.new_inbox(), a_mail("for a mail client")
    with IMAPClient("127.0.0.1", port, ssl=False, timeout=DEADLINE) as client:
        client.login(made["email_address"], made["access_token"])
        client.select_folder("INBOX")
        client.idle()
        target.send(mail, made["email_address"])
        while not any(b"EXISTS" in told for told in client.idle_check(timeout=DEADLINE)):
            pass
        client.idle_done()

        found = client.fetch([1], ["BODY[]", "FLAGS"])[1]
        client.delete_messages([1])
        client.expunge()

    inbox = f"/v1/inboxes/{made['inbox_id']}"
    assert found[b"BODY[]"].endswith(mail)
    assert target.get(inbox, made["access_token"])["message_count"] == 0


def test_a_message_that_is_too_large_for_one_answer_is_read(target: Target, port: int) -> None:
    address = target.new_address()["email"]
    target.send(_LARGE, address)
    target.messages(address)

    with IMAPClient("127.0.0.1", port, ssl=False, timeout=DEADLINE) as client:
        client.login(address, "x")
        client.select_folder("INBOX")
        found = client.fetch([1], ["BODY.PEEK[]"])[1]

    assert found[b"BODY[]"].endswith(_LARGE)
