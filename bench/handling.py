"""CPU of the whole inbound handler, against parsing plus the same AWS calls made bare.

Both run interleaved, mail by mail, in one process over the same moto: the handler on one table and
bucket, the bare calls, recorded from it, on another.
"""

import copy
import email
import io
import time
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from functools import partial
from typing import Any

from botocore import xform_name

from bench.corpus import corpus
from bench.surroundings import context, environment
from infra.local.moto.server import make_table
from mayfly.limits import MIME
from mayfly.mail.mime.parser import parse
from mayfly.messages.models import Verdicts
from mayfly.receiving.notice import Notice, write
from mayfly.settings import Settings
from tests.aws import on_moto

MAILS = 300
TABLE, BUCKET = "bare", "bare"
Call = tuple[str, str, dict[str, Any]]


def figures() -> Iterator[dict[str, object]]:
    """One line."""
    settings = Settings()
    with environment(settings), on_moto(settings) as clients:
        make_table(clients["dynamodb"], TABLE)
        clients["s3"].create_bucket(Bucket=BUCKET)
        handler = bare = standard = 0.0
        mails = corpus()
        for number, raw in enumerate(mails[:: max(1, len(mails) // MAILS)][:MAILS]):
            calls, spent = _handled(clients, settings, number, raw)
            handler += spent
            bare += _cpu(partial(parse, raw, MIME)) + _cpu(partial(_replay, clients, calls))
            standard += _cpu(partial(email.message_from_bytes, raw))
    yield {
        "figure": "inbound handler CPU",
        "ratio_to_parse_and_bare_calls": round(handler / bare, 2),
        "ratio_to_standard_library_parse": round(handler / standard, 2),
        "milliseconds_per_mail": round(handler / MAILS * 1000, 2),
    }


def _handled(
    clients: dict[str, Any], settings: Settings, number: int, raw: bytes
) -> tuple[list[Call], float]:
    from functions.inbound_mail.handler import lambda_handler
    from mayfly.assembly import here

    house = here()
    calls: list[Call] = []

    def record(params: dict[str, Any], model: Any, **_: Any) -> None:
        calls.append((model.service_model.service_name, model.name, copy.deepcopy(params)))

    watched = [house.adapters.table.client, house.adapters.s3]
    for client in watched:
        client.meta.events.register("provide-client-params", record)
    address = house.inboxes.service.make().inbox.address
    _replay(clients, calls)
    calls.clear()
    key = f"{settings.raw_prefix}{number}"
    for bucket in (settings.mail_bucket, BUCKET):
        clients["s3"].put_object(Bucket=bucket, Key=key, Body=raw)
    notice = Notice(settings.mail_bucket, key, (str(address),), house.now(), Verdicts())
    event = {"Records": [{"messageId": "1", "body": write(notice)}]}
    with redirect_stdout(io.StringIO()):  # its metrics
        spent = _cpu(lambda: lambda_handler(event, context()))
    for client in watched:
        client.meta.events.unregister("provide-client-params", record)
    return calls, spent


def _replay(clients: dict[str, Any], calls: list[Call]) -> None:
    for service, operation, params in calls:
        answer = getattr(clients[service], xform_name(operation))(**_elsewhere(params))
        if "Body" in answer:
            answer["Body"].read()


def _elsewhere(params: Any) -> Any:
    if isinstance(params, dict):
        renamed = {k: _elsewhere(v) for k, v in params.items()}
        if "TableName" in renamed:
            renamed["TableName"] = TABLE
        if "Bucket" in renamed:
            renamed["Bucket"] = BUCKET
        return renamed
    return [_elsewhere(each) for each in params] if isinstance(params, list) else params


def _cpu(action: Callable[[], object]) -> float:
    start = time.process_time()
    action()
    return time.process_time() - start
