"""Our functions as Lambda calls them, on an assembly of the benchmark's."""

import io
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from moto.core.models import botocore_stubber

from bench.cost.metering import BenchAdapters, BenchAssembly
from bench.surroundings import context
from functions.http_api import handler as http_api
from functions.inbound_mail import handler as inbound_mail
from functions.mail_events import handler as mail_events
from functions.send_mail import handler as send_mail
from functions.sweep import handler as sweep
from functions.table_events import handler as table_events
from functions.webhooks import handler as webhooks
from functions.websocket import admission as websocket_admission
from functions.websocket import handler as websocket
from mayfly.assembly import Assembly
from mayfly.settings import Settings

Serve = Callable[[dict[str, Any], Any], dict[str, Any]]


class TimedAdapters(BenchAdapters):
    """Adapters that know how much CPU the emulator took."""

    emulator_seconds = 0.0

    def client(self, service: str, **options: Any) -> Any:
        """A client; calls of the table are answered under a clock."""
        client = super().client(service, **options)
        if service == "dynamodb":  # S3's bodies are streams that cannot be read twice
            answered_once(client, self._answered)
        return client

    def _answered(self, event_name: str, request: Any, **others: Any) -> Any:
        began = time.process_time()
        answer: Any = botocore_stubber(event_name, request, **others)
        self.emulator_seconds += time.process_time() - began
        return answer


class TimedAssembly(BenchAssembly):
    """An assembly that knows how much CPU the emulator took."""

    adapters: TimedAdapters

    def __init__(self, settings: Settings) -> None:
        """Nothing has been asked yet."""
        super().__init__(settings, TimedAdapters(settings))


def answered_once(client: Any, answered: Callable[..., Any]) -> None:
    """Have the client's calls answered by this, in moto's place: botocore asks all that offer."""
    client.meta.events.unregister("before-send", botocore_stubber)
    client.meta.events.register_first("before-send", answered)


@dataclass(frozen=True, slots=True)
class Function:
    """One of ours, as it is called here."""

    name: str
    serve: Serve
    logger: Logger
    metrics: Metrics | None

    def call(self, asked: dict[str, Any], flows: Assembly) -> dict[str, Any]:
        """Its answer; its lines and metrics are as in Lambda."""

        def handle(asked: dict[str, Any], _: Any) -> dict[str, Any]:
            return self.serve(asked, flows)

        if self.name != "http_api":  # its lines go by API Gateway's id of the request
            handle = self.logger.inject_lambda_context(handle)
        answer: dict[str, Any] = handle(asked, context())
        if self.metrics and self.metrics.metric_set:
            self.metrics.flush_metrics()
        return answer


INBOUND_MAIL = Function(
    "inbound_mail", inbound_mail.settle, inbound_mail.logger, inbound_mail.metrics
)
HTTP_API = Function("http_api", http_api.serve, http_api.logger, None)
TABLE_EVENTS = Function(
    "table_events", table_events.follow, table_events.logger, table_events.metrics
)
SEND_MAIL = Function("send_mail", send_mail.carry_out, send_mail.logger, send_mail.metrics)
MAIL_EVENTS = Function("mail_events", mail_events.note, mail_events.logger, mail_events.metrics)
WEBHOOKS = Function("webhooks", webhooks.work, webhooks.logger, webhooks.metrics)
WEBSOCKET = Function("websocket", websocket.answer, websocket_admission.logger, None)


BREAKER = Function(
    "sweep", lambda _, flows: {"percent": flows.breaker.service.look().percent}, sweep.logger, None
)


@contextmanager
def quiet(logger: Logger) -> Iterator[io.StringIO]:
    """What is logged and printed, rather than shown."""
    printed, handler = io.StringIO(), logger.handlers[0]
    assert isinstance(handler, logging.StreamHandler)
    before = handler.setStream(printed)
    logging.disable(logging.NOTSET)
    try:
        with redirect_stdout(printed):
            yield printed
    finally:
        handler.setStream(before)
        logging.disable(logging.CRITICAL)
