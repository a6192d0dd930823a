"""The client of Mayfly: disposable email for tests and programs.

    from mayfly_client import Mayfly

    with Mayfly("https://mail.example.org").inbox() as inbox:  # deleted at the end
        sign_up(inbox.address)
        code = inbox.wait_for_code(subject="verify", timeout=60)

`AsyncMayfly` is the same for asyncio. Nothing is imported before it is used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mayfly_client.async_client import AsyncMayfly
    from mayfly_client.client import Mayfly
    from mayfly_client.errors import (
        ApiError,
        Conflict,
        Forbidden,
        InvalidRequest,
        MayflyError,
        NotFound,
        ProofRequired,
        RateLimited,
        ServiceError,
        TooMuchWork,
        Unauthenticated,
        UnexpectedAnswer,
        Unreachable,
        WaitTimeout,
    )
    from mayfly_client.inbox import AsyncInbox, Inbox
    from mayfly_client.mails import Attachment, Mail
    from mayfly_client.sending import Patience

__version__ = "0.2.0"
_ERRORS = (
    "ApiError",
    "Conflict",
    "Forbidden",
    "InvalidRequest",
    "MayflyError",
    "NotFound",
    "ProofRequired",
    "RateLimited",
    "ServiceError",
    "TooMuchWork",
    "Unauthenticated",
    "UnexpectedAnswer",
    "Unreachable",
    "WaitTimeout",
)
_HOMES = {
    "AsyncMayfly": "async_client",
    "Mayfly": "client",
    "AsyncInbox": "inbox",
    "Inbox": "inbox",
    "Attachment": "mails",
    "Mail": "mails",
    "Patience": "sending",
    **dict.fromkeys(_ERRORS, "errors"),
}
__all__ = [
    "ApiError",
    "AsyncInbox",
    "AsyncMayfly",
    "Attachment",
    "Conflict",
    "Forbidden",
    "Inbox",
    "InvalidRequest",
    "Mail",
    "Mayfly",
    "MayflyError",
    "NotFound",
    "Patience",
    "ProofRequired",
    "RateLimited",
    "ServiceError",
    "TooMuchWork",
    "Unauthenticated",
    "UnexpectedAnswer",
    "Unreachable",
    "WaitTimeout",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
