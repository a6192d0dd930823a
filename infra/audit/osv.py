"""Asks OSV for all that is known about packages. https://google.github.io/osv.dev/post-v1-query/"""

import json
import urllib.request
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from infra.audit.snapshot import ECOSYSTEM, Snapshot, reduced

OSV = "https://api.osv.dev"
_SECONDS = 20.0
_MOST_PAGES = 100
_MOST_BYTES = 64 * 1024 * 1024


def taken(names: Iterable[str], today: date, service: str = OSV) -> Snapshot:
    """A snapshot of today; URLError or TimeoutError if the service cannot be reached."""
    asked = frozenset(names)
    found = {
        str(each["id"]): each
        for name in sorted(asked)
        for each in map(reduced, _about(name, service))
        if each is not None
    }
    return Snapshot(service, today, asked, list(found.values()))


def _about(name: str, service: str) -> Iterator[dict[str, Any]]:
    query: dict[str, Any] = {"package": {"name": name, "ecosystem": ECOSYSTEM}}
    for _ in range(_MOST_PAGES):
        request = urllib.request.Request(
            f"{service}/v1/query", json.dumps(query).encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=_SECONDS) as response:
            page = json.loads(response.read(_MOST_BYTES))
        yield from page.get("vulns", [])
        if not page.get("next_page_token"):
            return
        query["page_token"] = page["next_page_token"]
