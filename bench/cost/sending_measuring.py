"""Measures what a message takes that an account sends: accepted, handed to SES, and heard of."""

import json
import secrets
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bench.cost.invocations import HTTP_API, MAIL_EVENTS, SEND_MAIL, TimedAssembly
from bench.cost.measuring import counting
from bench.cost.metering import MeteredAssembly, metered
from bench.cost.prices import Size, Work
from bench.cost.taking import ASKED, Taker
from bench.cost.units import item_bytes
from mayfly.domains.models import Cause, Claim, MailDomain, MailIdentity, Status
from mayfly.kit.dynamodb.keys import outgoing_key
from mayfly.kit.dynamodb.notation import encode_row
from mayfly.kit.http.schemas import read
from mayfly.sending.draft_schemas import EmailDraft
from mayfly.sending.models import OutgoingMail
from mayfly.sending.ses_events import ACCOUNT_TAG, MAIL_TAG, ROUND_TAG
from mayfly.sending.sqs import write_job
from mayfly.sending.store import job_of
from tests.aws import client
from tests.functions.http import bearer, event, unpacked

FILES = {"no attachment": 0, "10 MB uploaded": 10_000_000}
TEXT = "Dear customer, your order is on its way.\n" * 100
RECIPIENT = "recipient@example.com"
_WHO = {"email": "ann@home.example", "password": "a phrase for measuring"}
_EMAILS = "/api/v1/emails"
_COUNTING = counting()


def sent() -> tuple[dict[str, Size], dict[str, Work]]:
    """Messages without a file, and with one that is uploaded before."""
    sizes: dict[str, Size] = {}
    works: dict[str, Work] = {}
    for name, file_bytes in FILES.items():
        sizes[name], more = _with_file(name, file_bytes)
        works |= more
    return sizes, works


def _with_file(name: str, size: int) -> tuple[Size, dict[str, Work]]:
    settings = {
        "sending": True,
        "sending_needs_approval": False,
        "sends_per_day": 10_000,
        "schedule_group": "mails",
    }
    with metered(**settings) as assembly:
        queue = client("sqs").create_queue(QueueName="orders")["QueueUrl"]
        metering = MeteredAssembly(replace(assembly.settings, order_queue_url=queue))
        bench = _Bench(metering, TimedAssembly(metering.settings), size)
        works = {f"accept {name}": bench.accept(), f"send {name}": bench.hand_over()}
        works |= {"room for a file": bench.announce()} if size else {"note": bench.note()}
        return bench.stored(), works


class _Bench:
    """An account with a domain, and what its messages go through."""

    def __init__(self, assembly: MeteredAssembly, plain: TimedAssembly, size: int) -> None:
        self._plain, self._taker, self._size = plain, Taker(assembly, plain), size
        self._token, self._account = self._logged_in()
        self._claim()
        self._mails: list[OutgoingMail] = []
        self._draft = {
            "from": "ann@mine.example",
            "to": [RECIPIENT],
            "subject": "Your order",
            "text": TEXT,
            **({"attachments": [self._attachment()]} if size else {}),
        }

    def accept(self) -> Work:
        """One request to send, which has an idempotency key."""

        def asked() -> dict[str, Any]:
            headers = bearer(self._token) | {"Idempotency-Key": secrets.token_hex(8)}
            return event("POST", _EMAILS, body=self._draft, headers=headers)

        return self._taker.taken(HTTP_API, asked, _COUNTING)

    def announce(self) -> Work:
        """One request for room for a file."""
        fields = {"filename": "a.bin", "size": self._size}
        path, headers = f"{_EMAILS}/attachments", bearer(self._token)
        asked = event("POST", path, body=fields, headers=headers)
        return self._taker.taken(HTTP_API, lambda: asked, _COUNTING)

    def hand_over(self) -> Work:
        """One order, whose mail is due."""
        orders = self._orders()
        return self._taker.taken(SEND_MAIL, lambda: _records(next(orders)))

    def note(self) -> Work:
        """One of SES's two words: that it was delivered."""
        words = iter([_delivery(each) for each in self._mails])
        return self._taker.taken(MAIL_EVENTS, lambda: _records(next(words)))

    def stored(self) -> Size:
        """Bytes of the mail and of its row in the end."""
        mail = self._mails[0]
        row = self._plain.adapters.table.get(outgoing_key(mail.account, mail.id))
        return Size(mail.size_bytes, item_bytes(encode_row(row)))

    def _orders(self) -> Iterator[str]:
        for _ in range(ASKED):
            draft = read(self._draft, EmailDraft).draft
            mail, _state = self._plain.sending.service.submit(self._account, draft)
            self._mails.append(mail)
        return iter([write_job(job_of(each, each.created_at)) for each in self._mails])

    def _logged_in(self) -> tuple[str, str]:
        for path in ("/api/users/register", "/api/users/login"):
            reply = unpacked(HTTP_API.call(event("POST", path, body=_WHO), self._plain))
        return reply.json["token"], reply.json["user"]["id"]

    def _claim(self) -> None:
        now, plain = self._plain.now(), self._plain
        identity = MailIdentity(("a", "b", "c"), "dkim.amazonses.com")
        claim = Claim("token", claimed_at=now, identity=identity)
        domain = MailDomain(
            "mine.example", now, now, owner=self._account, status=Status.PENDING, claim=claim
        )
        plain.domains.service.claims.add(domain)
        plain.domains.service.claims.change(domain.after(Cause.VERIFIED, now), domain)
        client("sesv2").create_email_identity(EmailIdentity="mine.example")

    def _attachment(self) -> dict[str, str]:
        upload, form = self._plain.sending.uploads.announce(
            self._account, "a.bin", "application/octet-stream", self._size
        )
        self._plain.adapters.s3.put_object(
            Bucket=self._plain.settings.mail_bucket,
            Key=form.fields["key"],
            Body=secrets.token_bytes(self._size),
        )
        return {"uploadId": upload.id}


def _records(body: str) -> dict[str, Any]:
    return {"Records": [{"messageId": "1", "body": body}]}


def _delivery(mail: OutgoingMail) -> str:
    tags = {ACCOUNT_TAG: mail.account, MAIL_TAG: mail.id, ROUND_TAG: str(mail.round)}
    at = (mail.created_at + timedelta(seconds=2)).isoformat()
    return json.dumps(
        {
            "eventType": "Delivery",
            "mail": {
                "messageId": mail.id,
                "timestamp": at,
                "destination": [RECIPIENT],
                "tags": {name: [value] for name, value in tags.items()},
            },
            "delivery": {"timestamp": at, "recipients": [RECIPIENT]},
        }
    )
