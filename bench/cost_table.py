"""Tables and amounts, as docs/cost.md has them."""

from collections.abc import Iterator, Sequence


def table(head: Sequence[str], rows: Iterator[Sequence[str]]) -> Iterator[str]:
    """The lines of a table."""
    yield f"| {' | '.join(head)} |"
    yield f"|{' --- |' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def dollars(amount: float) -> str:
    """To the cent, or to the dollar where there are many."""
    return f"${amount:,.2f}" if amount < 1000 else f"${amount:,.0f}"
