"""Names for inboxes, mails and messages."""

import uuid

import pytest

from mayfly.errors import InboxNotFound, MessageNotFound
from mayfly.inboxes.ids import InboxId, MessageId, mail_key, partition_of
from mayfly.mail.address import Address

ALICE = Address("alice", "mayfly.example")


def test_an_inbox_id_is_a_uuid_that_reads_back() -> None:
    inbox = InboxId.make(ALICE, b"\xff" * 8)

    assert uuid.UUID(str(inbox)).version == 8
    assert InboxId.parse(str(inbox)) == inbox


def test_generations_share_the_partition_of_their_address_and_nothing_else() -> None:
    first, second = InboxId.make(ALICE, b"\x01" * 8), InboxId.make(ALICE, b"\x02" * 8)

    assert first != second
    assert first.partition == second.partition == partition_of(ALICE)
    assert partition_of(Address("bob", "mayfly.example")) != first.partition


@pytest.mark.parametrize("text", ["", "x", "0" * 31, "550e8400", "zz0e8400-e29b-41d4-a716-44665"])
def test_what_is_no_inbox_id_is_no_inbox(text: str) -> None:
    with pytest.raises(InboxNotFound):
        InboxId.parse(text)


def test_a_message_id_reads_back_and_is_safe_in_a_url() -> None:
    message = MessageId(InboxId.make(ALICE, bytes(range(8))), 4_000_000_000, mail_key("raw/x"))

    text = str(message)

    assert MessageId.parse(text) == message
    assert len(text) == 40
    assert text.replace("-", "").replace("_", "").isalnum()


@pytest.mark.parametrize("text", ["", "x", "A" * 39, "A" * 41, "é" * 40, "A" * 38 + "==", "A B"])
def test_what_is_no_message_id_is_no_message(text: str) -> None:
    with pytest.raises(MessageNotFound):
        MessageId.parse(text)


def test_a_mail_key_is_the_same_for_the_same_object_only() -> None:
    assert mail_key("raw/a") == mail_key("raw/a")
    assert mail_key("raw/a") != mail_key("raw/b")
    assert len(mail_key("raw/a")) == 16
