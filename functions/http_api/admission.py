"""The way of one request past the limits, and of a login past its own.

Counting must never be why a request fails: whatever goes wrong with it, the request goes on.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from functions.http_api.clients import client_of
from functions.http_api.flows import Flows
from functions.http_api.journal import count, logger
from functions.journal import aws_code
from mayfly.domain.errors import RateLimited, Unauthenticated
from mayfly.domain.rate import Allowance, Client, Window
from mayfly.limiting import GUARDED
from mayfly.wire import rate_limits
from mayfly.wire.http import Answer, Request


@dataclass(slots=True)
class Admission:
    """Asked before the operation runs, and told its answer."""

    request: Request
    flows: Flows
    _guarded: Client | None = None
    _allowance: Allowance | None = None

    def ask(self, group: str) -> None:
        """RateLimited if the client has asked too often."""
        try:
            client = client_of(self.request, self.flows, group)
            self._allowance = self.flows.limiter.admit(client, group)
        except RateLimited as error:
            self._allowance = error.allowance
            raise
        except Exception as error:
            _not_counted(error)
            return
        if group in GUARDED:
            self._guarded = client

    def told(self, answer: Answer) -> Answer:
        """The answer with what is left to the client; a wrong secret is noted."""
        if answer.status == 401 and self._guarded is not None:
            try:
                self.flows.limiter.note_failure(self._guarded)
            except Exception as error:
                _not_counted(error)
        if self._allowance is None:
            return answer
        return replace(answer, headers={**answer.headers, **rate_limits.told(self._allowance)})


@contextmanager
def login_attempt(email: object, flows: Flows) -> Iterator[None]:
    """Around the check of a password: RateLimited after too many wrong ones for this name.

    Unauthenticated leaving the block is a wrong password; whatever else happens is none.
    """
    name = email if isinstance(email, str) else ""
    counted = _counted_login(name, flows)
    try:
        yield
    except Unauthenticated:
        raise
    except BaseException:
        _take_back(name, counted, flows)
        raise
    _take_back(name, counted, flows)


def _counted_login(name: str, flows: Flows) -> Window | None:
    try:
        return flows.limiter.try_login(name) if name else None
    except RateLimited:
        raise
    except Exception as error:
        _not_counted(error)
        return None


def _take_back(name: str, counted: Window | None, flows: Flows) -> None:
    try:
        if counted is not None:
            flows.limiter.succeed(name, counted)
    except Exception as error:
        _not_counted(error)


def _not_counted(error: Exception) -> None:
    logger.warning("Not counted", error=type(error).__name__, reason=aws_code(error))
    count("RateLimitUnavailable")


@contextmanager
def registration(email: str, flows: Flows) -> Iterator[None]:
    """Around what mails this address: RateLimited after too many mails, whoever asked for them.

    What leaves the block as an error has sent none.
    """
    counted = _counted_mail(email, flows) if flows.settings.sender_address else None
    try:
        yield
    except BaseException:
        try:
            if counted is not None:
                flows.limiter.take_back(email, counted)
        except Exception as error:
            _not_counted(error)
        raise


@contextmanager
def claim_of_a_domain(request: Request, flows: Flows) -> Iterator[None]:
    """Around what claims a domain: RateLimited after too many a day from one address.

    For the address, whatever account asks: accounts cost nothing. What leaves the block as an
    error was no claim.
    """
    client = Client.at(request.client)
    counted = _counted_claim(client, flows)
    try:
        yield
    except BaseException:
        try:
            if counted is not None:
                flows.limiter.drop_claim(client, counted)
        except Exception as error:
            _not_counted(error)
        raise


def _counted_claim(client: Client, flows: Flows) -> Window | None:
    try:
        return flows.limiter.try_claim(client)
    except RateLimited:
        raise
    except Exception as error:
        _not_counted(error)
        return None


def _counted_mail(email: str, flows: Flows) -> Window | None:
    try:
        return flows.limiter.try_registration(email)
    except RateLimited:
        raise
    except Exception as error:
        _not_counted(error)
        return None
