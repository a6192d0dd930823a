"""Lists, waiting for mail, single messages."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from mayfly import limits
from mayfly.errors import (
    InboxNotFound,
    InvalidAddress,
    InvalidCursor,
    MessageNotFound,
    Unauthenticated,
)
from mayfly.inboxes.access import Bearer, HoldersMessage
from mayfly.inboxes.ids import MessageId
from mayfly.inboxes.models import Access, Inbox
from mayfly.kit.tokens.models import TokenClaims
from mayfly.mail.mime.parser import parse
from mayfly.messages.models import Change, Content, Message
from mayfly.messages.service import MessageService
from mayfly.receiving.models import Stored
from tests import samples
from tests.memory import Memory

ALICE = "alice@mayfly.example"
NO_WAIT = timedelta(0)
RAW = b"Subject: Hi\r\n\r\nHello\r\n"


@pytest.fixture
def memory() -> Memory:
    return Memory()


@pytest.fixture
def reader(memory: Memory) -> MessageService:
    return reader_over(memory, memory.clock.pause)


def reader_over(memory: Memory, pause: Callable[[float], None]) -> MessageService:
    return MessageService(memory.inboxes, memory.messages, memory.loader, memory.clock, pause)


def given_inbox(memory: Memory, address: str = ALICE, **changes: object) -> Inbox:
    inbox = samples.inbox(address, **changes)
    memory.inboxes.create(inbox, memory.clock())
    return inbox


def given_message(memory: Memory, inbox: Inbox, name: str = "mail-1") -> MessageId:
    mail = samples.accepted(name)
    content = Content(parse(RAW, limits.MIME), mail.object_key, len(RAW), "00")
    memory.contents.put(mail.mail, content, memory.clock() + inbox.message_lifetime)
    summary = samples.summary(received_at=memory.clock())
    outcome = memory.deliveries.deliver(mail, summary, inbox, memory.clock())
    assert isinstance(outcome, Stored)
    return outcome.message


def given_messages(memory: Memory, inbox: Inbox, count: int) -> list[MessageId]:
    return [given_message(memory, inbox, f"mail-{n}") for n in range(1, count + 1)]


def numbers(messages: list[Message]) -> list[int]:
    return [message.id.sequence for message in messages]


def test_pages_are_newest_first_and_the_cursor_continues_them(
    memory: Memory, reader: MessageService
) -> None:
    given_messages(memory, given_inbox(memory), 5)

    first = reader.page(ALICE, 2)
    second = reader.page(ALICE, 2, first.cursor)
    third = reader.page(ALICE, 2, second.cursor)

    assert numbers([*first.messages, *second.messages, *third.messages]) == [5, 4, 3, 2, 1]
    assert third.cursor is None


def test_mail_that_arrives_between_two_pages_shifts_nothing(
    memory: Memory, reader: MessageService
) -> None:
    inbox = given_inbox(memory)
    given_messages(memory, inbox, 4)
    first = reader.page(ALICE, 2)
    given_message(memory, inbox, "mail-new")

    second = reader.page(ALICE, 2, first.cursor)

    assert numbers([*first.messages, *second.messages]) == [4, 3, 2, 1]


def test_a_page_says_where_to_go_on_from_for_what_comes_next(
    memory: Memory, reader: MessageService
) -> None:
    inbox = given_inbox(memory)
    empty = reader.page(ALICE, 20)
    ids = given_messages(memory, inbox, 3)
    memory.messages.delete(ids[2], memory.clock())
    page = reader.page(ALICE, 1)

    assert empty.last_sequence == 0
    assert page.last_sequence == 3
    assert reader.page(ALICE, 1, page.cursor).last_sequence is None


@pytest.mark.parametrize("cursor", ["", "x", "2", "é", "A" * 40 + "=", "\ud800"])
def test_a_cursor_that_no_list_gave_is_refused(
    memory: Memory, reader: MessageService, cursor: str
) -> None:
    given_inbox(memory)

    with pytest.raises(InvalidCursor):
        reader.page(ALICE, 20, cursor)


def test_a_cursor_of_another_inbox_is_refused(memory: Memory, reader: MessageService) -> None:
    given_inbox(memory)
    other = given_message(memory, given_inbox(memory, "bob@mayfly.example"))

    with pytest.raises(InvalidCursor):
        reader.page(ALICE, 20, str(other))


def test_a_list_reads_no_content(memory: Memory, reader: MessageService) -> None:
    given_messages(memory, given_inbox(memory), 20)

    page = reader.page(ALICE, 20)

    assert len(page.messages) == 20
    assert memory.contents.reads == 0


def test_since_is_oldest_first_without_gap_or_repeat(
    memory: Memory, reader: MessageService
) -> None:
    given_messages(memory, given_inbox(memory), 5)

    first = reader.since(ALICE, 0, 3, NO_WAIT)
    second = reader.since(ALICE, first.last_sequence or 0, 3, NO_WAIT)
    third = reader.since(ALICE, second.last_sequence or 0, 3, NO_WAIT)

    assert numbers(first.messages) == [1, 2, 3]
    assert numbers(second.messages) == [4, 5]
    assert (third.messages, third.last_sequence) == ([], 5)


def test_without_a_wait_an_empty_list_is_answered_at_once(
    memory: Memory, reader: MessageService
) -> None:
    given_inbox(memory)

    assert reader.since(ALICE, 0, 20, NO_WAIT).messages == []
    assert memory.clock.pauses == []


def test_who_waits_hears_at_the_next_look_that_the_inbox_is_gone(memory: Memory) -> None:
    inbox = given_inbox(memory)

    def pause(seconds: float) -> None:
        memory.clock.pause(seconds)
        if len(memory.clock.pauses) == 3:
            memory.inboxes.close(inbox.id, memory.clock())

    with pytest.raises(InboxNotFound):
        reader_over(memory, pause).since(ALICE, 0, 20, timedelta(seconds=25))
    assert len(memory.clock.pauses) == 3


def test_a_long_poll_answers_as_soon_as_mail_is_visible(memory: Memory) -> None:
    inbox = given_inbox(memory)

    def pause(seconds: float) -> None:
        memory.clock.pause(seconds)
        if len(memory.clock.pauses) == 3:
            given_message(memory, inbox)

    page = reader_over(memory, pause).since(ALICE, 0, 20, timedelta(seconds=25))

    assert numbers(page.messages) == [1]
    assert memory.clock.pauses == [0.05, 0.1, 0.2]


def test_a_number_beyond_the_newest_is_taken_for_the_newest(memory: Memory) -> None:
    inbox = given_inbox(memory)
    given_message(memory, inbox)

    def pause(seconds: float) -> None:
        memory.clock.pause(seconds)
        if len(memory.clock.pauses) == 3:
            given_message(memory, inbox, "mail-2")

    reader = reader_over(memory, pause)
    at_once = reader.since(ALICE, 5, 20, timedelta())
    waited = reader.since(ALICE, 5, 20, timedelta(seconds=25))

    assert (at_once.messages, at_once.last_sequence) == ([], 1)
    assert (numbers(waited.messages), waited.last_sequence) == ([2], 2)


def test_a_long_poll_ends_empty_after_its_time_and_not_later(
    memory: Memory, reader: MessageService
) -> None:
    given_inbox(memory)

    page = reader.since(ALICE, 0, 20, timedelta(seconds=25))

    assert (page.messages, page.last_sequence) == ([], 0)
    assert sum(memory.clock.pauses) == pytest.approx(25)
    assert max(memory.clock.pauses) == 0.5
    assert len(memory.clock.pauses) < 60


def test_a_message_comes_with_its_content_and_stays_unread(
    memory: Memory, reader: MessageService
) -> None:
    inbox = given_inbox(memory)
    message_id = given_message(memory, inbox)

    opened = reader.one(str(message_id))

    assert opened.content.mail.text == "Hello\n"
    assert not reader.one(str(message_id)).message.is_read


def test_a_message_outlives_its_address_by_its_own_lifetime(
    memory: Memory, reader: MessageService
) -> None:
    message_id = str(given_message(memory, given_inbox(memory)))
    memory.clock.advance(hours=71)

    with pytest.raises(InboxNotFound):
        reader.page(ALICE, 20)
    assert reader.one(message_id)
    memory.clock.advance(hours=1)
    with pytest.raises(MessageNotFound):
        reader.one(message_id)


def test_nothing_of_a_deleted_inbox_is_readable_at_once(
    memory: Memory, reader: MessageService
) -> None:
    inbox = given_inbox(memory)
    message_id = str(given_message(memory, inbox))

    memory.inboxes.close(inbox.id, memory.clock())

    with pytest.raises(InboxNotFound):
        reader.page(ALICE, 20)
    with pytest.raises(InboxNotFound):
        reader.since(ALICE, 0, 20, NO_WAIT)
    with pytest.raises(MessageNotFound):
        reader.one(message_id)


@pytest.mark.parametrize("access", [Access.TOKEN, Access.OWNER])
def test_private_inboxes_and_their_messages_are_not_found(
    memory: Memory, reader: MessageService, access: Access
) -> None:
    message_id = str(given_message(memory, given_inbox(memory, access=access)))

    lists: list[Callable[[], object]] = [
        lambda: reader.page(ALICE, 20),
        lambda: reader.since(ALICE, 0, 20, NO_WAIT),
    ]
    messages: list[Callable[[], object]] = [
        lambda: reader.one(message_id),
        lambda: reader.change(message_id, Change(is_read=True)),
        lambda: reader.delete(message_id, samples.TOKEN),
    ]
    for attempt in lists:
        with pytest.raises(InboxNotFound):
            attempt()
    for attempt in messages:
        with pytest.raises(MessageNotFound):
            attempt()


def test_an_earlier_life_of_the_address_opens_nothing(
    memory: Memory, reader: MessageService
) -> None:
    old = given_inbox(memory)
    message_id = given_message(memory, old)
    memory.inboxes.close(old.id, memory.clock())
    memory.clock.advance(days=31)
    new = given_inbox(memory, expires_at=memory.clock() + timedelta(hours=1))
    given_message(memory, new, "mail-2")

    with pytest.raises(MessageNotFound):
        reader.one(str(message_id))
    with pytest.raises(InvalidCursor):
        reader.page(ALICE, 20, str(message_id))
    assert len(reader.page(ALICE, 20).messages) == 1


def test_marking_sets_and_clears_the_flag(memory: Memory, reader: MessageService) -> None:
    message_id = str(given_message(memory, given_inbox(memory)))

    assert reader.change(message_id, Change(is_read=True)).is_read
    assert reader.one(message_id).message.is_read
    assert not reader.change(message_id, Change(is_read=False)).is_read


def test_deleting_a_message_needs_the_token_of_its_inbox(
    memory: Memory, reader: MessageService
) -> None:
    message_id = str(given_message(memory, given_inbox(memory)))

    with pytest.raises(Unauthenticated):
        reader.delete(message_id, "another-token")
    reader.delete(message_id, samples.TOKEN)

    with pytest.raises(MessageNotFound):
        reader.one(message_id)
    assert reader.page(ALICE, 20).messages == []


def test_what_is_no_address_and_what_is_no_id_is_said_so(reader: MessageService) -> None:
    with pytest.raises(InvalidAddress):
        reader.page("alice", 20)
    for text in ("", "x", "64d5a8b3f7a1e2c3f8e7d4a2", "é" * 40):
        with pytest.raises(MessageNotFound):
            reader.one(text)


@pytest.mark.parametrize("end", ["deleted", "rotated", "expired token"])
def test_who_may_not_read_any_more_when_mail_comes_gets_none(memory: Memory, end: str) -> None:
    inbox = given_inbox(memory, access=Access.TOKEN)
    bearer = Bearer(str(inbox.id), TokenClaims(inbox.id, 0, memory.clock() + timedelta(seconds=10)))

    def pause(seconds: float) -> None:
        memory.clock.advance(seconds=seconds if end != "expired token" else 11)
        given_message(memory, inbox)
        if end == "deleted":
            memory.inboxes.close(inbox.id, memory.clock())
        elif end == "rotated":
            memory.inboxes.rotate(inbox.id, 0)

    with pytest.raises(InboxNotFound if end == "deleted" else Unauthenticated):
        reader_over(memory, pause).since(bearer, 0, 20, timedelta(seconds=25))


def test_a_bearer_reads_lists_and_messages_as_anybody_reads_public_ones(
    memory: Memory, reader: MessageService
) -> None:
    inbox = given_inbox(memory, access=Access.TOKEN)
    given_messages(memory, inbox, 3)
    bearer = Bearer(str(inbox.id), TokenClaims(inbox.id, 0, memory.clock() + timedelta(minutes=1)))

    assert numbers(reader.page(bearer, 2).messages) == [3, 2]
    assert numbers(reader.since(bearer, 1, 20, NO_WAIT).messages) == [2, 3]
    assert reader.one(HoldersMessage(bearer, 2)).content.mail.subject == "Hi"
    assert reader.change(HoldersMessage(bearer, 2), Change(is_read=True)).is_read
    reader.delete(HoldersMessage(bearer, 2))

    assert numbers(reader.page(bearer, 20).messages) == [3, 1]


def test_contents_of_a_page_are_read_one_by_one_and_lost_ones_left_out(
    memory: Memory, reader: MessageService
) -> None:
    ids = given_messages(memory, given_inbox(memory), 3)
    page = reader.page(ALICE, 20)
    memory.contents.delete(ids[2].mail)

    opened = reader.opened(page.messages)
    first = next(opened)

    assert first.message.id == ids[1]
    assert memory.contents.reads == 2
    assert [each.message.id for each in opened] == [ids[0]]
