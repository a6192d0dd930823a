"""SES's events as SNS publishes them, raw.

https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
"""

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from mayfly.errors import ForeignNotice, NotAMail
from mayfly.sending.models import SEND, DeliveryEvent, RecipientStatus, statuses_of

ACCOUNT_TAG, MAIL_TAG, ROUND_TAG = "mayfly-account", "mayfly-mail", "mayfly-round"
"""What a mail is named by when it is handed over; every event of it says them again."""

_DETAIL_CHARS = 300
_CAMEL = re.compile(r"(?<=[a-z]) ?(?=[A-Z])")
_DETAILS = {
    "Send": (SEND, ()),
    "Delivery": ("delivery", ("smtpResponse",)),
    "Bounce": ("bounce", ("bounceType", "bounceSubType")),
    "Complaint": ("complaint", ("complaintFeedbackType", "complaintSubType")),
    "Reject": ("reject", ("reason",)),
    "DeliveryDelay": ("deliveryDelay", ("delayType",)),
    "Rendering Failure": ("failure", ("errorMessage",)),
}


def read(body: str) -> DeliveryEvent:
    """The event; NotAMail for SNS's and SES's own messages, ForeignNotice for anything else."""
    try:
        told = json.loads(body)
        if not isinstance(told, dict):
            raise TypeError("not an object")
        if "eventType" not in told and told.get("Type") in _SNS:
            raise NotAMail("SNS's confirmation of a subscription")
        kind = told["eventType"]
        if kind not in _DETAILS:
            raise NotAMail("an event that says nothing of a delivery")
        return _event(kind, told)
    except (ValueError, TypeError, KeyError, AttributeError, IndexError) as error:
        if body.startswith("Successfully validated SNS topic"):
            raise NotAMail("SES tried the topic") from error
        raise ForeignNotice("not an event of SES about a mail of ours") from error


_SNS = ("SubscriptionConfirmation", "UnsubscribeConfirmation", "Notification")


def _event(kind: str, told: Mapping[str, Any]) -> DeliveryEvent:
    mail = told["mail"]
    name, shown = _DETAILS[kind]
    about = told.get(name) or {}
    at = _time(about.get("timestamp") or mail["timestamp"])
    tags = {tag: mail["tags"][tag][0] for tag in (ACCOUNT_TAG, MAIL_TAG, ROUND_TAG)}
    detail = " ".join(str(about[each]) for each in shown if about.get(each))[:_DETAIL_CHARS]
    return DeliveryEvent(
        key=_key(kind, mail["messageId"], about),
        kind=_CAMEL.sub("_", kind).lower(),
        at=at,
        account=tags[ACCOUNT_TAG],
        mail=tags[MAIL_TAG],
        round=int(tags[ROUND_TAG]),
        message_id=str(mail["messageId"]),
        fates=_fates(kind, about, mail, detail),
        detail=detail,
        suppressing=_suppressing(kind, about),
    )


def _fates(
    kind: str, about: Mapping[str, Any], mail: Mapping[str, Any], detail: str
) -> Mapping[str, tuple[RecipientStatus, str]]:
    everybody = [str(each) for each in mail.get("destination") or ()]
    match kind:
        case "Send":
            return statuses_of(everybody, RecipientStatus.SENT)
        case "Delivery":
            return statuses_of(about.get("recipients") or (), RecipientStatus.DELIVERED, detail)
        case "Bounce":
            return {
                str(each["emailAddress"]).lower(): (
                    RecipientStatus.BOUNCED,
                    str(each.get("diagnosticCode") or detail)[:_DETAIL_CHARS],
                )
                for each in about["bouncedRecipients"]
            }
        case "Complaint":
            addresses = [str(each["emailAddress"]) for each in about["complainedRecipients"]]
            return statuses_of(addresses, RecipientStatus.COMPLAINED, detail)
        case "Reject" | "Rendering Failure":
            return statuses_of(everybody, RecipientStatus.FAILED, detail)
    return {}


def _suppressing(kind: str, about: Mapping[str, Any]) -> str:
    if kind == "Complaint":
        return "complaint"
    return "bounce" if kind == "Bounce" and about.get("bounceType") == "Permanent" else ""


def _key(kind: str, message_id: str, about: Mapping[str, Any]) -> str:
    """SES gives bounces and complaints an id of their own; the others are told by what they say."""
    told = about.get("feedbackId") or json.dumps(about, sort_keys=True)
    return hashlib.sha256(f"{kind}\n{message_id}\n{told}".encode()).hexdigest()[:16]


def _time(text: str) -> datetime:
    when = datetime.fromisoformat(text)
    return when if when.tzinfo else when.replace(tzinfo=UTC)
