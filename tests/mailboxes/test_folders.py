"""A mailbox by folders and threads."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import chain

import pytest

from mayfly import limits
from mayfly.errors import Contended, InboxNotFound, InvalidCursor, MessageNotFound
from mayfly.inboxes.access import HoldersMessage, Owner
from mayfly.inboxes.models import Inbox, Quota
from mayfly.mailboxes.reader import MailboxFilter, MailboxReader, Result
from mayfly.mailboxes.threads import ThreadedMessage, thread_number
from mayfly.messages.folders import Folder
from mayfly.messages.models import Change, Message, Verdicts
from mayfly.messages.service import MessageService, Page
from tests.given_mailboxes import given_account, given_mailbox, given_message
from tests.memory import FakeMessages, Memory

SPAM = Verdicts("FAIL", "PASS", "PASS", "PASS", "PASS")
VIRUS = Verdicts("PASS", "FAIL", "PASS", "PASS", "PASS")


@dataclass
class Desk:
    """One account's mailbox, and who reads it."""

    memory: Memory = field(default_factory=Memory)
    mailbox: Inbox = field(init=False)
    holder: Owner = field(init=False)

    def __post_init__(self) -> None:
        account = given_account(self.memory)
        self.mailbox = given_mailbox(self.memory, account)
        self.holder = Owner(str(self.mailbox.id), str(account.id))

    @property
    def filer(self) -> MailboxReader:
        memory = self.memory
        reader = MessageService(
            memory.inboxes, memory.messages, memory.loader, memory.clock, memory.clock.pause
        )
        return MailboxReader(reader, memory.inboxes, memory.messages, memory.clock)

    def receive(self, **summary: object) -> Message:
        return given_message(self.memory, self.mailbox, **summary)

    def move(self, number: int, folder: Folder) -> None:
        self.filer.change(HoldersMessage(self.holder, number), Change(folder=folder))

    def numbers(self, page: Page[ThreadedMessage]) -> list[int]:
        return [each.message.id.sequence for each in page.messages]

    def pages(self, wanted: MailboxFilter, limit: int) -> list[list[int]]:
        """All pages of the list, one after the other."""
        found, cursor = [], None
        while True:
            page = self.filer.page(self.holder, wanted, limit, cursor)
            found.append(self.numbers(page))
            cursor = page.cursor
            if cursor is None:
                return found


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.mark.parametrize(
    ("verdicts", "folder"),
    [
        (Verdicts("PASS", "PASS", "FAIL", "FAIL", "FAIL"), Folder.INBOX),
        (Verdicts(), Folder.INBOX),
        (Verdicts("GRAY", "PROCESSING_FAILED"), Folder.INBOX),
        (SPAM, Folder.SPAM),
        (VIRUS, Folder.SPAM),
    ],
)
def test_mail_comes_into_the_folder_that_its_verdicts_say(
    desk: Desk, verdicts: Verdicts, folder: Folder
) -> None:
    assert desk.receive(verdicts=verdicts).folder is folder


def test_a_message_lies_where_it_was_moved_to_whatever_its_verdicts(desk: Desk) -> None:
    desk.receive(verdicts=SPAM)

    desk.move(1, Folder.INBOX)

    folder_counts = {each.folder: each.messages for each in desk.filer.folder_counts(desk.holder)}
    assert folder_counts == {Folder.INBOX: 1, Folder.ARCHIVE: 0, Folder.TRASH: 0, Folder.SPAM: 0}


def test_every_mailbox_has_all_folders_and_says_what_is_unread(desk: Desk) -> None:
    for verdicts in (Verdicts(), Verdicts(), SPAM):
        desk.receive(verdicts=verdicts)
    desk.filer.change(HoldersMessage(desk.holder, 1), Change(is_read=True, folder=Folder.ARCHIVE))

    folder_counts = [
        (e.folder.number, e.messages, e.unread) for e in desk.filer.folder_counts(desk.holder)
    ]

    assert folder_counts == [(1, 1, 1), (2, 1, 0), (3, 0, 0), (4, 1, 1)]


@pytest.mark.parametrize("limit", [1, 7, 100])
def test_a_folders_list_is_complete_over_its_pages(desk: Desk, limit: int) -> None:
    for number in range(1, 251):
        desk.receive(verdicts=SPAM if number % 60 == 0 else Verdicts())

    spam = desk.pages(MailboxFilter(Folder.SPAM), limit)
    inbox = desk.pages(MailboxFilter(Folder.INBOX), limit)

    assert list(chain(*spam)) == [240, 180, 120, 60]
    assert list(chain(*inbox)) == [n for n in range(250, 0, -1) if n % 60]
    assert max(map(len, spam + inbox)) <= limit


def test_a_folders_list_reads_no_more_than_it_has_to(desk: Desk) -> None:
    for _ in range(250):
        desk.receive()
    asked: list[int | None] = []
    counting = Counting(desk, lambda before: asked.append(before))

    page = counting.filer.page(desk.holder, MailboxFilter(Folder.INBOX), 20, None)

    assert (desk.numbers(page), page.last_sequence) == (list(range(250, 230, -1)), 250)
    assert asked == [None]


def test_a_cursor_of_another_mailbox_is_refused(desk: Desk) -> None:
    for _ in range(3):
        desk.receive()
    cursor = desk.filer.page(desk.holder, MailboxFilter(Folder.INBOX), 1, None).cursor
    account = given_account(desk.memory, "bob@elsewhere.example")
    other = given_mailbox(desk.memory, account, "bob@mayfly.example")

    with pytest.raises(InvalidCursor):
        desk.filer.page(
            Owner(str(other.id), str(account.id)), MailboxFilter(Folder.INBOX), 1, cursor
        )


def test_the_list_of_a_thread_has_its_messages_of_all_folders(desk: Desk) -> None:
    desk.receive(thread_id="lunch", subject="Lunch")
    desk.receive(subject="Lunch")
    desk.receive(thread_id="lunch", own_thread_id="late", verdicts=SPAM)
    thread = thread_number("lunch")

    whole = MailboxFilter(thread=thread, with_spam=True)
    page = desk.filer.page(desk.holder, whole, 20, None)
    shown = desk.filer.page(desk.holder, MailboxFilter(thread=thread), 20, None)
    inbox = desk.filer.page(desk.holder, MailboxFilter(Folder.INBOX, thread), 20, None)

    assert [desk.numbers(each) for each in (page, shown, inbox)] == [[3, 1], [1], [1]]
    assert {each.thread for each in page.messages} == {thread}


def test_a_reply_by_its_subject_shows_the_thread_it_joins(desk: Desk) -> None:
    desk.receive(thread_id="lunch", subject="Lunch")
    for _ in range(30):
        desk.receive(subject="Something else")
    desk.receive(subject="AW: lunch")
    joined = thread_number("lunch")

    page = desk.filer.page(desk.holder, MailboxFilter(), 1, None)
    changed = desk.filer.change(HoldersMessage(desk.holder, 32), Change(is_read=True))

    assert page.messages[0].thread == changed.thread == joined
    assert desk.pages(MailboxFilter(thread=joined), 5) == [[32, 1]]


def test_what_is_no_reply_is_shown_without_reading_the_mailbox(desk: Desk) -> None:
    for _ in range(30):
        desk.receive(subject="Your code")
    asked: list[int | None] = []
    counting = Counting(desk, lambda before: asked.append(before))

    counting.filer.page(desk.holder, MailboxFilter(), 20, None)

    assert asked == [None]


def test_after_a_number_a_folder_tells_how_far_the_list_has_come(desk: Desk) -> None:
    for verdicts in (Verdicts(), SPAM, Verdicts(), SPAM, Verdicts()):
        desk.receive(verdicts=verdicts)
    spam = MailboxFilter(Folder.SPAM)

    first = desk.filer.since(desk.holder, spam, 0, 1, timedelta())
    second = desk.filer.since(desk.holder, spam, first.last_sequence or 0, 5, timedelta())
    third = desk.filer.since(desk.holder, spam, second.last_sequence or 0, 5, timedelta())

    assert [(desk.numbers(e), e.last_sequence) for e in (first, second, third)] == [
        ([2], 2),
        ([4], 5),
        ([], 5),
    ]


def test_after_goes_on_until_it_finds_what_is_wanted(desk: Desk) -> None:
    for number in range(1, 222):
        desk.receive(verdicts=SPAM if number == 221 else Verdicts())

    page = desk.filer.since(desk.holder, MailboxFilter(Folder.SPAM), 0, 20, timedelta())

    assert (desk.numbers(page), page.last_sequence) == ([221], 221)


def test_waiting_for_a_folder_is_not_ended_by_mail_for_another(desk: Desk) -> None:
    coming = [Verdicts(), SPAM]
    clock = desk.memory.clock
    waiting = Arriving(desk, lambda: desk.receive(verdicts=coming.pop(0)) if coming else None)

    page = waiting.filer.since(
        desk.holder, MailboxFilter(Folder.SPAM), 0, 20, timedelta(seconds=20)
    )

    assert (desk.numbers(page), page.last_sequence) == ([2], 2)
    assert len(clock.pauses) == 2


def test_waiting_ends_at_its_time(desk: Desk) -> None:
    began = desk.memory.clock()

    page = desk.filer.since(desk.holder, MailboxFilter(Folder.SPAM), 0, 20, timedelta(seconds=5))

    assert (page.messages, page.last_sequence) == ([], 0)
    assert desk.memory.clock() - began == timedelta(seconds=5)


def test_a_new_reply_is_in_the_thread_that_is_waited_for(desk: Desk) -> None:
    desk.receive(thread_id="lunch", subject="Lunch")
    coming = ["Your code", "Re: Lunch"]
    waiting = Arriving(desk, lambda: desk.receive(subject=coming.pop(0)) if coming else None)
    wanted = MailboxFilter(thread=thread_number("lunch"))

    page = waiting.filer.since(desk.holder, wanted, 1, 20, timedelta(seconds=20))

    assert desk.numbers(page) == [3]


def test_many_are_changed_each_on_its_own(desk: Desk) -> None:
    for _ in range(3):
        desk.receive()

    changed = desk.filer.change_all(
        desk.holder, [3, 9, 1], Change(is_read=True, folder=Folder.TRASH)
    )
    deleted = desk.filer.change_all(desk.holder, [3, 2, 3], None)

    assert changed == {3: Result.DONE, 9: Result.NOT_FOUND, 1: Result.DONE}
    assert deleted == {3: Result.NOT_FOUND, 2: Result.DONE}
    (left,) = desk.memory.messages.after(desk.mailbox.id, 0, 9, desk.memory.clock())
    assert (left.id.sequence, left.is_read, left.folder) == (1, True, Folder.TRASH)


def test_one_that_others_write_to_keeps_none_of_the_others(desk: Desk) -> None:
    for _ in range(2):
        desk.receive()

    class Busy(FakeMessages):
        def delete(self, message: object, now: object) -> None:
            if getattr(message, "sequence", 0) == 1:
                raise Contended("another writer")
            super().delete(message, now)  # type: ignore[arg-type]

    desk.memory.messages = Busy(desk.memory.rows)

    assert desk.filer.change_all(desk.holder, [1, 2], None) == {1: Result.BUSY, 2: Result.DONE}


def test_threads_are_listed_by_their_newest_message(desk: Desk) -> None:
    desk.receive(thread_id="a", subject="Lunch", from_address="ann@x.example")
    desk.receive(thread_id="b", subject="Dinner", verdicts=SPAM)
    desk.receive(thread_id="a", own_thread_id="c", subject="Re: Lunch")
    desk.filer.change(HoldersMessage(desk.holder, 1), Change(is_read=True))

    everything = desk.filer.threads(desk.holder, MailboxFilter(with_spam=True), 20, None)
    first = desk.filer.threads(desk.holder, MailboxFilter(with_spam=True), 1, None)
    second = desk.filer.threads(desk.holder, MailboxFilter(with_spam=True), 1, first.before)
    spam = desk.filer.threads(desk.holder, MailboxFilter(Folder.SPAM), 20, None)

    shown = [([m.id.sequence for m in e.messages], e.unread) for e in everything.threads]
    assert shown == [([1, 3], 1), ([2], 1)]
    assert (first.threads + second.threads, first.before, second.before) == (
        everything.threads,
        3,
        None,
    )
    assert spam.threads == everything.threads[1:]


def test_a_mailbox_larger_than_a_page_is_read_whole() -> None:
    held = 2 * limits.MAILBOX_PAGE_MESSAGES
    desk = Desk(Memory(quota=Quota(held, limits.INBOX_BYTES)))
    for _ in range(held):
        desk.receive()

    folder_counts = desk.filer.folder_counts(desk.holder)
    threads = desk.filer.threads(desk.holder, MailboxFilter(with_spam=True), held, None)

    assert (folder_counts[0].messages, len(threads.threads)) == (held, held)


CALLS: list[Callable[[MailboxReader, Owner], object]] = [
    lambda filer, holder: filer.page(holder, MailboxFilter(), 5, None),
    lambda filer, holder: filer.page(holder, MailboxFilter(Folder.INBOX, 1), 5, None),
    lambda filer, holder: filer.since(holder, MailboxFilter(Folder.SPAM), 0, 5, timedelta()),
    lambda filer, holder: filer.change_all(holder, [1], Change(is_read=True)),
    lambda filer, holder: filer.change_all(holder, [1], None),
    lambda filer, holder: filer.folder_counts(holder),
    lambda filer, holder: filer.threads(holder, MailboxFilter(), 5, None),
    lambda filer, holder: filer.one(HoldersMessage(holder, 1)),
    lambda filer, holder: filer.change(HoldersMessage(holder, 1), Change(is_read=True)),
]


@pytest.mark.parametrize("call", CALLS)
def test_another_account_finds_nothing(
    desk: Desk, call: Callable[[MailboxReader, Owner], object]
) -> None:
    desk.receive(subject="Re: secret")
    stranger = given_account(desk.memory, "eve@elsewhere.example")
    before = repr(desk.memory.rows)

    with pytest.raises((InboxNotFound, MessageNotFound)):
        call(desk.filer, Owner(str(desk.mailbox.id), str(stranger.id)))

    assert repr(desk.memory.rows) == before


class Counting(Desk):
    """A desk whose lists tell from where on they are read."""

    def __init__(self, desk: Desk, tell: Callable[[int | None], object]) -> None:
        class Telling(FakeMessages):
            def newest(self, inbox, before, limit, now):  # type: ignore[no-untyped-def]
                tell(before)
                return super().newest(inbox, before, limit, now)

        self.memory, self.mailbox, self.holder = desk.memory, desk.mailbox, desk.holder
        desk.memory.messages = Telling(desk.memory.rows)


class Arriving(Desk):
    """A desk where something arrives whenever its reader pauses."""

    def __init__(self, desk: Desk, arrive: Callable[[], object]) -> None:
        self.memory, self.mailbox, self.holder = desk.memory, desk.mailbox, desk.holder
        self.arrive = arrive

    @property
    def filer(self) -> MailboxReader:
        memory = self.memory

        def pause(seconds: float) -> None:
            memory.clock.pause(seconds)
            self.arrive()

        reader = MessageService(memory.inboxes, memory.messages, memory.loader, memory.clock, pause)
        return MailboxReader(reader, memory.inboxes, memory.messages, memory.clock)
