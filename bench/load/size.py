"""How large a load is."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class Size:
    """How much, and for how long at most."""

    mails: int = 10_000
    senders: int = 16
    inboxes: int = 500
    readers: int = 50
    sockets: int = 50
    seconds: int = 2400  # two cores with much else to do took 950

    @classmethod
    def read(cls, words: Sequence[str]) -> "Size":
        """From words like `MAILS=200`; SystemExit says what is wrong with any other."""
        names = {each.name for each in fields(cls)}
        chosen: dict[str, int] = {}
        for word in words:
            name, _, value = word.partition("=")
            if name.lower() not in names or not value.isdigit() or int(value) < 1:
                sys.exit(f"{word}: not one of {', '.join(sorted(names)).upper()} = 1 or more")
            chosen[name.lower()] = int(value)
        return cls(**chosen)
