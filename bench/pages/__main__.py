"""Writes what is made of what is declared, pages of docs/ and the client's operations.

`python -m bench.pages`, which is `make pages`.
"""

from bench.corpus import ROOT
from bench.pages import client, decisions, limits, settings

PAGES = {
    ROOT / "docs" / "settings.md": settings.page,
    ROOT / "docs" / "limits.md": limits.page,
    ROOT / "docs" / "decisions" / "README.md": decisions.page,
    **client.pages(),
}


def main() -> None:
    """Write all of them; the same declarations always make the same pages."""
    for path, page in PAGES.items():
        path.write_text(page())


if __name__ == "__main__":
    main()
