"""What owners do with their webhooks: make, change and remove them."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from mayfly import limits
from mayfly.errors import Contended, InvalidInput, NotPermitted
from mayfly.filters.models import EVERYTHING
from mayfly.kit.clock import Clock, Entropy, to_the_millisecond
from mayfly.webhooks.models import (
    OF_INBOXES,
    SECRET_OVERLAP,
    EventType,
    HookOwner,
    HookState,
    Kind,
    PayloadFormat,
    Reason,
    Wanted,
    Webhook,
    WebhookList,
    WebhooksFull,
)
from mayfly.webhooks.ports import (
    Wake,
    WebhookDeliveries,
    WebhookLists,
    WebhookSecrets,
    WebhookWakes,
)
from mayfly.webhooks.signing import SECRET_BYTES, HookSecrets, secret_of
from mayfly.webhooks.targets import Target

_ID_BYTES = 16
MOST = {
    Kind.ACCOUNT: limits.WEBHOOKS_PER_ACCOUNT,
    Kind.INBOX: limits.WEBHOOKS_PER_INBOX,
    Kind.DEPLOYMENT: limits.WEBHOOKS_OF_DEPLOYMENT,
}


@dataclass(frozen=True, slots=True)
class WebhookService:
    """The webhooks of owners. `with_private` lets them go to this machine's own network.

    `watch_ends` sees to it that the owner hears of the end of its inboxes.
    """

    lists: WebhookLists
    deliveries: WebhookDeliveries
    wakes: WebhookWakes
    secrets: WebhookSecrets
    now: Clock
    entropy: Entropy
    watch_ends: Callable[[HookOwner], None]
    is_on: bool = True
    with_private: bool = False

    def of(self, owner: HookOwner) -> Sequence[Webhook]:
        """All of them, the oldest first."""
        (found,) = self.lists.of([owner])
        return found.webhooks

    def find(self, owner: HookOwner, webhook_id: str) -> tuple[Webhook, HookState]:
        """The owner's webhook, and how its receiver is doing; WebhookNotFound."""
        (found,) = self.lists.of([owner])
        return found.find(webhook_id), self.deliveries.state(webhook_id)

    def make(
        self, owner: HookOwner, wanted: Wanted, ends_at: datetime | None = None
    ) -> tuple[Webhook, str]:
        """A new webhook, and its secret, which is never said again.

        `ends_at` is when its owner may be forgotten. NotPermitted while webhooks are off,
        WebhooksFull, InvalidInput, SecretsUnavailable.
        """
        if not self.is_on:
            raise NotPermitted("this service has no webhooks: whoever runs it has turned them off")
        webhook_id = str(uuid.UUID(bytes=self.entropy(_ID_BYTES), version=4))
        secret = secret_of(self.entropy(SECRET_BYTES))
        target = self._target(wanted.url or "")
        format_ = wanted.format or PayloadFormat.STANDARD
        new = Webhook(
            webhook_id,
            owner,
            target.url,
            _events(owner, format_, wanted.events),
            self.secrets.seal(webhook_id, HookSecrets(secret, target.authorization).written()),
            to_the_millisecond(self.now()),
            format=format_,
            with_raw=bool(wanted.with_raw),
            description=wanted.description or "",
            paused=bool(wanted.paused),
            filter=wanted.filter or EVERYTHING,
        )

        self._watch_ends(new)

        def added(found: WebhookList) -> WebhookList:
            if len(found.webhooks) >= MOST[owner.kind]:
                raise WebhooksFull(f"there may be {MOST[owner.kind]} webhooks; remove one first")
            return replace(found.having(new), ends_at=ends_at)

        self._change(owner, added)
        return new, secret

    def change(
        self, owner: HookOwner, webhook_id: str, wanted: Wanted, *, new_secret: bool = False
    ) -> tuple[Webhook, str]:
        """Change what is said; a webhook that was disabled is enabled with that.

        With its new secret, "" unless it was asked for: the one before signs as well for a day.
        WebhookNotFound, InvalidInput, SecretsUnavailable; Contended if others change it, too.
        """
        there, _ = self.find(owner, webhook_id)
        secret = secret_of(self.entropy(SECRET_BYTES)) if new_secret else ""
        changed = self._changed(there, wanted, secret)
        self._watch_ends(changed)

        def put(found: WebhookList) -> WebhookList:
            if found.find(webhook_id) != there:
                raise Contended("somebody else has just changed this webhook")
            return found.having(changed)

        self._change(owner, put)
        self.wakes.give(Wake(owner, webhook_id, at_once=True))  # what waits may go on
        return changed, secret

    def remove(self, owner: HookOwner, webhook_id: str) -> Webhook:
        """Remove it; what waits for it is given up."""
        webhook, _ = self.find(owner, webhook_id)
        # First: if the answer is lost, there is nobody left to ask for it.
        self.wakes.give(Wake(owner, webhook_id), limits.WEBHOOK_LEASE)
        self._change(owner, lambda found: found.without(webhook_id))
        self.wakes.give(Wake(owner, webhook_id))
        return webhook

    def forget(self, owner: HookOwner) -> None:
        """Remove all webhooks of an owner that is gone. Safe to repeat."""
        (found,) = self.lists.of([owner])
        if not found.revision:
            return
        for each in found.webhooks:
            self.wakes.give(Wake(owner, each.id), limits.WEBHOOK_LEASE)
        self.lists.remove(owner)

    def disable(self, webhook: Webhook, reason: Reason) -> Webhook | None:
        """Turn it off as it is now; what waits is given up. Safe to repeat.

        None if its owner has removed it meanwhile, or sent it elsewhere: what was found out is of
        another receiver then.
        """
        words = {Reason.GONE: "the receiver answered 410"}
        why = words.get(reason, "no event was taken for five days")
        now = to_the_millisecond(self.now())
        off: Webhook | None = None

        def put(found: WebhookList) -> WebhookList:
            nonlocal off
            there = {each.id: each for each in found.webhooks}.get(webhook.id)
            if there is None or there.url != webhook.url:
                off = None
                return found
            off = replace(there, disabled_at=now, disabled_because=why)
            return found.having(off)

        self._change(webhook.owner, put)
        return off

    def _changed(self, there: Webhook, wanted: Wanted, secret: str) -> Webhook:
        format_ = wanted.format or there.format
        events = there.events if wanted.events is None else wanted.events
        return replace(
            self._sealed_anew(there, wanted.url, secret),
            events=_events(there.owner, format_, events),
            format=format_,
            with_raw=there.with_raw if wanted.with_raw is None else wanted.with_raw,
            description=there.description if wanted.description is None else wanted.description,
            paused=there.paused if wanted.paused is None else wanted.paused,
            filter=there.filter if wanted.filter is None else wanted.filter,
            disabled_at=None,
            disabled_because="",
        )

    def _sealed_anew(self, there: Webhook, url: str | None, secret: str) -> Webhook:
        """With another URL and another secret, each if there is one.

        User and password go to no other URL than they were given with.
        """
        if url is None and not secret:
            return there
        opened = HookSecrets.read(self.secrets.open(there.id, there.sealed))
        target = None if url is None else self._target(url)
        authorization = target.authorization if target else opened.authorization
        said = HookSecrets(secret or opened.secret, authorization)
        sealed = self.secrets.seal(there.id, said.written())
        anew = replace(there, url=target.url if target else there.url, sealed=sealed)
        if not secret:
            return anew
        until = to_the_millisecond(self.now()) + SECRET_OVERLAP
        return replace(anew, former=there.sealed, former_until=until)

    def _watch_ends(self, webhook: Webhook) -> None:
        """Before it is written: looked at in vain is better than not looked at."""
        if EventType.INBOX_EXPIRED in webhook.events:
            self.watch_ends(webhook.owner)

    def _target(self, url: str) -> Target:
        return Target.read(url, with_private=self.with_private)

    def _change(
        self,
        owner: HookOwner,
        change: Callable[[WebhookList], WebhookList],
    ) -> None:
        """Write what `change` makes of the owner's webhooks as they are then."""
        for attempt in range(limits.WEBHOOK_WRITES):
            (found,) = self.lists.of([owner])
            changed = change(found)
            if changed == found:
                return
            try:
                return self.lists.put(changed)
            except Contended:
                if attempt == limits.WEBHOOK_WRITES - 1:
                    raise


def _events(
    owner: HookOwner, format_: PayloadFormat, wanted: frozenset[EventType] | None
) -> frozenset[EventType]:
    """What may be told; InvalidInput names what may not."""
    events = wanted or frozenset({EventType.MESSAGE_RECEIVED})
    if owner.kind is Kind.INBOX and (others := events - set(OF_INBOXES)):
        raise InvalidInput(f"events: {', '.join(sorted(others))} is of accounts, not of one inbox")
    if format_ is PayloadFormat.POSTMARK and events != {EventType.MESSAGE_RECEIVED}:
        raise InvalidInput("events: Postmark's format has message.received only")
    return events
