"""Older messages get the lifetime of newer ones, once an account has the mailbox."""

from dataclasses import replace
from datetime import timedelta

import pytest

from mayfly import limits
from mayfly.inboxes.ids import MailKey
from mayfly.inboxes.models import Inbox
from mayfly.messages.expiry import RetentionExtender
from tests import samples
from tests.memory import Memory

MONTH = timedelta(days=30)


@pytest.fixture
def memory() -> Memory:
    return Memory()


def with_mail(memory: Memory, count: int) -> Inbox:
    inbox = samples.inbox()
    memory.inboxes.create(inbox, memory.clock())
    for n in range(count):
        memory.deliveries.deliver(
            samples.accepted(f"mail{n}"), samples.summary(), inbox, memory.clock()
        )
    return replace(memory.inboxes.get(inbox.id), message_lifetime=MONTH)


def test_all_messages_get_the_inbox_s_lifetime_from_their_receipt(memory: Memory) -> None:
    inbox = with_mail(memory, 2 * limits.MAX_PAGE_MESSAGES + 1)
    lengthener = RetentionExtender(memory.messages, memory.contents, memory.clock)

    lengthener.lengthen(inbox)
    lengthener.lengthen(inbox)

    messages = memory.rows.messages[inbox.id].values()
    assert {each.expires_at for each in messages} == {samples.NOW + MONTH}


def test_the_content_is_kept_as_long_where_one_is_kept(memory: Memory) -> None:
    inbox = with_mail(memory, 2)
    kept, anew = memory.rows.messages[inbox.id].values()
    memory.rows.messages[inbox.id][2] = replace(anew, object_key="raw/mail1")
    lengthened: list[MailKey] = []
    memory.contents.keep = lambda mail, _: lengthened.append(mail)  # type: ignore[method-assign,assignment]

    RetentionExtender(memory.messages, memory.contents, memory.clock).lengthen(inbox)

    assert lengthened == [kept.id.mail]


def test_no_message_is_shortened_and_none_comes_back(memory: Memory) -> None:
    inbox = with_mail(memory, 2)
    first, second = memory.rows.messages[inbox.id].values()
    memory.rows.messages[inbox.id] = {
        1: replace(first, expires_at=samples.NOW + 2 * MONTH),
        2: replace(second, expires_at=samples.NOW),
    }

    RetentionExtender(memory.messages, memory.contents, memory.clock).lengthen(inbox)

    ends = [each.expires_at for each in memory.rows.messages[inbox.id].values()]
    assert ends == [samples.NOW + 2 * MONTH, samples.NOW]
