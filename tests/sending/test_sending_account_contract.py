"""What SES's answers mean: to a mail that is handed over, and to who asks what is allowed.

SendingAccount has a fake that tests set; here is its adapter. SendableDomains is `DomainService`.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import (
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ReadTimeoutError,
)

from mayfly.errors import NotPermitted
from mayfly.limits import SENDING_ACCOUNT_AGE
from mayfly.sending.errors import HandoverFailed, HandoverUnclear, MailDeferred, MailRefused
from mayfly.sending.ports import Envelope, SendableDomains, SendingAccount, SendingQuota
from mayfly.sending.ses import ONCE_CONFIG, SMALLEST, SesAccount, SesMailer
from mayfly.settings import Settings
from tests.aws import client, on_moto
from tests.faults.script import refusal
from tests.memory import FakeClock
from tests.sending.fakes import FakeSendableDomains, FakeSendingAccount

ENVELOPE = Envelope("me@mine.example", ("ann@example.com",), "account", "mail", 3)
URL = "https://email.example"


class Ses:
    """A client whose calls are noted and end as a test says."""

    def __init__(self, ends: Callable[[], dict[str, Any]]) -> None:
        self.calls: list[dict[str, Any]] = []
        self.ends = ends

    def send_email(self, **request: Any) -> dict[str, Any]:
        self.calls.append(request)
        return self.ends()

    def get_account(self) -> dict[str, Any]:
        self.calls.append({})
        return self.ends()


def raising(error: Exception) -> Callable[[], dict[str, Any]]:
    def end() -> dict[str, Any]:
        raise error

    return end


def mailer(ses: Ses, is_sandbox: bool = False) -> SesMailer:
    quota = SendingQuota(1, 200, 0, is_sandbox)
    return SesMailer(lambda: ses, "a-set", lambda: quota)


def test_a_mail_is_named_so_that_events_find_it() -> None:
    ses = Ses(lambda: {"MessageId": "m-1"})

    mailer(ses).send(ENVELOPE, b"raw")

    (request,) = ses.calls
    assert request["Destination"] == {"BccAddresses": ["ann@example.com"]}
    assert request["Content"] == {"Raw": {"Data": b"raw"}}
    assert request["ConfigurationSetName"] == "a-set"
    assert request["EmailTags"] == [
        {"Name": "mayfly-account", "Value": "account"},
        {"Name": "mayfly-mail", "Value": "mail"},
        {"Name": "mayfly-round", "Value": "3"},
    ]


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (refusal("TooManyRequestsException", 429), MailDeferred),
        (refusal("ThrottlingException", 400), MailDeferred),
        (refusal("LimitExceededException", 400), MailDeferred),
        (refusal("SendingPausedException", 400), MailDeferred),
        (refusal("ServiceUnavailable", 503), MailDeferred),
        (refusal("AccessDeniedException", 403), MailDeferred),
        (ConnectTimeoutError(endpoint_url=URL), MailDeferred),
        (EndpointConnectionError(endpoint_url=URL), MailDeferred),
        (refusal("MessageRejected", 400), MailRefused),
        (refusal("BadRequestException", 400), MailRefused),
        (refusal("InternalServiceErrorException", 500), HandoverUnclear),
        (refusal("InternalFailure", 500), HandoverUnclear),
        (refusal("SomethingNew", 400), HandoverUnclear),
        (ReadTimeoutError(endpoint_url=URL), HandoverUnclear),
        (ConnectionClosedError(endpoint_url=URL), HandoverUnclear),
    ],
    ids=str,
)
def test_a_failure_says_whether_the_mail_may_have_gone(
    error: Exception, kind: type[HandoverFailed]
) -> None:
    ses = Ses(raising(error))

    with pytest.raises(kind):
        mailer(ses).send(ENVELOPE, b"raw")

    assert len(ses.calls) == 1


def test_the_sandbox_is_named() -> None:
    error = refusal("MessageRejected", 400)
    error.response["Error"]["Message"] = "Email address is not verified: ann@example.com"

    with pytest.raises(MailRefused, match="sandbox") as refused:
        mailer(Ses(raising(error)), is_sandbox=True).send(ENVELOPE, b"raw")
    with pytest.raises(MailRefused) as elsewhere:
        mailer(Ses(raising(error))).send(ENVELOPE, b"raw")

    assert (refused.value.reason, elsewhere.value.reason) == ("sandbox", "rejected")
    assert "ann@" not in str(refused.value) + str(elsewhere.value)


def test_a_domain_that_ses_has_not_verified_may_be_tomorrow() -> None:
    error = refusal("MessageRejected", 400)
    error.response["Error"]["Message"] = "Email address is not verified: Me@mine.example"

    with pytest.raises(MailDeferred):
        mailer(Ses(raising(error)), is_sandbox=True).send(ENVELOPE, b"raw")


def test_boto3_asks_once_when_it_sends() -> None:
    assert ONCE_CONFIG.retries == {"total_max_attempts": 1}
    # As `Clients.client` has it: what it adds to must not bring its own retries back.
    merged = Config(retries={"mode": "standard", "max_attempts": 4}).merge(ONCE_CONFIG)
    assert merged.retries == {"total_max_attempts": 1}


ACCOUNT = {
    "ProductionAccessEnabled": False,
    "SendingEnabled": True,
    "SendQuota": {"Max24HourSend": 200.0, "MaxSendRate": 1.0, "SentLast24Hours": 7.0},
}


@pytest.fixture(params=["fake", "moto"])
def account(request: pytest.FixtureRequest) -> Iterator[SendingAccount]:
    if request.param == "fake":
        yield FakeSendingAccount()
        return
    with on_moto(Settings()):
        yield SesAccount(lambda: client("sesv2"), FakeClock())


def test_an_account_has_a_rate(account: SendingAccount) -> None:
    assert account.quota().a_second >= 1
    assert account.quota().is_enabled


def test_ses_is_asked_now_and_then() -> None:
    clock, ses = FakeClock(), Ses(lambda: ACCOUNT)
    told = SesAccount(lambda: ses, clock)

    first = [told.quota() for _ in range(3)]
    clock.advance(seconds=SENDING_ACCOUNT_AGE.total_seconds())
    told.quota()

    assert first == [SendingQuota(1, 200, 7, is_sandbox=True)] * 3
    assert len(ses.calls) == 2


def test_when_ses_does_not_answer_what_was_known_counts() -> None:
    clock, ses = FakeClock(), Ses(raising(refusal("InternalFailure", 500)))
    told = SesAccount(lambda: ses, clock)

    nothing = told.quota()
    ses.ends = lambda: ACCOUNT
    clock.now += SENDING_ACCOUNT_AGE
    known = told.quota()
    ses.ends = raising(ReadTimeoutError(endpoint_url=URL))
    clock.now += SENDING_ACCOUNT_AGE + timedelta(seconds=1)

    assert nothing == SMALLEST
    assert told.quota() == known != nothing


def test_a_domain_is_sendable_for_its_account_alone() -> None:
    fake = FakeSendableDomains()
    fake.owners["mine.example"] = "ann"
    domains: SendableDomains = fake

    assert domains.sendable("ann", "mine.example").name == "mine.example"
    with pytest.raises(NotPermitted):
        domains.sendable("bob", "mine.example")
