"""A mailbox read as a whole, and only when its messages cannot be told by themselves."""

from collections.abc import Callable, Sequence
from datetime import datetime

from mayfly import limits
from mayfly.inboxes.models import Inbox
from mayfly.mailboxes.threads import stands_alone, thread_keys, thread_number
from mayfly.mailboxes.threads_conversation import Filed
from mayfly.messages.models import Message
from mayfly.messages.ports import Messages


def everything(messages: Messages, inbox: Inbox, now: datetime) -> list[Message]:
    """Every readable message of the mailbox, newest first; its quota bounds how many."""
    found: list[Message] = []
    before = None
    while True:
        page = messages.newest(inbox, before, limits.MAILBOX_PAGE_MESSAGES, now)
        found += page
        if len(page) < limits.MAILBOX_PAGE_MESSAGES:
            return found
        before = page[-1].id.sequence


def filed(
    messages: Messages, inbox: Callable[[], Inbox], chosen: Sequence[Message], now: datetime
) -> list[Filed]:
    """These messages of one mailbox with their threads.

    A message that is no reply is told by itself; if there is another among them, the mailbox is
    read as a whole.
    """
    keys = {each.id.sequence: each.summary.thread_id for each in chosen}
    if not all(map(stands_alone, chosen)):
        around = everything(messages, inbox(), now)
        keys = thread_keys({each.id.sequence: each for each in (*around, *chosen)}.values())
    return [Filed(each, thread_number(keys[each.id.sequence])) for each in chosen]
