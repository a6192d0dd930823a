"""Authorization: decide whether a caller may read an inbox or a message.

A public inbox opens to callers who know its address, a private one to bearers of its token,
a mailbox to the account that owns it. What is not there and what is somebody else's look the same.
"""

from dataclasses import dataclass
from datetime import datetime

from mayfly.errors import InboxNotFound, MessageNotFound, Unauthenticated
from mayfly.inboxes.ids import InboxId, MessageId
from mayfly.inboxes.models import Access, Inbox
from mayfly.inboxes.ports import Inboxes
from mayfly.kit.tokens.models import TokenClaims
from mayfly.mail.address import Address
from mayfly.messages.models import Message
from mayfly.messages.ports import Messages


@dataclass(frozen=True, slots=True)
class Bearer:
    """A caller who asks for an inbox by its id, with what their token says."""

    inbox: str
    grant: TokenClaims


@dataclass(frozen=True, slots=True)
class Owner:
    """An account that asks for a mailbox by its id; who it is was checked before."""

    inbox: str
    account: str


@dataclass(frozen=True, slots=True)
class HoldersMessage:
    """One message of the inbox that its bearer or owner asks for, by its number there."""

    holder: "Holder"
    sequence: int


Holder = Bearer | Owner
"""Callers who may read an inbox that is not public."""
InboxRef = str | Holder
"""An inbox: public, by its address, or somebody's, by its id and the caller."""
MessageRef = str | HoldersMessage
"""A message: of a public inbox, by its id, or of somebody's, by its number."""

_NO_ADDRESS = "no active address of this name"
_NO_INBOX = "no such inbox"
_NO_MESSAGE = "no such message"


def known_inbox(inboxes: Inboxes, ref: InboxRef, now: datetime) -> Inbox:
    """The inbox, active or expired; a deleted one is only found by a public address."""
    if isinstance(ref, str):
        return public_inbox(inboxes, Address.parse(ref))
    inbox_id = _asked_for(ref, now)
    return _opened(inboxes.get(inbox_id), ref)


def active_inbox(inboxes: Inboxes, ref: InboxRef, now: datetime) -> Inbox:
    """The inbox; InboxNotFound once it has expired or is deleted, too."""
    return _active(known_inbox(inboxes, ref, now), now)


def held_inbox(inboxes: Inboxes, ref: InboxRef, token: str, now: datetime) -> Inbox:
    """The active inbox, if the caller holds it: a public one, with its access token."""
    inbox = active_inbox(inboxes, ref, now)
    if isinstance(ref, str) and not inbox.opens_with(token):
        raise Unauthenticated("this is not the access token of the address")
    return inbox


def active_inbox_at(
    inboxes: Inboxes, address: Address, grant: TokenClaims | None, now: datetime
) -> Inbox:
    """The active inbox at the address: a public one, or with a grant the one it is for."""
    if grant is None:
        return _active(public_inbox(inboxes, address), now)
    inbox = active_inbox(inboxes, Bearer(str(grant.inbox), grant), now)
    if inbox.shown_address not in (address, address.untagged):
        raise InboxNotFound(_NO_INBOX)
    return inbox


def inbox_at(inboxes: Inboxes, address: Address) -> Inbox | None:
    """The newest inbox at the address, of whatever kind; a plus tag counts as in delivery.

    Whether the caller may see it is still to be judged.
    """
    found = inboxes.find([*dict.fromkeys((address, address.untagged))])
    return found.get(address) or found.get(address.untagged)


def public_inbox(inboxes: Inboxes, address: Address) -> Inbox:
    """The newest public inbox at the address, active or not; a plus tag counts as in delivery.

    A private one raises InboxNotFound, exactly as if there were none.
    """
    inbox = inbox_at(inboxes, address)
    if inbox is None or inbox.access is not Access.ADDRESS:
        raise InboxNotFound(_NO_ADDRESS)
    return inbox


def readable_message(messages: Messages, ref: MessageRef, now: datetime) -> tuple[Inbox, Message]:
    """The message and its inbox.

    It outlives the inbox: an expired one still shows its messages, a deleted one does not.
    """
    if isinstance(ref, str):
        return public_message(messages, ref, now)
    inbox_id = _asked_for(ref.holder, now)
    inbox, found = messages.numbered(inbox_id, ref.sequence, now)
    _opened(inbox, ref.holder)
    if not found:
        raise MessageNotFound(_NO_MESSAGE)
    return inbox, found[0]


def erasable_message(messages: Messages, ref: MessageRef, token: str, now: datetime) -> Message:
    """The message, if the caller may delete it: of a public inbox, with its access token."""
    inbox, message = readable_message(messages, ref, now)
    if isinstance(ref, str) and not inbox.opens_with(token):
        raise Unauthenticated("this is not the access token of the message's address")
    return message


def public_message(messages: Messages, text: str, now: datetime) -> tuple[Inbox, Message]:
    """The message with this id and its inbox, if the inbox is a public one.

    It outlives the address: an expired inbox still shows its messages, a deleted one does not.
    """
    inbox, message = messages.get(MessageId.parse(text), now)
    if inbox.access is not Access.ADDRESS or inbox.deleted_at is not None:
        raise MessageNotFound(_NO_MESSAGE)
    return inbox, message


def _active(inbox: Inbox, now: datetime) -> Inbox:
    if not inbox.is_active(now):
        raise InboxNotFound(_NO_ADDRESS if inbox.access is Access.ADDRESS else _NO_INBOX)
    return inbox


def _asked_for(holder: Holder, now: datetime) -> InboxId:
    """The inbox's id, if a bearer's token is for it; nothing has been looked up yet."""
    if isinstance(holder, Owner):
        return InboxId.parse(holder.inbox)
    if holder.grant.expires_at <= now:
        raise Unauthenticated("the access token has expired")
    inbox_id = InboxId.parse(holder.inbox)
    if inbox_id != holder.grant.inbox:
        raise InboxNotFound(_NO_INBOX)
    return inbox_id


def _opened(inbox: Inbox, holder: Holder) -> Inbox:
    if isinstance(holder, Owner):
        is_theirs = inbox.access is Access.OWNER and inbox.owner == holder.account
    else:
        is_theirs = inbox.access is Access.TOKEN
    if not is_theirs or inbox.deleted_at is not None:
        raise InboxNotFound(_NO_INBOX)
    if isinstance(holder, Bearer) and inbox.token_version != holder.grant.version:
        raise Unauthenticated("the access token was revoked")
    return inbox
