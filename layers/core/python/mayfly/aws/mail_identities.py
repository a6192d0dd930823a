"""The MailIdentities port on SES.

https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_CreateEmailIdentity.html
"""

from collections.abc import Callable
from contextlib import suppress
from functools import cached_property
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from mayfly.domain.claim import IdentityStatus, MailIdentity
from mayfly.domain.dns_plan import MAIL_FROM
from mayfly.domain.errors import IdentitiesUnavailable

IDENTITY_CONFIG = Config(connect_timeout=1, read_timeout=5, retries={"total_max_attempts": 2})
"""For a client of its own: a request waits for it."""
_STATUSES = {"SUCCESS": IdentityStatus.VERIFIED, "FAILED": IdentityStatus.FAILED}
_ZONE = "dkim.amazonses.com"
"""Where the tokens of older regions point, should SES not say."""


class SesMailIdentities:
    """See `mayfly.ports.domains.MailIdentities`."""

    def __init__(self, make_client: Callable[[], Any]) -> None:
        """Make no client yet: hardly any request needs it."""
        self._make_client = make_client

    def ensure(self, name: str) -> MailIdentity:
        """One call; two more when it is made or its MAIL FROM domain is not set."""
        try:
            found = self._found(name)
        except (BotoCoreError, ClientError) as error:
            raise IdentitiesUnavailable("SES did not show a domain's identity") from error
        if found.get("MailFromAttributes", {}).get("MailFromDomain") != f"{MAIL_FROM}.{name}":
            # Mail goes without it, too; who looks next sets it.
            with suppress(BotoCoreError, ClientError):
                self._set_mail_from(name)
        return _identity(found)

    def remove(self, name: str) -> None:
        """One call."""
        try:
            self._client.delete_email_identity(EmailIdentity=name)
        except (BotoCoreError, ClientError) as error:
            if not _is(error, "NotFoundException"):
                raise IdentitiesUnavailable("SES did not remove a domain's identity") from error

    def _set_mail_from(self, name: str) -> None:
        self._client.put_email_identity_mail_from_attributes(
            EmailIdentity=name,
            MailFromDomain=f"{MAIL_FROM}.{name}",
            BehaviorOnMxFailure="USE_DEFAULT_VALUE",
        )

    def _found(self, name: str) -> dict[str, Any]:
        try:
            return self._shown(name)
        except ClientError as error:
            if not _is(error, "NotFoundException"):
                raise
        try:
            self._client.create_email_identity(EmailIdentity=name)
        except ClientError as error:
            if not _is(error, "AlreadyExistsException"):  # somebody else was faster
                raise
        return self._shown(name)

    def _shown(self, name: str) -> dict[str, Any]:
        shown: dict[str, Any] = self._client.get_email_identity(EmailIdentity=name)
        return shown

    @cached_property
    def _client(self) -> Any:
        return self._make_client()


def _identity(shown: dict[str, Any]) -> MailIdentity:
    dkim = shown.get("DkimAttributes", {})
    return MailIdentity(
        tuple(dkim.get("Tokens", ())),
        dkim.get("SigningHostedZone") or _ZONE,
        _STATUSES.get(shown.get("VerificationStatus", ""), IdentityStatus.PENDING),
    )


def _is(error: Exception, code: str) -> bool:
    return isinstance(error, ClientError) and error.response["Error"]["Code"] == code
