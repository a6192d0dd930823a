"""The admin, wired."""

from functools import cached_property

from mayfly.admin.service import AdminAuthenticator, AdminKeyMaker, StatsService
from mayfly.assembly import Wiring


class AdminWiring(Wiring):
    """The admin key, and the statistics."""

    @cached_property
    def authenticator(self) -> AdminAuthenticator:
        return AdminAuthenticator(self.adapters.admin_keys)

    @cached_property
    def key_maker(self) -> AdminKeyMaker:
        ports = self.adapters
        return AdminKeyMaker(ports.admin_keys, ports.admin_secret, self.now, self.entropy)

    @cached_property
    def stats(self) -> StatsService:
        ports, host = self.adapters, self.flows.domains.service
        return StatsService(ports.census, ports.deliveries, host, self.now)
