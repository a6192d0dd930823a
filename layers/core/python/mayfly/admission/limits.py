"""Apply the limits to a request, to a login, and to whatever sends mail or makes inboxes.

Counting must never be why a request fails: whatever goes wrong with it, the request goes on.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from mayfly.admission.clients import ADMINS, client_of
from mayfly.assembly import Assembly
from mayfly.errors import AddressBounced, InvalidAddress, MailNotSent, RateLimited, Unauthenticated
from mayfly.health.models import ALWAYS_ANSWERED
from mayfly.kit.http import rate_limit_headers as rate_limits
from mayfly.kit.http.log import count, logger
from mayfly.kit.http.messages import Answer, Request
from mayfly.kit.http.route import ADMIN, Route
from mayfly.kit.log import aws_code
from mayfly.mail.address import Address
from mayfly.rate_limits.login_attempts import LoginAttempt
from mayfly.rate_limits.models import Allowance, Client
from mayfly.rate_limits.service import GUARDED
from mayfly.waits.service import Turn

_Counted = TypeVar("_Counted")

LOGIN_TO_ACCOUNT = "login_user"
"""The operation that accounts may do when a day's budget is spent."""


@dataclass(slots=True)
class Admission:
    """Applies the limits before an operation runs, and notes its answer."""

    request: Request
    flows: Assembly
    _guarded: Client | None = None
    _allowance: Allowance | None = None

    def ask_the_budget(self, route: Route | None) -> None:
        """BudgetSpent for what is not answered for the rest of the day."""
        if route is None or route.operation in ALWAYS_ANSWERED or route.limit == ADMIN:
            return
        try:
            self.flows.rate_limits.budget.admit(lambda: self._has_account(route))
        except RateLimited:
            raise
        except Exception as error:
            logger.warning("Budget not known", reason=aws_code(error))

    def _has_account(self, route: Route) -> bool:
        who = client_of(self.request, self.flows, "")
        return route.operation == LOGIN_TO_ACCOUNT or who.kind == "account"

    def ask(self, group: str) -> None:
        """RateLimited if the client has asked too often."""
        try:
            client = client_of(self.request, self.flows, group)
            at = None if client == ADMINS else Client.at(self.request.client)
            self._allowance = self.flows.rate_limits.limiter.admit(client, group, at)
        except RateLimited as error:
            self._allowance = error.allowance
            raise
        except Exception as error:
            _not_counted(error)
            return
        if group in GUARDED:
            self._guarded = client

    def with_headers(self, answer: Answer) -> Answer:
        """The answer with what is left to the client; a wrong secret is noted."""
        if answer.status == 401 and self._guarded is not None:
            try:
                self.flows.rate_limits.limiter.note_failure(self._guarded)
            except RateLimited:  # it was under way when others were one too many
                pass
            except Exception as error:
                _not_counted(error)
        if self._allowance is None:
            return answer
        return replace(answer, headers={**answer.headers, **rate_limits.headers(self._allowance)})


@contextmanager
def login_attempt(email: object, flows: Assembly, at: Client | None = None) -> Iterator[None]:
    """Around the check of a password: RateLimited after too many wrong ones for this name.

    Unauthenticated leaving the block is a wrong password; whatever else happens is none. Where
    `at` is `known`, strangers' guesses at the name do not count.
    """
    name = email if isinstance(email, str) else ""
    if not name:
        yield
        return
    with _tried(flows, lambda: flows.rate_limits.limiter.trials.login(name, at)):
        yield


def remember_login(name: str, flows: Assembly, at: Client) -> None:
    """The right password for this name came from here."""
    try:
        flows.rate_limits.limiter.trials.remember(name, at)
    except Exception as error:
        _not_counted(error)


@contextmanager
def confirmation(who: Client, flows: Assembly) -> Iterator[None]:
    """As `login_attempt`, for callers who are authenticated: strangers' guesses are apart."""
    with _tried(flows, lambda: flows.rate_limits.limiter.trials.confirmation(who)):
        yield


@contextmanager
def unlocking(email: object, flows: Assembly, at: Client) -> Iterator[None]:
    """Around the check of a password that nobody can guess: only wrong ones count.

    They are refused after as many as of any name, or of any client, and the right one is taken
    all the same.
    """
    try:
        yield
    except Unauthenticated:
        _counted(lambda: flows.rate_limits.limiter.note_failure(at))
        if isinstance(email, str):
            _counted(lambda: flows.rate_limits.limiter.trials.login(_untagged(email)))
        raise


def _untagged(email: str) -> str:
    """The inbox's name, whatever tag follows it: guesses at one are counted as such."""
    try:
        return str(Address.parse(email).untagged)
    except InvalidAddress:
        return email


@contextmanager
def making(flows: Assembly, *clients: Client) -> Iterator[None]:
    """Around what makes an inbox: RateLimited for a client that has made too many today.

    What leaves the block as an error has made none.
    """
    trials = flows.rate_limits.limiter.trials
    with ExitStack() as counted:
        for each in clients:
            counted.enter_context(counting(partial(trials.making, each), trials.undo))
        yield


@contextmanager
def counting(
    ask: Callable[[], _Counted | None], undo: Callable[[_Counted], None]
) -> Iterator[None]:
    """Around what is counted by `ask`, and not any more once the block is left as an error."""
    counted = _counted(ask)
    try:
        yield
    except BaseException:
        _undone(counted, undo)
        raise


@contextmanager
def _tried(flows: Assembly, trial: Callable[[], LoginAttempt | None]) -> Iterator[None]:
    counted, undo = _counted(trial), flows.rate_limits.limiter.trials.undo
    try:
        yield
    except Unauthenticated:
        raise
    except BaseException:
        _undone(counted, undo)
        raise
    _undone(counted, undo)


def _counted(ask: Callable[[], _Counted | None]) -> _Counted | None:
    try:
        return ask()
    except RateLimited:
        raise
    except Exception as error:
        _not_counted(error)
        return None


def _undone(counted: _Counted | None, undo: Callable[[_Counted], None]) -> None:
    try:
        if counted is not None:
            undo(counted)
    except Exception as error:
        _not_counted(error)


@contextmanager
def waiting(request: Request, flows: Assembly) -> Iterator[Turn]:
    """Around a list that may wait for mail: its place, if it needs one, is free afterwards."""
    with flows.waits.service.turn(Client.at(request.client)) as turn:
        try:
            yield turn
        finally:
            for each in turn.trouble:
                _not_counted(each)


def as_waited(answer: Answer, turn: Turn) -> Answer:
    """The answer; when to ask again, if there was no place to wait at."""
    if not turn.was_refused:
        return answer
    return replace(answer, headers={**answer.headers, **rate_limits.no_place()})


def _not_counted(error: Exception) -> None:
    logger.warning("Not counted", error=type(error).__name__, reason=aws_code(error))
    count("RateLimitUnavailable")


@contextmanager
def registration(email: str, flows: Assembly) -> Iterator[None]:
    """Around what sends mail to this address: RateLimited after too many, of any client.

    What leaves the block as an error has sent none.
    """
    if not flows.settings.sender_address:
        yield
        return
    limiter = flows.rate_limits.limiter
    with counting(
        lambda: limiter.try_registration(email), lambda window: limiter.take_back(email, window)
    ):
        yield


@contextmanager
def claim_of_a_domain(request: Request, flows: Assembly) -> Iterator[None]:
    """Around what claims a domain: RateLimited after too many a day from one address.

    For the address, whatever account asks: accounts cost nothing. What leaves the block as an
    error was no claim.
    """
    client, limiter = Client.at(request.client), flows.rate_limits.limiter
    with counting(
        lambda: limiter.try_claim(client), lambda window: limiter.drop_claim(client, window)
    ):
        yield


@contextmanager
def newcomer(request: Request, email: str, flows: Assembly) -> Iterator[None]:
    """RateLimited after too many of this client, or too many messages to this address.

    What leaves the block as an error counts for neither.
    """
    client, registration_limiter = Client.at(request.client), flows.accounts.registration_limiter
    with (
        counting(
            lambda: registration_limiter.admit(client),
            lambda day: registration_limiter.take_back(client, day),
        ),
        registration(email, flows),
        tolerate_unsent_mail(),
    ):
        yield


@contextmanager
def tolerate_unsent_mail() -> Iterator[None]:
    """Count a message that was not sent, and say nothing of it to the caller.

    It may be why this address has no email, and for an account there is something to hide.
    """
    try:
        yield
    except MailNotSent as error:
        bounced = isinstance(error, AddressBounced)
        logger.warning("Mail not sent", reason=aws_code(error.__cause__ or error))
        count("AddressBounced" if bounced else "MailNotSent")
