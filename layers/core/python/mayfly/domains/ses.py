"""The MailIdentities port on SES.

https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_CreateEmailIdentity.html
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cached_property
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from mayfly.domains.dns_plan import MAIL_FROM
from mayfly.domains.models import (
    REFUSED,
    STACK_TAG,
    IdentitiesUnavailable,
    IdentityStatus,
    MailIdentity,
)

IDENTITY_CONFIG = Config(connect_timeout=1, read_timeout=5, retries={"total_max_attempts": 2})
"""For a client of its own: a request waits for it."""
_STATUSES = {"SUCCESS": IdentityStatus.VERIFIED, "FAILED": IdentityStatus.FAILED}
_NOT_SHOWN = {"NotFoundException", "AccessDeniedException"}
"""The answer to a role that may see its own identities only, also where there is none at all."""
_NOT_TAKEN = {"AccessDeniedException", "BadRequestException", "LimitExceededException"}
"""Nor may it make one where another deployment's is: that would tag it."""
_ZONE = "dkim.amazonses.com"
"""Where the tokens of older regions point, should SES not say."""


class SesMailIdentities:
    """See `mayfly.domains.ports.MailIdentities`. What is made here has a tag with `stack`."""

    def __init__(self, make_client: Callable[[], Any], stack: str) -> None:
        """Make no client yet: hardly any request needs it."""
        self._make_client = make_client
        self._tag = {"Key": STACK_TAG, "Value": stack}

    def ensure(self, name: str) -> MailIdentity:
        """One call; two more when it is made or its MAIL FROM domain is not set."""
        try:
            found = self._found(name)
        except (BotoCoreError, ClientError) as error:
            if _code(error) in _NOT_TAKEN:
                return REFUSED
            raise IdentitiesUnavailable("SES did not show a domain's identity") from error
        if found is None:
            return REFUSED
        if found.get("MailFromAttributes", {}).get("MailFromDomain") != f"{MAIL_FROM}.{name}":
            # Mail goes without it, too; the next look sets it.
            with suppress(BotoCoreError, ClientError):
                self._set_mail_from(name)
        return _identity(found)

    def remove(self, name: str) -> None:
        """Two calls: whose it is, is asked before; the functions' policies say it once more."""
        try:
            identity = self._get(name)
            if identity is not None and self._is_ours(identity):
                self._client.delete_email_identity(EmailIdentity=name)
        except (BotoCoreError, ClientError) as error:
            if _code(error) != "NotFoundException":
                raise IdentitiesUnavailable("SES did not remove a domain's identity") from error

    def _set_mail_from(self, name: str) -> None:
        self._client.put_email_identity_mail_from_attributes(
            EmailIdentity=name,
            MailFromDomain=f"{MAIL_FROM}.{name}",
            BehaviorOnMxFailure="USE_DEFAULT_VALUE",
        )

    def _found(self, name: str) -> dict[str, Any] | None:
        """What SES says of our own, made if there is none; None if it is not ours."""
        identity = self._get(name)
        if identity is None:
            try:
                made: dict[str, Any] = self._client.create_email_identity(
                    EmailIdentity=name, Tags=[self._tag]
                )
                return made
            except ClientError as error:
                if _code(error) != "AlreadyExistsException":
                    raise
            identity = self._get(name)  # another process may have been faster
        return identity if identity is not None and self._is_ours(identity) else None

    def _get(self, name: str) -> dict[str, Any] | None:
        """What SES says of it; None if there is none, or none that our role may see."""
        try:
            identity: dict[str, Any] = self._client.get_email_identity(EmailIdentity=name)
        except ClientError as error:
            if _code(error) not in _NOT_SHOWN:
                raise
            return None
        return identity

    def _is_ours(self, identity: Mapping[str, Any]) -> bool:
        return self._tag in (identity.get("Tags") or ())

    @cached_property
    def _client(self) -> Any:
        return self._make_client()


def _identity(identity: Mapping[str, Any]) -> MailIdentity:
    dkim = identity.get("DkimAttributes", {})
    # To the maker of a new one SES says this much, and no status.
    status = "SUCCESS" if identity.get("VerifiedForSendingStatus") else ""
    return MailIdentity(
        tuple(dkim.get("Tokens", ())),
        dkim.get("SigningHostedZone") or _ZONE,
        _STATUSES.get(identity.get("VerificationStatus", status), IdentityStatus.PENDING),
    )


def _code(error: Exception) -> str:
    return str(error.response["Error"]["Code"]) if isinstance(error, ClientError) else ""
