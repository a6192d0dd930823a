"""What can go wrong, as one tree under `MayflyError`.

Here is what several subjects raise or catch. What one alone does stands with it, in its `models.py`
or `errors.py`, below one of these: `InvalidInput`, `NotPermitted`, `NotFound`, `LimitReached`,
`RateLimited`, or `MayflyError` with the `kind` that callers are answered with.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from mayfly.rate_limits.models import Allowance

ErrorDocument = dict[str, dict[str, object]]


@dataclass(frozen=True, slots=True)
class Kind:
    """An HTTP status and the code that goes with it."""

    status: int
    code: str


INVALID = Kind(400, "VALIDATION_ERROR")
UNAUTHENTICATED = Kind(401, "AUTHENTICATION_ERROR")
NOT_PERMITTED = Kind(403, "AUTHORIZATION_ERROR")
NOT_FOUND = Kind(404, "NOT_FOUND")
NOT_ALLOWED = Kind(405, "METHOD_NOT_ALLOWED")
CONFLICT = Kind(409, "CONFLICT")
TOO_LARGE = Kind(413, "PAYLOAD_TOO_LARGE")
UNKNOWN_ENCODING = Kind(415, "UNSUPPORTED_MEDIA_TYPE")
TOO_MANY = Kind(429, "RATE_LIMIT_EXCEEDED")
INTERNAL = Kind(500, "INTERNAL_ERROR")
UNAVAILABLE = Kind(503, "INTERNAL_ERROR")


class MayflyError(Exception):
    """The root: catching it catches every failure Mayfly itself describes.

    `kind` is what a caller is answered with. INTERNAL stays inside: to meet it is to meet a bug.
    """

    kind: ClassVar[Kind] = INTERNAL
    details: Sequence[str] = ()
    """What a program may want to know besides the code."""


class InvalidInput(MayflyError):
    """Something the caller sent cannot be used; the message says what and why."""

    kind = INVALID


class InvalidAddress(InvalidInput):
    """Not an e-mail address as RFC 5321 section 4.1.2 and RFC 6531 have them."""


class InvalidCursor(InvalidInput):
    """A cursor that this list did not hand out."""


class Unauthenticated(MayflyError):
    """The credential is missing, malformed, or does not open what was asked for."""

    kind = UNAUTHENTICATED


class NotPermitted(MayflyError):
    """This deployment does not do it for any caller; the message says what is turned off."""

    kind = NOT_PERMITTED


class OutOfScope(MayflyError):
    """The API key is a good one, and not for this; the message says which scope is."""

    kind = NOT_PERMITTED


class CrossSite(MayflyError):
    """A page of another site sent it, with the cookies of a visitor of that page."""

    kind = NOT_PERMITTED


class NotFound(MayflyError):
    """Absent, expired or somebody else's; which of them is never said."""

    kind = NOT_FOUND


class InboxNotFound(NotFound):
    """No active inbox under this address or id."""


class MessageNotFound(NotFound):
    """No readable message under this id."""


class DomainNotFound(NotFound):
    """No mail domain under this id."""


class AccountNotFound(NotFound):
    """No account with this id or e-mail address."""


class RouteNotFound(NotFound):
    """The API has no such path."""


class MethodNotAllowed(MayflyError):
    """The path exists, the method does not. `allowed` names those that do."""

    kind = NOT_ALLOWED

    def __init__(self, method: str, allowed: tuple[str, ...]) -> None:
        """Keep the allowed methods for the `Allow` header (RFC 9110 section 10.2.1)."""
        super().__init__(f"{method} is not allowed here; use {', '.join(allowed)}")
        self.allowed = allowed


class AddressTaken(MayflyError):
    """The address belongs to another inbox, or still cools down after one."""

    kind = CONFLICT


class DnsUnavailable(MayflyError):
    """No DNS server has answered in time: whether there are records is not known."""

    kind = UNAVAILABLE


class ZonesUnavailable(MayflyError):
    """Records could not be written to the hosted zone just now."""

    kind = UNAVAILABLE


class MailboxesFull(MayflyError):
    """The account has as many active mailboxes as it may have; the message says how many."""

    kind = CONFLICT


class NotExtendable(MayflyError):
    """The mailbox lives as long as its messages may be kept already, or its domain is lost."""

    kind = CONFLICT


class UnknownEncoding(MayflyError):
    """A body is compressed, or encoded in another way that is not taken."""

    kind = UNKNOWN_ENCODING


class BodyTooLarge(MayflyError):
    """The request's body is over the limit named in the message."""

    kind = TOO_LARGE


class LimitReached(MayflyError):
    """A cap was met; the message says its value, and its name in brackets: `(INBOXES_PER_DAY)`."""

    kind = TOO_MANY


class RateLimited(LimitReached):
    """Too many requests; the message names the limit.

    `retry_after` is in seconds, `allowance` what the answer says of the limit, if it has one.
    """

    def __init__(self, message: str, retry_after: int, allowance: Allowance | None = None) -> None:
        """Keep what the answer's headers say (RFC 6585 section 4)."""
        super().__init__(message)
        self.retry_after = retry_after
        self.allowance = allowance


class BudgetSpent(RateLimited):
    """No inbox can be made before the next day (UTC), by anybody, or nobody is answered any more.

    Which of them, the message says. What is there stays.
    """


class ServiceMailsSpent(RateLimited):
    """No more mail of the service's own goes to accounts before the next day (UTC), to any."""


class RawMailMissing(MayflyError):
    """No object under the key a notice names."""

    kind = NOT_FOUND


class ObjectsNotDeleted(MayflyError):
    """S3 kept objects that were to go; safe to try again."""

    kind = UNAVAILABLE


class ForeignNotice(MayflyError):
    """A queue record that is not SES's notice of an email in our bucket."""


class NotAMail(MayflyError):
    """SES's set-up notification or SNS's confirmation of a subscription: nothing to deliver."""


class SigningKeysUnavailable(MayflyError):
    """The keys of tokens cannot be read, and this process has not read them before."""

    kind = UNAVAILABLE


class PasswordKeyUnavailable(MayflyError):
    """The key that seals the passwords of generated inboxes cannot be used now."""

    kind = UNAVAILABLE


class SecretsUnavailable(MayflyError):
    """A secret of a domain (a relay's password, a signing key) cannot be sealed or opened now."""

    kind = UNAVAILABLE


class HostNotFound(MayflyError):
    """This name has no address, or none that could be had in time; the message says which."""


class MailNotSent(MayflyError):
    """An email of ours was not taken for sending; its recipient gets nothing."""


class AddressBounced(MailNotSent):
    """An email to this address has come back, or was complained about, lately."""


class Contended(MayflyError):
    """Other writers won every attempt; nothing was changed and a retry is safe."""

    kind = UNAVAILABLE


class ConnectionGone(MayflyError):
    """The WebSocket connection is closed (API Gateway answers 410)."""

    kind = NOT_FOUND


class PushFailed(MayflyError):
    """A frame could not be handed to its WebSocket client in time; only that frame is lost."""


_KEPT_TO_OURSELVES = {
    INTERNAL: "The service failed to answer",
    UNAVAILABLE: "The service is busy; the request can be tried again",
}
_LIMIT = re.compile(r"\(([A-Z]+(?:_[A-Z]+)+)\)")


def kind_of(error: Exception) -> Kind:
    """The status and code of an error; an exception that is not ours is an INTERNAL_ERROR."""
    return error.kind if isinstance(error, MayflyError) else INTERNAL


def envelope(error: Exception) -> ErrorDocument:
    """The document for an error.

    What the caller did is said; what went wrong inside is not, and neither is a storage key. The
    details of a refusal for a limit are its name, which the message has in brackets.
    """
    kind = kind_of(error)
    if isinstance(error, RawMailMissing):
        message = "This mail's bytes are not kept any more"
    else:
        message = _KEPT_TO_OURSELVES.get(kind) or str(error)
    details = _LIMIT.findall(message) if kind is TOO_MANY else []
    details += error.details if isinstance(error, MayflyError) else ()
    return {"error": {"code": kind.code, "message": message, "details": details}}


SHOWN_CHARS = 64
_WRITTEN_CHARS = 80  # with quotes, and with what cannot be printed spelled out


def excerpt(text: str) -> str:
    """The text in quotes, at most 80 characters of it, and three dots if there was more."""
    written = repr(text[:SHOWN_CHARS])
    if len(text) <= SHOWN_CHARS and len(written) <= _WRITTEN_CHARS:
        return written
    return f"{written[: _WRITTEN_CHARS - 4].rstrip(written[0])}…{written[0]}"
