"""What moto does not tell of a domain's identity with SES: DKIM tokens and the MAIL FROM domain.

And that there is one already: moto would make it anew, in the place of the one that is there.
"""

import hashlib
import json
from collections.abc import Callable
from typing import Any

from moto.ses.exceptions import SesError
from moto.ses.models import EmailIdentity
from moto.sesv2 import urls
from moto.sesv2.responses import SESV2Response

_ZONE = "dkim.amazonses.com"
_PATH = "{0}/v2/email/identities/(?P<EmailIdentity>[^/]+)/mail-from$"
_MAIL_FROM = "_mayfly_mail_from"


class _AlreadyExists(SesError):
    code = "AlreadyExistsException"


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
    responses.create_email_identity = _made_once(responses.create_email_identity)
    responses.put_email_identity_mail_from_attributes = _put_mail_from
    urls.url_paths[_PATH] = SESV2Response.dispatch


def _made_once(create: Callable[[Any], str]) -> Callable[[Any], str]:
    def created(self: Any) -> str:
        name = self._get_param("EmailIdentity")
        if name in self.sesv2_backend.core_backend.email_identities:
            raise _AlreadyExists(f"{name} is there already")
        made: dict[str, Any] = json.loads(create(self))
        made["DkimAttributes"] |= {"Tokens": _tokens(name), "SigningHostedZone": _ZONE}
        return json.dumps(made | {"VerifiedForSendingStatus": True})

    return created


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
