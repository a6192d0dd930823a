"""Writes the pages of docs/ that are made of what is declared: `python -m bench.pages`."""

from bench.corpus import ROOT
from bench.pages import decisions, limits, settings

PAGES = {
    ROOT / "docs" / "settings.md": settings.page,
    ROOT / "docs" / "limits.md": limits.page,
    ROOT / "docs" / "decisions" / "README.md": decisions.page,
}


def main() -> None:
    """Write all of them; the same declarations always make the same pages."""
    for path, page in PAGES.items():
        path.write_text(page())


if __name__ == "__main__":
    main()
