"""CPU of the product's own part of an incoming mail, step by step: nothing is sent or stored.

The clients of AWS are stand-ins that answer at once, out of this process's memory. What each step
costs is told beside what a careful reader on the standard library takes for the same mails. All of
them take turns, and the cheapest of several turns counts: a slow moment of the machine meets all.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, redirect_stdout
from dataclasses import dataclass, field
from os import devnull
from pathlib import Path
from typing import Any

from bench.letters import short_letter
from bench.parsing import read_with_standard_library
from bench.surroundings import Memory, context, environment
from functions.inbound_mail import handler as inbound_mail
from functions.table_events import handler as table_events
from infra.local.ses.accept import Acceptance, Submission
from mayfly import limits
from mayfly.assembly import Assembly, here
from mayfly.kit.aws import utc_now
from mayfly.messages.models import Content, Summary
from mayfly.messages.service import content_of
from mayfly.receiving.models import Accepted, summarise
from mayfly.receiving.notice import Notice, read
from mayfly.settings import Settings

TURNS = 20
MAILS_OF_A_TURN = 100
BATCH = 10
FLOOR = "standard_library_reading"
WHOLE = ("inbound_mail", "table_events")


@dataclass(slots=True)
class Mail:
    """A mail, and what each step leaves of it for those that follow."""

    raw: bytes
    record: dict[str, Any] = field(default_factory=dict)
    notice: Notice = field(init=False)
    content: Content = field(init=False)
    summary: Summary = field(init=False)
    change: dict[str, Any] = field(default_factory=dict)


Step = Callable[[Sequence[Mail]], None]


class _Steps:
    """What happens to mails, each step by itself and the two functions as wholes."""

    def __init__(self, flows: Assembly, memory: Memory) -> None:
        self.inbox = flows.inboxes.service.make().inbox
        self._memory = memory
        self._receiver = flows.receiving.receiver
        self._contents = flows.adapters.contents
        mailbag = self._receiver.mailbag
        self._front = Acceptance(memory, memory, mailbag.bucket, mailbag.prefix, "topic", utc_now)

    def by_name(self) -> Mapping[str, Step]:
        """All of them, in the order in which they need each other."""
        alone = (self.accept, self.notice, self.find, self.raw, self.content, self.summarise)
        more = (self.deliver, self.log, self.keep_content)
        return {
            FLOOR: _each(lambda mail: read_with_standard_library(mail.raw)),
            **{each.__name__: _each(each) for each in (*alone, *more)},
            "inbound_mail": _in_batches(inbound_mail.lambda_handler, "record", 1),
            "inbound_mail in tens": _in_batches(inbound_mail.lambda_handler, "record", BATCH),
            "table_events": _in_batches(table_events.lambda_handler, "change", 1),
            "table_events in tens": _in_batches(table_events.lambda_handler, "change", BATCH),
        }

    def accept(self, mail: Mail) -> None:
        """The laptop's part of SES: the raw object, and the notice of it."""
        recipients = (str(self.inbox.address),)
        self._front.accept(
            Submission("orders@shop.example", recipients, mail.raw, "client", "::1", "ESMTP")
        )
        mail.record = {"messageId": "1", "body": self._memory.notice}

    def notice(self, mail: Mail) -> None:
        mail.notice = read(mail.record["body"])

    def find(self, mail: Mail) -> None:
        self._receiver.find([self.inbox.address])

    def raw(self, mail: Mail) -> None:
        mail.raw = self._receiver.raw_mails.read(mail.notice.object_key, 10**6)

    def content(self, mail: Mail) -> None:
        mail.content = content_of(mail.raw, mail.notice.object_key)

    def summarise(self, mail: Mail) -> None:
        mail.summary = summarise(mail.content.mail, mail.notice, len(mail.raw), limits.SUMMARY)

    def deliver(self, mail: Mail) -> None:
        accepted = Accepted(mail.notice.mail, mail.notice.object_key, 1, is_read_anew=True)
        deliveries = self._receiver.deliveries
        deliveries.deliver(accepted, mail.summary, self.inbox, utc_now())
        row = self._memory.written[1]["Put"]["Item"]
        mail.change = {
            "eventName": "INSERT",
            "dynamodb": {
                "Keys": {name: row[name] for name in ("pk", "sk")},
                "NewImage": row,
                "ApproximateCreationDateTime": 1767268800,
                "SequenceNumber": "1",
            },
        }

    def log(self, mail: Mail) -> None:
        """A line, as each of the two functions writes one of each mail."""
        inbound_mail.logger.info("Mail settled", outcomes=["MailStored"], record="1", mail="key")

    def keep_content(self, mail: Mail) -> None:
        """Of large mails only; told here of a small one."""
        self._contents.put(mail.notice.mail, mail.content, utc_now())


def _each(step: Callable[[Mail], object]) -> Step:
    def run(mails: Sequence[Mail]) -> None:
        for mail in mails:
            step(mail)

    return run


def _in_batches(handler: Any, of: str, size: int) -> Step:
    def run(mails: Sequence[Mail]) -> None:
        for start in range(0, len(mails), size):
            records = [getattr(mail, of) for mail in mails[start : start + size]]
            if handler({"Records": records}, context())["batchItemFailures"]:
                raise RuntimeError(f"{handler.__module__} failed: there is nothing to measure")

    return run


def figures(turns: int = TURNS, mails: int = MAILS_OF_A_TURN) -> Iterator[dict[str, object]]:
    """One line a step, and one of both functions together."""
    with _flows() as (flows, memory):
        steps = _Steps(flows, memory)
        with _quiet():
            cost = _milliseconds(steps, turns, mails)
    for name, spent in cost.items():
        if name != FLOOR:
            yield _line(f"path: {name}", spent, cost[FLOOR])
    yield _line("path: both functions", sum(cost[name] for name in WHOLE), cost[FLOOR])


def _line(figure: str, spent: float, floor: float) -> dict[str, object]:
    return {
        "figure": figure,
        "milliseconds_per_mail": round(spent, 3),
        "ratio_to_standard_library_reading": round(spent / floor, 2),
    }


def _milliseconds(steps: _Steps, turns: int, mails_of_a_turn: int) -> dict[str, float]:
    best: dict[str, float] = {}
    address = str(steps.inbox.address)
    for turn in range(turns):
        names = (f"{turn}-{number}" for number in range(mails_of_a_turn))
        mails = [Mail(short_letter(address, name)) for name in names]
        for name, step in steps.by_name().items():
            started = time.process_time()
            step(mails)
            spent = (time.process_time() - started) / len(mails) * 1000
            best[name] = min(best.get(name, spent), spent)
    return best


@contextmanager
def _flows() -> Iterator[tuple[Assembly, Memory]]:
    """The flows that the handlers find, on a memory."""
    memory = Memory()
    with environment(Settings(), logs=True):
        vars(here().adapters)["client"] = lambda service, **options: memory
        yield here(), memory


@contextmanager
def _quiet() -> Iterator[None]:
    """Log lines and metrics are written, where nobody reads them."""
    with Path(devnull).open("w") as nowhere, redirect_stdout(nowhere), ExitStack() as afterwards:
        for each in (inbound_mail.logger, table_events.logger):
            handler: Any = each.registered_handler
            afterwards.callback(handler.setStream, handler.setStream(nowhere))
        yield
