"""Messages that rules forward."""

from dataclasses import dataclass

from mayfly.kit.settings import FromEnvironment, limit


@dataclass(frozen=True, init=False, repr=False, eq=False)
class ForwardingSettings(FromEnvironment):
    """Messages that rules forward."""

    forwards_per_day: int = limit(
        50, "emails a day (UTC) that one mailbox forwards, where SENDING is on; 0 is no limit"
    )
