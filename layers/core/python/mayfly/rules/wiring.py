"""Rules, wired."""

from functools import cached_property

from mayfly.assembly import Wiring
from mayfly.inboxes.models import Inbox
from mayfly.rules.filing import Filer
from mayfly.rules.models import RulePlace
from mayfly.rules.service import RuleService


class RuleWiring(Wiring):
    """What mailboxes and domains do with emails by themselves."""

    @cached_property
    def filer(self) -> Filer:
        return Filer(self.adapters.rule_sets, self.now)

    def forget_domain(self, domain_id: str) -> None:
        """Forget the rules of a domain that is gone."""
        self.adapters.rule_sets.remove(RulePlace(domain=domain_id))

    def forget_mailbox(self, inbox: Inbox) -> None:
        """Forget the rules of a mailbox that is gone."""
        if inbox.has_rules:
            self.adapters.rule_sets.remove(RulePlace(mailbox=inbox.id))

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
