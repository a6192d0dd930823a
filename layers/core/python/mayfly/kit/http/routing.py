"""What each operation takes and gives, beyond its route: read by the OpenAPI document."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from mayfly.kit.http.query import LINK_PARAMETERS, LIST_PARAMETERS, MESSAGE_PARAMETERS
from mayfly.kit.http.rate_limit_headers import NO_PLACE
from mayfly.kit.http.schema import Schema

JSON = "application/json"
BAD_PARAMETER = "A parameter cannot be, or is not known"
_TEXT: Schema = {"type": "string"}


@dataclass(frozen=True, slots=True)
class Good:
    """One answer that is no error."""

    status: int
    meaning: str
    schema: str = ""
    content_type: str = JSON
    inline_schema: Schema | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of `blueprint.routes`; `own_errors` are by status.

    `cookies` are the names of those that it takes in place of a bearer token; without
    `needs_token` it works without either, too. `scope` is that of the API keys that it takes
    besides (`domain.api_key.Scope`), "" if it takes none.
    """

    answers: Sequence[Good]
    own_errors: Mapping[int, str] = field(default_factory=dict)
    parameters: Sequence[Schema] = ()
    about: str = ""
    body: str = ""
    body_required: bool = False
    needs_token: bool = False
    needs_admin_key: bool = False
    cookies: Sequence[str] = ()
    scope: str = ""

    @property
    def errors(self) -> dict[int, str]:
        """Its own errors, and those that every operation can have."""
        refused = {403: f"The API key is not for `{self.scope}`"} if self.scope else {}
        return {
            400: BAD_PARAMETER,
            **refused,
            **self.own_errors,
            405: "The path has no such method; `Allow` names those it has",
            429: "Too many requests; `Retry-After` says when to go on",
            500: "The service failed",
        }


_NO_TOKEN = "There is no bearer token, or it is not the access token of this address"
_NO_ADDRESS = "There is no active address of this name: it never was, has expired or is deleted"
_BAD_ADDRESS = "This is no e-mail address"
_NO_MESSAGE = "There is no such message: it never was, has expired or is deleted"
BAD_BODY = "The body is not JSON, or not what is described here"
LARGE_BODY = "The body is too large"
LINK = Good(
    302,
    "Too large for one answer: the bytes are where `Location` says, for a few minutes. They are to"
    " be asked for without the token: who cannot leave it out asks with `link=1`, or with"
    " `Accept: application/json` alone",
    content_type="",
    headers={"Location": "Where the bytes are"},
)
LINK_AS_JSON = Good(200, "The link to the bytes, if it is wanted as JSON", "FileLink")
NO_HEADERS: Mapping[str, str] = MappingProxyType({})
BYTES: Schema = {"type": "string", "format": "binary"}
OCTETS = "application/octet-stream"
FILE = {"Content-Disposition": "The file's name (RFC 6266)"}
NO_KEYS = "The keys of tokens cannot be had just now; it can be tried again"


def octets(meaning: str, *types: str, headers: Mapping[str, str] = NO_HEADERS) -> list[Good]:
    """Bytes of one of these types; generated clients know what to do with the first."""
    return [Good(200, meaning, "", each, BYTES, headers) for each in (OCTETS, *types)]


def raw_mail(
    errors: Mapping[int, str], needs_token: bool = True, cookies: Sequence[str] = ()
) -> Operation:
    """A message's raw mail, wherever the message is."""
    return Operation(
        [*octets("The bytes that came in", "message/rfc822", headers=FILE), LINK_AS_JSON, LINK],
        errors,
        LINK_PARAMETERS,
        about="Byte for byte what was received, with the `sha256` that the message shows.",
        needs_token=needs_token,
        cookies=cookies,
    )


def attachment(
    errors: Mapping[int, str], needs_token: bool = True, cookies: Sequence[str] = ()
) -> Operation:
    """One attachment of a message, wherever the message is."""
    return Operation(
        [*octets("The bytes, decoded", "*/*", headers=FILE), LINK_AS_JSON, LINK],
        errors,
        LINK_PARAMETERS,
        about=(
            "With the attachment's type, except types that a browser might run: those come as"
            " application/octet-stream."
        ),
        needs_token=needs_token,
        cookies=cookies,
    )


OPERATIONS: dict[str, Operation] = {
    "create_address": Operation(
        [Good(201, "The new address", "NewAddress", headers={"Location": "The address's URL"})],
        {
            400: f"{BAD_BODY}, or the domain is none of ours",
            403: "This service makes no public addresses, or has no active mail domain",
            413: LARGE_BODY,
        },
        about="Its name is random and cannot be chosen: it is the key to its mail.",
        body="WantedAddress",
    ),
    "show_address": Operation(
        [Good(200, "The address is active", "Address")], {400: _BAD_ADDRESS, 404: _NO_ADDRESS}
    ),
    "delete_address": Operation(
        [Good(200, "It is gone, with all it held", "DeletedAddress")],
        {400: _BAD_ADDRESS, 401: _NO_TOKEN, 404: _NO_ADDRESS},
        about="Works after the address has expired, too, to delete the messages it still shows.",
        needs_token=True,
    ),
    "address_status": Operation(
        [Good(200, "The address is active", "AddressStatus")],
        {400: _BAD_ADDRESS, 404: _NO_ADDRESS},
    ),
    "list_messages": Operation(
        [
            Good(
                200,
                "Messages, newest first; with `after`, oldest first",
                "MessageLines",
                headers={
                    "X-Last-Sequence": "Where `after` goes on from; not on pages of a `cursor`",
                    "X-Next-Cursor": "The `cursor` of the next page, if there may be one",
                    "Link": 'The URL of the next page, as rel="next" (RFC 8288)',
                    **NO_PLACE,
                },
            )
        ],
        {400: "The address, or a parameter, cannot be", 404: _NO_ADDRESS},
        LIST_PARAMETERS,
        about=(
            "For programs: `after=0&wait=25`, then again and again with `after` from"
            " `X-Last-Sequence`. Answers as soon as there is mail; nothing is missed or repeated."
        ),
    ),
    "show_message": Operation(
        [Good(200, "The message", "Message")],
        {404: _NO_MESSAGE},
        MESSAGE_PARAMETERS,
    ),
    "mark_message": Operation(
        [Good(200, "The message as lists show it now", "MessageLine")],
        {400: BAD_BODY, 404: _NO_MESSAGE, 413: LARGE_BODY},
        body="ReadFlag",
        body_required=True,
    ),
    "delete_message": Operation(
        [Good(200, "It is gone", "DeletedMessage")],
        {401: _NO_TOKEN, 404: _NO_MESSAGE, 503: "Too many wrote at once; it can be tried again"},
        needs_token=True,
    ),
    "raw_message": raw_mail({404: _NO_MESSAGE}, needs_token=False),
    "download_attachment": attachment(
        {404: f"{_NO_MESSAGE}; or it has no such attachment"}, needs_token=False
    ),
    "domain_names": Operation([Good(200, "All active ones", "DomainNames")]),
    "openapi": Operation([Good(200, "This document", "", JSON, {"type": "object"})]),
    "docs": Operation([Good(200, "A page", "", "text/html; charset=utf-8", _TEXT)]),
    "api_docs": Operation([Good(200, "A page", "", "text/html; charset=utf-8", _TEXT)]),
    "docs_file": Operation(octets("The file", "*/*"), {404: "The page has no such file"}),
}

CREATE = "create"
FETCH = "fetch"
LOGIN = "login"
ADMIN = "admin"
CONFIRM = "confirm"  # asks for the password of who has a session already
UNLOCK = "unlock"  # takes a password that nobody can guess


@dataclass(frozen=True, slots=True)
class Route:
    """One operation of the HTTP API; `path` is API Gateway's template (`event["resource"]`).

    `limit` names the group whose rate limit it falls under beside the global one, "" for none.
    """

    operation: str
    method: str
    path: str
    summary: str
    tag: str
    limit: str = ""
