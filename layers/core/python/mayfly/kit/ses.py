"""The ServiceMailer port on SES.

https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html
"""

from collections.abc import Callable
from functools import cached_property
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from mayfly.errors import InvalidAddress, MailNotSent
from mayfly.kit.ports import SERVICE
from mayfly.mail.address import Address
from mayfly.sending.draft import Correspondent
from mayfly.sending.field_rules import has_control_characters
from mayfly.sending.ses_events import ACCOUNT_TAG, MAIL_TAG, ROUND_TAG

MAILING_CONFIG = Config(
    connect_timeout=1,
    read_timeout=5,
    retries={"total_max_attempts": 2},
)
"""For a client of its own: a request waits for it, and ends after 29 seconds at the latest."""


class SesServiceMailer:
    """See `mayfly.kit.ports.ServiceMailer`. `sender` is of an identity that SES has verified.

    With the configuration set of what accounts send, what becomes of these emails is published
    likewise: those that come back are noted for the service (`mayfly.sending.delivery_events`).
    """

    def __init__(
        self, make_client: Callable[[], Any], sender: str, configuration_set: str = ""
    ) -> None:
        """Make no client yet: hardly any request sends an email."""
        self._make_client = make_client
        self._sender = sender
        self._published: dict[str, Any] = {}
        if configuration_set:
            tags = {ACCOUNT_TAG: SERVICE, MAIL_TAG: SERVICE, ROUND_TAG: "1"}
            self._published = {
                "ConfigurationSetName": configuration_set,
                "EmailTags": [{"Name": name, "Value": value} for name, value in tags.items()],
            }

    def send(self, recipient: Address, subject: str, text: str) -> None:
        """One call; SES takes it before it knows whether anybody will.

        SES composes it, from what it reads of these texts: so nothing goes there that it could read
        as more than one address, or that has more than one line.
        """
        if not _is_plain(recipient) or has_control_characters(subject):
            raise MailNotSent("a mail would not read as it was written")
        try:
            self._client.send_email(
                FromEmailAddress=self._sender,
                Destination={"ToAddresses": [str(recipient)]},
                Content={"Simple": {"Subject": _utf8(subject), "Body": {"Text": _utf8(text)}}},
                **self._published,
            )
        except (BotoCoreError, ClientError) as error:
            raise MailNotSent("SES did not take a mail") from error

    @cached_property
    def _client(self) -> Any:
        return self._make_client()


def _is_plain(recipient: Address) -> bool:
    try:
        return Correspondent.parse(str(recipient)).key == str(recipient).lower()
    except InvalidAddress:
        return False


def _utf8(text: str) -> dict[str, str]:
    return {"Data": text, "Charset": "UTF-8"}
