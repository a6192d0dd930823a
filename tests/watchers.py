"""The flows of the WebSocket over the fakes."""

from mayfly.accounts.service import Doorman
from mayfly.rate_limits.frames import FrameLimiter, FrameLimits
from mayfly.receiving.roll_call import RollCall
from mayfly.settings import Settings
from mayfly.subscriptions.account_service import AccountWatcher
from mayfly.subscriptions.ports import Watching
from mayfly.subscriptions.service import Watcher
from tests.memory import Memory


def roll_call_over(memory: Memory) -> RollCall:
    return RollCall(lambda: memory.sockets, memory.watching, memory.clock)


def watcher_over(memory: Memory, watching: Watching | None = None) -> Watcher:
    return Watcher(
        watching or memory.watching, memory.inboxes, roll_call_over(memory), memory.clock
    )


def account_watcher_over(memory: Memory, doorman: Doorman) -> AccountWatcher:
    return AccountWatcher(
        doorman, memory.accounts, memory.account_watching, roll_call_over(memory), memory.clock
    )


def limiter_over(memory: Memory, **settings: int) -> FrameLimiter:
    caps = FrameLimits.of(Settings(**settings))  # type: ignore[arg-type]  # by name
    return FrameLimiter(memory.request_counts, caps, memory.clock)
