"""What moto does not tell of a domain's identity with SES: DKIM tokens and the MAIL FROM domain."""

import hashlib
import json
from typing import Any

from moto.ses.models import EmailIdentity
from moto.sesv2 import urls
from moto.sesv2.responses import SESV2Response

_ZONE = "dkim.amazonses.com"
_PATH = "{0}/v2/email/identities/(?P<EmailIdentity>[^/]+)/mail-from$"
_MAIL_FROM = "_mayfly_mail_from"


def mend() -> None:
    """Tell them; once per process, from `guard_moto`. Every identity counts as verified at once."""
    identity: Any = EmailIdentity
    told = identity.get_response_object.fget

    def shown(self: Any) -> dict[str, Any]:
        dkim = {"Tokens": _tokens(self.email_identity), "SigningHostedZone": _ZONE}
        shown: dict[str, Any] = told(self) | {
            "DkimAttributes": self.dkim_attributes | dkim,
            "MailFromAttributes": getattr(self, _MAIL_FROM, {}),
        }
        return shown

    identity.get_response_object = property(shown)
    responses: Any = SESV2Response
    responses.put_email_identity_mail_from_attributes = _put_mail_from
    urls.url_paths[_PATH] = SESV2Response.dispatch


def _tokens(name: str) -> list[str]:
    return [hashlib.sha256(f"{number}{name}".encode()).hexdigest()[:32] for number in range(3)]


def _put_mail_from(self: Any) -> str:
    name = self._get_param("EmailIdentity")
    attributes = {
        "MailFromDomain": self._get_param("MailFromDomain"),
        "MailFromDomainStatus": "SUCCESS",
        "BehaviorOnMxFailure": self._get_param("BehaviorOnMxFailure"),
    }
    setattr(self.sesv2_backend.get_email_identity(name), _MAIL_FROM, attributes)
    return json.dumps({})
