"""A file that an account brings before the mail that it goes with."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Upload:
    """Room for one file, and the file once it is there. It may go with several mails."""

    account: str
    id: str
    filename: str = field(repr=False)
    content_type: str
    size_bytes: int
    expires_at: datetime

    @property
    def object_key(self) -> str:
        """Where it is, below the prefix of mails that go out: nobody else's upload is there."""
        return f"uploads/{self.account}/{self.id}"
