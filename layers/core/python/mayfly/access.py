"""Who may read what: the one place that every reading path asks."""

from datetime import datetime

from mayfly.domain.address import Address
from mayfly.domain.errors import InboxNotFound, MessageNotFound
from mayfly.domain.identity import MessageId
from mayfly.domain.inbox import Access, Inbox
from mayfly.domain.message import Message
from mayfly.ports import Inboxes, Messages


def public_inbox(inboxes: Inboxes, address: Address) -> Inbox:
    """The newest public inbox at the address, active or not.

    A private one raises InboxNotFound, exactly as if there were none.
    """
    inbox = inboxes.find([address]).get(address)
    if inbox is None or inbox.access is not Access.ADDRESS:
        raise InboxNotFound("no active address of this name")
    return inbox


def active_public_inbox(inboxes: Inboxes, address: Address, now: datetime) -> Inbox:
    """The public inbox at the address; InboxNotFound once it has expired or is deleted, too."""
    inbox = public_inbox(inboxes, address)
    if not inbox.is_active(now):
        raise InboxNotFound("no active address of this name")
    return inbox


def public_message(messages: Messages, text: str, now: datetime) -> tuple[Inbox, Message]:
    """The message with this id and its inbox, if the inbox is a public one.

    It outlives the address: an expired inbox still shows its messages, a deleted one does not.
    """
    inbox, message = messages.get(MessageId.parse(text), now)
    if inbox.access is not Access.ADDRESS or inbox.deleted_at is not None:
        raise MessageNotFound("no such message")
    return inbox, message
