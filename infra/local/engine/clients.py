"""All of the laptop's AWS, by the names that boto3 has for its clients."""

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from infra.local.engine import s3_objects, scheduler, ses_sent, sqs_messages
from infra.local.engine.dynamodb import client as dynamodb
from infra.local.engine.errors import Unsupported
from infra.local.engine.kms import Kms
from infra.local.engine.route53 import Route53
from infra.local.engine.s3 import S3
from infra.local.engine.scheduler import Scheduler
from infra.local.engine.secretsmanager import SecretsManager
from infra.local.engine.ses import Ses
from infra.local.engine.signing import Signer
from infra.local.engine.sns import Sns
from infra.local.engine.sqs import Sqs
from infra.local.engine.store import Convert, Store, synchronise

SCHEMAS = (
    dynamodb.SCHEMA,
    s3_objects.SCHEMA,
    sqs_messages.SCHEMA,
    scheduler.SCHEMA,
    ses_sent.SCHEMA,
)


class Engine:
    """One store, and one client for each service over it. `clock` is in epoch seconds."""

    def __init__(
        self,
        folder: Path | None,
        table_name: str,
        signer: Signer,
        clock: Callable[[], float] = time.time,
        synchronise: Callable[[int], None] = synchronise,
        convert: Convert | None = None,
    ) -> None:
        """Open or make what is kept in the folder; InvalidInput if it cannot be used."""
        self.store = Store(folder, *SCHEMAS, synchronise=synchronise, convert=convert)
        self.dynamodb = dynamodb.DynamoDb(self.store, table_name, clock)
        self.sqs = Sqs(self.store, clock, signer.endpoint)
        self.sns = Sns(self.sqs)
        self.s3 = S3(self.store, clock, signer)
        self.ses = Ses(self.store)
        self.scheduler = Scheduler(self.store)
        self.kms = Kms()
        self.secrets = SecretsManager()
        self.route53 = Route53()
        known = (
            self.sqs,
            self.sns,
            self.s3,
            self.ses,
            self.scheduler,
            self.kms,
            self.secrets,
            self.route53,
        )
        self._clients: dict[str, Any] = {each.service: each for each in known}
        self._clients["dynamodb"] = self.dynamodb

    def add(self, service: str, client: Any) -> None:
        """Let this be the client of a service."""
        self._clients[service] = client

    def client(self, service: str, **options: Any) -> Any:
        """The one client of a service; `options` are boto3's, and change nothing here."""
        with suppress(KeyError):
            return self._clients[service]
        raise Unsupported(f"a client of {service}")

    def close(self) -> None:
        """Let go of the file."""
        self.store.close()
