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
"""What a message is named by when it is handed over; every event of it says them again."""

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
        event = json.loads(body)
        if not isinstance(event, dict):
            raise TypeError("not an object")
        if "eventType" not in event and event.get("Type") in _SNS:
            raise NotAMail("SNS's confirmation of a subscription")
        kind = event["eventType"]
        if kind not in _DETAILS:
            raise NotAMail("an event that says nothing of a delivery")
        return _event(kind, event)
    except (ValueError, TypeError, KeyError, AttributeError, IndexError) as error:
        if body.startswith("Successfully validated SNS topic"):
            raise NotAMail("SES tried the topic") from error
        raise ForeignNotice("not an event of SES about a mail of ours") from error


_SNS = ("SubscriptionConfirmation", "UnsubscribeConfirmation", "Notification")


def _event(kind: str, event: Mapping[str, Any]) -> DeliveryEvent:
    mail = event["mail"]
    name, detail_fields = _DETAILS[kind]
    details = event.get(name) or {}
    at = _time(details.get("timestamp") or mail["timestamp"])
    tags = {tag: mail["tags"][tag][0] for tag in (ACCOUNT_TAG, MAIL_TAG, ROUND_TAG)}
    detail = " ".join(str(details[each]) for each in detail_fields if details.get(each))[
        :_DETAIL_CHARS
    ]
    return DeliveryEvent(
        key=_key(kind, mail["messageId"], details),
        kind=_CAMEL.sub("_", kind).lower(),
        at=at,
        account=tags[ACCOUNT_TAG],
        mail=tags[MAIL_TAG],
        round=int(tags[ROUND_TAG]),
        message_id=str(mail["messageId"]),
        fates=_fates(kind, details, mail, detail),
        detail=detail,
        suppressing=_suppressing(kind, details),
    )


def _fates(
    kind: str, details: Mapping[str, Any], mail: Mapping[str, Any], detail: str
) -> Mapping[str, tuple[RecipientStatus, str]]:
    everybody = [str(each) for each in mail.get("destination") or ()]
    match kind:
        case "Send":
            return statuses_of(everybody, RecipientStatus.SENT)
        case "Delivery":
            return statuses_of(details.get("recipients") or (), RecipientStatus.DELIVERED, detail)
        case "Bounce":
            return {
                str(each["emailAddress"]).lower(): (
                    RecipientStatus.BOUNCED,
                    str(each.get("diagnosticCode") or detail)[:_DETAIL_CHARS],
                )
                for each in details["bouncedRecipients"]
            }
        case "Complaint":
            addresses = [str(each["emailAddress"]) for each in details["complainedRecipients"]]
            return statuses_of(addresses, RecipientStatus.COMPLAINED, detail)
        case "Reject" | "Rendering Failure":
            return statuses_of(everybody, RecipientStatus.FAILED, detail)
    return {}


def _suppressing(kind: str, details: Mapping[str, Any]) -> str:
    if kind == "Complaint":
        return "complaint"
    return "bounce" if kind == "Bounce" and details.get("bounceType") == "Permanent" else ""


def _key(kind: str, message_id: str, details: Mapping[str, Any]) -> str:
    """SES gives bounces and complaints an id of their own; others are known by what they say."""
    event = details.get("feedbackId") or json.dumps(details, sort_keys=True)
    return hashlib.sha256(f"{kind}\n{message_id}\n{event}".encode()).hexdigest()[:16]


def _time(text: str) -> datetime:
    when = datetime.fromisoformat(text)
    return when if when.tzinfo else when.replace(tzinfo=UTC)
