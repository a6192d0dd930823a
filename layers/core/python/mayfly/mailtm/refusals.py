"""Errors as mail.tm (API Platform, with LexikJWT for 401) has them."""

from typing import Any

from mayfly.errors import UNAUTHENTICATED, Kind, envelope
from mayfly.kit.http.messages import Answer, json_answer
from mayfly.mailtm.models import Violation

_TITLE = "An error occurred"


def refusal(error: Exception, kind: Kind) -> Answer:
    """The error in mail.tm's shape.

    It is application/json whatever the client takes, with the fields of both forms: clients look
    for `detail`, `message` or `hydra:description`, and some read nothing that is called otherwise.
    """
    told = str(envelope(error)["error"]["message"])
    if kind is UNAUTHENTICATED:
        document: dict[str, Any] = {"code": kind.status, "message": told}
        return json_answer(document, kind.status, {"WWW-Authenticate": "Bearer"})
    violations = [error] if isinstance(error, Violation) else []
    name = "ConstraintViolationList" if violations else "Error"
    document = {
        "@context": f"/contexts/{name}",
        "@type": name if violations else "hydra:Error",
        "type": f"/errors/{kind.status}",
        "title": _TITLE,
        "status": kind.status,
        "detail": told,
        "hydra:title": _TITLE,
        "hydra:description": told,
    }
    if violations:
        document["violations"] = [
            {"propertyPath": each.field, "message": each.message} for each in violations
        ]
    return json_answer(document, kind.status)
