"""Who a domain belongs to: the name that somebody has registered, of which it is a part.

By the public suffix list (https://publicsuffix.org) as the package carries it; nobody is asked.
"""

from functools import cache
from typing import Any


def registrable(domain: str) -> str:
    """The registrable domain of a domain in its one spelling: `example.co.uk` of
    `mail.example.co.uk`.

    The domain itself where there is none: for a public suffix, and for a name of one label.
    """
    return str(_suffixes().privatesuffix(domain) or domain)


@cache
def _suffixes() -> Any:
    from publicsuffixlist import PublicSuffixList  # a tenth of a second, for who needs it

    return PublicSuffixList()
