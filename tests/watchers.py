"""The flows of the WebSocket over the fakes."""

from mayfly.accounts.tokens import Authenticator
from mayfly.rate_limits.frames import FrameLimiter, FrameLimits
from mayfly.settings import Settings
from mayfly.subscriptions.account_service import AccountSubscriptionService
from mayfly.subscriptions.ports import Subscriptions
from mayfly.subscriptions.service import ConnectionProbe, SubscriptionService
from tests.memory import Memory


def roll_call_over(memory: Memory) -> ConnectionProbe:
    return ConnectionProbe(lambda: memory.sockets, memory.watching, memory.clock)


def watcher_over(memory: Memory, watching: Subscriptions | None = None) -> SubscriptionService:
    return SubscriptionService(
        watching or memory.watching, memory.inboxes, roll_call_over(memory), memory.clock
    )


def account_watcher_over(memory: Memory, doorman: Authenticator) -> AccountSubscriptionService:
    return AccountSubscriptionService(
        doorman, memory.accounts, memory.account_watching, roll_call_over(memory), memory.clock
    )


def limiter_over(memory: Memory, **settings: int) -> FrameLimiter:
    caps = FrameLimits.of(Settings(**settings))  # type: ignore[arg-type]  # by name
    return FrameLimiter(memory.request_counts, caps, memory.clock)
