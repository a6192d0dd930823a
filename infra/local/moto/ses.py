"""What moto's SES lacks: the account's quota, messages with 50 recipients, and identities.

Here there is neither a sandbox nor a limit worth meeting. A domain's identity has DKIM tokens and a
MAIL FROM domain, and is not made anew in the place of one that is there.
"""

import base64
import json
from collections.abc import Callable
from typing import Any

from moto.ses.exceptions import SesError
from moto.ses.models import EmailIdentity, RawMessage
from moto.ses.utils import get_random_message_id
from moto.sesv2 import urls
from moto.sesv2.models import sesv2_backends
from moto.sesv2.responses import SESV2Response

from infra.local.engine.ses import QUOTA, ZONE, tokens

_PATH = "{0}/v2/email/identities/(?P<EmailIdentity>[^/]+)/mail-from$"
_MAIL_FROM = "_mayfly_mail_from"


class _AlreadyExists(SesError):
    code = "AlreadyExistsException"


def mend() -> None:
    """Add what is missing; once per process, from `guard_moto`. Identities are verified at once."""
    identity: Any = EmailIdentity
    response_of = identity.get_response_object.fget

    def with_more(self: Any) -> dict[str, Any]:
        dkim = {"Tokens": tokens(self.email_identity), "SigningHostedZone": ZONE}
        response: dict[str, Any] = response_of(self) | {
            "DkimAttributes": self.dkim_attributes | dkim,
            "MailFromAttributes": getattr(self, _MAIL_FROM, {}),
        }
        return response

    identity.get_response_object = property(with_more)
    responses: Any = SESV2Response
    responses.create_email_identity = _made_once(responses.create_email_identity)
    responses.put_email_identity_mail_from_attributes = _put_mail_from
    urls.url_paths[_PATH] = SESV2Response.dispatch
    _mend_sending()


def _mend_sending() -> None:
    responses: Any = SESV2Response
    responses.get_account = _get_account
    urls.url_paths["{0}/v2/email/account$"] = SESV2Response.dispatch
    original = responses.send_email

    def send_email(response: Any) -> str:
        content = json.loads(response.body).get("Content") or {}
        return _send_raw(response) if "Raw" in content else original(response)

    responses.send_email = send_email


def _made_once(create: Callable[[Any], str]) -> Callable[[Any], str]:
    def created(self: Any) -> str:
        name = self._get_param("EmailIdentity")
        if name in self.sesv2_backend.core_backend.email_identities:
            raise _AlreadyExists(f"{name} is there already")
        made: dict[str, Any] = json.loads(create(self))
        made["DkimAttributes"] |= {"Tokens": tokens(name), "SigningHostedZone": ZONE}
        return json.dumps(made | {"VerifiedForSendingStatus": True})

    return created


def _put_mail_from(self: Any) -> str:
    name = self._get_param("EmailIdentity")
    attributes = {
        "MailFromDomain": self._get_param("MailFromDomain"),
        "MailFromDomainStatus": "SUCCESS",
        "BehaviorOnMxFailure": self._get_param("BehaviorOnMxFailure"),
    }
    setattr(self.sesv2_backend.get_email_identity(name), _MAIL_FROM, attributes)
    return json.dumps({})


def _get_account(response: Any) -> str:
    return json.dumps(QUOTA)


def _send_raw(response: Any) -> str:
    """To the envelope's recipients: moto adds those of the header, and counts them twice."""
    request = json.loads(response.body)
    destination = request.get("Destination") or {}
    recipients = [each for addresses in destination.values() for each in addresses]
    raw = base64.b64decode(request["Content"]["Raw"]["Data"]).decode()
    backend = sesv2_backends[response.current_account][response.region].core_backend
    # Whose the domain is, was asked before; identities do not outlive a restart here.
    message: Any = RawMessage(get_random_message_id(), request["FromEmailAddress"], recipients, raw)
    backend.sent_messages.append(message)
    message.tags = {each["Name"]: each["Value"] for each in request.get("EmailTags") or ()}
    return json.dumps({"MessageId": message.id})
