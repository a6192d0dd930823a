"""What clients of other services send as a credential: a name and a password (RFC 7617)."""

import base64
import binascii
from dataclasses import replace

from mayfly.accounts.models import Account
from mayfly.admission.callers import caller_of
from mayfly.api_keys.models import PREFIX, Scope
from mayfly.assembly import Assembly
from mayfly.kit.http.messages import Request

_MOST_CHARS = 8192


def basic_of(request: Request) -> tuple[str, str] | None:
    """Name and password of `Authorization: Basic`; None where nothing or something else was sent.

    The name ends at the first colon, and both are UTF-8 (RFC 7617 section 2).
    """
    scheme, _, sent = request.headers.get("authorization", "").strip().partition(" ")
    if scheme.lower() != "basic" or len(sent) > _MOST_CHARS:
        return None
    try:
        name, colon, password = (
            base64.b64decode(sent.strip(), validate=True).decode().partition(":")
        )
    except (binascii.Error, ValueError):
        return None
    return (name, password) if colon else None


def account_of_key(text: str, request: Request, flows: Assembly) -> Account | None:
    """The account of this API key; None for what is no API key, but maybe another credential.

    Unauthenticated for one that opens nothing, OutOfScope for one without the scope `mailboxes`.
    """
    if not text.startswith(PREFIX):
        return None
    with_key = replace(request, headers={**request.headers, "x-api-key": text})
    return caller_of(with_key, flows, Scope.MAILBOXES)
