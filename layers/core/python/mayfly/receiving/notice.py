"""SES's notice of a received mail, as the S3 action publishes it through SNS.

https://docs.aws.amazon.com/ses/latest/dg/receiving-email-notifications-contents.html
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from mayfly.errors import ForeignNotice, NotAMail
from mayfly.inboxes.ids import MailKey, mail_key
from mayfly.messages.models import Verdicts


@dataclass(frozen=True, slots=True)
class Notice:
    """One accepted email: where its bytes are, and the envelope, which alone decides delivery.

    `recipients` are RCPT TO addresses as the sender spelled them; the `To` header is never asked.
    `sender` is MAIL FROM, empty for the null sender, None where it is not known.
    """

    bucket: str
    object_key: str
    recipients: tuple[str, ...]
    received_at: datetime
    verdicts: Verdicts
    recovered: bool = False
    sender: str | None = None

    @property
    def mail(self) -> MailKey:
        """The key of the mail; repeated notices of one email agree on it."""
        return mail_key(self.object_key)

    @property
    def message_id(self) -> str:
        """See `ses_name`."""
        return ses_name(self.object_key)


def ses_name(object_key: str) -> str:
    """SES's name for the mail that it has stored under this key: the key's last part."""
    return object_key.rpartition("/")[2]


SETUP = "AMAZON_SES_SETUP_NOTIFICATION"
_SNS_SETUP_TYPES = ("SubscriptionConfirmation", "UnsubscribeConfirmation")


def read(body: str) -> Notice:
    """Read a queue record's body: the notice itself or SNS's envelope around it.

    NotAMail for what SES and SNS send when they are set up; ForeignNotice for everything else.
    Fields that SES may add later are ignored.
    """
    document = _object(body)
    if document.get("Type") in _SNS_SETUP_TYPES:
        raise NotAMail(f"SNS {document['Type']}")
    if document.get("Type") == "Notification" and isinstance(document.get("Message"), str):
        document = _object(document["Message"])
    try:
        return _notice(document)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ForeignNotice(f"no SES notice of the S3 action ({type(error).__name__})") from error


def write(notice: Notice) -> str:
    """The notice as SES publishes it; `read` gives it back.

    A recovered notice carries one field more than SES's, `recovered`.
    """
    when = notice.received_at.astimezone(UTC).isoformat(timespec="milliseconds")
    when = when.replace("+00:00", "Z")
    verdicts = notice.verdicts
    receipt: dict[str, Any] = {
        "timestamp": when,
        "processingTimeMillis": 0,
        "recipients": list(notice.recipients),
        "action": {"type": "S3", "bucketName": notice.bucket, "objectKey": notice.object_key},
    }
    for name in Verdicts.__dataclass_fields__:
        if getattr(verdicts, name):
            receipt[f"{name}Verdict"] = {"status": getattr(verdicts, name)}
    mail = {"timestamp": when, "messageId": notice.object_key.rpartition("/")[2]}
    if notice.sender is not None:
        mail["source"] = notice.sender
    document: dict[str, Any] = {"notificationType": "Received", "mail": mail, "receipt": receipt}
    if notice.recovered:
        document["recovered"] = True
    return json.dumps(document)


def _object(text: str) -> dict[str, Any]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ForeignNotice("not JSON") from error
    if not isinstance(document, dict):
        raise ForeignNotice("not a JSON object")
    return document


def _notice(document: dict[str, Any]) -> Notice:
    receipt, mail = document["receipt"], document["mail"]
    action = receipt["action"]
    key = str(action["objectKey"])
    if mail.get("messageId") == SETUP or key.endswith(SETUP):
        raise NotAMail(SETUP)
    if document.get("notificationType") != "Received" or action.get("type") != "S3":
        raise ForeignNotice("an SES notice, but not of the S3 action")
    recipients = receipt["recipients"]
    if not isinstance(recipients, list):
        raise TypeError("recipients")
    return Notice(
        bucket=str(action["bucketName"]),
        object_key=key,
        recipients=tuple(map(str, recipients)),
        received_at=_time(mail["timestamp"]),
        verdicts=Verdicts(
            *(_status(receipt, name) for name in Verdicts.__dataclass_fields__),
        ),
        recovered=document.get("recovered") is True,
        sender=mail["source"] if isinstance(mail.get("source"), str) else None,
    )


def _time(text: str) -> datetime:
    when = datetime.fromisoformat(text)
    return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)


def _status(receipt: dict[str, Any], name: str) -> str:
    verdict = receipt.get(f"{name}Verdict")
    return str(verdict.get("status", "")) if isinstance(verdict, dict) else ""
