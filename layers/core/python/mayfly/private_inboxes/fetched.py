"""Inboxes that show a mailbox elsewhere: what is new there comes in before they are read."""

from dataclasses import dataclass, replace
from datetime import timedelta

from mayfly import limits
from mayfly.assembly import Assembly
from mayfly.inboxes.access import Holder, Owner
from mayfly.pop3.models import Trouble
from mayfly.waits.sought import Sought


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came of a fetch, the inbox's newest number before it, and how long is left to wait."""

    trouble: Trouble | None
    last_before: int
    left: timedelta

    def narrowed(self, sought: Sought) -> Sought:
        """The same wait in the time that is left; what was fetched has come since the call."""
        after = self.last_before if sought.after is None else sought.after
        return replace(sought, after=after, timeout=min(sought.timeout, self.left))


def fetch_first(flows: Assembly, holder: Holder) -> Fetched | None:
    """Fetch into an inbox that shows a mailbox elsewhere; None of others, which costs nothing.

    A fetch takes time of the request, which API Gateway ends after 29 s.
    """
    if isinstance(holder, Owner) or not holder.grant.is_fetched:
        return None
    began = flows.now()
    trouble, last_before = flows.pop3.service.fetch(holder)
    left = limits.MAX_WAIT - (flows.now() - began)
    return Fetched(trouble, last_before, max(timedelta(), left))
