"""Webhooks, their deliveries and their receivers, in memory."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from mayfly.errors import Contended
from mayfly.webhooks.models import (
    Attempt,
    Delivery,
    HookOwner,
    HookState,
    Reply,
    State,
    WebhookList,
    WebhookNotFound,
    WebhookTally,
)
from mayfly.webhooks.ports import ExpiryLook, Wake
from tests.relays.fakes import FakeDomainSecrets


class FakeWebhookLists:
    """Webhooks in a dict."""

    def __init__(self) -> None:
        self.kept: dict[HookOwner, WebhookList] = {}

    def of(self, owners: Sequence[HookOwner]) -> Sequence[WebhookList]:
        return [self.kept.get(each, WebhookList(each)) for each in owners]

    def put(self, found: WebhookList) -> None:
        if self.of([found.owner])[0].revision != found.revision - 1:
            raise Contended(str(found.owner))
        self.kept[found.owner] = found

    def remove(self, owner: HookOwner) -> WebhookList:
        return self.kept.pop(owner, WebhookList(owner))


@dataclass
class _Hook:
    state: HookState = field(default_factory=HookState)
    holder: str = ""
    held_until: datetime | None = None
    again: bool = False
    attempts: dict[str, list[Attempt]] = field(default_factory=dict)


class FakeWebhookDeliveries:
    """Deliveries in a dict, one lock for the transactions."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], Delivery] = {}
        self.hooks: dict[str, _Hook] = {}
        self._lock = threading.RLock()

    def add(self, delivery: Delivery) -> bool:
        with self._lock:
            key = delivery.webhook, delivery.id
            if key in self.kept:
                return False
            self.kept[key] = delivery
            return True

    def waiting(
        self, webhook: str, after: datetime | None, until: datetime, most: int
    ) -> Sequence[Delivery]:
        found = [each for each in self._of(webhook) if each.due_at <= until]
        if after is not None:
            found = [each for each in found if each.due_at > after]
        return sorted(found, key=lambda each: (each.due_at, each.id))[:most]

    def next_due(self, webhook: str, after: datetime) -> datetime | None:
        return min((e.due_at for e in self._of(webhook) if e.due_at > after), default=None)

    def postpone(self, before: Delivery, after: Delivery, attempt: Attempt) -> None:
        self._move(before, after, attempt)

    def finish(
        self, before: Delivery, after: Delivery, attempt: Attempt | None, owner: HookOwner
    ) -> None:
        self._move(before, after, attempt)

    def restart(self, before: Delivery, after: Delivery) -> None:
        with self._lock:
            if self.kept.get((before.webhook, before.id)) != before:
                raise Contended(before.id)
            self.kept[after.webhook, after.id] = after

    def find(self, webhook: str, delivery: str) -> Delivery:
        if (webhook, delivery) not in self.kept:
            raise WebhookNotFound("no such delivery")
        return self.kept[webhook, delivery]

    def page(
        self, webhook: str, most: int, before: str = "", states: Sequence[State] = ()
    ) -> tuple[Sequence[Delivery], str]:
        found = sorted(
            (
                each
                for (hook, name), each in self.kept.items()
                if hook == webhook
                and (not before or name < before)
                and (not states or each.state in states)
            ),
            key=lambda each: each.id,
            reverse=True,
        )
        return found[:most], found[most - 1].id if len(found) > most else ""

    def attempts(self, webhook: str, deliveries: Sequence[str]) -> Mapping[str, Sequence[Attempt]]:
        kept = self._hook(webhook).attempts
        return {each: list(kept.get(each, ())) for each in deliveries}

    def begin(self, webhook: str, holder: str, now: datetime, until: datetime) -> HookState | None:
        with self._lock:
            hook = self._hook(webhook)
            if hook.held_until is not None and hook.held_until > now and hook.holder != holder:
                hook.again = True
                return None
            hook.holder, hook.held_until, hook.again = holder, until, False
            return hook.state

    def end(self, webhook: str, holder: str, state: HookState) -> bool:
        with self._lock:
            hook = self._hook(webhook)
            if hook.holder != holder:
                return True
            if hook.again:
                hook.again = False
                return False
            hook.state, hook.held_until = state, None
            return True

    def state(self, webhook: str) -> HookState:
        return self._hook(webhook).state

    def tally(self) -> WebhookTally:
        found = list(self.kept.values())
        over = [each for each in found if each.state is State.GIVEN_UP]
        return WebhookTally(
            len(found),
            sum(each.state is State.DELIVERED for each in found),
            sum(each.state is State.WAITING for each in found),
            {each.reason: sum(other.reason == each.reason for other in over) for each in over},
        )

    def _of(self, webhook: str) -> list[Delivery]:
        with self._lock:
            return [
                each
                for (hook, _), each in self.kept.items()
                if hook == webhook and each.state is State.WAITING
            ]

    def _hook(self, webhook: str) -> _Hook:
        return self.hooks.setdefault(webhook, _Hook())

    def _move(self, before: Delivery, after: Delivery, attempt: Attempt | None) -> None:
        with self._lock:
            there = self.kept.get((before.webhook, before.id))
            if there is None or there.state is not State.WAITING or there.due_at != before.due_at:
                return
            self.kept[after.webhook, after.id] = after
            if attempt is not None:
                self._hook(after.webhook).attempts.setdefault(after.id, []).append(attempt)


class FakeWebhookWakes:
    """Wakes in a list, with the time they are for."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.now = now
        self.given: list[tuple[datetime, Wake | ExpiryLook]] = []
        self.scheduled: dict[tuple[str, datetime], Wake | ExpiryLook] = {}

    def give(self, wake: Wake, delay: timedelta = timedelta()) -> None:
        assert delay <= timedelta(minutes=15)
        self.given.append((self.now() + delay, wake))

    def schedule(self, wake: Wake, at: datetime) -> None:
        self.scheduled[wake.webhook, at.replace(microsecond=0)] = wake

    def look(self, look: ExpiryLook, delay: timedelta) -> None:
        assert delay <= timedelta(minutes=15)
        self.given.append((self.now() + delay, look))

    def schedule_look(self, look: ExpiryLook, at: datetime) -> None:
        self.scheduled[look.inbox, at.replace(microsecond=0)] = look

    def due(self) -> list[Wake | ExpiryLook]:
        """Those whose time has come; they are gone with that."""
        now = self.now()
        found = [job for at, job in self.given if at <= now]
        found += [job for (_, at), job in self.scheduled.items() if at <= now]
        self.given = [(at, job) for at, job in self.given if at > now]
        self.scheduled = {key: job for key, job in self.scheduled.items() if key[1] > now}
        return found

    def next_at(self) -> datetime | None:
        """When there is something again."""
        times = [at for at, _ in self.given] + [at for _, at in self.scheduled]
        return min(times, default=None)


class FakeWebhookSecrets(FakeDomainSecrets):
    """Secrets in a dict."""


@dataclass
class FakeReceivers:
    """Receivers that answer 200, unless they are told what else to answer."""

    told: list[tuple[str, Mapping[str, str], bytes]] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)
    always: Reply = field(default_factory=lambda: Reply(200, 20, "thank you"))

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Reply:
        self.told.append((url, headers, body))
        return self.replies.pop(0) if self.replies else self.always
