"""Retention, wired."""

from functools import cached_property

from mayfly import limits
from mayfly.assembly import Wiring
from mayfly.messages.expiry import RetentionExtender
from mayfly.retention.lost_mail import Replay, Sweeper
from mayfly.retention.service import Eraser

LOOKS = 16
"""Of the sweep, at the same time; boto3 keeps 32 connections."""


class RetentionWiring(Wiring):
    """What goes and what stays, and that no mail is without an outcome."""

    @cached_property
    def eraser(self) -> Eraser:
        ports = self.adapters
        return Eraser(
            ports.inboxes,
            ports.deliveries,
            ports.contents,
            ports.raw_mails,
            ports.part_files,
            self.flows.exports.wiper,
        )

    @cached_property
    def extender(self) -> RetentionExtender:
        return RetentionExtender(self.adapters.messages, self.adapters.contents, self.now)

    @cached_property
    def sweeper(self) -> Sweeper:
        ports, settings = self.adapters, self.settings
        host = self.flows.domains.service
        return Sweeper(
            ports.rounds,
            ports.raw_mails,
            ports.deliveries,
            ports.contents,
            Replay(settings.mail_bucket, host, ports.raw_mails, ports.notices),
            self.now,
            # Where nothing announces raw messages, every sweep looks for them.
            *((limits.SWEEP_EVERY, LOOKS) if settings.arrivals_queue_url else ()),
        )
