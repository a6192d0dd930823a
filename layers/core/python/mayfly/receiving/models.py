"""An email that was accepted, and what becomes of it for each of its recipients."""

import base64
import hashlib
from dataclasses import dataclass, replace
from enum import StrEnum

from mayfly import prices
from mayfly.inboxes.ids import MailKey, MessageId
from mayfly.mail.address import registrable
from mayfly.mail.mime.models import ParsedMail
from mayfly.messages.models import AttachmentLine, Summary, SummaryLimits, Verdicts
from mayfly.receiving.notice import Notice


@dataclass(frozen=True, slots=True)
class Accepted:
    """An email we answer for: its key, its raw object, and how many deliveries it has in all.

    The number is written with each delivery, so that the last one to see it knows it. `chunks`
    is this delivery's part of what the mail costs by its size. `is_read_anew` says that nobody
    keeps its content: readers open the raw message. Of a recovered one the recipients are
    known from its headers only, which may not have named all. `spam` is SES's verdict, "" without.
    """

    mail: MailKey
    object_key: str
    deliveries: int
    chunks: int = 0
    is_read_anew: bool = False
    is_recovered: bool = False
    spam: str = ""

    def of_size(self, size_bytes: int) -> "Accepted":
        """The same of an email of so many bytes: its chunks go evenly to its deliveries."""
        chunks = size_bytes // prices.CHUNK_BYTES
        return replace(self, chunks=-(-chunks // self.deliveries))


class DropReason(StrEnum):
    """Why an accepted email was not stored for a recipient. Each is counted by this name."""

    UNKNOWN_RECIPIENT = "unknown_recipient"
    EXPIRED_RECIPIENT = "expired_recipient"
    DELETED_RECIPIENT = "deleted_recipient"
    INBOX_FULL = "inbox_full"
    SENDER_SHARE = "sender_share"  # its sender has as much of the inbox as one sender may
    TOO_LARGE = "too_large"
    TOO_LATE = "too_late"  # its messages' lifetime was over before it could be delivered
    DISCARDED = "discarded"  # a rule of its inbox or domain says so
    REJECTED_SENDER = "rejected_sender"  # it sent spam before, and the inbox takes no more


FULL = frozenset({DropReason.INBOX_FULL, DropReason.SENDER_SHARE})
"""The reasons that the owner of the inbox can do something about: delete messages."""


@dataclass(frozen=True, slots=True)
class Stored:
    """The mail is a message of the inbox. `repeated` says that it already was."""

    message: MessageId
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Dropped:
    """The mail was left out of the inbox, for this reason."""

    reason: DropReason
    repeated: bool = False


Outcome = Stored | Dropped


class MailProgress(StrEnum):
    """How far an email has come, all its deliveries together."""

    UNHEARD = "unheard"  # no delivery of it is known: its notice is under way, or lost
    LIVE = "live"  # somebody has it, or is still to get it
    OVER = "over"  # every delivery is settled and no message of it is left


@dataclass(frozen=True, slots=True)
class Tally:
    """How many deliveries (mail x recipient) ended how, since the deployment began.

    accepted = stored + the sum of dropped. `failed_attempts` counts notices that were not settled
    and went back to the queue, each time anew; its failures may go uncounted.
    """

    accepted: int
    stored: int
    dropped: dict[DropReason, int]
    failed_attempts: int = 0
    chunks: int = 0


UNPROVEN = "unproven"
NULL = "null"
_KEY_CHARS = 6
_JUDGED = frozenset({"PASS", "FAIL", "GRAY", "PROCESSING_FAILED"})


def sender_key(envelope: str | None, from_address: str, verdicts: Verdicts) -> str:
    """Six hexadecimal digits that stand for the sender that the email counts for.

    That is the registrable domain of its From where DMARC passed, else that of its envelope where
    SPF passed, all null senders together being one. All other mail counts for one sender as well:
    its domains can be made up, as many as one likes. Where nobody judges (the laptop), the envelope
    is believed. `envelope` is None where it is not known.
    """
    return hashlib.sha256(_sender(envelope, from_address, verdicts).encode()).hexdigest()[
        :_KEY_CHARS
    ]


def _sender(envelope: str | None, from_address: str, verdicts: Verdicts) -> str:
    if verdicts.dmarc == "PASS":
        return _domain(from_address)
    if verdicts.spf == "PASS" and envelope is not None:
        return _domain(envelope)
    if _JUDGED & {verdicts.spf, verdicts.dkim, verdicts.dmarc}:
        return UNPROVEN
    return _domain(from_address if envelope is None else envelope)


def _domain(address: str) -> str:
    domain = address.strip("<> ").rpartition("@")[2]
    # A space keeps the names of the groups apart from those of domains.
    return f"domain {registrable(domain)}" if domain else NULL


def summarise(mail: ParsedMail, notice: Notice, size_bytes: int, limits: SummaryLimits) -> Summary:
    """What a list shows of the mail; long values are cut, as the detail has them whole."""
    sender = (mail.from_ or mail.sender)[:1]
    # An email without a Message-ID cannot be referred to: it goes by its own key.
    name = mail.message_id or notice.mail
    thread = thread_id(*mail.references, *mail.in_reply_to, name)
    own = thread_id(name) if mail.references or mail.in_reply_to else thread
    files = [part for part in mail.parts if not part.inline]
    return Summary(
        from_name=sender[0].name[: limits.name_chars] if sender else "",
        from_address=sender[0].address[: limits.address_chars] if sender else "",
        subject=mail.subject[: limits.subject_chars],
        preview=mail.preview,
        received_at=notice.received_at,
        size_bytes=size_bytes,
        attachments=tuple(
            AttachmentLine(part.filename, part.size) for part in files[: limits.attachments]
        ),
        thread_id=thread,
        verdicts=notice.verdicts,
        recovered=notice.recovered,
        own_thread_id="" if own == thread else own,
        # Years before 1970 are made up, and some that follow cannot be written in four digits.
        sender=sender_key(notice.sender, sender[0].address if sender else "", notice.verdicts),
        sent_at=mail.date if mail.date is not None and mail.date.year >= 1970 else None,
    )


def thread_id(*names: str) -> str:
    """The thread that is named after the first of these that is not empty.

    The same for an email and its replies: the first of References names the conversation, else
    In-Reply-To, else the mail itself (RFC 5322 section 3.6.4).
    """
    first = next((name for name in names if name), "")
    return base64.b32encode(hashlib.sha256(first.encode()).digest()[:10]).decode("ascii").lower()
