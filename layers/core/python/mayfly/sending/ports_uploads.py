"""Files that accounts bring before the mails that they go with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

from mayfly.sending.models_upload import Upload


@dataclass(frozen=True, slots=True)
class Form:
    """How a file is sent: `multipart/form-data` to `url`, with these fields before `file`."""

    url: str
    fields: Mapping[str, str] = field(repr=False)


class Uploads(Protocol):
    """What accounts have said that they would bring."""

    def add(self, upload: Upload) -> None:
        """Keep it until it expires; a repeat writes the same."""

    def among(self, account: str, ids: Sequence[str]) -> Mapping[str, Upload]:
        """Those of the account with these ids, by id; expired ones may be among them."""


class UploadedFiles(Protocol):
    """What they have brought."""

    def form(self, upload: Upload, lifetime: timedelta) -> Form:
        """What lets whoever has it send this file, of this very size, for so long."""

    def read(self, upload: Upload) -> bytes:
        """The file; NotUploaded if none is there, or one of another size."""
