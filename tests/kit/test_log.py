"""Log lines: those of Powertools, made by less work."""

import logging
import sys
from datetime import UTC, datetime
from typing import Any

import pytest
from aws_lambda_powertools.logging.formatter import (
    BasePowertoolsFormatter,
    LambdaPowertoolsFormatter,
)

from mayfly.kit.log import LineFormatter


def record(message: object = "Mail settled", *args: object, **more: Any) -> logging.LogRecord:
    exc_info = more.pop("exc_info", None)
    made = logging.LogRecord("log", logging.INFO, "file.py", 7, message, args, exc_info, "settle")
    vars(made).update(more)
    return made


def failure() -> logging.LogRecord:
    try:
        raise ValueError("what it was")
    except ValueError:
        return record("Not settled", exc_info=sys.exc_info(), mail="key")


RECORDS = {
    "words": record(),
    "fields": record(outcomes=["MailStored"], mail="key", message_id="name", record=None),
    "other alphabets": record("Größe", reason="日本語 \u2028 \x00"),
    "what JSON does not know": record(when=datetime(2026, 11, 29, tzinfo=UTC), kind=ValueError),
    "a field of the format's name": record(service="another", level="LOUD", timestamp="never"),
    "arguments": record("%d of %s", 3, "five"),
    "no text": record({"code": 5}),
    "an exception": failure(),
}


@pytest.fixture(params=[{}, {"cold_start": False, "function_name": "inbound_mail", "none": None}])
def formatters(request: pytest.FixtureRequest) -> list[BasePowertoolsFormatter]:
    """Powertools' and ours, with the same keys for every line."""
    both: list[BasePowertoolsFormatter] = [LambdaPowertoolsFormatter(), LineFormatter()]
    for each in both:
        each.append_keys(service="inbound_mail", sampling_rate=None, **request.param)
    return both


@pytest.mark.parametrize("name", RECORDS)
def test_a_line_is_the_one_that_powertools_writes(
    name: str, formatters: list[BasePowertoolsFormatter]
) -> None:
    theirs, ours = (each.format(RECORDS[name]) for each in formatters)

    assert ours == theirs


def test_a_line_has_the_keys_of_its_thread_and_the_trace_of_its_invocation(
    formatters: list[BasePowertoolsFormatter], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("_X_AMZN_TRACE_ID", "Root=1-2-3;Parent=4;Sampled=1")
    formatters[0].thread_safe_append_keys(connection="c", service="of this thread")

    line = record(mail="key")
    theirs, ours = (each.format(line) for each in formatters)

    formatters[0].thread_safe_clear_keys()
    assert ours == theirs
    assert '"xray_trace_id":"1-2-3"' in ours
    assert '"connection":"c"' in ours


def test_words_that_could_be_json_stay_words(formatters: list[BasePowertoolsFormatter]) -> None:
    assert '"message":"42"' in formatters[1].format(record("42"))
