"""Figures of this process, as the machine tells them."""

import resource
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

from mayfly.health.prometheus import Process

STARTED = datetime.now(UTC)
_STATM = Path("/proc/self/statm")


def figures() -> Process:
    """As they are now."""
    return Process(STARTED, time.process_time(), _resident_bytes(), threading.active_count())


def _resident_bytes() -> int | None:
    """The second number of statm is in pages (proc(5)); other systems than Linux have none."""
    try:
        return int(_STATM.read_text().split()[1]) * resource.getpagesize()
    except OSError:
        return None
