"""Mail that goes out: where it is kept, what wakes it, and what carries it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Protocol

from mayfly.domains.models import MailDomain
from mayfly.sending.models import (
    OutgoingMail,
    OutgoingTally,
    RecipientStatus,
    State,
    Suppression,
    Upload,
)


@dataclass(frozen=True, slots=True)
class IdempotencyKey:
    """The hashes of an idempotency key, and of the request that it came with."""

    key_hash: str
    request_hash: str


@dataclass(frozen=True, slots=True)
class IdempotencyResult:
    """What a request with this key led to: the message, and the state it was answered with."""

    request_hash: str
    mail: str
    state: State


@dataclass(frozen=True, slots=True)
class Share:
    """What a message takes of a day (UTC): so many recipients, of which an account may have
    `account_most`, likewise all accounts that send from parts of one registrable `domain`, all
    accounts together `most`, and forwards of one `inbox` (its partition) `inbox_most`; 0 is no
    limit.
    """

    day: date
    recipients: int
    account_most: int
    most: int
    domain: str = ""
    inbox: str = ""
    inbox_most: int = 0


@dataclass(frozen=True, slots=True)
class Filter:
    """Which messages are listed; what is None does not matter. `to` and `sender` are addresses."""

    state: State | None = None
    sender: str | None = field(default=None, repr=False)
    to: str | None = field(default=None, repr=False)
    since: datetime | None = None

    def fits(self, mail: OutgoingMail, now: datetime) -> bool:
        """Whether a list with this filter shows the message; what is over is waiting to go."""
        return (
            now < mail.expires_at
            and self.state in (None, mail.state)
            and (self.sender is None or mail.sender.lower() == self.sender)
            and (self.since is None or mail.created_at >= self.since)
            and (
                self.to is None or any(each.address.lower() == self.to for each in mail.recipients)
            )
        )


class OutgoingMails(Protocol):
    """The messages of accounts that go out, each written only at the revision that was read."""

    def add(
        self, mail: OutgoingMail, share: Share, key: IdempotencyKey | None
    ) -> IdempotencyResult | None:
        """Add it with its share of the day, counted as accepted; all of that or none.

        What the key led to before, and then nothing is added; it holds for IDEMPOTENCY_KEPT.
        SendsSpent if the share is more than is left, Contended if other writers won every attempt.
        """

    def kept(self, account: str, key_hash: str, now: datetime) -> IdempotencyResult | None:
        """What this key of the account's led to, if it still holds."""

    def get(self, account: str, mail: str) -> OutgoingMail:
        """The message, read consistently; EmailNotFound if the account has none with this id."""

    def save(
        self, before: OutgoingMail, after: OutgoingMail, share: Share | None = None
    ) -> OutgoingMail:
        """Put `after` in the place of `before`, count it in its state, and take the share.

        The message as it is then. Contended if it has another revision or is gone, or if other
        writers were in the way of the counters; SendsSpent if the share is more than is left.
        """

    def remove(self, mail: OutgoingMail) -> None:
        """Remove it at its revision; Contended if it has another, nothing if it is gone."""

    def page(
        self, account: str, criteria: Filter, most: int, before: str = ""
    ) -> tuple[Sequence[OutgoingMail], str]:
        """Up to so many, newest first, older than the one of the id `before`.

        The second is the id to go on before, "" at the end: a page may be short and not the last.
        """

    def counts(self, account: str) -> Mapping[State, int]:
        """How many messages the account has had accepted, by the state they are or ended in."""

    def tally(self) -> OutgoingTally:
        """The counters of all accounts."""


class OutgoingFiles(Protocol):
    """The messages as they go out: written once, read and deleted."""

    def put(self, object_key: str, raw: bytes) -> None:
        """Keep the message; a repeat writes the same."""

    def read(self, object_key: str) -> bytes:
        """All bytes; RawMailMissing without the object."""

    def delete(self, object_key: str) -> None:
        """Remove it; nothing if it is not there."""


@dataclass(frozen=True, slots=True)
class SendJob:
    """A job: look at a message and send it if it is due. Several for one message are no harm.

    Given before the message is written in that round, so it may be seen before that.
    """

    account: str
    mail: str
    round: int
    given_at: datetime


class SendJobs(Protocol):
    """The queue of jobs."""

    def give(self, job: SendJob, delay_seconds: int = 0) -> None:
        """Put it into the queue, where it is seen after so many seconds, at most 900."""


class Schedules(Protocol):
    """What gives a job at a later time, to the minute."""

    def set(self, job: SendJob, at: datetime) -> None:
        """Give it then, once; a repeat for the same mail is a no-op."""

    def clear(self, job: SendJob) -> None:
        """Do not give it; nothing if it was given, or never was to be."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """The sender and recipients of a message, and what the carrier's later events name."""

    sender: str = field(repr=False)
    recipients: Sequence[str] = field(repr=False)
    account: str
    mail: str
    round: int


@dataclass(frozen=True, slots=True)
class MailerResult:
    """What a carrier said: the name it gave the mail, and the fate of each recipient (by address,
    in lower case): sent, failed, or pending if it is to be tried again. To those `gone` no message
    ever arrives.
    """

    message_id: str
    fates: Mapping[str, tuple[RecipientStatus, str]] = field(repr=False)
    gone: Sequence[str] = field(default=(), repr=False)


class Mailer(Protocol):
    """A way out for messages. It tries once, and never again by itself."""

    def send(self, envelope: Envelope, raw: bytes) -> MailerResult:
        """Hand the mail over; MailRefused, MailDeferred or HandoverUnclear if it was not taken."""


@dataclass(frozen=True, slots=True)
class SendingQuota:
    """What SES allows this AWS account now: recipients a second and in 24 hours (-1: no limit).

    In the sandbox it sends to verified addresses only.
    """

    a_second: float
    a_day: float
    sent: float
    is_sandbox: bool
    is_enabled: bool = True


class SendingAccount(Protocol):
    """The AWS account as SES sees it."""

    def quota(self) -> SendingQuota:
        """As it is now, or was minutes ago; the smallest there is when SES does not answer."""


class Suppressions(Protocol):
    """The addresses that each account's mail does not go to any more."""

    def add(self, account: str, suppression: Suppression) -> None:
        """Add it; one that is there already stays as it is."""

    def among(self, account: str, addresses: Sequence[str]) -> Mapping[str, Suppression]:
        """Those of these addresses that are on the account's list, by address in lower case."""

    def page(self, account: str, most: int, after: str = "") -> tuple[Sequence[Suppression], str]:
        """Up to so many in the order of their addresses, and the one to go on after, or ""."""

    def remove(self, account: str, address: str) -> Suppression:
        """Take it off the list; SuppressionNotFound if it is not there."""


class SendableDomains(Protocol):
    """The domains that accounts may send from."""

    def sendable(self, account_id: str, address_domain: str) -> MailDomain:
        """The domain; NotPermitted unless it is this account's, and active."""


@dataclass(frozen=True, slots=True)
class Form:
    """How a file is sent: `multipart/form-data` to `url`, with these fields before `file`."""

    url: str
    fields: Mapping[str, str] = field(repr=False)


class Uploads(Protocol):
    """What accounts have said that they would bring."""

    def add(self, upload: Upload) -> None:
        """Keep it until it expires; a repeat writes the same."""

    def among(self, account: str, ids: Sequence[str]) -> Mapping[str, Upload]:
        """Those of the account with these ids, by id; expired ones may be among them."""


class UploadedFiles(Protocol):
    """What they have brought."""

    def form(self, upload: Upload, lifetime: timedelta) -> Form:
        """What lets its holder send this file, of this very size, for so long."""

    def read(self, upload: Upload) -> bytes:
        """The file; NotUploaded if none is there, or one of another size."""
