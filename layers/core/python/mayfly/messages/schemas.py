"""Document 000's JSON of messages in lists and of full inboxes; REST and WebSocket share it."""

from collections.abc import Sequence
from typing import Annotated, Any, Self

import msgspec
from msgspec import UNSET, UnsetType, field

from mayfly.errors import InvalidInput
from mayfly.inboxes.models import Overflow
from mayfly.kit.http.schemas import Body, Count, PreciseTime, Time, View, about
from mayfly.messages import models
from mayfly.messages.folders import Folder
from mayfly.messages.models import Erased
from mayfly.waits.models import Arrival
from mayfly.waits.schemas import Waited

_DROPPED = about("Mails that were dropped since", ge=1)
_NOT_NULL = about(
    "Not null while mail is dropped: the inbox is full, or one sender's share of it. Deleting a"
    " message ends it"
)


class _OfOverflow(View):
    @classmethod
    def of(cls, found: Overflow | None) -> Self | None:
        """Since when, and how many messages; None while there is room."""
        return None if found is None else cls.of_model(found)


class InboxFull(_OfOverflow):
    """Since when mail is dropped, and how many."""

    since: Time
    dropped: Annotated[int, _DROPPED]


class PreciseInboxFull(_OfOverflow):
    """Since when mail is dropped, and how many, with the times of document 003."""

    since: PreciseTime
    dropped: Annotated[int, _DROPPED]


InboxFullOrNot = Annotated[InboxFull | None, _NOT_NULL]
PreciseInboxFullOrNot = Annotated[PreciseInboxFull | None, _NOT_NULL]


def overflow(found: Overflow | None) -> dict[str, Any] | None:
    """The same for a frame, whose fields these are among others."""
    full = InboxFull.of(found)
    return None if full is None else msgspec.structs.asdict(full)


Sender = Annotated[str, about("The address in From; anybody can write anything there")]
Size = Annotated[Count, about("Bytes of the raw mail")]
Decoded = Annotated[Count, about("Bytes, decoded")]
ThreadId = Annotated[str, about("The same for a message and the replies to it")]
_Verdict = Annotated[str, about(examples=["PASS"])] | None


class Verdicts(View):
    """What SES found: PASS, FAIL, GRAY, PROCESSING_FAILED, or null if it did not look."""

    spam: _Verdict
    virus: _Verdict
    spf: _Verdict
    dkim: _Verdict
    dmarc: _Verdict

    @classmethod
    def of(cls, found: models.Verdicts) -> Self:
        """SES's verdicts; null for what was not judged."""
        return cls(**{name: getattr(found, name) or None for name in cls.__struct_fields__})


class AttachmentLine(View):
    """An attachment as a list names it."""

    filename: str
    size: Decoded


class MessageLine(View, rename="camel", kw_only=True):
    """A message in a list."""

    id: Annotated[str, about("Opens the message to everybody who has it")]
    from_: Sender = field(name="from")
    subject: str
    received_at: Time
    has_attachments: Annotated[
        bool, about("Whether it has attachments; pictures inside the HTML do not count")
    ]
    seq: Annotated[Count, about("The message's number in its inbox: 1, 2, 3…, in order of arrival")]
    from_name: str
    preview: Annotated[str, about("The beginning of the text, up to 250 characters")]
    is_read: bool
    is_spam: Annotated[bool, about("Whether it lies in spam")]
    size: Size
    attachments: Sequence[AttachmentLine]
    verdicts: Verdicts
    thread_id: ThreadId

    @classmethod
    def of(cls, message: models.Message, **more: Any) -> Self:
        """One message as lists and `new-message` frames show it; `more` are other fields."""
        summary = message.summary
        line: dict[str, Any] = {
            "id": str(message.id),
            "from_": summary.from_address,
            "has_attachments": bool(summary.attachments),
            "seq": message.id.sequence,
            "is_read": message.is_read,
            "is_spam": message.is_spam,
            "size": summary.size_bytes,
            "attachments": [
                AttachmentLine(each.filename, each.size_bytes) for each in summary.attachments
            ],
            "verdicts": Verdicts.of(summary.verdicts),
        }
        return cls.of_model(summary, **(line | more))


class WaitedMessage(Waited):
    """What a wait came to. No answer in time is an answer, too: ask again with `after=seq`."""

    message: Annotated[MessageLine | None, about("As lists show it; null if none came in time")]

    @classmethod
    def of(cls, arrival: Arrival) -> Self:
        """The answer."""
        line = MessageLine.of(arrival.message) if arrival.message else None
        return cls.of_arrival(arrival, message=line)


class Marks(Body, rename="camel"):
    """Whether a message is read, and whether it is spam; one of the two, or both."""

    EXAMPLE = {"isRead": True}
    RULES = {"minProperties": 1}

    is_read: bool | UnsetType = UNSET
    is_spam: Annotated[
        bool | UnsetType, about("`false` takes it out of spam: then lists show it")
    ] = UNSET

    def change(self) -> models.Change:
        """The change; InvalidInput for none."""
        return marks(self.is_read, self.is_spam, *self.__struct_encode_fields__)


def marks(is_read: bool | UnsetType, is_spam: bool | UnsetType, *names: str) -> models.Change:
    """What a reader without folders changes; InvalidInput if that is nothing."""
    change = models.Change(
        None if isinstance(is_read, UnsetType) else is_read,
        None if isinstance(is_spam, UnsetType) else Folder.SPAM if is_spam else Folder.INBOX,
    )
    if change == models.Change():
        raise InvalidInput(f"send one of {', '.join(names)}")
    return change


class DeletedMessage(View):
    """What is answered when a message is gone."""

    id: str
    deleted: bool = True


class DeletedMessages(View):
    """What is answered when a filter's messages are gone."""

    deleted: Annotated[Count, about("How many messages are gone")]
    seq: Annotated[Count, about("The number that has been looked up to: `after` to go on with")]
    more: Annotated[bool, about("Whether there may be more of them: a request deletes some")]

    @classmethod
    def of(cls, erased: Erased) -> Self:
        """The answer."""
        return cls(deleted=erased.count, seq=erased.sequence, more=erased.more)
