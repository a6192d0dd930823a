"""How exports look in JSON."""

from typing import Annotated, Self

from mayfly.exports import models
from mayfly.kit.clock import precise_stamp
from mayfly.kit.http.schemas import Body, Count, PreciseTime, Uuid, View, about


class WantedExport(Body):
    """Which file is wanted."""

    EXAMPLE = {"format": "zip"}

    format: Annotated[
        models.ExportFormat,
        about(
            "`zip`: each message as it came, and `manifest.json` with its SHA-256; `mbox`: one file"
            " for mail programs (mboxrd)",
            must="zip or mbox",
        ),
    ] = models.ExportFormat.ZIP


class Export(View, rename="camel"):
    """A file of all messages, or how far it is."""

    id: Uuid
    format: models.ExportFormat
    status: models.ExportStatus
    messages: Annotated[Count, about("Those that are in it")]
    expected: Annotated[Count, about("How many there were when it was begun")]
    missing: Annotated[Count, about("Those that were deleted while it was made")]
    size: Annotated[Count, about("Bytes that are written")]
    created_at: PreciseTime
    expires_at: Annotated[PreciseTime, about("When the file goes")]
    download_url: Annotated[
        str | None,
        about("Gives the file for five minutes, to everybody who has it; null until it is done"),
    ]

    @classmethod
    def of(cls, export: models.Export, link: str = "") -> Self:
        """An export, with a link once it is done."""
        return cls(
            id=export.id,
            format=export.format,
            status=export.status,
            messages=export.messages,
            expected=export.expected,
            missing=export.missing,
            size=export.size_bytes,
            created_at=precise_stamp(export.created_at),
            expires_at=precise_stamp(export.expires_at),
            download_url=link or None,
        )
