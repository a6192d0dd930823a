"""Webhooks: programs that are told of events: of an account, an inbox, or all of the service.

Written by `make pages`; what is wrong here is wrong in `mayfly/` or in `bench/pages/client.py`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from mayfly_client.api.messages import FileLink
from mayfly_client.flows import M, Sent, operation
from mayfly_client.subjects import Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class NewWebhook:
    """A webhook with its secret: after this, only a new secret can be had."""

    id: str
    url: str
    events: list[str]
    format: str
    include_raw: bool
    description: str
    paused: bool
    filter: dict[str, Any]
    created_at: datetime
    disabled_at: datetime | None
    disabled_because: str | None
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """A webhook, without its secret."""

    id: str
    url: str
    events: list[str]
    format: str
    include_raw: bool
    description: str
    paused: bool
    filter: dict[str, Any]
    created_at: datetime
    disabled_at: datetime | None
    disabled_because: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhooks:
    """An owner's webhooks."""

    webhooks: "list[Webhook]"
    count: int
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownWebhook:
    """A webhook, and how its receiver is doing."""

    id: str
    url: str
    events: list[str]
    format: str
    include_raw: bool
    description: str
    paused: bool
    filter: dict[str, Any]
    created_at: datetime
    disabled_at: datetime | None
    disabled_because: str | None
    failing_since: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedWebhook:
    """A webhook after a change."""

    id: str
    url: str
    events: list[str]
    format: str
    include_raw: bool
    description: str
    paused: bool
    filter: dict[str, Any]
    created_at: datetime
    disabled_at: datetime | None
    disabled_because: str | None
    secret: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovedWebhook:
    """What is answered when a webhook is gone."""

    id: str
    deleted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookTried:
    """What the receiver of a test said."""

    success: bool
    status: int | None
    milliseconds: int
    answer: str
    trouble: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One attempt of a delivery."""

    number: int
    at: datetime
    status: int | None
    milliseconds: int
    answer: str
    trouble: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """An event on its way to a webhook."""

    id: str
    webhook_id: str
    type: str
    at: datetime
    state: str
    reason: str | None
    next_attempt_at: datetime | None
    finished_at: datetime | None
    attempts: "list[Attempt]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deliveries:
    """Part of a webhook's log."""

    deliveries: "list[Delivery]"
    cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """How many deliveries wait again."""

    count: int
    more: bool


class WebhooksApi(Subject[M]):
    """Programs that are told of events: of an account, an inbox, or all of the service."""

    @operation(
        "POST",
        "/api/v1/webhooks",
        NewWebhook,
        (
            "api_key",
            "token",
        ),
    )
    def make_webhook(
        self,
        *,
        url: str,
        events: Sequence[
            Literal[
                "domain.suspended",
                "domain.verified",
                "email.bounced",
                "email.complained",
                "email.delivered",
                "email.failed",
                "email.sent",
                "inbox.expired",
                "inbox.full",
                "message.deleted",
                "message.received",
                "webhook.disabled",
            ]
        ]
        | None = None,
        format: Literal["postmark", "standard"] | None = None,
        include_raw: bool | None = None,
        description: str | None = None,
        paused: bool | None = None,
        filter: Mapping[str, Any] | None = None,
    ) -> Sent:
        """Make a webhook of an account.

        The answer is the only one with the secret in it. An event that happens from now on
        is told at least once, with the same `webhook-id` each time.
        """
        return Sent(
            body={
                "url": url,
                "events": events,
                "format": format,
                "includeRaw": include_raw,
                "description": description,
                "paused": paused,
                "filter": filter,
            }
        )

    @operation(
        "GET",
        "/api/v1/webhooks",
        Webhooks,
        (
            "api_key",
            "token",
        ),
    )
    def list_webhooks(self) -> Sent:
        """List the webhooks of an account."""
        return Sent()

    @operation("POST", "/v1/inboxes/{inboxId}/webhooks", NewWebhook, ("token",))
    def make_webhook_of_inbox(
        self,
        inbox_id: str,
        *,
        url: str,
        events: Sequence[
            Literal[
                "domain.suspended",
                "domain.verified",
                "email.bounced",
                "email.complained",
                "email.delivered",
                "email.failed",
                "email.sent",
                "inbox.expired",
                "inbox.full",
                "message.deleted",
                "message.received",
                "webhook.disabled",
            ]
        ]
        | None = None,
        format: Literal["postmark", "standard"] | None = None,
        include_raw: bool | None = None,
        description: str | None = None,
        paused: bool | None = None,
        filter: Mapping[str, Any] | None = None,
    ) -> Sent:
        """Make a webhook of an inbox.

        The answer is the only one with the secret in it. An event that happens from now on
        is told at least once, with the same `webhook-id` each time.
        """
        return Sent(
            (inbox_id,),
            body={
                "url": url,
                "events": events,
                "format": format,
                "includeRaw": include_raw,
                "description": description,
                "paused": paused,
                "filter": filter,
            },
        )

    @operation("GET", "/v1/inboxes/{inboxId}/webhooks", Webhooks, ("token",))
    def list_webhooks_of_inbox(self, inbox_id: str) -> Sent:
        """List the webhooks of an inbox."""
        return Sent((inbox_id,))

    @operation("POST", "/api/emails/{email}/webhooks", NewWebhook, ("token",))
    def make_webhook_of_address(
        self,
        email: str,
        *,
        url: str,
        events: Sequence[
            Literal[
                "domain.suspended",
                "domain.verified",
                "email.bounced",
                "email.complained",
                "email.delivered",
                "email.failed",
                "email.sent",
                "inbox.expired",
                "inbox.full",
                "message.deleted",
                "message.received",
                "webhook.disabled",
            ]
        ]
        | None = None,
        format: Literal["postmark", "standard"] | None = None,
        include_raw: bool | None = None,
        description: str | None = None,
        paused: bool | None = None,
        filter: Mapping[str, Any] | None = None,
    ) -> Sent:
        """Make a webhook of an address.

        The answer is the only one with the secret in it. An event that happens from now on
        is told at least once, with the same `webhook-id` each time.
        """
        return Sent(
            (email,),
            body={
                "url": url,
                "events": events,
                "format": format,
                "includeRaw": include_raw,
                "description": description,
                "paused": paused,
                "filter": filter,
            },
        )

    @operation("GET", "/api/emails/{email}/webhooks", Webhooks, ("token",))
    def list_webhooks_of_address(self, email: str) -> Sent:
        """List the webhooks of an address."""
        return Sent((email,))

    @operation("POST", "/v1/admin/webhooks", NewWebhook, ("admin_key",))
    def make_webhook_of_deployment(
        self,
        *,
        url: str,
        events: Sequence[
            Literal[
                "domain.suspended",
                "domain.verified",
                "email.bounced",
                "email.complained",
                "email.delivered",
                "email.failed",
                "email.sent",
                "inbox.expired",
                "inbox.full",
                "message.deleted",
                "message.received",
                "webhook.disabled",
            ]
        ]
        | None = None,
        format: Literal["postmark", "standard"] | None = None,
        include_raw: bool | None = None,
        description: str | None = None,
        paused: bool | None = None,
        filter: Mapping[str, Any] | None = None,
    ) -> Sent:
        """Make a webhook of the service.

        The answer is the only one with the secret in it. An event that happens from now on
        is told at least once, with the same `webhook-id` each time.
        """
        return Sent(
            body={
                "url": url,
                "events": events,
                "format": format,
                "includeRaw": include_raw,
                "description": description,
                "paused": paused,
                "filter": filter,
            }
        )

    @operation("GET", "/v1/admin/webhooks", Webhooks, ("admin_key",))
    def list_webhooks_of_deployment(self) -> Sent:
        """List the webhooks of the service."""
        return Sent()

    @operation(
        "GET",
        "/api/v1/webhooks/{webhookId}",
        ShownWebhook,
        (
            "api_key",
            "token",
        ),
    )
    def show_webhook(self, webhook_id: str) -> Sent:
        """Show a webhook of an account."""
        return Sent((webhook_id,))

    @operation(
        "PUT",
        "/api/v1/webhooks/{webhookId}",
        ChangedWebhook,
        (
            "api_key",
            "token",
        ),
    )
    def change_webhook(
        self,
        webhook_id: str,
        *,
        url: str | None = None,
        events: Sequence[
            Literal[
                "domain.suspended",
                "domain.verified",
                "email.bounced",
                "email.complained",
                "email.delivered",
                "email.failed",
                "email.sent",
                "inbox.expired",
                "inbox.full",
                "message.deleted",
                "message.received",
                "webhook.disabled",
            ]
        ]
        | None = None,
        format: Literal["postmark", "standard"] | None = None,
        include_raw: bool | None = None,
        description: str | None = None,
        paused: bool | None = None,
        filter: Mapping[str, Any] | None = None,
        rotate_secret: bool | None = None,
    ) -> Sent:
        """Change a webhook of an account.

        What is not named stays. A webhook that was disabled is enabled with it. After
        `rotateSecret`, the secret before signs as well for 24 hours: each request has both
        signatures.
        """
        return Sent(
            (webhook_id,),
            body={
                "url": url,
                "events": events,
                "format": format,
                "includeRaw": include_raw,
                "description": description,
                "paused": paused,
                "filter": filter,
                "rotateSecret": rotate_secret,
            },
        )

    @operation(
        "DELETE",
        "/api/v1/webhooks/{webhookId}",
        RemovedWebhook,
        (
            "api_key",
            "token",
        ),
    )
    def remove_webhook(self, webhook_id: str) -> Sent:
        """Remove a webhook of an account. What waits for it is given up."""
        return Sent((webhook_id,))

    @operation("GET", "/v1/inboxes/{inboxId}/webhooks/{webhookId}", ShownWebhook, ("token",))
    def show_webhook_of_inbox(self, inbox_id: str, webhook_id: str) -> Sent:
        """Show a webhook of an inbox."""
        return Sent((inbox_id, webhook_id))

    @operation("PUT", "/v1/inboxes/{inboxId}/webhooks/{webhookId}", ChangedWebhook, ("token",))
    def change_webhook_of_inbox(
        self,
        inbox_id: str,
        webhook_id: str,
        *,
        url: str | None = None,
        events: Sequence[
            Literal[
                "domain.suspended",
                "domain.verified",
                "email.bounced",
                "email.complained",
                "email.delivered",
                "email.failed",
                "email.sent",
                "inbox.expired",
                "inbox.full",
                "message.deleted",
                "message.received",
                "webhook.disabled",
            ]
        ]
        | None = None,
        format: Literal["postmark", "standard"] | None = None,
        include_raw: bool | None = None,
        description: str | None = None,
        paused: bool | None = None,
        filter: Mapping[str, Any] | None = None,
        rotate_secret: bool | None = None,
    ) -> Sent:
        """Change a webhook of an inbox.

        What is not named stays. A webhook that was disabled is enabled with it. After
        `rotateSecret`, the secret before signs as well for 24 hours: each request has both
        signatures.
        """
        return Sent(
            (inbox_id, webhook_id),
            body={
                "url": url,
                "events": events,
                "format": format,
                "includeRaw": include_raw,
                "description": description,
                "paused": paused,
                "filter": filter,
                "rotateSecret": rotate_secret,
            },
        )

    @operation("DELETE", "/v1/inboxes/{inboxId}/webhooks/{webhookId}", RemovedWebhook, ("token",))
    def remove_webhook_of_inbox(self, inbox_id: str, webhook_id: str) -> Sent:
        """Remove a webhook of an inbox. What waits for it is given up."""
        return Sent((inbox_id, webhook_id))

    @operation("GET", "/api/emails/{email}/webhooks/{webhookId}", ShownWebhook, ("token",))
    def show_webhook_of_address(self, email: str, webhook_id: str) -> Sent:
        """Show a webhook of an address."""
        return Sent((email, webhook_id))

    @operation("PUT", "/api/emails/{email}/webhooks/{webhookId}", ChangedWebhook, ("token",))
    def change_webhook_of_address(
        self,
        email: str,
        webhook_id: str,
        *,
        url: str | None = None,
        events: Sequence[
            Literal[
                "domain.suspended",
                "domain.verified",
                "email.bounced",
                "email.complained",
                "email.delivered",
                "email.failed",
                "email.sent",
                "inbox.expired",
                "inbox.full",
                "message.deleted",
                "message.received",
                "webhook.disabled",
            ]
        ]
        | None = None,
        format: Literal["postmark", "standard"] | None = None,
        include_raw: bool | None = None,
        description: str | None = None,
        paused: bool | None = None,
        filter: Mapping[str, Any] | None = None,
        rotate_secret: bool | None = None,
    ) -> Sent:
        """Change a webhook of an address.

        What is not named stays. A webhook that was disabled is enabled with it. After
        `rotateSecret`, the secret before signs as well for 24 hours: each request has both
        signatures.
        """
        return Sent(
            (email, webhook_id),
            body={
                "url": url,
                "events": events,
                "format": format,
                "includeRaw": include_raw,
                "description": description,
                "paused": paused,
                "filter": filter,
                "rotateSecret": rotate_secret,
            },
        )

    @operation("DELETE", "/api/emails/{email}/webhooks/{webhookId}", RemovedWebhook, ("token",))
    def remove_webhook_of_address(self, email: str, webhook_id: str) -> Sent:
        """Remove a webhook of an address. What waits for it is given up."""
        return Sent((email, webhook_id))

    @operation("GET", "/v1/admin/webhooks/{webhookId}", ShownWebhook, ("admin_key",))
    def show_webhook_of_deployment(self, webhook_id: str) -> Sent:
        """Show a webhook of the service."""
        return Sent((webhook_id,))

    @operation("PUT", "/v1/admin/webhooks/{webhookId}", ChangedWebhook, ("admin_key",))
    def change_webhook_of_deployment(
        self,
        webhook_id: str,
        *,
        url: str | None = None,
        events: Sequence[
            Literal[
                "domain.suspended",
                "domain.verified",
                "email.bounced",
                "email.complained",
                "email.delivered",
                "email.failed",
                "email.sent",
                "inbox.expired",
                "inbox.full",
                "message.deleted",
                "message.received",
                "webhook.disabled",
            ]
        ]
        | None = None,
        format: Literal["postmark", "standard"] | None = None,
        include_raw: bool | None = None,
        description: str | None = None,
        paused: bool | None = None,
        filter: Mapping[str, Any] | None = None,
        rotate_secret: bool | None = None,
    ) -> Sent:
        """Change a webhook of the service.

        What is not named stays. A webhook that was disabled is enabled with it. After
        `rotateSecret`, the secret before signs as well for 24 hours: each request has both
        signatures.
        """
        return Sent(
            (webhook_id,),
            body={
                "url": url,
                "events": events,
                "format": format,
                "includeRaw": include_raw,
                "description": description,
                "paused": paused,
                "filter": filter,
                "rotateSecret": rotate_secret,
            },
        )

    @operation("DELETE", "/v1/admin/webhooks/{webhookId}", RemovedWebhook, ("admin_key",))
    def remove_webhook_of_deployment(self, webhook_id: str) -> Sent:
        """Remove a webhook of the service. What waits for it is given up."""
        return Sent((webhook_id,))

    @operation(
        "POST",
        "/api/v1/webhooks/{webhookId}/test",
        WebhookTried,
        (
            "api_key",
            "token",
        ),
    )
    def try_webhook(self, webhook_id: str) -> Sent:
        """Try a webhook of an account.

        Sends one sample now, signed as all events are, paused or not. It is in no log.
        """
        return Sent((webhook_id,))

    @operation("POST", "/v1/inboxes/{inboxId}/webhooks/{webhookId}/test", WebhookTried, ("token",))
    def try_webhook_of_inbox(self, inbox_id: str, webhook_id: str) -> Sent:
        """Try a webhook of an inbox.

        Sends one sample now, signed as all events are, paused or not. It is in no log.
        """
        return Sent((inbox_id, webhook_id))

    @operation("POST", "/api/emails/{email}/webhooks/{webhookId}/test", WebhookTried, ("token",))
    def try_webhook_of_address(self, email: str, webhook_id: str) -> Sent:
        """Try a webhook of an address.

        Sends one sample now, signed as all events are, paused or not. It is in no log.
        """
        return Sent((email, webhook_id))

    @operation("POST", "/v1/admin/webhooks/{webhookId}/test", WebhookTried, ("admin_key",))
    def try_webhook_of_deployment(self, webhook_id: str) -> Sent:
        """Try a webhook of the service.

        Sends one sample now, signed as all events are, paused or not. It is in no log.
        """
        return Sent((webhook_id,))

    @operation(
        "GET",
        "/api/v1/webhooks/{webhookId}/deliveries",
        Deliveries,
        (
            "api_key",
            "token",
        ),
    )
    def list_webhook_deliveries(
        self,
        webhook_id: str,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        state: Literal["waiting", "delivered", "given_up"] | None = None,
    ) -> Sent:
        """List the deliveries of a webhook of an account."""
        return Sent((webhook_id,), query={"limit": limit, "cursor": cursor, "state": state})

    @operation(
        "POST",
        "/api/v1/webhooks/{webhookId}/deliveries",
        Replayed,
        (
            "api_key",
            "token",
        ),
    )
    def replay_webhook(
        self,
        webhook_id: str,
        *,
        delivery_id: str | None = None,
        since: datetime | str | None = None,
        failed_only: bool | None = None,
    ) -> Sent:
        """Repeat deliveries of a webhook of an account.

        One, or all since a time, up to 500 at once; delivered ones too. The ids stay the
        same.
        """
        return Sent(
            (webhook_id,),
            body={"deliveryId": delivery_id, "since": since, "failedOnly": failed_only},
        )

    @operation(
        "GET", "/v1/inboxes/{inboxId}/webhooks/{webhookId}/deliveries", Deliveries, ("token",)
    )
    def list_webhook_deliveries_of_inbox(
        self,
        inbox_id: str,
        webhook_id: str,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        state: Literal["waiting", "delivered", "given_up"] | None = None,
    ) -> Sent:
        """List the deliveries of a webhook of an inbox."""
        return Sent(
            (inbox_id, webhook_id), query={"limit": limit, "cursor": cursor, "state": state}
        )

    @operation(
        "POST", "/v1/inboxes/{inboxId}/webhooks/{webhookId}/deliveries", Replayed, ("token",)
    )
    def replay_webhook_of_inbox(
        self,
        inbox_id: str,
        webhook_id: str,
        *,
        delivery_id: str | None = None,
        since: datetime | str | None = None,
        failed_only: bool | None = None,
    ) -> Sent:
        """Repeat deliveries of a webhook of an inbox.

        One, or all since a time, up to 500 at once; delivered ones too. The ids stay the
        same.
        """
        return Sent(
            (inbox_id, webhook_id),
            body={"deliveryId": delivery_id, "since": since, "failedOnly": failed_only},
        )

    @operation("GET", "/api/emails/{email}/webhooks/{webhookId}/deliveries", Deliveries, ("token",))
    def list_webhook_deliveries_of_address(
        self,
        email: str,
        webhook_id: str,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        state: Literal["waiting", "delivered", "given_up"] | None = None,
    ) -> Sent:
        """List the deliveries of a webhook of an address."""
        return Sent((email, webhook_id), query={"limit": limit, "cursor": cursor, "state": state})

    @operation("POST", "/api/emails/{email}/webhooks/{webhookId}/deliveries", Replayed, ("token",))
    def replay_webhook_of_address(
        self,
        email: str,
        webhook_id: str,
        *,
        delivery_id: str | None = None,
        since: datetime | str | None = None,
        failed_only: bool | None = None,
    ) -> Sent:
        """Repeat deliveries of a webhook of an address.

        One, or all since a time, up to 500 at once; delivered ones too. The ids stay the
        same.
        """
        return Sent(
            (email, webhook_id),
            body={"deliveryId": delivery_id, "since": since, "failedOnly": failed_only},
        )

    @operation("GET", "/v1/admin/webhooks/{webhookId}/deliveries", Deliveries, ("admin_key",))
    def list_webhook_deliveries_of_deployment(
        self,
        webhook_id: str,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        state: Literal["waiting", "delivered", "given_up"] | None = None,
    ) -> Sent:
        """List the deliveries of a webhook of the service."""
        return Sent((webhook_id,), query={"limit": limit, "cursor": cursor, "state": state})

    @operation("POST", "/v1/admin/webhooks/{webhookId}/deliveries", Replayed, ("admin_key",))
    def replay_webhook_of_deployment(
        self,
        webhook_id: str,
        *,
        delivery_id: str | None = None,
        since: datetime | str | None = None,
        failed_only: bool | None = None,
    ) -> Sent:
        """Repeat deliveries of a webhook of the service.

        One, or all since a time, up to 500 at once; delivered ones too. The ids stay the
        same.
        """
        return Sent(
            (webhook_id,),
            body={"deliveryId": delivery_id, "since": since, "failedOnly": failed_only},
        )

    @operation("GET", "/v1/webhooks/files/{ticket}", bytes)
    def download_webhook_file(self, ticket: str) -> Sent:
        """Download a file by a webhook's link.

        The links in payloads lead here. Each opens one file, for an hour, without a token.
        """
        return Sent((ticket,))

    @operation("GET", "/v1/webhooks/files/{ticket}", FileLink)
    def download_webhook_file_link(self, ticket: str) -> Sent:
        """Download a file by a webhook's link: where it is, for a few minutes."""
        return Sent((ticket,), query={"link": "1"})
