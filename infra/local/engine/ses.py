"""SES: identities, for one run and verified at once, and what was sent, which is in the store.

Here there is neither a sandbox nor a limit worth meeting.
"""

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from infra.local.engine.errors import Client, Unsupported, answered, check_known, refused
from infra.local.engine.ses_sent import Sent, SentMails
from infra.local.engine.store import Store

ZONE = "dkim.amazonses.com"
"""Where the DKIM tokens of identities point."""
QUOTA = {
    "ProductionAccessEnabled": True,
    "SendingEnabled": True,
    "EnforcementStatus": "HEALTHY",
    "SendQuota": {"Max24HourSend": -1.0, "MaxSendRate": 100.0, "SentLast24Hours": 0.0},
}


class Ses(Client):
    """The calls of boto3's `sesv2` client that are used here."""

    service = "sesv2"

    def __init__(self, store: Store) -> None:
        """No identities yet. `sent` is what nobody has carried yet."""
        self.sent = SentMails(store)
        self._identities: dict[str, dict[str, Any]] = {}

    def create_email_identity(
        self, *, EmailIdentity: str, Tags: Sequence[Mapping[str, str]] = (), **more: Any
    ) -> Any:
        """A domain or an address."""
        check_known("create_email_identity", more)
        if EmailIdentity in self._identities:
            why = f"Email identity {EmailIdentity} already exist."
            raise refused("AlreadyExistsException", why, "CreateEmailIdentity")
        kind = "EMAIL_ADDRESS" if "@" in EmailIdentity else "DOMAIN"
        dkim = {"SigningEnabled": True, "Status": "SUCCESS", "SigningHostedZone": ZONE}
        told = {
            "IdentityType": kind,
            "VerifiedForSendingStatus": True,
            "DkimAttributes": dkim | {"Tokens": tokens(EmailIdentity)},
        }
        self._identities[EmailIdentity] = told | {
            "VerificationStatus": "SUCCESS",
            "MailFromAttributes": {},
            "Tags": [dict(each) for each in Tags],
        }
        return answered(**told)

    def get_email_identity(self, *, EmailIdentity: str, **more: Any) -> Any:
        """What is known of it."""
        check_known("get_email_identity", more)
        return answered(**self._found(EmailIdentity, "GetEmailIdentity"))

    def delete_email_identity(self, *, EmailIdentity: str, **more: Any) -> Any:
        """It is gone."""
        check_known("delete_email_identity", more)
        self._found(EmailIdentity, "DeleteEmailIdentity")
        del self._identities[EmailIdentity]
        return answered()

    def list_email_identities(self, **more: Any) -> Any:
        """All of them."""
        check_known("list_email_identities", more)
        return answered(
            EmailIdentities=[
                {"IdentityName": name, "IdentityType": each["IdentityType"], "SendingEnabled": True}
                for name, each in self._identities.items()
            ]
        )

    def put_email_identity_mail_from_attributes(
        self,
        *,
        EmailIdentity: str,
        MailFromDomain: str = "",
        BehaviorOnMxFailure: str = "USE_DEFAULT_VALUE",
        **more: Any,
    ) -> Any:
        """Where mail of this domain says that it comes from."""
        check_known("put_email_identity_mail_from_attributes", more)
        found = self._found(EmailIdentity, "PutEmailIdentityMailFromAttributes")
        found["MailFromAttributes"] = {
            "MailFromDomain": MailFromDomain,
            "MailFromDomainStatus": "SUCCESS",
            "BehaviorOnMxFailure": BehaviorOnMxFailure,
        }
        return answered()

    def get_account(self, **more: Any) -> Any:
        """What this account may send."""
        check_known("get_account", more)
        return answered(**QUOTA)

    def send_email(
        self,
        *,
        FromEmailAddress: str,
        Destination: Mapping[str, Sequence[str]],
        Content: Mapping[str, Any],
        EmailTags: Sequence[Mapping[str, str]] = (),
        ConfigurationSetName: str = "",
        **more: Any,
    ) -> Any:
        """To the envelope's recipients. Whose a raw message's domain is, was asked before."""
        check_known("send_email", more)
        if not {"Raw"} >= Content.keys() and not {"Simple"} >= Content.keys():
            raise Unsupported(f"send_email: {', '.join(Content)}")
        recipients = tuple(each for addresses in Destination.values() for each in addresses)
        if len(recipients) > 50:
            raise refused("BadRequestException", "Recipient count exceeds 50.", "SendEmail")
        tags = {each["Name"]: each["Value"] for each in EmailTags}
        id, raw, subject, text = str(uuid.uuid4()), b"", "", ""
        if "Raw" in Content:
            raw = bytes(Content["Raw"]["Data"])
        else:
            self._check_sender(FromEmailAddress)
            subject = Content["Simple"]["Subject"]["Data"]
            text = Content["Simple"]["Body"]["Text"]["Data"]
        self.sent.add(Sent(id, FromEmailAddress, recipients, raw, subject, text, tags))
        return answered(MessageId=id)

    def _check_sender(self, sender: str) -> None:
        address = sender.rpartition("<")[2].rstrip(">")
        if not {address, address.rpartition("@")[2]} & self._identities.keys():
            why = (
                "Email address is not verified. The following identities failed the check in"
                f" region US-EAST-1: {address}"
            )
            raise refused("MessageRejected", why, "SendEmail")

    def _found(self, name: str, operation: str) -> dict[str, Any]:
        if name not in self._identities:
            why = f"Email identity {name} does not exist."
            raise refused("NotFoundException", why, operation, 404)
        return self._identities[name]


def tokens(name: str) -> list[str]:
    """The DKIM tokens of an identity: always the same ones."""
    return [hashlib.sha256(f"{number}{name}".encode()).hexdigest()[:32] for number in range(3)]
