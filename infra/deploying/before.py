"""All that is known before a deployment."""

from dataclasses import dataclass

from infra.cloud.deployment import Deployment
from infra.deploying.account import Account
from infra.deploying.assembly import Assembly
from infra.deploying.stack import Stack


@dataclass(frozen=True)
class Before:
    """The account, what is there, and what is wanted."""

    account: Account
    region: str
    deployment: Deployment
    stack: Stack | None
    assembly: Assembly
    attached: frozenset[str] = frozenset()
    """The names of what an earlier stack has left, if it shall be this one's."""
    may_shorten: bool = False
    """Whether mail that is there may end before its time."""

    def has(self, kind: str, **properties: str) -> bool:
        """Whether the deployed stack has such a resource."""
        return self.stack is not None and any(
            each["Type"] == kind and properties.items() <= dict(each.get("Properties", {})).items()
            for each in self.stack.declared.values()
        )
