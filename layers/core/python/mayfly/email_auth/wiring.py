"""SPF, DKIM and DMARC, wired."""

from functools import cached_property

from mayfly.assembly import Wiring
from mayfly.email_auth.keys import DkimKeyService
from mayfly.email_auth.service import EmailAuthService


class EmailAuthWiring(Wiring):
    """What domains say of their mail in DNS, and the keys that it is signed with."""

    @cached_property
    def keys(self) -> DkimKeyService:
        ports = self.adapters
        return DkimKeyService(
            self.flows.domains.service.owned,
            ports.relay_configs,
            ports.keyrings,
            ports.domain_secrets,
            ports.resolver.ask,
            self.now,
        )

    @cached_property
    def service(self) -> EmailAuthService:
        ports, owned = self.adapters, self.flows.domains.service.owned
        return EmailAuthService(owned, ports.relay_configs, ports.resolver.ask, self.now)
