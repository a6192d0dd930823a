"""The side of SES that takes mail: SMTP in front of the deployed bucket and topic.

The emulator stores receipt rules and receives nothing. So this does what the active rule says, as
SES would: for every local part of the verified domains, whether anybody has the address or not.
https://docs.aws.amazon.com/ses/latest/dg/receiving-email-concepts.html
"""

import socket
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from infra.emulator.emulator import Emulator
from infra.local.ses.accept import Acceptance, Submission
from infra.local.smtp.policy import Post
from infra.local.smtp.server import MailServer
from mayfly.limits import MAX_MAIL_BYTES


class NoActiveRule(Exception):
    """No receipt rule is in force: SES would take no message."""


@dataclass(frozen=True, slots=True)
class Receiving:
    """What SES does with mail, by the rule that is in force when it comes."""

    ses: Any
    s3: Any
    sns: Any
    domains: Sequence[str]

    @classmethod
    def of(cls, emulator: Emulator) -> "Receiving":
        """The receiving side of the account, with the domains that are verified now."""
        identities = emulator.client("sesv2").list_email_identities()["EmailIdentities"]
        domains = [each["IdentityName"] for each in identities if each["IdentityType"] == "DOMAIN"]
        ses, s3, sns = (emulator.client(name) for name in ("ses", "s3", "sns"))
        return cls(ses, s3, sns, domains)

    def accept(self, mail: Submission) -> str:
        """Store and announce the mail; its id. NoActiveRule, or what AWS says, if that fails."""
        action = self._action()
        return Acceptance(
            self.s3,
            self.sns,
            action["BucketName"],
            action.get("ObjectKeyPrefix", ""),
            action["TopicArn"],
            lambda: datetime.now(UTC),
        ).accept(mail)

    def serving(self, listener: socket.socket) -> AbstractAsyncContextManager[None]:
        """Take mail at the socket until the block ends."""
        post = Post(lambda _: True, self.accept)
        server = MailServer(self.domains, post, MAX_MAIL_BYTES, "Mayfly's emulator of SES")
        return server.serving(listener)

    def _action(self) -> Mapping[str, str]:
        rules = self.ses.describe_active_receipt_rule_set().get("Rules", [])
        for rule in rules:
            for action in rule["Actions"] if rule["Enabled"] else ():
                if "S3Action" in action:
                    found: Mapping[str, str] = action["S3Action"]
                    return found
        raise NoActiveRule("no receipt rule that stores mail is in force")
