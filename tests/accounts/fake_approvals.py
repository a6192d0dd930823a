"""Who may send, in memory."""

from collections.abc import Sequence

from mayfly.accounts.models import Approval, ApprovalStatus


class FakeApprovals:
    """Approvals in a dict."""

    def __init__(self) -> None:
        self.kept: dict[str, Approval] = {}

    def get(self, account: str) -> Approval:
        return self.kept.get(account, Approval(account, ApprovalStatus.NOT_ASKED))

    def add(self, approval: Approval) -> bool:
        return self.kept.setdefault(approval.account, approval) is approval

    def put(self, approval: Approval) -> None:
        self.kept[approval.account] = approval

    def remove(self, account: str) -> None:
        self.kept.pop(account, None)

    def page(self, most: int, after: str = "") -> tuple[Sequence[Approval], str]:
        found = [self.kept[each] for each in sorted(self.kept) if each > after]
        return found[:most], found[most - 1].account if len(found) > most else ""
