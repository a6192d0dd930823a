"""Where sample messages are kept: with all raw mail."""

from typing import Protocol


class SampleMails(Protocol):
    """Keeps sample messages among the raw mails; all others are written by the receiving side."""

    def put(self, name: str, raw: bytes) -> str:
        """Keep it under this name, which begins with `models.SAMPLE`; its object key."""
