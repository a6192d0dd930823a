"""Relays, wired."""

from functools import cached_property

from mayfly.assembly import Wiring
from mayfly.relays.service import RelayService, SendingDataEraser


class RelayWiring(Wiring):
    """What accounts' domains send through."""

    @cached_property
    def service(self) -> RelayService:
        ports, settings = self.adapters, self.settings
        return RelayService(
            self.flows.domains.service.owned,
            ports.relay_configs,
            ports.domain_secrets,
            ports.relays,
            self.now,
            settings.relay_to_private_addresses,
            settings.relay_port_25,
        )

    @cached_property
    def eraser(self) -> SendingDataEraser:
        ports, forget_rules = self.adapters, self.flows.rules.forget_domain
        return SendingDataEraser(ports.relay_configs, ports.keyrings, forget_rules)
