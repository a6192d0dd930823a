"""What a reader sees of a mail: read from its raw mail, or as it was kept."""

from dataclasses import replace

import pytest

from mayfly.errors import MessageNotFound
from mayfly.messages.models import Message
from mayfly.messages.service import content_of
from mayfly.receiving.models import Stored
from tests import samples
from tests.memory import Memory

RAW = b"From: Shop <orders@shop.example>\r\nSubject: Hi\r\n\r\nHello\r\n"


@pytest.fixture
def memory() -> Memory:
    return Memory()


def given_message(memory: Memory, is_read_anew: bool) -> Message:
    inbox, mail = samples.inbox(), replace(samples.accepted(), is_read_anew=is_read_anew)
    memory.inboxes.create(inbox, memory.clock())
    memory.raw_mails.put(mail.object_key, RAW)
    summary = samples.summary(size_bytes=len(RAW))
    outcome = memory.deliveries.deliver(mail, summary, inbox, memory.clock())
    assert isinstance(outcome, Stored)
    return memory.messages.get(outcome.message, memory.clock())[1]


def test_the_raw_mail_is_read_whole_and_once(memory: Memory) -> None:
    content = memory.loader.open(given_message(memory, True))

    assert content == content_of(RAW, "raw/mail-1")
    assert content.mail.text.strip() == "Hello"
    assert memory.raw_mails.reads == [("raw/mail-1", 0, len(RAW))]
    assert memory.contents.reads == 0


def test_what_was_kept_is_read_as_it_was_kept(memory: Memory) -> None:
    message = given_message(memory, False)
    kept = replace(content_of(RAW, "raw/mail-1"), sha256="of an earlier parser")
    memory.contents.put(message.id.mail, kept, message.expires_at)

    assert memory.loader.open(message) == kept
    assert memory.raw_mails.reads == []


def test_a_mail_whose_raw_bytes_are_gone_is_no_message(memory: Memory) -> None:
    message = given_message(memory, True)
    memory.raw_mails.delete([message.object_key])

    with pytest.raises(MessageNotFound):
        memory.loader.open(message)
