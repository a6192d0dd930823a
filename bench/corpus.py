"""Real messages to measure with: the large collection beside the checkout, or the tests' own."""

import csv
from pathlib import Path

ROOT = Path(__file__).parent.parent
COLLECTION = ROOT.parent / "shared" / "mails"
OWN = ROOT / "tests" / "mails"


def corpus() -> list[bytes]:
    """The messages, in an order that does not depend on the machine."""
    if COLLECTION.is_dir():
        with (COLLECTION / "index.csv").open(newline="") as listed:
            return [(COLLECTION / row["file"]).read_bytes() for row in csv.DictReader(listed)]
    return [path.read_bytes() for path in sorted(OWN.glob("*.eml"))]
