"""What opening the page takes from CloudFront: its files, as an edge compresses them."""

import gzip

from bench.corpus import ROOT
from mayfly.page.files import CONFIG, content_type
from mayfly.prices import Page

_HEADERS = 1200  # bytes of an answer's headers: most of it is the page's policy
_INSTALLED = frozenset({"icon-192.png", "icon-512.png", "manifest.webmanifest"})
"""Asked for by who installs the page, and then once."""


def web() -> Page:
    """Requests and bytes of one who opens the page for the first time, and of one who comes back.

    Whoever comes back asks for the same, and is told that nothing has changed.
    """
    files = [
        each
        for each in sorted((ROOT / "web").iterdir())
        if content_type(each.name) and each.name not in _INSTALLED
    ]
    sizes = [len(gzip.compress(each.read_bytes(), 6, mtime=0)) for each in files]
    requests = len(files) + len({CONFIG})
    later_bytes = requests * _HEADERS
    return Page(requests, sum(sizes) + later_bytes, later_bytes, requests + len(_INSTALLED))
