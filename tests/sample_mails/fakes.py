"""Sample messages among the raw mails of memory."""

from dataclasses import dataclass
from typing import Protocol


class RawMails(Protocol):
    """What keeps them."""

    def put(self, object_key: str, raw: bytes) -> None: ...


@dataclass
class FakeSampleMails:
    """Keeps samples where raw mails are."""

    raw_mails: RawMails

    def put(self, name: str, raw: bytes) -> str:
        key = f"raw/{name}"
        self.raw_mails.put(key, raw)
        return key
