"""Samples, wired."""

from functools import cached_property

from mayfly.assembly import Wiring
from mayfly.sample_mails.service import SampleService


class SampleWiring(Wiring):
    """Sample messages with a code."""

    @cached_property
    def service(self) -> SampleService:
        ports = self.adapters
        return SampleService(
            ports.inboxes,
            ports.sample_mails,
            ports.notices,
            self.settings.mail_bucket,
            self.now,
            self.entropy,
        )
