"""What can go wrong with messages that go out; the rest is in `mayfly.errors`."""

from mayfly.errors import CONFLICT, InvalidInput, MayflyError, NotFound, RateLimited


class UnknownUpload(InvalidInput):
    """The account has announced no file with this id, or too long ago."""


class EmailNotFound(NotFound):
    """The account has sent no email with this id, or has removed it."""


class SuppressionNotFound(NotFound):
    """The account's mail is not kept from this address."""


class WrongState(MayflyError):
    """The message is in a state that does not lead there; the message names both."""

    kind = CONFLICT


class NotUploaded(MayflyError):
    """The file of an upload is not there, or is of another size; the message says which."""

    kind = CONFLICT


class KeyReused(MayflyError):
    """The idempotency key was used with another request in the last 24 hours."""

    kind = CONFLICT


class SendsSpent(RateLimited):
    """No more emails can be sent before the next day (UTC), by this account or by anybody."""


class HandoverFailed(MayflyError):
    """An email was not handed over: `reason` is a word for counting, the message for a person."""

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
