"""Approval: whether an account may send mail, as an admin has decided."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class ApprovalStatus(StrEnum):
    """How an account stands; only one that is approved, or needs to ask nobody, sends."""

    NOT_NEEDED = "not-needed"
    NOT_ASKED = "not-asked"
    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Approval:
    """What an account has asked for and what was decided; `purpose` is in its own words."""

    account: str
    standing: ApprovalStatus
    purpose: str = field(default="", repr=False)
    asked_at: datetime | None = None
    decided_at: datetime | None = None
