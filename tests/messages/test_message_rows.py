"""The row of a message."""

from datetime import timedelta

import pytest

from mayfly.inboxes.ids import MailKey, MessageId
from mayfly.messages.folders import Folder
from mayfly.messages.models import Message
from mayfly.messages.rows import message_from, message_row
from tests import samples


def message(**summary: object) -> Message:
    where = MessageId(samples.inbox().id, 7, MailKey("abcdefghijklmnop"))
    return Message(where, samples.summary(**summary), samples.NOW + timedelta(days=3))


@pytest.mark.parametrize("folder", [None, *Folder])
@pytest.mark.parametrize("is_read", [True, False])
def test_a_row_becomes_the_message_it_was_made_of(folder: Folder | None, is_read: bool) -> None:
    plain = message(own_thread_id="ponmlkjihgfedcba", sent_at=samples.NOW - timedelta(days=1))
    whole = Message(plain.id, plain.summary, plain.expires_at, is_read, folder)

    assert message_from(message_row(whole)) == whole


def test_a_row_from_before_folders_and_threads_is_read() -> None:
    row = message_row(message())

    assert not {"folder", "own_thread", "sent_at", "owner"} & row.keys()
    assert message_from(row) == message_from(row | {"owner": "an account"})
    assert message_from(row).folder is Folder.INBOX
