"""Where the operations of an inbox are: for each kind of inbox the same ones, at other paths."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from mayfly_client.api.addresses import AddressesApi
from mayfly_client.api.exports import ExportsApi
from mayfly_client.api.mailboxes import MailboxesApi
from mayfly_client.api.messages import MessagesApi
from mayfly_client.api.private_inboxes import PrivateInboxesApi
from mayfly_client.flows import Answer, Call, Operation
from mayfly_client.mails import number_of


@dataclass(frozen=True, slots=True)
class Place:
    """The operations of one kind of inbox. `after` is what its lists call the number to go on from.

    `page` is how many messages a list has at most; `listed` reads it: the messages, and the
    number that it has looked up to.
    """

    kind: str
    shows: Operation[..., Any]
    ends: Operation[..., Any]
    lists: Operation[..., Any]
    waits: Operation[..., Any]
    clears: Operation[..., Any]
    samples: Operation[..., Any]
    opens: Operation[..., Any]
    marks: Operation[..., Any]
    removes: Operation[..., Any]
    sources: Operation[..., Any]
    files: Operation[..., Any]
    last_number: Callable[[Any], int]
    listed: Callable[[Any, Answer], tuple[Sequence[Any], int]]
    exports: Operation[..., Any] | None = None
    exported: Operation[..., Any] | None = None
    after: str = "after"
    page: int = 100
    names_inbox: bool = True

    def of_message(
        self, operation: Operation[..., Any], inbox: str, *parts: str, **given: Any
    ) -> Call[Any]:
        """A call about one message."""
        named = (inbox, *parts) if self.names_inbox else parts
        return operation.of(None, *named, **given)


def _public_list(found: Any, answer: Answer) -> tuple[Sequence[Any], int]:
    return found, number_of(answer.headers.get("x-last-sequence") or 0)


PUBLIC = Place(
    kind="public",
    shows=AddressesApi.address_status,
    ends=AddressesApi.delete_address,
    lists=MessagesApi.list_messages,
    waits=MessagesApi.wait_for_message,
    clears=MessagesApi.delete_messages,
    samples=MessagesApi.send_sample,
    opens=MessagesApi.show_message,
    marks=MessagesApi.mark_message,
    removes=MessagesApi.delete_message,
    sources=MessagesApi.raw_message,
    files=MessagesApi.download_attachment,
    last_number=lambda shown: number_of(shown.sequence),
    listed=_public_list,
    names_inbox=False,
)
PRIVATE = Place(
    kind="private",
    shows=PrivateInboxesApi.show_inbox,
    ends=PrivateInboxesApi.delete_inbox,
    lists=PrivateInboxesApi.list_inbox_messages,
    waits=PrivateInboxesApi.wait_in_inbox,
    clears=PrivateInboxesApi.delete_inbox_messages,
    samples=PrivateInboxesApi.send_sample_to_inbox,
    opens=PrivateInboxesApi.show_inbox_message,
    marks=PrivateInboxesApi.mark_inbox_message,
    removes=PrivateInboxesApi.delete_inbox_message,
    sources=PrivateInboxesApi.raw_inbox_message,
    files=PrivateInboxesApi.download_inbox_attachment,
    last_number=lambda shown: number_of(shown.last_uid),
    listed=lambda found, answer: (found.messages, number_of(found.last_uid)),
    exports=ExportsApi.export_inbox,
    exported=ExportsApi.show_inbox_export,
    after="since_uid",
    page=50,
)
MAILBOX = Place(
    kind="mailbox",
    shows=MailboxesApi.show_mailbox,
    ends=MailboxesApi.delete_mailbox,
    lists=MailboxesApi.list_mailbox_messages,
    waits=MailboxesApi.wait_in_mailbox,
    clears=MailboxesApi.delete_mailbox_messages,
    samples=MailboxesApi.send_sample_to_mailbox,
    opens=MailboxesApi.show_mailbox_message,
    marks=MailboxesApi.change_mailbox_message,
    removes=MailboxesApi.delete_mailbox_message,
    sources=MailboxesApi.raw_mailbox_message,
    files=MailboxesApi.download_mailbox_attachment,
    last_number=lambda shown: number_of(shown.last_message_number),
    listed=lambda found, answer: (found.messages, number_of(found.last_number or 0)),
    exports=ExportsApi.export_mailbox,
    exported=ExportsApi.show_mailbox_export,
)
PLACES = {each.kind: each for each in (PUBLIC, PRIVATE, MAILBOX)}
