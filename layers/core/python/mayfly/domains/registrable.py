"""The registrable domain: what one has to pay or to ask somebody for, to have one more."""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList

_MAX_CHARS = 253  # of a name, RFC 1035 section 2.3.4


def registrable(domain: str) -> str:
    """The part of the domain below its public suffix: `shop.example.co.uk` is `example.co.uk`.

    Names below a suffix of a private list, as `github.io`, count as one: anybody can have as many
    of them as they like. What has no registrable part, as an IP address, `localhost` or `co.uk`,
    is returned as it is, in lower case and without the dot at its end.
    """
    name = domain[:_MAX_CHARS].lower().strip().rstrip(".")
    if name.startswith("[") or name.rpartition(".")[2].isdigit():  # an address, with or without []
        return name
    return _suffixes().privatesuffix(name) or name


@cache
def _suffixes() -> "PublicSuffixList":
    """The list as it came with the library: 100 ms and 4 MB, so only those who ask pay for it."""
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList(only_icann=True)
