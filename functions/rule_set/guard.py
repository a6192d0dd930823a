"""What must hold before anything is made or changed: a deployment that cannot work ends at once."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from functions.custom_resource import Refusal
from functions.rule_set.rule_sets import RuleSets

GUARD = "Custom::DeploymentGuard"
"""The type of the resource that this answers for."""
_WAITS_FOR_THE_ROLE = (2.0, 4.0, 8.0)
_NOT_YET = ("AccessDenied", "AccessDeniedException")


class NoMailInRegion(Refusal):
    """SES receives no mail where the stack is."""

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
        """Refuse what cannot work, or what nobody has said in so many words."""
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
