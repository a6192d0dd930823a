"""Measures what mails take and writes docs/cost.md: `python -m bench.cost`.

`python -m bench.cost page` writes the page from the measurements that are there.
"""

import json
import sys
from collections.abc import Sequence

from bench.corpus import ROOT
from bench.cost_inputs import MEASURED, measured
from bench.cost_page import page

PAGE = ROOT / "docs" / "cost.md"


def main(words: Sequence[str]) -> None:
    """Measure, unless only the page is asked for; then write it."""
    if list(words) not in ([], ["page"]):
        sys.exit("Usage: python -m bench.cost [page]")
    if not words:
        from bench import cost_measuring

        MEASURED.write_text(json.dumps(cost_measuring.measured(), indent=2) + "\n")
    PAGE.write_text(page(measured()))


if __name__ == "__main__":
    main(sys.argv[1:])
