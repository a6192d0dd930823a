"""Whether SES takes mail for this deployment at all."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class SesReceiptRule:
    """Our rule, in whichever rule set is active. Without a name nothing is read.

    An account has one active rule set a region, and whoever activates another ends ours silently.
    It is the Intake of `mayfly.breaker.service`: where the rule is out of service, SES refuses our
    mail. AWS does not say by which code: if it is 550, as is reported, its senders do not try
    again. Rules of others are not touched.
    """

    client: Callable[[], Any]
    name: str

    def is_in_force(self) -> bool:
        """Whether the active rule set has the rule, and it is enabled. One call."""
        if not self.name:
            return True
        _, rule = self._find()
        return bool(rule.get("Enabled"))

    def close(self) -> bool:
        """Two calls at most."""
        return self._switch(False)

    def open(self) -> bool:
        """Two calls at most."""
        return self._switch(True)

    def _switch(self, enabled: bool) -> bool:
        rule_set, rule = self._find() if self.name else ("", {})
        if not rule or bool(rule.get("Enabled")) is enabled:
            return False
        self.client().update_receipt_rule(RuleSetName=rule_set, Rule={**rule, "Enabled": enabled})
        return True

    def _find(self) -> tuple[str, dict[str, Any]]:
        active = self.client().describe_active_receipt_rule_set()
        rules = [each for each in active.get("Rules", []) if each["Name"] == self.name]
        return active.get("Metadata", {}).get("Name", ""), rules[0] if rules else {}
