"""The hourly look at accounts' domains, wired."""

from functools import cached_property

from mayfly.assembly import Wiring
from mayfly.domain_checks.notify import OwnerNotifier
from mayfly.domain_checks.service import DomainChecker


class DomainCheckWiring(Wiring):
    """Whether domains still show whose they are, and telling their owners."""

    @cached_property
    def service(self) -> DomainChecker:
        flows, ports = self.flows, self.adapters
        lanes, service_mails = flows.subscriptions.lanes, flows.accounts.service_mails
        return DomainChecker(
            flows.domains.claims,
            flows.domains.verification,
            ports.accounts,
            flows.email_auth.keys,
            OwnerNotifier(ports.account_watching, lanes, self.now, service_mails),
        )
