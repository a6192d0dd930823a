"""The account's receipt rule sets, seen from ours."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools import Logger
from botocore.exceptions import ClientError

from functions.custom_resource import Refusal

logger = Logger()

# What was done is kept in the physical id, so that the deletion undoes that and nothing else.
_ACTIVE = "active"
_ADDED = "added"

REFUSE = "refuse"
"""What is done about another active rule set, if nothing else is said."""


class AnotherRuleSetIsActive(Refusal):
    """The account receives mail by a rule set that is not ours."""

    def __init__(self, active: str) -> None:
        super().__init__(
            f"The receipt rule set {active!r} is active in this account and region, and only one "
            "can be. Nothing was changed. In mayfly.toml, addToActiveRuleSet = true adds Mayfly's "
            "rule to it; replaceActiveRuleSet = true ends it and activates Mayfly's."
        )


@dataclass(frozen=True, slots=True)
class RuleSets:
    """The account's rule sets, seen from ours."""

    ses: Any
    ours: str
    rule: str

    def check(self, if_another_is_active: str) -> None:
        """AnotherRuleSetIsActive if our rule could not take effect."""
        name = self._active().get("Metadata", {}).get("Name")
        if name not in (None, self.ours) and if_another_is_active == REFUSE:
            raise AnotherRuleSetIsActive(name)

    def take_effect(self, if_another_is_active: str) -> str:
        """See to it that mail reaches our rule; say what was done, as a physical id."""
        active = self._active()
        name = active.get("Metadata", {}).get("Name")
        if name in (None, self.ours) or if_another_is_active == "replace":
            if name != self.ours:
                self.ses.set_active_receipt_rule_set(RuleSetName=self.ours)
            return f"{_ACTIVE}/{self.ours}"
        if if_another_is_active == "add":
            self._add_to(name, [rule["Name"] for rule in active.get("Rules", [])])
            return f"{_ADDED}/{name}/{self.rule}"
        raise AnotherRuleSetIsActive(name)

    def undo(self, done: str) -> None:
        """Take back what a physical id says was done, if it still stands."""
        what, _, where = done.partition("/")
        if what == _ACTIVE and self._active().get("Metadata", {}).get("Name") == where:
            self.ses.set_active_receipt_rule_set()  # without a name: none is active
        elif what == _ADDED:
            rule_set, _, rule = where.partition("/")
            try:
                self.ses.delete_receipt_rule(RuleSetName=rule_set, RuleName=rule)
            except self.ses.exceptions.RuleSetDoesNotExistException:
                logger.info("The rule set we added a rule to is gone already")

    def _active(self) -> dict[str, Any]:
        answer: dict[str, Any] = self.ses.describe_active_receipt_rule_set()
        return answer

    def _add_to(self, rule_set: str, there: list[str]) -> None:
        """Copy our rule to the end of another set, where the owner's own rules come first."""
        found = self.ses.describe_receipt_rule(RuleSetName=self.ours, RuleName=self.rule)
        if self.rule in there:
            self.ses.update_receipt_rule(RuleSetName=rule_set, Rule=found["Rule"])
            return
        after = {"After": there[-1]} if there else {}
        self.ses.create_receipt_rule(RuleSetName=rule_set, Rule=found["Rule"], **after)


GUARD = "Custom::DeploymentGuard"
"""The type of the resource that this answers for."""
_WAITS_FOR_THE_ROLE = (2.0, 4.0, 8.0)
_NOT_YET = ("AccessDenied", "AccessDeniedException")


class NoMailInRegion(Refusal):
    """SES receives no email where the stack is."""

    def __init__(self, region: str, regions: Sequence[str]) -> None:
        super().__init__(
            f"SES does not receive mail in {region}; it does in {', '.join(regions)}. If AWS has "
            "added the region since, say anyRegion = true in mayfly.toml"
        )


class DomainsWouldGo(Refusal):
    """The deployment names fewer domains than the one before."""

    def __init__(self, domains: Sequence[str]) -> None:
        names = ",".join(domains)
        super().__init__(
            f"This would take {names} out of the deployment: domains does not name it any more. "
            "Nothing was changed. Name all domains again in mayfly.toml, or say with make deploy "
            f"ARGS='--remove-domain {names}' (-c removeDomains={names})"
        )


@dataclass(frozen=True, slots=True)
class Guard:
    """Looks, and changes nothing. `pause` waits for so many seconds."""

    rule_sets: RuleSets
    pause: Callable[[float], None]

    def check(self, wish: Mapping[str, Any], before: Mapping[str, Any]) -> None:
        """Refuse what cannot work, or what was not said in so many words."""
        regions, region = wish.get("Regions", []), os.environ["AWS_REGION"]
        if regions and region not in regions:
            raise NoMailInRegion(region, regions)
        may_go = {*wish["Domains"], *wish.get("DomainsToRemove", [])}
        gone = [each for each in before.get("Domains", []) if each not in may_go]
        if gone:
            raise DomainsWouldGo(gone)
        self._ask_patiently(wish["IfAnotherIsActive"])

    def _ask_patiently(self, if_another_is_active: str) -> None:
        """What a role may do is known everywhere only some seconds after the role is made."""
        for seconds in _WAITS_FOR_THE_ROLE:
            try:
                return self.rule_sets.check(if_another_is_active)
            except ClientError as error:
                if error.response["Error"]["Code"] not in _NOT_YET:
                    raise
                self.pause(seconds)
        return self.rule_sets.check(if_another_is_active)
