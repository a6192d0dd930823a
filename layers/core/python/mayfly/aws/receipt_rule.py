"""Whether SES takes mail for this deployment at all."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class SesReceiptRule:
    """Our rule, in whichever rule set is active. Without a name nobody looks.

    An account has one active rule set a region, and whoever activates another ends ours silently.
    """

    client: Callable[[], Any]
    name: str

    def is_in_force(self) -> bool:
        """Whether the active rule set has the rule, and it is enabled. One call."""
        if not self.name:
            return True
        rules = self.client().describe_active_receipt_rule_set().get("Rules", [])
        return any(each["Name"] == self.name and each.get("Enabled") for each in rules)
