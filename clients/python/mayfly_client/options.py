"""What a client is told when it is made, beside its URL."""

import ssl
from typing import TypedDict

from mayfly_client.sending import Patience


class Options(TypedDict, total=False):
    """`token` is that of an inbox, of an anonymous session, or of an account's login.

    `trust` is a file of certificates (PEM) or a context, in place of the system's;
    `request_seconds` how long one request may take; `patience` how often it is sent again.
    """

    token: str
    api_key: str
    admin_key: str
    trust: str | ssl.SSLContext
    patience: Patience
    request_seconds: float
