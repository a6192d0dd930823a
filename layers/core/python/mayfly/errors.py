"""What can go wrong: each error says what it means, and `kind` what a caller is answered with."""

import re
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


class InvalidInput(MayflyError):
    """Something the caller sent cannot be used; the message says what and why."""

    kind = INVALID


class InvalidAddress(InvalidInput):
    """Not an e-mail address as RFC 5321 section 4.1.2 and RFC 6531 have them."""


class UnknownDomain(InvalidInput):
    """No domain of ours has this name or id, or no inbox may be made at it."""


class UnknownUpload(InvalidInput):
    """The account has announced no file with this id, or too long ago."""


class InvalidCursor(InvalidInput):
    """A cursor that this list did not hand out."""


class Unauthenticated(MayflyError):
    """The credential is missing, malformed, or does not open what was asked for."""

    kind = UNAUTHENTICATED


class NotPermitted(MayflyError):
    """This deployment does not do it for any caller; the message says what is turned off."""

    kind = NOT_PERMITTED


class NotApproved(NotPermitted):
    """The account sends no mail before an admin has approved it; the message says how it stands."""


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


class PartNotFound(NotFound):
    """The message has no part with this id."""


class DomainNotFound(NotFound):
    """No mail domain under this id."""


class RelayNotFound(NotFound):
    """The domain is sent for by SES: it has no relay."""


class AccountNotFound(NotFound):
    """No account with this id or e-mail address."""


class KeyNotFound(NotFound):
    """The account has no API key with this id."""


class EmailNotFound(NotFound):
    """The account has sent no email with this id, or has removed it."""


class SuppressionNotFound(NotFound):
    """The account's mail is not kept from this address."""


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


class DomainTaken(MayflyError):
    """The mail domain is there already."""

    kind = CONFLICT


class DomainDeployed(MayflyError):
    """The deployment's settings name this mail domain: it can be made inactive, and not removed."""

    kind = CONFLICT


class DomainUnfit(MayflyError):
    """The mail domain's status has no way to what is asked for; the message says which it is."""

    kind = CONFLICT


class IdentitiesUnavailable(MayflyError):
    """SES could neither make nor show nor remove a domain's identity just now."""

    kind = UNAVAILABLE


class DnsUnavailable(MayflyError):
    """No DNS server has answered in time: whether there are records is not known."""

    kind = UNAVAILABLE


class ZonesUnavailable(MayflyError):
    """Records could not be written to the hosted zone just now."""

    kind = UNAVAILABLE


class AccountTaken(MayflyError):
    """The e-mail address has an account already. Callers get the same answer as if it had none."""

    kind = CONFLICT


class MailboxesFull(MayflyError):
    """The account has as many active mailboxes as it may have; the message says how many."""

    kind = CONFLICT


class KeysFull(MayflyError):
    """The account has as many API keys as it may have; the message says how many."""

    kind = CONFLICT


class NotExtendable(MayflyError):
    """The mailbox lives as long as its messages may be kept already, or its domain is lost."""

    kind = CONFLICT


class WrongState(MayflyError):
    """The mail is in a state that does not lead there; the message names both."""

    kind = CONFLICT


class NotUploaded(MayflyError):
    """The file of an upload is not there, or is of another size; the message says which."""

    kind = CONFLICT


class KeyReused(MayflyError):
    """The idempotency key was used with another request in the last 24 hours."""

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


class PlacesTaken(LimitReached):
    """Connections that are open, or count as open, take all places there are."""


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


class SendsSpent(RateLimited):
    """No more mail can be sent before the next day (UTC), by this account or by anybody."""


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


class HandoverFailed(MayflyError):
    """A mail was not handed over. `reason` is a word for counting, the message is for a person."""

    def __init__(self, reason: str, message: str) -> None:
        """Keep the word."""
        super().__init__(message)
        self.reason = reason


class MailRefused(HandoverFailed):
    """It will not be taken, however often it is tried."""


class MailDeferred(HandoverFailed):
    """It was not taken, for sure, and may be later."""


class HandoverUnclear(HandoverFailed):
    """The answer got lost: it may have been taken. To try again might send it twice."""


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
    return {"error": {"code": kind.code, "message": message, "details": details}}


SHOWN_CHARS = 64
_WRITTEN_CHARS = 80  # with quotes, and with what cannot be printed spelled out


def excerpt(text: str) -> str:
    """The text in quotes, at most 80 characters of it, and three dots if there was more."""
    written = repr(text[:SHOWN_CHARS])
    if len(text) <= SHOWN_CHARS and len(written) <= _WRITTEN_CHARS:
        return written
    return f"{written[: _WRITTEN_CHARS - 4].rstrip(written[0])}…{written[0]}"
