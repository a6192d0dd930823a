"""Measures what messages take and writes docs/cost.md: `python -m bench.cost`.

`python -m bench.cost page` writes the page from the measurements that are there.
"""

import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.corpus import ROOT

PAGE = ROOT / "docs" / "cost.md"
PRICES = ROOT / "bench" / "cost" / "prices.py"
Rows = Mapping[str, tuple[object, ...]]
_MEASURED = re.compile(
    r"(?<=between these two lines\.\n).*(?=# End of what was measured)", re.DOTALL
)


def main(words: Sequence[str]) -> None:
    """Measure, unless only the page is asked for; then write it."""
    if list(words) not in ([], ["page"]):
        sys.exit("Usage: python -m bench.cost [page]")
    if not words:
        text = _measured()
        PRICES.write_text(_MEASURED.sub(lambda _: text, PRICES.read_text()))
        subprocess.run([Path(sys.executable).with_name("ruff"), "format", "-q", PRICES], check=True)
        # What is imported already knows the measurements of before.
        subprocess.run([sys.executable, "-m", "bench.cost", "page"], check=True, cwd=ROOT)
    else:
        from bench.cost.page import page

        PAGE.write_text(page())


def _measured() -> str:
    from bench.cost import measuring, sending_measuring, webhook_measuring
    from bench.cost import measuring as cost_measuring

    sizes, works = cost_measuring.received()
    sent_sizes, sent_works = sending_measuring.sent()
    works |= sent_works | webhook_measuring.told()
    return measured_part(works, sizes, sent_sizes, measuring.web())


def measured_part(works: Rows, sizes: Rows, sent_sizes: Rows, web: tuple[int, ...]) -> str:
    """What stands between the two lines of the module."""
    uploaded = ", ".join(f'"{name}"' for name in sent_sizes if "uploaded" in name)
    return (
        _table("WORK", "Work", works)
        + _table("SIZES", "Size", sizes)
        + _table("SENT_SIZES", "Size", sent_sizes)
        + f"UPLOADED = frozenset({{{uploaded}}})\n"
        + f"PAGE = Page{tuple(web)}\n"
    )


def _table(name: str, kind: str, rows: Rows) -> str:
    lines = "".join(f'    "{key}": {kind}{tuple(row)},\n' for key, row in rows.items())
    return f"{name}: Mapping[str, {kind}] = {{\n{lines}}}\n"


if __name__ == "__main__":
    main(sys.argv[1:])
