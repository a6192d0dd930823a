"""What ministack does not look at when it asks whether a role may do something.

A schedule's group, what `SendEmail` sends from and with, the encryption context of KMS, and the
tags of identities, asked for and there. Only `launcher.py` can import this.
https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsimpleemailservicev2.html
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from ministack import app
from ministack.core import iam_actions, responses
from ministack.services import ses_v2, tagging

_SENT = "/outbound-emails"
_IDENTITIES = "/v2/email/identities"
_UNGROUPED = ":schedule/default/"


def add() -> None:
    """Teach the emulator; once, before it serves."""
    iam_actions.extract_resource_arn = _named(iam_actions.extract_resource_arn)
    iam_actions.request_tag_context = _with_encryption_context(iam_actions.request_tag_context)
    app._enforce_ses_v2 = _of_new_identities(_of_configuration_sets(app._enforce_ses_v2))
    tagging._RESOURCE_TAG_COLLECTORS["ses"] = lambda: list(ses_v2._ses_tags.items())


def _named(resource_of: Callable[..., str]) -> Callable[..., str]:
    def named(
        service: str,
        method: str,
        path: str,
        headers: Any,
        body: bytes,
        query: Any,
        region: str,
        account: str,
    ) -> str:
        arn = resource_of(service, method, path, headers, body, query, region, account)
        if service == "scheduler":
            group = iam_actions._safe_json_field(body, "GroupName")
            group = group or iam_actions._query_param(query, "groupName") or "default"
            return arn.replace(_UNGROUPED, f":schedule/{group}/")
        if service == "ses" and path.endswith(_SENT):
            sender = iam_actions._safe_json_field(body, "FromEmailAddress")
            return _arn(region, account, "identity", sender.rpartition("@")[2])
        return arn

    return named


def _with_encryption_context(
    context_of: Callable[..., dict[str, Any]],
) -> Callable[..., dict[str, Any]]:
    def found(service: str, action: str, body: bytes, query: Any) -> dict[str, Any]:
        context = context_of(service, action, body, query)
        if service != "kms":
            return context
        given = iam_actions._safe_json_field(body, "EncryptionContext") or {}
        keys = {f"kms:encryptioncontext:{name.lower()}": text for name, text in given.items()}
        return context | keys

    return found


def _of_configuration_sets(enforce: Callable[..., Any]) -> Callable[..., Any]:
    """Sending with a configuration set needs the permission for that, too."""

    def enforced(
        method: str, path: str, headers: Mapping[str, str], body: bytes, query: Any, request_id: str
    ) -> Any:
        denied = enforce(method, path, headers, body, query, request_id)
        if denied or not path.endswith(_SENT):
            return denied
        name = json.loads(body).get("ConfigurationSetName")
        if not name:
            return None
        region, account = app.extract_region(headers, query), responses.get_account_id()
        arn = _arn(region, account, "configuration-set", name)
        return app._enforce_data_plane(
            *("sesv2", "ses:SendEmail", headers, query, request_id),
            resource_arn=arn,
            named_resource=arn,
        )

    return enforced


def _of_new_identities(enforce: Callable[..., Any]) -> Callable[..., Any]:
    """Making an identity with tags needs the permission to tag, too, and for these tags."""

    def enforced(
        method: str, path: str, headers: Mapping[str, str], body: bytes, query: Any, request_id: str
    ) -> Any:
        if method != "POST" or not path.endswith(_IDENTITIES):
            return enforce(method, path, headers, body, query, request_id)
        asked = json.loads(body)
        region, account = app.extract_region(headers, query), responses.get_account_id()
        arn = _arn(region, account, "identity", asked["EmailIdentity"])
        denied = None
        for action in ("CreateEmailIdentity", *(["TagResource"] if asked.get("Tags") else [])):
            denied = denied or app._enforce_data_plane(
                *("sesv2", f"ses:{action}", headers, query, request_id),
                resource_arn=arn,
                service_context=iam_actions.request_tag_context("ses", action, body, query),
                named_resource=arn,
            )
        return denied

    return enforced


def _arn(region: str, account: str, kind: str, name: str) -> str:
    return f"arn:aws:ses:{region}:{account}:{kind}/{name}"
