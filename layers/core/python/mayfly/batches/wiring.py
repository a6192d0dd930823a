"""Batches of inboxes, wired."""

from functools import cached_property

from mayfly.assembly import Wiring
from mayfly.batches.export import Exporter
from mayfly.batches.service import BatchService


class BatchWiring(Wiring):
    """Inboxes by the thousand, with passwords."""

    @cached_property
    def service(self) -> BatchService:
        ports = self.adapters
        tokens = self.flows.private_inboxes.tokens
        return BatchService(
            ports.batches, ports.password_keys, tokens, self.settings, self.now, self.entropy
        )

    @cached_property
    def exporter(self) -> Exporter:
        ports, domains = self.adapters, self.flows.domains.register
        return Exporter(ports.batches, ports.password_keys, ports.inboxes, domains, self.now)
