"""From a parsed mail to the line that lists show, and to the sender that it counts for."""

import base64
import hashlib

from mayfly.mail.address import registrable
from mayfly.mail.mime.models import ParsedMail
from mayfly.messages.models import AttachmentLine, Summary, SummaryLimits, Verdicts
from mayfly.receiving.notice import Notice

UNPROVEN = "unproven"
NULL = "null"
_KEY_CHARS = 6
_JUDGED = frozenset({"PASS", "FAIL", "GRAY", "PROCESSING_FAILED"})


def sender_key(envelope: str | None, from_address: str, verdicts: Verdicts) -> str:
    """Six hexadecimal digits that stand for whoever the mail counts for.

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
    # A mail without a Message-ID cannot be referred to: it goes by its own key.
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

    The same for a mail and its replies: the first of References names the conversation, else
    In-Reply-To, else the mail itself (RFC 5322 section 3.6.4).
    """
    first = next((name for name in names if name), "")
    return base64.b32encode(hashlib.sha256(first.encode()).digest()[:10]).decode("ascii").lower()
