"""What clients of other services send as a credential: a name and a password (RFC 7617)."""

import base64
import binascii

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
