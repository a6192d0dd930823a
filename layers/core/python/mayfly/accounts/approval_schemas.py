"""Who may send mail, as accounts ask for it and admins see it."""

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from mayfly import limits
from mayfly.accounts.approval_models import Approval, ApprovalStatus
from mayfly.accounts.models import Account, AccountId
from mayfly.errors import AccountNotFound, InvalidInput
from mayfly.kit.http.query import Query, choice, parameter
from mayfly.kit.http.schema import array, body, flag, or_null, precise_time, record, text
from mayfly.kit.http.times import precise_stamp

Document = dict[str, object]
_NO_TEXT = frozenset({"Cc", "Cs"})
_LISTED = [ApprovalStatus.ASKED.value, ApprovalStatus.APPROVED.value, ApprovalStatus.REFUSED.value]


def wanted_purpose(sent: Mapping[str, Any]) -> str:
    """What the account says it will send, "" without a word."""
    purpose = sent.get("purpose", "")
    if not isinstance(purpose, str):
        raise InvalidInput("purpose must be a string")
    if any(unicodedata.category(each) in _NO_TEXT and each != "\n" for each in purpose):
        raise InvalidInput("purpose cannot have control characters")
    return purpose


def list_query(query: Query) -> tuple[ApprovalStatus | None, str]:
    """Which are asked for, and after which account; InvalidInput names what cannot be."""
    standing, cursor = query.get("state"), query.get("cursor", "")
    if standing is not None:
        choice("state", standing, _LISTED)
    try:
        after = str(AccountId.parse(cursor)) if cursor else ""
    except AccountNotFound as error:
        raise InvalidInput("cursor must be that of the answer before") from error
    return None if standing is None else ApprovalStatus(standing), after


def asked(standing: ApprovalStatus) -> Document:
    """How an account stands, to itself."""
    return {"approval": standing.value}


def shown(account: Account, approval: Approval) -> Document:
    """How an account stands, to admins."""
    asked_at, decided_at = approval.asked_at, approval.decided_at
    return {
        "account_id": str(account.id),
        "email": str(account.email),
        "state": approval.standing.value,
        "purpose": approval.purpose,
        "asked_at": precise_stamp(asked_at) if asked_at else None,
        "decided_at": precise_stamp(decided_at) if decided_at else None,
    }


def listed(found: Sequence[tuple[Account, Approval]], cursor: str) -> Document:
    """Part of the list."""
    return {"accounts": [shown(*each) for each in found], "cursor": cursor or None}


STANDING = text(
    "Whether the account may send: `approved`, or `not-needed` where nobody has to ask",
    enum=[each.value for each in ApprovalStatus],
)
WANTED_SCHEMA = body(
    {
        "purpose": text(
            "What will be sent, and to whom: for the admin", maxLength=limits.PURPOSE_CHARS
        )
    },
    example={"purpose": "Order confirmations of yourdomain.com"},
)
ASKED_SCHEMA = record({"approval": STANDING})
DECISION_SCHEMA = body(
    {"approved": flag("Whether it may send")}, example={"approved": True}, required=("approved",)
)
SHOWN_SCHEMA = record(
    {
        "account_id": text(format="uuid"),
        "email": text(),
        "state": text(enum=[ApprovalStatus.NOT_ASKED.value, *_LISTED]),
        "purpose": text("In the account's own words"),
        "asked_at": or_null(precise_time("null: it was not asked for")),
        "decided_at": or_null(precise_time("null: nobody has decided")),
    }
)
LIST_SCHEMA = record(
    {
        "accounts": array(SHOWN_SCHEMA),
        "cursor": or_null(text("For the next page; null at the end. A page may be short")),
    }
)
PARAMETERS = [
    parameter("state", {"type": "string", "enum": _LISTED}, "Only those that stand so"),
    parameter("cursor", {"type": "string", "format": "uuid"}, "That of the answer before"),
]
