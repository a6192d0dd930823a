"""The worker: what waits for a webhook is sent, in its order, by one at a time.

An inbox's events wait for each other while the first of them is tried again at once; one that
fails for longer is passed. A receiver that does not answer at all is left alone for as long as one
delivery would be, so that a host that is down costs little, however much waits for it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from mayfly import limits
from mayfly.errors import MessageNotFound
from mayfly.kit.clock import Clock, to_the_millisecond
from mayfly.webhooks.models import (
    GIVEN_UP_AFTER,
    LONGEST_RETRY_AFTER,
    SCHEDULE,
    Attempt,
    Delivery,
    HookOwner,
    HookState,
    Reason,
    Reply,
    State,
    Webhook,
    WebhookNotFound,
    wait_after,
)
from mayfly.webhooks.payloads import FilteredOut
from mayfly.webhooks.ports import Wake, WebhookDeliveries, WebhookLists, WebhookWakes

_HELD_FOR = timedelta(seconds=10)  # more than the first retry waits, with its jitter
_SOONEST = timedelta(seconds=1)
_EARLY = timedelta(seconds=2)
_LONGEST_DELAY = limits.ORDER_DELAY
_GONE = 410
_OURS = "a fault of this service: nothing was sent"


class Sender(Protocol):
    """The way of one delivery to its receiver."""

    def admits(self, webhook: Webhook, now: datetime) -> timedelta:
        """How long to wait before one more attempt: no time at all unless there were many."""

    def send(self, delivery: Delivery, webhook: Webhook, now: datetime) -> Reply:
        """What the receiver said; MessageNotFound if what is to be told is not there any more."""


class Outcome(StrEnum):
    """What came of one delivery in a turn; each is counted by this name."""

    DELIVERED = "delivered"
    POSTPONED = "postponed"
    GIVEN_UP = "given_up"


Note = Callable[[Outcome], None]
"""Hears of each outcome."""


@dataclass(slots=True)
class _Turn:
    """One holder at work on one webhook; `over` is why nothing more is sent to it, `next` what
    goes on with it, if it `was_changed` with what it is now.
    """

    wake: Wake
    webhook: Webhook
    state: HookState
    ends_at: datetime
    note: Note
    held: dict[str, str] = field(default_factory=dict)
    over: Reason | None = None
    was_changed: bool = False
    next: Wake | None = None
    failures: list[Exception] = field(default_factory=list)

    def must_end(self, now: datetime) -> bool:
        """Whether others have their turn, or the queue of slow ones has to go on with it."""
        is_for_others = self.state.is_slow and not self.wake.is_slow
        return self.was_changed or now >= self.ends_at or is_for_others

    def is_quiet(self, now: datetime) -> bool:
        """Whether the receiver is left alone."""
        return self.state.quiet_until is not None and self.state.quiet_until > now

    def hold(self, delivery: Delivery) -> None:
        """What comes after it in its inbox waits."""
        if delivery.lane and delivery.attempts == 1:
            first = min(self.held.get(delivery.lane, delivery.id), delivery.id)
            self.held[delivery.lane] = first

    def holds(self, delivery: Delivery) -> bool:
        """Whether it waits for another one of its inbox."""
        return self.held.get(delivery.lane, delivery.id) < delivery.id


@dataclass(frozen=True, slots=True)
class WebhookWorker:
    """Sends what waits. Wakes may come twice, late, or for nothing.

    `disable` turns a webhook off and tells its owner; False if its owner has just changed it.
    """

    lists: WebhookLists
    deliveries: WebhookDeliveries
    wakes: WebhookWakes
    sender: Sender
    disable: Callable[[Webhook, Reason], bool]
    now: Clock

    def work(self, wake: Wake, holder: str, note: Note) -> None:
        """Send what is due. Whatever is raised: the same holder works on it again.

        What cannot be made is tried again like what is not taken, so that others go on; the first
        reason is raised once all is done.
        """
        now = self._instant()
        state = self.deliveries.begin(wake.webhook, holder, now, now + limits.WEBHOOK_LEASE)
        if state is None:  # who is at work has been told
            return
        if wake.at_once:
            state, wake = replace(state, quiet_until=None, silent=0), replace(wake, at_once=False)
        ends_at = now + limits.WEBHOOK_RUN
        failures: list[Exception] = []
        while True:
            state, after = self._turn(wake, state, ends_at, note, failures)
            ended = self.deliveries.end(wake.webhook, holder, state)
            if after is not None:  # only now: whoever gets it must find nobody at work
                if not ended:
                    self.deliveries.end(wake.webhook, holder, state)
                self.wakes.give(after)
                break
            if ended:
                break
        if failures:
            raise failures[0]

    def _turn(
        self,
        wake: Wake,
        state: HookState,
        ends_at: datetime,
        note: Note,
        failures: list[Exception],
    ) -> tuple[HookState, Wake | None]:
        (found,) = self.lists.of([wake.owner])
        try:
            webhook = found.find(wake.webhook)
        except WebhookNotFound:
            return self._abandon(wake, Reason.REMOVED, note)
        if not webhook.is_on:
            return self._abandon(wake, Reason.DISABLED, note)
        turn = _Turn(wake, webhook, state, ends_at, note, failures=failures)
        while self._sent_some(turn):
            pass
        return self._abandon(wake, turn.over, note) if turn.over else (turn.state, turn.next)

    def _sent_some(self, turn: _Turn) -> bool:
        """Send some of what is due; False once there is nothing more to do, or not now."""
        now = self._instant()
        due = self.deliveries.waiting(turn.webhook.id, None, now, limits.WEBHOOK_LOOKED_AT)
        self._look_for_held(turn, now)
        went_on = False
        for each in sorted(due, key=lambda each: each.id):
            now = self._instant()
            if turn.must_end(now):
                turn.next = replace(turn.wake, is_slow=turn.state.is_slow)
                return False
            if now - each.began_at >= GIVEN_UP_AFTER:
                self._finish(turn.note, turn.webhook.owner, each, Reason.TOO_LATE)
            elif turn.webhook.paused or turn.is_quiet(now) or turn.holds(each):
                continue
            elif wait := self.sender.admits(turn.webhook, now):
                turn.state = replace(turn.state, quiet_until=now + wait)
                continue
            else:
                self._attempt(turn, each, now)
            went_on = True
            if turn.over:
                return False
        if not went_on:
            self._wake_later(turn, due[0].began_at if due else None, now)
        return went_on

    def _look_for_held(self, turn: _Turn, now: datetime) -> None:
        until = turn.state.holding_until
        turn.held = {}
        if until is None or until <= now:
            return
        soon = self.deliveries.waiting(
            turn.webhook.id, now, now + _HELD_FOR, limits.WEBHOOK_LOOKED_AT
        )
        for each in soon:
            turn.hold(each)

    def _attempt(self, turn: _Turn, delivery: Delivery, now: datetime) -> None:
        try:
            reply = self.sender.send(delivery, turn.webhook, now)
        except MessageNotFound:
            self._finish(turn.note, turn.webhook.owner, delivery, Reason.DELETED)
            return
        except FilteredOut:
            self._finish(turn.note, turn.webhook.owner, delivery, Reason.FILTERED)
            return
        except Exception as failure:
            turn.failures.append(failure)
            self._failed(turn, delivery, Attempt(delivery.number + 1, now, Reply(0, 0, "", _OURS)))
            return
        attempt = Attempt(delivery.number + 1, now, reply)
        turn.state = _after(turn.state, reply, self._instant())
        if reply.is_good:
            self._finish(turn.note, turn.webhook.owner, delivery, None, attempt)
            return
        if reply.status == _GONE:
            turn.over = Reason.GONE
        elif now - (turn.state.failing_since or now) >= GIVEN_UP_AFTER:
            turn.over = Reason.DISABLED
        if turn.over and not self.disable(turn.webhook, turn.over):
            turn.over, turn.was_changed = None, True
        if turn.over:
            self._finish(turn.note, turn.webhook.owner, delivery, turn.over, attempt)
        else:
            self._failed(turn, delivery, attempt)

    def _failed(self, turn: _Turn, delivery: Delivery, attempt: Attempt) -> None:
        if delivery.attempts + 1 >= len(SCHEDULE):
            self._finish(turn.note, turn.webhook.owner, delivery, Reason.ATTEMPTS, attempt)
        else:
            self._postpone(turn, delivery, attempt)

    def _postpone(self, turn: _Turn, delivery: Delivery, attempt: Attempt) -> None:
        attempts = delivery.attempts + 1
        asked = min(attempt.reply.retry_after or timedelta(), LONGEST_RETRY_AFTER)
        due_at = to_the_millisecond(self.now() + max(wait_after(attempts), asked))
        again = replace(delivery, attempts=attempts, number=attempt.number, due_at=due_at)
        self.deliveries.postpone(delivery, again, attempt)
        if attempts == 1:
            turn.hold(again)
            holding = max(due_at, turn.state.holding_until or due_at)
            turn.state = replace(turn.state, holding_until=holding)
        turn.note(Outcome.POSTPONED)

    def _finish(
        self,
        note: Note,
        owner: HookOwner,
        delivery: Delivery,
        reason: Reason | None,
        attempt: Attempt | None = None,
    ) -> None:
        """It is given up for this reason, or delivered without one."""
        over = replace(
            delivery,
            state=State.GIVEN_UP if reason else State.DELIVERED,
            reason=reason.value if reason else "",
            attempts=delivery.attempts + (attempt is not None),
            number=attempt.number if attempt else delivery.number,
            finished_at=self._instant(),
        )
        self.deliveries.finish(delivery, over, attempt, owner)
        note(Outcome.GIVEN_UP if reason else Outcome.DELIVERED)

    def _abandon(self, wake: Wake, reason: Reason, note: Note) -> tuple[HookState, Wake | None]:
        """Give up all that waits, whenever it is due."""
        now, most = self._instant(), limits.WEBHOOK_LOOKED_AT
        ever = now + 2 * GIVEN_UP_AFTER
        while waiting := self.deliveries.waiting(wake.webhook, None, ever, most):
            for each in waiting:
                self._finish(note, wake.owner, each, reason)
            if self._instant() - now >= limits.WEBHOOK_RUN:
                return HookState(), replace(wake, is_slow=False)
        return HookState(), None

    def _wake_later(self, turn: _Turn, oldest: datetime | None, now: datetime) -> None:
        """See that somebody looks again when there is something to do, once."""
        if turn.webhook.paused:
            at = oldest and oldest + GIVEN_UP_AFTER
        elif oldest is not None:  # it is left alone, or one waits for another
            quiet = turn.state.quiet_until if turn.is_quiet(now) else None
            at = quiet or turn.state.holding_until
        else:
            at = self.deliveries.next_due(turn.webhook.id, now)
        if at is None:
            return
        at = _whole(max(at, now + _SOONEST))
        known = turn.state.wake_at
        # One that is nearly due may be this very wake, which came a moment too early.
        if known is not None and now + _EARLY < known <= at:
            return
        wake = replace(turn.wake, is_slow=turn.state.is_slow)
        if at - now <= _LONGEST_DELAY:
            self.wakes.give(wake, at - now)
        else:
            self.wakes.schedule(replace(wake, is_slow=False), at)
        turn.state = replace(turn.state, wake_at=at)

    def _instant(self) -> datetime:
        return to_the_millisecond(self.now())


def _whole(when: datetime) -> datetime:
    """The next whole second: queues and schedules know no others."""
    return when if not when.microsecond else when.replace(microsecond=0) + _SOONEST


def _after(state: HookState, reply: Reply, now: datetime) -> HookState:
    """How the receiver is doing, after this reply."""
    is_slow = reply.milliseconds >= limits.WEBHOOK_SLOW.total_seconds() * 1000
    if reply.is_good:
        return replace(state, is_slow=is_slow, silent=0, failing_since=None, quiet_until=None)
    failing_since = state.failing_since or now
    if reply.status:  # it answers: what it does not take is that one's matter
        asked = min(reply.retry_after or timedelta(), LONGEST_RETRY_AFTER)
        quiet = now + asked if asked else None
        return replace(
            state, is_slow=is_slow, silent=0, failing_since=failing_since, quiet_until=quiet
        )
    silent = state.silent + 1
    quiet = to_the_millisecond(now + wait_after(silent))
    return replace(
        state, is_slow=is_slow, silent=silent, failing_since=failing_since, quiet_until=quiet
    )
