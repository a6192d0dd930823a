"""How many codes and links of the labelled messages are found, and how many of those are right."""

import json
from collections.abc import Iterator
from pathlib import Path

from mayfly.limits import CONFIRMATION
from mayfly.mail.codes.find import confirmation

MAILS = Path(__file__).parents[1] / "tests" / "mails" / "codes"
HALVES = ("tuning", "widening", "scoring")


def figures() -> Iterator[dict[str, object]]:
    """Precision and recall of codes and of links in either half."""
    for half in HALVES:
        for what in ("code", "link"):
            precision, recall = scored(half, what)
            yield {
                "figure": f"{what}s of {half}",
                "precision": round(precision, 4),
                "recall": round(recall, 4),
            }


def scored(half: str, what: str) -> tuple[float, float]:
    """Precision and recall of what is found in a half: `code` or `link`."""
    right = given = labelled = 0
    for line in (MAILS / f"{half}.jsonl").read_text(encoding="utf-8").splitlines():
        mail = json.loads(line)
        found = getattr(
            confirmation(mail["subject"], mail["text"], mail["html"], CONFIRMATION), what
        )
        given += found is not None
        labelled += mail[what] is not None
        right += found is not None and found == mail[what]
    return right / given, right / labelled
