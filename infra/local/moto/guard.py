"""One lock around moto, which is not safe under threads.

Its backends have no locks of their own: conditional puts are won twice and failed transactions
leave rows. So one call is dispatched at a time, whether tests make it (moto's `mock_aws`) or the
laptop (`in_process`). Calls must be short: `ReceiveMessage` may not wait for messages.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from moto.core.botocore_stubber import BotocoreStubber

from infra.local.moto import ses

_lock = threading.RLock()
_inside = 0  # how often the thread that has the lock has taken it
_observers: list[Callable[[], None]] = []


@cache
def guard_moto() -> None:
    """Put the lock around moto for the rest of the process; a repeat is a no-op."""
    _guard_calls_in_process()
    ses.mend()


@contextmanager
def alone() -> Iterator[None]:
    """Nobody else is inside moto meanwhile; observers see the change before anybody else does.

    For those who touch moto's backends without a call. May be nested.
    """
    global _inside
    with _lock:
        _inside += 1
        try:
            yield
        finally:
            try:
                if _inside == 1:
                    for observe in tuple(_observers):
                        observe()
            finally:
                _inside -= 1


@contextmanager
def observed(observe: Callable[[], None]) -> Iterator[None]:
    """Call `observe` after each call, inside the lock and before the answer goes out.

    What it raises becomes the call's error.
    """
    with _lock:
        _observers.append(observe)
    try:
        yield
    finally:
        with _lock:
            _observers.remove(observe)


def _guard_calls_in_process() -> None:
    stubber_class: Any = BotocoreStubber
    dispatch = stubber_class.__call__

    def guarded(stubber: Any, *arguments: Any, **named: Any) -> Any:
        if not stubber.enabled:
            return dispatch(stubber, *arguments, **named)
        with alone():
            return dispatch(stubber, *arguments, **named)

    stubber_class.__call__ = guarded
