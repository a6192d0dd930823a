"""Python's own clients read every mail, byte for byte."""

import imaplib
from collections.abc import Iterator

import pytest

from tests.bridge.filled import Filled


@pytest.fixture
def client(filled: Filled) -> Iterator[imaplib.IMAP4]:
    with imaplib.IMAP4("127.0.0.1", filled.laptop.imap_port, timeout=60) as client:
        client.login(filled.address, "anything")
        yield client


def test_every_mail_comes_byte_for_byte(client: imaplib.IMAP4, filled: Filled) -> None:
    client.select(readonly=True)

    _, answered = client.fetch("1:*", "(BODY.PEEK[])")

    assert [each[1] for each in answered if isinstance(each, tuple)] == filled.raws
