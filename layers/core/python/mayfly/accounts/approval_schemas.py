"""The JSON of approvals to send, as accounts ask for them and admins see them."""

import unicodedata
from collections.abc import Sequence
from typing import Annotated, Self

from mayfly import limits
from mayfly.accounts import models
from mayfly.accounts.models import Account, AccountId, ApprovalStatus
from mayfly.errors import AccountNotFound, InvalidInput
from mayfly.kit.http.query import Query, choice, parameter
from mayfly.kit.http.schemas import Body, PreciseTime, Uuid, View, about

_NO_TEXT = frozenset({"Cc", "Cs"})
_LISTED = [ApprovalStatus.ASKED.value, ApprovalStatus.APPROVED.value, ApprovalStatus.REFUSED.value]

MayItSend = Annotated[
    ApprovalStatus,
    about("Whether the account may send: `approved`, or `not-needed` where no approval is needed"),
]


class WantedApproval(Body):
    """What an account would send."""

    EXAMPLE = {"purpose": "Order confirmations of yourdomain.com"}

    purpose: Annotated[
        str,
        about("What will be sent, and to whom: for the admin", max_length=limits.PURPOSE_CHARS),
    ] = ""

    def text(self) -> str:
        """The account's own words, "" without any; InvalidInput for control characters."""
        if any(unicodedata.category(each) in _NO_TEXT and each != "\n" for each in self.purpose):
            raise InvalidInput("purpose cannot have control characters")
        return self.purpose


class AskedApproval(View):
    """How an account stands, to itself."""

    approval: MayItSend


class ApprovalDecision(Body):
    """What an admin decides."""

    EXAMPLE = {"approved": True}

    approved: Annotated[bool, about("Whether it may send")]


class Approval(View):
    """How an account stands, to admins."""

    account_id: Uuid
    email: str
    state: Annotated[str, about(enum=[ApprovalStatus.NOT_ASKED.value, *_LISTED])]
    purpose: Annotated[str, about("In the account's own words")]
    asked_at: Annotated[PreciseTime | None, about("null: not requested")]
    decided_at: Annotated[PreciseTime | None, about("null: not decided yet")]

    @classmethod
    def of(cls, account: Account, approval: models.Approval) -> Self:
        """The account, and what it has asked for."""
        ids = {"account_id": str(account.id), "email": str(account.email)}
        return cls.of_model(approval, state=approval.status.value, **ids)


class Approvals(View):
    """Part of the list."""

    accounts: list[Approval]
    cursor: Annotated[str | None, about("For the next page; null at the end. A page may be short")]

    @classmethod
    def of(cls, found: Sequence[tuple[Account, models.Approval]], cursor: str) -> Self:
        """A page, and where the next begins."""
        return cls(accounts=[Approval.of(*each) for each in found], cursor=cursor or None)


PARAMETERS = [
    parameter("state", {"type": "string", "enum": _LISTED}, "Only those that stand so"),
    parameter("cursor", {"type": "string", "format": "uuid"}, "That of the answer before"),
]


def list_query(query: Query) -> tuple[ApprovalStatus | None, str]:
    """Which to list, and after which account; InvalidInput names what cannot be."""
    status, cursor = query.get("state"), query.get("cursor", "")
    if status is not None:
        choice("state", status, _LISTED)
    try:
        after = str(AccountId.parse(cursor)) if cursor else ""
    except AccountNotFound as error:
        raise InvalidInput("cursor must be that of the answer before") from error
    return None if status is None else ApprovalStatus(status), after
