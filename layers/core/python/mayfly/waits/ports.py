"""The requests that wait for mail now, in all processes together."""

from datetime import datetime
from typing import Protocol

from mayfly.waits.models import Lease, WaitLimits


class Waits(Protocol):
    """Places to wait at. Each is given back, or ends with its lease.

    Whatever keeps it from knowing is raised as it comes, and soon, as with `ports.counts`.
    """

    def begin(self, lease: Lease, limits: WaitLimits, now: datetime) -> bool:
        """Take a place for this lease; False, and nothing is taken, if `limits` leave none.

        However many ask at once, no more get one than there are. False, too, where too many others
        were faster.
        """

    def end(self, lease: Lease) -> None:
        """Give the place back; one that has ended already is no error."""
