"""What accounts and the service itself are kept in, counted with and guarded by."""

import time
from collections.abc import Callable, Mapping
from functools import cache, cached_property, partial
from typing import TYPE_CHECKING, Any

from mayfly.kit.aws import Clients

if TYPE_CHECKING:
    from mayfly.accounts.ports import Accounts, Approvals, Resets
    from mayfly.api_keys.service import ApiKeys
    from mayfly.breaker.service import Intake
    from mayfly.breaker.ses import SesReceiptRule
    from mayfly.health.ports import Queues, RequestTally
    from mayfly.health.service import Check
    from mayfly.inboxes.ports import Census
    from mayfly.kit.ports import ServiceMailer
    from mayfly.kit.tokens.ports import AdminKeys, AdminSecret, SigningKeys
    from mayfly.proof_of_work.service import SpentProofs
    from mayfly.rate_limits.ports import Budgets, RequestCounts
    from mayfly.waits.service import Waits


class AccountAdapters(Clients):
    """What accounts and the service itself are kept in, counted with and guarded by."""

    @cached_property
    def accounts(self) -> "Accounts":
        from mayfly.accounts.dynamodb import DynamoAccounts

        return DynamoAccounts(self.table, self.settings.cooldown)

    @cached_property
    def resets(self) -> "Resets":
        from mayfly.accounts.dynamodb import DynamoResets

        return DynamoResets(self.table)

    @cached_property
    def approvals(self) -> "Approvals":
        from mayfly.accounts.dynamodb import DynamoApprovals

        return DynamoApprovals(self.table)

    @cached_property
    def postman(self) -> "ServiceMailer":
        from mayfly.kit.ses import MAILING_CONFIG, SesServiceMailer

        return SesServiceMailer(
            lambda: self.client("sesv2", config=MAILING_CONFIG),
            self.settings.sender_address,
            self.settings.configuration_set,
        )

    @cached_property
    def api_keys(self) -> "ApiKeys":
        from mayfly.api_keys.dynamodb import DynamoApiKeys

        return DynamoApiKeys(self.table)

    @cached_property
    def secrets(self) -> Any:
        return self.client("secretsmanager")

    @cached_property
    def signing_keys(self) -> "SigningKeys":
        return self._keys(self.settings.token_secret)

    @cached_property
    def edge_keys(self) -> "SigningKeys | None":
        secret = self.settings.edge_secret
        return self._keys(secret) if secret else None

    def _keys(self, secret: str) -> "SigningKeys":
        from mayfly.kit.tokens.secretsmanager import SecretSigningKeys

        return SecretSigningKeys(lambda: self.secrets, secret, self.now)

    @cached_property
    def admin_keys(self) -> "AdminKeys":
        from mayfly.admin.dynamodb import DynamoAdminKeys

        return DynamoAdminKeys(self.table, self.now)

    @cached_property
    def admin_secret(self) -> "AdminSecret":
        from mayfly.kit.tokens.secretsmanager import ManagedAdminSecret

        return ManagedAdminSecret(self.secrets, self.settings.admin_secret)

    @cached_property
    def census(self) -> "Census":
        from mayfly.admin.dynamodb import DynamoCensus

        return DynamoCensus(self.table)

    @cached_property
    def counting_client(self) -> Any:
        from mayfly.rate_limits.dynamodb import COUNTING_CONFIG

        return self.client("dynamodb", config=COUNTING_CONFIG)

    @cached_property
    def request_counts(self) -> "RequestCounts":
        from mayfly.rate_limits.dynamodb import DynamoRequestCounts

        return DynamoRequestCounts(self.counting_client, self.settings.table_name)

    @cached_property
    def patient_counts(self) -> "RequestCounts":
        from mayfly.rate_limits.dynamodb import DynamoRequestCounts

        return DynamoRequestCounts(self.client("dynamodb"), self.settings.table_name)

    @cached_property
    def spent_proofs(self) -> "SpentProofs":
        from mayfly.proof_of_work.dynamodb import DynamoSpentProofs

        return DynamoSpentProofs(self.table)

    @cached_property
    def budgets(self) -> "Budgets":
        from mayfly.rate_limits.dynamodb import DynamoBudgets

        return DynamoBudgets(self.table)

    @cached_property
    def waits(self) -> "Waits":
        from mayfly.waits.dynamodb import DynamoWaits

        return DynamoWaits(self.counting_client, self.settings.table_name, time.sleep)

    @cached_property
    def request_tally(self) -> "RequestTally":
        from mayfly.health.dynamodb import DynamoRequestTally

        return DynamoRequestTally(self.counting_client, self.table)

    @cached_property
    def queues(self) -> "Queues":
        from mayfly.health.sqs import SqsQueues

        urls = {"notices": self.settings.queue_url, "orders": self.settings.order_queue_url}
        return SqsQueues(
            lambda: self._checking("sqs"), {name: url for name, url in urls.items() if url}
        )

    @cached_property
    def checks(self) -> "Mapping[str, Check]":
        return {"table": self._ask_table, "bucket": self._ask_bucket, "queue": self.queues.depths}

    def _ask_table(self) -> object:
        from mayfly.kit.dynamodb.keys import requests_key
        from mayfly.kit.dynamodb.table import Table

        table = Table(self._checking("dynamodb"), self.table.name, self.table.pause)
        return table.get(requests_key(0))

    def _ask_bucket(self) -> object:
        return self._checking("s3").head_bucket(Bucket=self.settings.mail_bucket)

    @cached_property
    def _checking(self) -> Callable[[str], Any]:
        """Clients of their own: what does not answer at once is not well."""
        from botocore.config import Config

        config = Config(connect_timeout=1, read_timeout=1.5, retries={"total_max_attempts": 1})
        return cache(partial(self.client, config=config))

    @cached_property
    def receipt_rule(self) -> "SesReceiptRule":
        from mayfly.breaker.ses import SesReceiptRule

        return SesReceiptRule(lambda: self.client("ses"), self.settings.receipt_rule)

    @cached_property
    def api_throttle(self) -> "Intake":
        from mayfly.breaker.apigateway import ApiThrottle
        from mayfly.breaker.models import ApiStage

        stages = [ApiStage.parse(each) for each in self.settings.api_stages]
        return ApiThrottle(cache(self.client), stages)
