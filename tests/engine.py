"""The laptop's engine, with what the blueprint has."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

from infra.local.engine.clients import Engine
from infra.local.engine.signing import Signer
from mayfly.adapters import Adapters
from mayfly.settings import Settings

SIGNER = Signer("AKIATESTS", "a secret of the tests", "http://127.0.0.1:4566")
SERVICES = ("dynamodb", "kms", "route53", "s3", "scheduler", "secretsmanager", "sesv2", "sqs")


@contextmanager
def engine_of(settings: Settings, clock: Callable[[], float] = time.time) -> Iterator[Engine]:
    """One with the blueprint's table and bucket made; `clock` is in epoch seconds."""
    with closing(Engine(None, settings.table_name, SIGNER, clock)) as engine:
        engine.s3.create_bucket(Bucket=settings.mail_bucket)
        engine.secrets.create_secret(
            Name=settings.token_secret, SecretString="a secret of the tests, made at deploy time"
        )
        engine.secrets.create_secret(Name=settings.admin_secret)
        engine.kms.make_key(settings.password_key, "a key of the tests")
        yield engine


@contextmanager
def on_engine(settings: Settings) -> Iterator[dict[str, Any]]:
    """Clients by service name, with the blueprint's table and bucket made."""
    with engine_of(settings) as engine:
        yield {service: engine.client(service) for service in SERVICES}


class EngineAdapters(Adapters):
    """The ports over the engine; the operations that were called are noted.

    Those that count requests in `counts`, all others in `calls`.
    """

    def __init__(
        self, settings: Settings, engine: Engine, calls: list[str], counts: list[str]
    ) -> None:
        super().__init__(settings)
        self._engine = engine
        self._calls = calls
        self._counts = counts

    def client(self, service: str, **options: Any) -> Any:
        """The engine's. Nobody answers where frames are posted."""
        if service == "apigatewaymanagementapi":
            return super().client(service, **options)
        return Noted(self._engine.client(service), self._calls)

    @property
    def counting_client(self) -> Any:
        """Has no time limits here."""
        return Noted(self._engine.client("dynamodb"), self._counts)


class Noted:
    """A client whose calls are noted, by the names that AWS has for them."""

    def __init__(self, client: Any, calls: list[str]) -> None:
        self._client = client
        self._calls = calls

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._client, name)
        if name == "exceptions" or not callable(real):
            return real
        operation = "".join(word.capitalize() for word in name.split("_"))

        def call(*arguments: Any, **named: Any) -> Any:
            self._calls.append(operation)
            return real(*arguments, **named)

        return call
