"""The Mailer port on SES, and what SES allows the AWS account.

https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import cached_property
from typing import Any

from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
)

from mayfly.kit.clock import Clock
from mayfly.limits import SENDING_ACCOUNT_AGE
from mayfly.sending.errors import HandoverUnclear, MailDeferred, MailRefused
from mayfly.sending.models import RecipientStatus, statuses_of
from mayfly.sending.ports import Envelope, MailerResult, SendingQuota
from mayfly.sending.ses_events import ACCOUNT_TAG, MAIL_TAG, ROUND_TAG

ONCE_CONFIG = Config(
    connect_timeout=2,
    read_timeout=20,
    retries={"total_max_attempts": 1},
)
"""For a client that sends: boto3 would ask again when an answer is lost, and SES has no way to
distinguish the second email from the first.
"""

_LATER = {
    *("TooManyRequestsException", "ThrottlingException", "Throttling", "LimitExceededException"),
    *("ServiceUnavailable", "ServiceUnavailableException", "SendingPausedException"),
    *("AccountSuspendedException", "RequestExpired", "ExpiredTokenException"),
    # A person can mend these within the day: permissions, identities, a configuration set.
    *("AccessDeniedException", "AccessDenied", "MailFromDomainNotVerifiedException"),
    *("NotFoundException", "UnrecognizedClientException"),
}
_REASONS = {"MessageRejected": "rejected", "BadRequestException": "invalid"}
SMALLEST = SendingQuota(a_second=1, a_day=200, sent=0, is_sandbox=True)
"""The sandbox: https://docs.aws.amazon.com/ses/latest/dg/request-production-access.html"""


class SesMailer:
    """See `mayfly.sending.ports.Mailer`. All recipients of a message go in one call."""

    def __init__(
        self,
        make_client: Callable[[], Any],
        configuration_set: str,
        account: Callable[[], SendingQuota],
    ) -> None:
        """Make no client yet."""
        self._make_client = make_client
        self._configuration_set = configuration_set
        self._account = account

    def send(self, envelope: Envelope, raw: bytes) -> MailerResult:
        """One call, whatever comes of it."""
        request: dict[str, Any] = {
            "FromEmailAddress": envelope.sender,
            "Destination": {"BccAddresses": list(envelope.recipients)},
            "Content": {"Raw": {"Data": raw}},
            "EmailTags": [
                {"Name": ACCOUNT_TAG, "Value": envelope.account},
                {"Name": MAIL_TAG, "Value": envelope.mail},
                {"Name": ROUND_TAG, "Value": str(envelope.round)},
            ],
        }
        if self._configuration_set:
            request["ConfigurationSetName"] = self._configuration_set
        try:
            answer = self._client.send_email(**request)
        except ClientError as error:
            raise self._failure(error, envelope) from error
        except (ConnectTimeoutError, EndpointConnectionError, NoCredentialsError) as error:
            raise MailDeferred("unreachable", "SES could not be reached") from error
        except BotoCoreError as error:
            raise HandoverUnclear("no_answer", "SES's answer was lost") from error
        return MailerResult(
            answer["MessageId"], statuses_of(envelope.recipients, RecipientStatus.SENT)
        )

    def _failure(self, error: ClientError, envelope: Envelope) -> Exception:
        code = str(error.response["Error"]["Code"])
        status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
        if code in _LATER:
            return MailDeferred("deferred", f"SES does not take it now ({code})")
        if status >= 500 or code not in _REASONS:
            return HandoverUnclear("no_answer", f"SES failed ({code})")
        text = str(error.response["Error"].get("Message", ""))
        if "not verified" in text.lower() and envelope.sender.lower() in text.lower():
            # Its DKIM records may be found within the day.
            return MailDeferred("domain", "SES has not verified the domain that it is sent from")
        if "not verified" in text.lower() and self._account().is_sandbox:
            return MailRefused(
                "sandbox",
                "this service's SES account is in the sandbox: it sends to verified addresses only,"
                " until AWS grants production access",
            )
        return MailRefused(_REASONS[code], f"SES refused it ({code})")

    @cached_property
    def _client(self) -> Any:
        return self._make_client()


class SesAccount:
    """See `mayfly.sending.ports.SendingAccount`: asked every few minutes by each process."""

    def __init__(self, make_client: Callable[[], Any], now: Clock) -> None:
        """Ask nothing yet."""
        self._make_client = make_client
        self._now = now
        self._known = SMALLEST
        self._asked_at: datetime | None = None

    def quota(self) -> SendingQuota:
        """One call now and then; when it fails, what was known before."""
        now = self._now()
        if self._asked_at is None or now - self._asked_at >= SENDING_ACCOUNT_AGE:
            with suppress(BotoCoreError, ClientError):  # it goes on with what was known
                self._known = _quota(self._client.get_account())
            self._asked_at = now
        return self._known

    @cached_property
    def _client(self) -> Any:
        return self._make_client()


def _quota(answer: Any) -> SendingQuota:
    quota = answer["SendQuota"]
    return SendingQuota(
        a_second=float(quota["MaxSendRate"]),
        a_day=float(quota["Max24HourSend"]),
        sent=float(quota["SentLast24Hours"]),
        is_sandbox=not answer["ProductionAccessEnabled"],
        is_enabled=bool(answer["SendingEnabled"]),
    )
