"""How many files a request goes through: `python -m tests.project.ways`, `--list` names the files.

The handlers and adapters are the deployed ones, on the engine. A file is entered when one of its
functions is called; what a first call does once for its process does not count. The order is that
in which files are entered first: a reader who follows the way opens them so, and a package change
is where the next one lies in another folder of `mayfly/` or `functions/`.
"""

import argparse
import logging
import os
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from types import FrameType
from typing import Any

import functions
import mayfly
from functions.http_api.handler import serve
from functions.inbound_mail.handler import settle
from functions.send_mail.handler import carry_out
from functions.table_events.handler import follow
from mayfly import limits
from mayfly.assembly import Assembly
from mayfly.receiving.notice import write
from tests import samples
from tests.faults.world import World, world
from tests.functions.http import event, unpacked
from tests.given_domains import given_domain

_ROOTS = [Path(str(each.__file__)).parent for each in (mayfly, functions)]
_RAW = b"From: Ann <ann@shop.example>\r\nSubject: Your order\r\n\r\nThank you.\r\n"
_LARGE = _RAW + b"." * limits.READ_ANEW_BYTES  # a small one is read anew, through all of mail/mime
_PERSON = {"email": "ann@home.example", "password": "a phrase for tests"}
_DRAFT = {"from": "ann@mine.example", "to": ["bob@example.com"], "subject": "Hi", "text": "Hello"}


@dataclass(frozen=True, slots=True)
class Way:
    """The files of one way, in the order in which they are entered first."""

    files: Sequence[str]

    @property
    def package_changes(self) -> int:
        """How often the next file lies in another package."""
        return sum(one != other for one, other in pairwise(map(_package, self.files)))


class Tracer:
    """Notes the files whose functions are called, in this thread and those it starts."""

    def __init__(self) -> None:
        self.entered: dict[str, None] = {}
        self._known: dict[str, str] = {}
        self._on = False

    @contextmanager
    def on(self) -> Iterator[None]:
        """Note what is called inside the block."""
        before, threads_before = sys.getprofile(), threading.getprofile()
        threading.setprofile(self._called)
        sys.setprofile(self._called)
        self._on = True
        try:
            yield
        finally:
            self._on = False
            sys.setprofile(before)
            threading.setprofile(threads_before)

    def _called(self, frame: FrameType, what: str, _: object) -> None:
        if not self._on or what != "call" or frame.f_code.co_name == "<module>":
            return
        path = frame.f_code.co_filename
        if path == "<string>":  # what `dataclass` writes belongs to the module of the class
            path = str(frame.f_globals.get("__file__", ""))
        if path not in self._known:
            self._known[path] = _name(path)
        if self._known[path]:
            self.entered.setdefault(self._known[path])


def _name(path: str) -> str:
    """As `mayfly/errors.py`; empty for what is not the program's."""
    for root in _ROOTS:
        if Path(path).is_relative_to(root):
            return Path(path).relative_to(root.parent).as_posix()
    return ""


def _package(file: str) -> tuple[str, ...]:
    return Path(file).parent.parts[:2]


Traced = Callable[[Tracer], None]


def ways() -> dict[str, Way]:
    """Each way, gone twice in the same process: the first time warms it up.

    Nothing is logged meanwhile: how a line is written is on nobody's way.
    """
    found = {}
    logging.disable(logging.CRITICAL)
    try:
        for name, prepared in _WAYS.items():
            with world() as there:
                go, tracer = prepared(there, there.process()), Tracer()
                go(tracer)
                tracer.entered.clear()
                go(tracer)
            found[name] = Way(tuple(tracer.entered))
    finally:
        logging.disable(logging.NOTSET)
    return found


def mail_to_frame(there: World, process: Assembly) -> Traced:
    """A mail is in the bucket, and its notice in the queue; who watches its inbox has a frame."""
    address = str(process.inboxes.service.make().inbox.address)
    process.subscriptions.service.connect("one")
    process.subscriptions.service.subscribe("one", address)
    frames = there.sockets.frames.setdefault("one", [])

    def go(tracer: Tracer) -> None:
        name = f"mail-{len(frames)}"
        there.put_raw(name, _RAW)
        notice = _queued(write(samples.notice(name, address)))
        _stream(there)
        with tracer.on():
            assert settle(notice, process) == {"batchItemFailures": []}
        changes, before = _stream(there), len(frames)
        with tracer.on():
            assert follow(changes, process) == {"batchItemFailures": []}
        assert len(frames) == before + 1

    return go


def inbox_listed(there: World, process: Assembly) -> Traced:
    """Who has an inbox's token lists its one message, whose content is kept."""
    made = process.private_inboxes.service.make(None, timedelta(hours=1))
    there.put_raw("mail-1", _LARGE)
    notice = _queued(write(samples.notice("mail-1", str(made.inbox.address))))
    assert settle(notice, process) == {"batchItemFailures": []}
    headers = {"Authorization": f"Bearer {made.token.text}"}
    request = event("GET", "/v1/inboxes/{inboxId}/messages", str(made.inbox.id), headers=headers)

    def go(tracer: Tracer) -> None:
        with tracer.on():
            answer = serve(request, process)
        (message,) = unpacked(answer).json["messages"]
        assert message["subject"] == "Your order"

    return go


def email_sent(there: World, process: Assembly) -> Traced:
    """An account that may send sends a mail from its domain; SES has taken it."""
    for path in ("/api/users/register", "/api/users/login"):
        reply = unpacked(serve(event("POST", path, body=_PERSON), process)).json
    account, headers = reply["user"]["id"], {"Authorization": f"Bearer {reply['token']}"}
    given_domain(process.domains.service, account, "mine.example")
    process.accounts.approval.decide(account, True)
    request = event("POST", "/api/v1/emails", body=_DRAFT, headers=headers)

    def go(tracer: Tracer) -> None:
        with tracer.on():
            answer = serve(request, process)
        reply = unpacked(answer)
        assert reply.status == 202
        (body,) = _taken_jobs(there)
        before = len(there.side.sent())
        with tracer.on():
            assert carry_out(_queued(body), process) == {"batchItemFailures": []}
        assert len(there.side.sent()) == before + 1
        assert process.adapters.outbox.get(account, reply.json["id"]).state == "sent"

    return go


_WAYS: dict[str, Callable[[World, Assembly], Traced]] = {
    "a mail, from notice to frame": mail_to_frame,
    "GET /v1/inboxes/{inboxId}/messages": inbox_listed,
    "POST /api/v1/emails, to sent": email_sent,
}


def _queued(body: str) -> dict[str, Any]:
    return {"Records": [{"messageId": "1", "body": body}]}


def _stream(there: World) -> dict[str, Any]:
    """What the stream has for its function."""
    records = there.changes.first(len(there.changes))
    there.changes.drop(len(records))
    return {"Records": records}


def _taken_jobs(there: World) -> list[str]:
    """The bodies that wait in the queue, which is empty then."""
    sqs, queue = there.client("sqs"), there.settings.order_queue_url
    there.side.end_delays()
    found = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
    for each in found:
        sqs.delete_message(QueueUrl=queue, ReceiptHandle=each["ReceiptHandle"])
    return [each["Body"] for each in found]


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the figures of each way."""
    parser = argparse.ArgumentParser(prog="python -m tests.project.ways")
    parser.add_argument("--list", action="store_true", help="the files, in their order")
    is_listing = parser.parse_args(arguments).list
    for name, way in ways().items():
        print(f"{name}: {len(way.files)} files, {way.package_changes} package changes")
        if is_listing:
            print(*(f"    {file}" for file in way.files), sep="\n")


if __name__ == "__main__":
    os.environ |= {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
    os.environ |= {"AWS_DEFAULT_REGION": "us-east-1", "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled"}
    main()
