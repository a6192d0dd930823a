"""Who mail is taken for: addresses with an inbox that is active now."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from mayfly.mail.address import Address
from mayfly.receiving.service import Find


@dataclass(frozen=True, slots=True)
class Recipients:
    """Answers for the SMTP server, from where the functions keep the inboxes."""

    find: Find
    now: Callable[[], datetime]

    def is_known(self, address: Address) -> bool:
        """Whether mail for the address would be stored; `alice+shop@` reaches `alice@`."""
        found = self.find(list(dict.fromkeys([address, address.untagged])))
        inbox = found.get(address) or found.get(address.untagged)
        return inbox is not None and inbox.is_active(self.now())
