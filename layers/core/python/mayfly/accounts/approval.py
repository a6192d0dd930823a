"""Approval: decide which accounts may send mail, unless the deployment lets all."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from mayfly import limits
from mayfly.accounts.models import Account, AccountId, Approval, ApprovalStatus, NotApproved
from mayfly.accounts.ports import Accounts, Approvals
from mayfly.domains.models import MailDomain
from mayfly.errors import AccountNotFound
from mayfly.kit.clock import Clock, to_the_millisecond
from mayfly.sending.ports import SendableDomains

ASK = "POST /api/v1/emails/approval"
_REFUSALS = {
    ApprovalStatus.NOT_ASKED: f"ask for it by {ASK}",
    ApprovalStatus.ASKED: "it was asked for, and nobody has answered yet",
    ApprovalStatus.REFUSED: "it was refused",
}


@dataclass(frozen=True, slots=True)
class ApprovalService:
    """Keeps what accounts ask for, and what admins decide."""

    approvals: Approvals
    accounts: Accounts
    is_needed: bool
    now: Clock

    def status(self, account: str) -> ApprovalStatus:
        """How the account stands."""
        if not self.is_needed:
            return ApprovalStatus.NOT_NEEDED
        return self.approvals.get(account).status

    def check(self, account: str) -> None:
        """NotApproved, with what can be done, unless the account may send."""
        status = self.status(account)
        if status in _REFUSALS:
            raise NotApproved(
                "accounts send mail once an admin has approved it (SENDING_NEEDS_APPROVAL):"
                f" {_REFUSALS[status]}"
            )

    def ask(self, account: str, purpose: str) -> ApprovalStatus:
        """Ask for the account; asked twice, or once it was decided, it stays as it is."""
        if self.is_needed:
            now = to_the_millisecond(self.now())
            self.approvals.add(Approval(account, ApprovalStatus.ASKED, purpose, asked_at=now))
        return self.status(account)

    def decide(self, account_id: str, is_approved: bool) -> tuple[Account, Approval]:
        """Let the account send, or not (any more); AccountNotFound."""
        account = self.accounts.get(AccountId.parse(account_id))
        before = self.approvals.get(str(account.id))
        decided = replace(
            before,
            status=ApprovalStatus.APPROVED if is_approved else ApprovalStatus.REFUSED,
            decided_at=to_the_millisecond(self.now()),
        )
        self.approvals.put(decided)
        return account, decided

    def show(self, account_id: str) -> tuple[Account, Approval]:
        """How the account stands, also where nobody needs to ask; AccountNotFound."""
        account = self.accounts.get(AccountId.parse(account_id))
        return account, self.approvals.get(str(account.id))

    def forget(self, account: str) -> None:
        """The account is gone."""
        self.approvals.remove(account)

    def page(
        self, status: ApprovalStatus | None, after: str
    ) -> tuple[Sequence[tuple[Account, Approval]], str]:
        """Some of those that stand so, and the id to go on after; a page may be short.

        What is left of accounts that are gone is removed.
        """
        found, rest = self.approvals.page(limits.APPROVALS_SHOWN, after)
        shown: list[tuple[Account, Approval]] = []
        for each in found:
            if status is not None and each.status is not status:
                continue
            try:
                shown.append((self.accounts.get(AccountId.parse(each.account)), each))
            except AccountNotFound:
                self.approvals.remove(each.account)
        return shown, rest


@dataclass(frozen=True, slots=True)
class ApprovedDomains:
    """See `mayfly.sending.ports.SendableDomains`: of accounts that may send, and no others."""

    approvals: ApprovalService
    domains: SendableDomains

    def sendable(self, account_id: str, address_domain: str) -> MailDomain:
        """The domain; NotApproved unless the account may send."""
        self.approvals.check(account_id)
        return self.domains.sendable(account_id, address_domain)
