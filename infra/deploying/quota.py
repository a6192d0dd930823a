"""How many functions the account may run at once, less what others have reserved for theirs."""

from infra.deploying.account import Account
from infra.deploying.stack import Stack

_FUNCTION, _RESERVED = "AWS::Lambda::Function", "ReservedConcurrentExecutions"


def quota_for(account: Account, stack: Stack | None) -> tuple[int, int]:
    """What is for this deployment, and what others have reserved of the account's quota."""
    limits = account.client("lambda").get_account_settings()["AccountLimit"]
    quota = int(limits["ConcurrentExecutions"])
    reserved = quota - int(limits.get("UnreservedConcurrentExecutions", quota))
    # What the deployed functions have reserved is theirs to share again.
    others = max(0, reserved - _own(stack))
    return quota - others, others


def _own(stack: Stack | None) -> int:
    declared = stack.declared.values() if stack else ()
    functions = (each.get("Properties", {}) for each in declared if each["Type"] == _FUNCTION)
    return sum(int(each.get(_RESERVED, 0)) for each in functions)
