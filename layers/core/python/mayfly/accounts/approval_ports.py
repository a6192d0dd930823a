"""Which accounts may send mail, where an admin decides that."""

from collections.abc import Sequence
from typing import Protocol

from mayfly.accounts.approval_models import Approval


class Approvals(Protocol):
    """One for each account that has asked, or was decided about."""

    def get(self, account: str) -> Approval:
        """The account's, read consistently; one that says NOT_ASKED where there is none."""

    def add(self, approval: Approval) -> bool:
        """Add it, unless the account has one; whether it was added."""

    def put(self, approval: Approval) -> None:
        """Keep it in the place of the one before."""

    def remove(self, account: str) -> None:
        """Forget the account's; nothing if there is none."""

    def page(self, most: int, after: str = "") -> tuple[Sequence[Approval], str]:
        """Up to so many by the account's id, and the id to go on after, "" at the end."""
