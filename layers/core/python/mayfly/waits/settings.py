"""How many requests may wait for messages at once."""

from dataclasses import dataclass

from mayfly import limits
from mayfly.kit.settings import FromEnvironment, setting, within

_PLACES = within(0, limits.MOST_WAITS_AT_ONCE, "nobody waits")


@dataclass(frozen=True, init=False, repr=False, eq=False)
class WaitSettings(FromEnvironment):
    """How many requests may wait for messages at once."""

    waits_at_once: int = setting(
        3,
        "requests that may wait for messages at once (`wait`), all clients together; 0 is none",
        _PLACES,
    )
    waits_per_address: int = setting(2, "of these, those from one address; 0 likewise", _PLACES)
    waits_per_holder: int = setting(
        2, "of these, those for one inbox or the mailboxes of one account; 0 likewise", _PLACES
    )
