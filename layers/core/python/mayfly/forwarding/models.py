"""Where accounts have mail forwarded to, and why an email is not."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from mayfly.errors import CONFLICT, NOT_FOUND, MayflyError
from mayfly.inboxes.ids import MessageId
from mayfly.mail.mime.models import ParsedMail
from mayfly.messages.models import Verdicts
from mayfly.sending.compose import LOOP_MARK


class Skip(StrEnum):
    """Why an email was not forwarded. Once it is, its own history says what became of it."""

    NULL_SENDER = "null_sender"
    AUTOMATIC = "automatic"
    LOOP = "loop"
    VERDICT = "verdict"
    LIST = "list"
    UNCONFIRMED = "unconfirmed"
    SUPPRESSED = "suppressed"
    QUOTA = "quota"
    NOT_ALLOWED = "not_allowed"
    UNFIT = "unfit"
    OFF = "off"


_LISTS = frozenset({"list-id", "list-post", "list-unsubscribe", "mailing-list"})
_BULK = frozenset({"bulk", "junk", "list", "auto_reply"})


def refusal(mail: ParsedMail, sender: str | None, verdicts: Verdicts) -> Skip | None:
    """Why no destination gets the email, or None. `sender` is MAIL FROM; where that is not known
    (None), what SES has put in front of the email says it (RFC 5321 section 4.4: Return-Path).

    RFC 3834 section 2 and RFC 5321 section 4.5.5: what answers by itself, or reports an error, is
    answered by nothing. What FAILs is what this service would be blamed for.
    """
    if sender is None:
        paths = [value for name, value in mail.headers if name.lower() == "return-path"]
        sender = paths[0] if paths else None
    if sender is not None and not sender.strip("<> "):
        return Skip.NULL_SENDER
    if "FAIL" in (verdicts.spam, verdicts.virus, verdicts.dmarc):
        return Skip.VERDICT
    named = {name.lower(): value.strip().lower() for name, value in mail.headers}
    if LOOP_MARK.lower() in named:
        return Skip.LOOP
    if named.get("auto-submitted", "no").partition(";")[0].strip() != "no":
        return Skip.AUTOMATIC
    return None


def is_of_list(mail: ParsedMail) -> bool:
    """Whether a mailing list or a bulk sender has sent it (RFC 2369, RFC 2919)."""
    named = {name.lower(): value.strip().lower() for name, value in mail.headers}
    return not _LISTS.isdisjoint(named) or named.get("precedence", "") in _BULK


@dataclass(frozen=True, slots=True)
class Destination:
    """An address that an account wants mail to be forwarded to, in lower case.

    Mail goes there once its reader has confirmed it, with a token that was mailed there: `proof` is
    the hash of what names it. `with_lists` says that mail of lists goes there, too.
    """

    address: str = field(repr=False)
    proof: str = field(repr=False)
    created_at: datetime
    expires_at: datetime
    with_lists: bool = False
    confirmed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ForwardOrder:
    """A job: forward a message to those that its rules name. Several for one are no harm."""

    message: MessageId


@dataclass(frozen=True, slots=True)
class Told:
    """What became of a message at one destination."""

    address: str = field(repr=False)
    status: str
    mail: str = ""
    why: str = ""
    at: datetime | None = None


class DestinationNotFound(MayflyError):
    """The account has no such destination, or the token confirms none (any more)."""

    kind = NOT_FOUND


class DestinationsFull(MayflyError):
    """The account has as many destinations as it may have."""

    kind = CONFLICT


def proof_of(name: str) -> str:
    """What is kept of a token's name, which has 96 random bits and is signed."""
    return hashlib.sha256(name.encode()).hexdigest()
