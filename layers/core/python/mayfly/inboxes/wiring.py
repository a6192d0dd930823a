"""The flows of inboxes, public, private and generated, and of those who run the deployment."""

import secrets
import time
from functools import cached_property
from typing import Any

from mayfly.admin.dynamodb import DynamoAdminKeys, DynamoCensus
from mayfly.admin.key import AdminAuthenticator, AdminKeyMaker
from mayfly.admin.secretsmanager import ManagedAdminSecret
from mayfly.admin.stats import StatsService
from mayfly.batches.dynamodb import DynamoBatches
from mayfly.batches.export import Exporter
from mayfly.batches.kms import KmsPasswordKeys
from mayfly.batches.service import BatchService
from mayfly.inboxes.service import InboxPolicy, InboxService, PrivateInboxService
from mayfly.kit.tokens.secretsmanager import SecretSigningKeys
from mayfly.page.edge import EdgeSecret
from mayfly.private_inboxes.tokens import Tokens
from mayfly.rate_limits.budget import DailyBudget, DailyLimits
from mayfly.rate_limits.dynamodb import DynamoBudgets
from mayfly.rate_limits.dynamodb_request_counts import DynamoRequestCounts
from mayfly.rate_limits.service import RateLimiter, RateLimits
from mayfly.receiving.wiring import MailFlows
from mayfly.waits.dynamodb import DynamoWaits
from mayfly.waits.service import LongPolls, limits_of


class InboxFlows(MailFlows):
    """What makes inboxes and guards them, one at a time or by the thousand."""

    @cached_property
    def budget(self) -> DailyBudget:
        """What the whole deployment may take on in a day."""
        limits = DailyLimits.of(self.settings)
        return DailyBudget(DynamoBudgets(self.table), self.deliveries, limits, self.now)

    @cached_property
    def limiter(self) -> RateLimiter:
        """How often one client may ask."""
        counts = DynamoRequestCounts(self.counting_client, self.settings.table_name)
        return RateLimiter(counts, RateLimits.of(self.settings), self.now)

    @cached_property
    def waiting_room(self) -> LongPolls:
        """How many may wait for mail at once."""
        waits = DynamoWaits(self.counting_client, self.settings.table_name, time.sleep)
        return LongPolls(waits, limits_of(self.settings), self.now, secrets.token_bytes)

    @cached_property
    def registrar(self) -> InboxService:
        """Making inboxes, and closing public addresses."""
        terms = InboxPolicy.of(self.settings)
        return InboxService(
            self.inboxes,
            self.domains,
            terms,
            self.now,
            secrets.token_bytes,
            spending=self.budget.spending,
        )

    @cached_property
    def signing_keys(self) -> SecretSigningKeys:
        """What tokens are signed with; no client is made before the first token."""
        return self._keys(self.settings.token_secret)

    @cached_property
    def edge(self) -> EdgeSecret:
        """Whether a request came through CloudFront; no client is made before one says so."""
        secret = self.settings.edge_secret
        return EdgeSecret(self._keys(secret) if secret else None)

    @cached_property
    def _secrets(self) -> Any:
        return self.client("secretsmanager")

    def _keys(self, secret: str) -> SecretSigningKeys:
        return SecretSigningKeys(lambda: self._secrets, secret, self.now)

    @cached_property
    def tokens(self) -> Tokens:
        """Tokens of private inboxes."""
        return Tokens(self.signing_keys, self.now, secrets.token_bytes)

    @cached_property
    def concierge(self) -> PrivateInboxService:
        """Private inboxes and their tokens."""
        return PrivateInboxService(self.registrar, self.inboxes, self.tokens, self.now)

    @cached_property
    def batches(self) -> DynamoBatches:
        """Batches of generated inboxes."""
        return DynamoBatches(self.table, self.settings.cooldown)

    @cached_property
    def password_keys(self) -> KmsPasswordKeys:
        """The secrets of their passwords; no client is made before the first."""
        return KmsPasswordKeys(lambda: self.client("kms"), self.settings.password_key)

    @cached_property
    def generator(self) -> BatchService:
        """Batches of inboxes."""
        return BatchService(
            self.batches,
            self.password_keys,
            self.tokens,
            self.settings,
            self.now,
            secrets.token_bytes,
        )

    @cached_property
    def exporter(self) -> Exporter:
        """What was generated."""
        return Exporter(self.batches, self.password_keys, self.inboxes, self.domains, self.now)

    @cached_property
    def admin_keys(self) -> DynamoAdminKeys:
        """The hash of the admin key."""
        return DynamoAdminKeys(self.table, self.now)

    @cached_property
    def admin_gate(self) -> AdminAuthenticator:
        """Who runs the deployment."""
        return AdminAuthenticator(self.admin_keys)

    @cached_property
    def admin_key_maker(self) -> AdminKeyMaker:
        """The admin key, when it is made."""
        secret = ManagedAdminSecret(self._secrets, self.settings.admin_secret)
        return AdminKeyMaker(self.admin_keys, secret, self.now, secrets.token_bytes)

    @cached_property
    def surveyor(self) -> StatsService:
        """How much of everything there is."""
        return StatsService(DynamoCensus(self.table), self.deliveries, self.host, self.now)
