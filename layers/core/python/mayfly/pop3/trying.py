"""Passwords that are tried at somebody's POP3 server are counted as those for ours are.

With many requests, it would find out passwords or ports of others.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from mayfly.admission.limits import login_attempt
from mayfly.assembly import Assembly
from mayfly.errors import Unauthenticated
from mayfly.kit.http.messages import Request
from mayfly.pop3.models import Credentials, Pop3Failed
from mayfly.rate_limits.models import Client


class _WrongPassword(Unauthenticated):
    """A POP3 server did not take the password."""

    def __init__(self, failed: Pop3Failed) -> None:
        super().__init__("the POP3 server did not take the password")
        self.failed = failed


@contextmanager
def trying(
    credentials: Credentials, host: str, flows: Assembly, request: Request
) -> Iterator[None]:
    """Around what logs in: RateLimited after too many wrong passwords for this name there."""
    name = f"{credentials.username}@pop3:{host}"
    try:
        with login_attempt(name, flows, Client.at(request.client)):
            try:
                yield
            except Pop3Failed as failed:
                if failed.trouble.is_wrong_password:
                    raise _WrongPassword(failed) from failed
                raise
    except _WrongPassword as wrong:
        raise wrong.failed from None
