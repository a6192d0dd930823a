"""What goes when an inbox or a message is gone, and what stays."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from mayfly import limits
from mayfly.exports.service import ExportWiper
from mayfly.inboxes.ids import MessageId, part_file
from mayfly.inboxes.models import Inbox
from mayfly.mail.mime.parser import parse
from mayfly.messages.models import Content
from mayfly.receiving.models import Accepted, DropReason, Stored
from mayfly.retention.service import Eraser
from mayfly.subscriptions.models import Connection, Subscription
from tests import samples
from tests.memory import FakeRawMails, Memory

LARGE = limits.MAX_ANSWER_BYTES + 1
RAW = (
    b'Content-Type: multipart/mixed; boundary="x"\r\n\r\n'
    b"--x\r\n\r\nHello\r\n"
    b"--x\r\nContent-Disposition: attachment; filename=small.txt\r\n\r\nfew bytes\r\n"
    b"--x\r\nContent-Disposition: attachment; filename=large.txt\r\n\r\nmany bytes\r\n"
    b"--x--\r\n"
)


@pytest.fixture
def memory() -> Memory:
    return Memory()


def eraser_over(memory: Memory, raw_mails: FakeRawMails | None = None) -> Eraser:
    return Eraser(
        memory.inboxes,
        memory.deliveries,
        memory.contents,
        raw_mails or memory.raw_mails,
        memory.part_files,
        ExportWiper(memory.exports, memory.export_files),
    )


def given_inbox(memory: Memory, name: str = "alice") -> Inbox:
    tomorrow = memory.clock() + timedelta(days=1)
    inbox = samples.inbox(f"{name}@mayfly.example", expires_at=tomorrow)
    memory.inboxes.create(inbox, memory.clock())
    return inbox


def given_mail(memory: Memory, name: str = "mail-1", deliveries: int = 1) -> Accepted:
    """A mail in the bucket, with content, and with its large attachment unpacked."""
    mail = samples.accepted(name, deliveries)
    parsed = parse(RAW, limits.MIME)
    small, large = parsed.parts
    parsed = replace(parsed, parts=(small, replace(large, size=LARGE)))
    memory.raw_mails.put(mail.object_key, RAW)
    memory.contents.put(mail.mail, Content(parsed, mail.object_key, len(RAW), ""), samples.NOW)
    memory.part_files.link(part_file(mail.mail, large.id), lambda: b"many bytes", "", "")
    return mail


def deliver(memory: Memory, mail: Accepted, inbox: Inbox) -> MessageId:
    outcome = memory.deliveries.deliver(mail, samples.summary(), inbox, memory.clock())
    assert isinstance(outcome, Stored)
    return outcome.message


def release_what_was_removed(memory: Memory) -> None:
    """What the table's stream brings about."""
    for message in memory.rows.removed:
        eraser_over(memory).release(message)


def left(memory: Memory) -> dict[str, list[object]]:
    """All that is still there of inboxes and mails; deliveries are only what became of them."""
    everything: dict[str, list[object]] = {
        "messages": [m for them in memory.rows.messages.values() for m in them],
        "subscriptions": list(memory.rows.watches),
        "contents": list(memory.contents.contents),
        "raw mails": list(memory.raw_mails.objects),
        "files": list(memory.part_files.files),
    }
    return {name: things for name, things in everything.items() if things}


def test_erasing_an_inbox_leaves_nothing_of_it(memory: Memory) -> None:
    inbox = given_inbox(memory)
    for name in ("mail-1", "mail-2"):
        deliver(memory, given_mail(memory, name), inbox)
    memory.watching.connect(Connection("c1", inbox.expires_at))
    memory.watching.subscribe(
        Subscription("c1", inbox.id, inbox.address, inbox.expires_at), memory.clock()
    )
    memory.inboxes.close(inbox.id, memory.clock())

    eraser_over(memory).erase(inbox.id)
    release_what_was_removed(memory)

    assert left(memory) == {}


def test_erasing_an_inbox_leaves_the_next_one_at_the_address_alone(memory: Memory) -> None:
    old = given_inbox(memory)
    deliver(memory, given_mail(memory, "old"), old)
    memory.inboxes.close(old.id, memory.clock())
    memory.clock.advance(days=30)
    new = given_inbox(memory)
    deliver(memory, given_mail(memory, "new"), new)

    eraser_over(memory).erase(old.id)
    release_what_was_removed(memory)

    assert list(memory.raw_mails.objects) == ["raw/new"]
    assert [m.id.mail for m in memory.messages.after(new.id, 0, 9, samples.NOW)] == [
        samples.accepted("new").mail
    ]


def test_a_mail_stays_while_another_recipient_has_it(memory: Memory) -> None:
    alice, bob = given_inbox(memory), given_inbox(memory, "bob")
    mail = given_mail(memory, deliveries=2)
    for_alice, for_bob = deliver(memory, mail, alice), deliver(memory, mail, bob)

    memory.messages.delete(for_alice, memory.clock())
    release_what_was_removed(memory)

    assert list(memory.raw_mails.objects) == [mail.object_key]
    assert list(memory.contents.contents) == [mail.mail]
    assert len(memory.part_files.files) == 1

    memory.messages.delete(for_bob, memory.clock())
    release_what_was_removed(memory)

    assert left(memory) == {}


def test_a_mail_stays_while_a_delivery_of_it_is_still_to_come(memory: Memory) -> None:
    alice, bob = given_inbox(memory), given_inbox(memory, "bob")
    mail = given_mail(memory, deliveries=2)
    memory.messages.delete(deliver(memory, mail, alice), memory.clock())

    release_what_was_removed(memory)
    assert list(memory.raw_mails.objects) == [mail.object_key]
    memory.messages.delete(deliver(memory, mail, bob), memory.clock())
    release_what_was_removed(memory)

    assert left(memory) == {}


def test_a_recipient_that_was_dropped_keeps_no_mail(memory: Memory) -> None:
    alice = given_inbox(memory)
    mail = given_mail(memory, deliveries=2)
    memory.deliveries.drop(mail, given_inbox(memory, "bob").address, DropReason.INBOX_FULL)
    memory.messages.delete(deliver(memory, mail, alice), memory.clock())

    release_what_was_removed(memory)

    assert left(memory) == {}


def test_only_files_that_could_have_been_unpacked_are_asked_for(memory: Memory) -> None:
    mail = given_mail(memory)
    asked: list[str] = []

    class Watched:
        def link(self, *_: object) -> str:
            raise AssertionError("nothing is unpacked here")

        def delete(self, names: Sequence[str]) -> None:
            asked.extend(names)

    memory.messages.delete(deliver(memory, mail, given_inbox(memory)), memory.clock())
    eraser = replace(eraser_over(memory), part_files=Watched())
    eraser.release(memory.rows.removed[0])

    assert asked == [part_file(mail.mail, "2")]


class Failing(FakeRawMails):
    """A bucket that does not delete at the moment."""

    def delete(self, object_keys: Sequence[str]) -> None:
        raise ConnectionError("no answer")


def test_a_release_that_failed_halfway_is_finished_by_its_repeat(memory: Memory) -> None:
    mail = given_mail(memory)
    memory.messages.delete(deliver(memory, mail, given_inbox(memory)), memory.clock())
    with pytest.raises(ConnectionError):
        eraser_over(memory, Failing(memory.clock)).release(memory.rows.removed[0])
    assert list(memory.raw_mails.objects) == [mail.object_key]

    for _ in range(2):
        release_what_was_removed(memory)

    assert left(memory) == {}
