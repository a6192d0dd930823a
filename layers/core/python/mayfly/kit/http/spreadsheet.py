"""Tables as CSV that people open in spreadsheets."""

import csv
import io
from collections.abc import Iterable, Sequence

CSV_TYPE = "text/csv; charset=utf-8"
_FORMULA = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")


def csv_of(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """RFC 4180, with the header row.

    A cell that a spreadsheet would take for a formula, full-width signs included, gets an
    apostrophe before it (OWASP, CSV injection).
    """
    written = io.StringIO()
    lines = csv.writer(written)
    lines.writerow(columns)
    for cells in rows:
        lines.writerow([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells])
    return written.getvalue().encode()


def attachment_headers(filename: str) -> dict[str, str]:
    """That the answer is such a file of this name (RFC 6266)."""
    return {
        "Content-Type": CSV_TYPE,
        "Content-Disposition": f'attachment; filename="{filename}"',
    }
