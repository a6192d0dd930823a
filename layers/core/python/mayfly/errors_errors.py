"""The one error document of every path and frame, and the status of every error (document 003).

`{"error": {"code": ..., "message": ..., "details": [...]}}`. The gateway's own answers look the
same: see `blueprint.gateway`.
"""

import re
from dataclasses import dataclass

from mayfly import errors

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

KINDS: dict[type[errors.MayflyError], Kind] = {
    errors.InvalidInput: INVALID,
    errors.InvalidAddress: INVALID,
    errors.UnknownDomain: INVALID,
    errors.UnknownUpload: INVALID,
    errors.InvalidCursor: INVALID,
    errors.Unauthenticated: UNAUTHENTICATED,
    errors.NotPermitted: NOT_PERMITTED,
    errors.NotApproved: NOT_PERMITTED,
    errors.OutOfScope: NOT_PERMITTED,
    errors.CrossSite: NOT_PERMITTED,
    errors.NotFound: NOT_FOUND,
    errors.InboxNotFound: NOT_FOUND,
    errors.MessageNotFound: NOT_FOUND,
    errors.PartNotFound: NOT_FOUND,
    errors.DomainNotFound: NOT_FOUND,
    errors.RelayNotFound: NOT_FOUND,
    errors.AccountNotFound: NOT_FOUND,
    errors.KeyNotFound: NOT_FOUND,
    errors.EmailNotFound: NOT_FOUND,
    errors.SuppressionNotFound: NOT_FOUND,
    errors.RouteNotFound: NOT_FOUND,
    errors.MethodNotAllowed: NOT_ALLOWED,
    errors.AddressTaken: CONFLICT,
    errors.DomainTaken: CONFLICT,
    errors.DomainDeployed: CONFLICT,
    errors.DomainUnfit: CONFLICT,
    errors.AccountTaken: CONFLICT,
    errors.MailboxesFull: CONFLICT,
    errors.KeysFull: CONFLICT,
    errors.NotExtendable: CONFLICT,
    errors.WrongState: CONFLICT,
    errors.NotUploaded: CONFLICT,
    errors.KeyReused: CONFLICT,
    errors.BodyTooLarge: TOO_LARGE,
    errors.UnknownEncoding: UNKNOWN_ENCODING,
    errors.LimitReached: TOO_MANY,
    errors.PlacesTaken: TOO_MANY,
    errors.RateLimited: TOO_MANY,
    errors.BudgetSpent: TOO_MANY,
    errors.ServiceMailsSpent: TOO_MANY,
    errors.SendsSpent: TOO_MANY,
    errors.RawMailMissing: NOT_FOUND,
    errors.ConnectionGone: NOT_FOUND,
    errors.Contended: UNAVAILABLE,
    errors.ObjectsNotDeleted: UNAVAILABLE,
    errors.SigningKeysUnavailable: UNAVAILABLE,
    errors.PasswordKeyUnavailable: UNAVAILABLE,
    errors.SecretsUnavailable: UNAVAILABLE,
    errors.IdentitiesUnavailable: UNAVAILABLE,
    errors.DnsUnavailable: UNAVAILABLE,
    errors.ZonesUnavailable: UNAVAILABLE,
    # These stay inside: a reader who meets one has met a bug.
    errors.ForeignNotice: INTERNAL,
    errors.NotAMail: INTERNAL,
    errors.PushFailed: INTERNAL,
    errors.MailNotSent: INTERNAL,
    errors.AddressBounced: INTERNAL,
    errors.HandoverFailed: INTERNAL,
    errors.MailRefused: INTERNAL,
    errors.MailDeferred: INTERNAL,
    errors.HandoverUnclear: INTERNAL,
    errors.HostNotFound: INTERNAL,
}

_KEPT_TO_OURSELVES = {
    INTERNAL: "The service failed to answer",
    UNAVAILABLE: "The service is busy; the request can be tried again",
}
_LIMIT = re.compile(r"\(([A-Z]+(?:_[A-Z]+)+)\)")


def kind_of(error: Exception) -> Kind:
    """The status and code of an error; an exception that is not ours is an INTERNAL_ERROR."""
    for each in type(error).__mro__:
        if each in KINDS:
            return KINDS[each]
    return INTERNAL


def envelope(error: Exception) -> ErrorDocument:
    """The document for an error.

    What the caller did is said; what went wrong inside is not, and neither is a storage key. The
    details of a refusal for a limit are its name, which the message has in brackets.
    """
    kind = kind_of(error)
    if isinstance(error, errors.RawMailMissing):
        message = "This mail's bytes are not kept any more"
    else:
        message = _KEPT_TO_OURSELVES.get(kind) or str(error)
    details = _LIMIT.findall(message) if kind is TOO_MANY else []
    return {"error": {"code": kind.code, "message": message, "details": details}}


SCHEMA: dict[str, object] = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message", "details"],
            "properties": {
                "code": {"type": "string", "examples": ["VALIDATION_ERROR"]},
                "message": {"type": "string", "description": "What is wrong, for a person"},
                "details": {
                    "type": "array",
                    "items": {"type": "string"},
                    "description": "Of a 429: the setting or limit that refused, as in its message",
                },
            },
        }
    },
}
