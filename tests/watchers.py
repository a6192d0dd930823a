"""The flows of the WebSocket over the fakes."""

from mayfly.account_watching import AccountWatcher
from mayfly.accounts import Doorman
from mayfly.blueprint.settings import Settings
from mayfly.frame_limiting import FrameLimiter, FrameLimits
from mayfly.ports.watching import Watching
from mayfly.roll_call import RollCall
from mayfly.watching import Watcher
from tests.fakes import Memory


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
