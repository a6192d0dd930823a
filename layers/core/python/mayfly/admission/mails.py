"""Around what mails somebody who is not known yet: registering, and forgetting a password.

As with other limits, counting must never be why a request fails.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from mayfly.admission.limits import counting, registration
from mayfly.assembly import Assembly
from mayfly.errors import AddressBounced, MailNotSent
from mayfly.kit.http.log import count, logger
from mayfly.kit.http.messages import Request
from mayfly.kit.log import aws_code
from mayfly.rate_limits.models import Client


@contextmanager
def newcomer(request: Request, email: str, flows: Assembly) -> Iterator[None]:
    """RateLimited after too many of this client, or too many mails to this address.

    What leaves the block as an error counts for neither.
    """
    client, newcomers = Client.at(request.client), flows.accounts.newcomers
    with (
        counting(lambda: newcomers.admit(client), lambda day: newcomers.take_back(client, day)),
        registration(email, flows),
        untold(),
    ):
        yield


@contextmanager
def untold() -> Iterator[None]:
    """That a mail was not sent is counted; callers are told nothing.

    It may be why this address has no mail, and for an account there is something to hide.
    """
    try:
        yield
    except MailNotSent as error:
        bounced = isinstance(error, AddressBounced)
        logger.warning("Mail not sent", reason=aws_code(error.__cause__ or error))
        count("AddressBounced" if bounced else "MailNotSent")
