"""An inbox with mails in it, and what the API says that it holds."""

from dataclasses import dataclass
from typing import Any

from tests.local.mayfly import Mayfly


@dataclass(frozen=True)
class Filled:
    """`raws` are the bytes that the API answers, in the order of arrival."""

    laptop: Mayfly
    address: str
    token: str
    raws: list[bytes]

    @classmethod
    def with_mails(cls, laptop: Mayfly, mails: list[bytes]) -> "Filled":
        """A new public address; what the SMTP server refuses is left out."""
        made = laptop.new_address()
        address = made["email"]
        for each in mails:
            laptop.send(address, each)
        listed = listing(laptop, address, len(mails))
        raws = [laptop.fetch(f"/api/messages/{each['id']}/raw") for each in listed]
        return cls(laptop, address, made["access_token"], raws)


def listing(laptop: Mayfly, address: str, at_least: int) -> list[dict[str, Any]]:
    """All messages, oldest first, once there are so many."""
    found: list[dict[str, Any]] = []
    while len(found) < at_least:
        after = found[-1]["seq"] if found else 0
        path = f"/api/emails/{address}/messages?limit=100&wait=25&after={after}"
        page = laptop.ask("GET", path)
        assert page, f"{len(found)} of {at_least} messages came"
        found += page
    return found
