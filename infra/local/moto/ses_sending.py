"""What moto's SES lacks to send: the account's quota, and mails with 50 recipients.

Here there is neither a sandbox nor a limit worth meeting.
"""

import base64
import json
from typing import Any

from moto.ses.models import RawMessage
from moto.ses.utils import get_random_message_id
from moto.sesv2 import urls
from moto.sesv2.models import sesv2_backends
from moto.sesv2.responses import SESV2Response

QUOTA = {
    "ProductionAccessEnabled": True,
    "SendingEnabled": True,
    "EnforcementStatus": "HEALTHY",
    "SendQuota": {"Max24HourSend": -1.0, "MaxSendRate": 100.0, "SentLast24Hours": 0.0},
}


def mend() -> None:
    """Add what is missing; once per process, from `guard_moto`."""
    responses: Any = SESV2Response
    responses.get_account = _get_account
    urls.url_paths["{0}/v2/email/account$"] = SESV2Response.dispatch
    original = responses.send_email

    def send_email(response: Any) -> str:
        content = json.loads(response.body).get("Content") or {}
        return _send_raw(response) if "Raw" in content else original(response)

    responses.send_email = send_email


def _get_account(response: Any) -> str:
    return json.dumps(QUOTA)


def _send_raw(response: Any) -> str:
    """To the envelope's recipients: moto adds those of the header, and counts them twice."""
    told = json.loads(response.body)
    destination = told.get("Destination") or {}
    recipients = [each for addresses in destination.values() for each in addresses]
    raw = base64.b64decode(told["Content"]["Raw"]["Data"]).decode()
    backend = sesv2_backends[response.current_account][response.region].core_backend
    # Whose the domain is, was asked before; identities do not outlive a restart here.
    message: Any = RawMessage(get_random_message_id(), told["FromEmailAddress"], recipients, raw)
    backend.sent_messages.append(message)
    message.tags = {each["Name"]: each["Value"] for each in told.get("EmailTags") or ()}
    return json.dumps({"MessageId": message.id})
