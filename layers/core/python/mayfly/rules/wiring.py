"""Rules, wired."""

from functools import cached_property

from mayfly.assembly import Wiring
from mayfly.rules.filing import Filer
from mayfly.rules.service import RuleService


class RuleWiring(Wiring):
    """What mailboxes and domains do with emails by themselves."""

    @cached_property
    def filer(self) -> Filer:
        return Filer(self.adapters.rule_sets, self.now)

    @cached_property
    def service(self) -> RuleService:
        ports = self.adapters
        return RuleService(
            ports.rule_sets,
            ports.inboxes,
            self.flows.domains.service.owned,
            self.flows.messages.reader.one,
            self.now,
        )
