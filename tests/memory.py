"""The ports in memory: real code that passes the same contract suites as the AWS adapters."""

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from mayfly import limits
from mayfly.accounts.models import Account, AccountId
from mayfly.accounts.service_mails import ServiceMails
from mayfly.adapters import Adapters
from mayfly.api_keys.models import ApiKey
from mayfly.errors import (
    AddressTaken,
    BodyTooLarge,
    ConnectionGone,
    InboxNotFound,
    MessageNotFound,
    RawMailMissing,
    SigningKeysUnavailable,
    Unauthenticated,
)
from mayfly.health.service import Check
from mayfly.inboxes.ids import InboxId, MailKey, MessageId, partition_of
from mayfly.inboxes.models import Held, Inbox, Overflow, Quota
from mayfly.kit.tokens.models import SigningKey
from mayfly.mail.address import Address
from mayfly.messages.models import UNFILED, Change, Content, Filing, Message, Summary
from mayfly.messages.service import ContentLoader
from mayfly.receiving.models import (
    FULL,
    Accepted,
    Dropped,
    DropReason,
    MailProgress,
    Outcome,
    Stored,
    Tally,
)
from mayfly.receiving.notice import Notice
from mayfly.settings import Settings
from mayfly.storage.ports import RawObject
from mayfly.subscriptions.models import (
    AccountSubscription,
    Connection,
    ConnectionLimits,
    Subscription,
)
from tests.accounts.fake_approvals import FakeApprovals
from tests.accounts.fakes import FakeAccounts, FakeResets
from tests.admin.fakes import FakeAdminKeys, FakeCensus, FakeDomains
from tests.api_keys.fakes import FakeApiKeys
from tests.batches.fakes import FakeBatches, FakePasswordKeys
from tests.domains.fakes import FakeClaims
from tests.domains.fakes_dns import FakeHostedZones, FakeMailIdentities, FakeResolver
from tests.exports.fakes import FakeExportFiles, FakeExportJobs, FakeExports
from tests.forwarding.fakes import FakeDestinations, FakeForwardNotes, FakeForwardOrders
from tests.health.fakes import FakeQueues, FakeRequestTally
from tests.kit.fakes import FakeServiceMailer
from tests.pop3.fakes import (
    FakeFetchedMails,
    FakeInboxSecrets,
    FakePop3Accounts,
    FakePop3Servers,
)
from tests.proof_of_work.fakes import FakeSpentProofs
from tests.rate_limits.fakes import FakeBudgets, FakeRequestCounts
from tests.relays.fakes import FakeDomainSecrets, FakeKeyrings, FakeRelayConfigs, FakeRelays
from tests.retention.fakes import FakeRounds
from tests.rules.fakes import FakeRuleSets
from tests.sample_mails.fakes import FakeSampleMails
from tests.sending.fakes import (
    FakeMailer,
    FakeOutgoingFiles,
    FakeOutgoingMails,
    FakeSchedules,
    FakeSendableDomains,
    FakeSendingAccount,
    FakeSendJobs,
    FakeSuppressions,
)
from tests.sending.fakes_uploads import FakeUploadedFiles, FakeUploads
from tests.stats.fakes import FakeRollups
from tests.subscriptions.fakes import FakeAccountSubscriptions
from tests.templates.fakes import FakeTemplates
from tests.waits.fakes import FakeWaits
from tests.webhooks.fakes import (
    FakeReceivers,
    FakeWebhookDeliveries,
    FakeWebhookLists,
    FakeWebhookSecrets,
    FakeWebhookWakes,
)

PLACES = Settings().places


class FakeClock:
    """A clock that stands still until it is moved; pausing moves it."""

    def __init__(self, now: datetime = datetime(2026, 1, 1, 12, tzinfo=UTC)) -> None:
        self.now = now
        self.pauses: list[float] = []

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **timedelta_arguments: float) -> None:
        self.now += timedelta(**timedelta_arguments)

    def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += timedelta(seconds=seconds)


@dataclass
class Delivery:
    """What the fake remembers of a mail at one address."""

    mail: Accepted
    outcome: Outcome
    gone: bool = False


class FakeRawMails:
    """Raw mails in a dict."""

    portion = limits.SWEEP_PORTION

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.objects: dict[str, tuple[bytes, datetime]] = {}
        self.now = now
        self.reads: list[tuple[str, int, int]] = []

    def put(self, object_key: str, raw: bytes) -> None:
        self.objects[object_key] = (raw, self.now())

    def read(self, object_key: str, max_bytes: int) -> bytes:
        raw = self._raw(object_key)
        if len(raw) > max_bytes:
            raise BodyTooLarge(f"{len(raw)} bytes; {max_bytes} are possible")
        return self.read_range(object_key, 0, len(raw))

    def read_range(self, object_key: str, start: int, end: int) -> bytes:
        self.reads.append((object_key, start, end))
        return self._raw(object_key)[start:end]

    def size(self, object_key: str) -> int:
        return len(self._raw(object_key))

    def link(self, object_key: str, filename: str, content_type: str, method: str = "GET") -> str:
        return f"https://bucket.example/{object_key}?as={filename}&type={content_type}&for={method}"

    def delete(self, object_keys: Sequence[str]) -> None:
        for key in object_keys:
            self.objects.pop(key, None)

    def listed(self, after: str) -> Iterable[Sequence[RawObject]]:
        keys = sorted(key for key in self.objects if key > after)
        for start in range(0, len(keys), self.portion):
            there = [key for key in keys[start : start + self.portion] if key in self.objects]
            yield [RawObject(key, len(self._raw(key)), self.objects[key][1]) for key in there]

    def _raw(self, object_key: str) -> bytes:
        if object_key not in self.objects:
            raise RawMailMissing(object_key)
        return self.objects[object_key][0]


class FakePartFiles:
    """Unpacked attachments in a dict."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    def link(
        self,
        name: str,
        content: Callable[[], bytes],
        filename: str,
        content_type: str,
        method: str = "GET",
    ) -> str:
        if name not in self.files:
            self.files[name] = content()
        return f"https://bucket.example/{name}?as={filename}&type={content_type}&for={method}"

    def delete(self, names: Sequence[str]) -> None:
        for name in names:
            self.files.pop(name, None)


class FakeContents:
    """Contents in a dict."""

    def __init__(self) -> None:
        self.contents: dict[MailKey, Content] = {}
        self.reads = 0

    def put(self, mail: MailKey, content: Content, expires_at: datetime) -> None:
        self.contents[mail] = content

    def get(self, mail: MailKey) -> Content:
        self.reads += 1
        if mail not in self.contents:
            raise MessageNotFound("no such message")
        return self.contents[mail]

    def keep(self, mail: MailKey, expires_at: datetime) -> None:
        """Nothing ends here by itself."""

    def delete(self, mail: MailKey) -> None:
        self.contents.pop(mail, None)


@dataclass
class Rows:
    """What the table would hold. `removed` is what its stream would tell of deleted messages."""

    inboxes: dict[str, Inbox] = field(default_factory=dict)
    messages: dict[InboxId, dict[int, Message]] = field(default_factory=dict)
    deliveries: dict[tuple[MailKey, str], Delivery] = field(default_factory=dict)
    connections: dict[str, Connection] = field(default_factory=dict)
    watches: dict[tuple[InboxId, str], Subscription] = field(default_factory=dict)
    account_watches: dict[tuple[AccountId, str], AccountSubscription] = field(default_factory=dict)
    removed: list[MessageId] = field(default_factory=list)
    accounts: dict[str, Account] = field(default_factory=dict)
    api_keys: dict[str, ApiKey] = field(default_factory=dict)
    failures: int = 0
    lock: threading.RLock = field(default_factory=threading.RLock)


class FakeInboxes:
    """Inboxes in a dict."""

    def __init__(self, rows: Rows, cooldown: timedelta) -> None:
        self.rows = rows
        self.cooldown = cooldown

    def find(self, addresses: Sequence[Address]) -> dict[Address, Inbox]:
        found = {}
        for address in addresses:
            inbox = self.rows.inboxes.get(partition_of(address))
            if inbox is not None and inbox.address == address:
                found[address] = inbox
        return found

    def get(self, inbox: InboxId) -> Inbox:
        found = self.rows.inboxes.get(inbox.partition)
        if found is None or found.id != inbox:
            raise InboxNotFound("no such inbox")
        return found

    def create(self, inbox: Inbox, now: datetime) -> None:
        with self.rows.lock:
            there = self.rows.inboxes.get(inbox.id.partition)
            if there is not None:
                if not there.is_free_again(now, self.cooldown):
                    raise AddressTaken("this address is taken")
                inbox = inbox.after(there, now)
            self.rows.inboxes[inbox.id.partition] = inbox

    def close(self, inbox: InboxId, now: datetime) -> None:
        with self.rows.lock:
            there = self.get(inbox)
            if there.deleted_at is not None:
                raise InboxNotFound("no such inbox")
            self.rows.inboxes[inbox.partition] = replace(there, deleted_at=now)

    def rotate(self, inbox: InboxId, version: int) -> Inbox:
        with self.rows.lock:
            there = self.get(inbox)
            if there.deleted_at is not None:
                raise InboxNotFound("no such inbox")
            if there.token_version != version:
                raise Unauthenticated("the access token was revoked")
            raised = replace(there, token_version=version + 1)
            self.rows.inboxes[inbox.partition] = raised
            return raised

    def erase(self, inbox: InboxId) -> None:
        with self.rows.lock:
            gone = self.rows.messages.pop(inbox, {})
            self.rows.removed += [message.id for message in gone.values()]
            for key in [key for key in self.rows.watches if key[0] == inbox]:
                del self.rows.watches[key]


def hold(rows: Rows, inbox: Inbox, messages: int, size_bytes: int, message: Message) -> None:
    """Change what an inbox holds, by one message."""
    senders = dict(inbox.senders)
    if message.place:
        theirs = senders.get(message.place, Held())
        senders[message.place] = theirs.and_one(size_bytes, messages)
    rows.inboxes[inbox.id.partition] = replace(
        inbox,
        sequence=max(inbox.sequence, message.id.sequence),
        senders=senders,
        overflow=inbox.overflow if messages > 0 else None,
        held_messages=inbox.held_messages + messages,
        held_bytes=inbox.held_bytes + size_bytes,
    )


class FakeDeliveries:
    """Deliveries in a dict, one lock for the transactions."""

    def __init__(self, rows: Rows, quota: Quota) -> None:
        self.rows = rows
        self.quota = quota

    def deliver(
        self,
        mail: Accepted,
        summary: Summary,
        inbox: Inbox,
        now: datetime,
        filing: Filing = UNFILED,
    ) -> Outcome:
        with self.rows.lock:
            before = self._recorded(mail.mail, inbox.address)
            if before is not None:
                return before
            there = self.rows.inboxes.get(inbox.id.partition)
            if there is None or there.id != inbox.id:
                return self.drop(mail, inbox.address, DropReason.UNKNOWN_RECIPIENT)
            refusal = there.refusal(now, summary.size_bytes, self.quota, summary.sender)
            if refusal in FULL and self._makes_room(there, summary, now):
                there, refusal = self.rows.inboxes[inbox.id.partition], None
            if refusal in FULL:
                told = there.overflow or Overflow(now, 0)
                self.rows.inboxes[inbox.id.partition] = replace(
                    there, overflow=replace(told, dropped=told.dropped + 1)
                )
            if refusal is not None:
                return self.drop(mail, inbox.address, refusal)
            message = Message(
                MessageId(inbox.id, there.sequence + 1, mail.mail),
                summary,
                summary.received_at + there.message_lifetime,
                place=there.place_of(summary.sender),
                object_key=mail.object_key if mail.is_read_anew else "",
            ).filed(filing)
            self.rows.messages.setdefault(inbox.id, {})[message.id.sequence] = message
            hold(self.rows, there, 1, summary.size_bytes, message)
            outcome = Stored(message.id)
            self._record(mail, inbox.address, outcome)
            return outcome

    def _makes_room(self, inbox: Inbox, summary: Summary, now: datetime) -> bool:
        mails = self.rows.messages.get(inbox.id, {})
        for number in sorted(mails) if inbox.is_newcomer(summary.sender) else []:
            message = mails[number]
            if inbox.can_give_way(message, summary, self.quota):
                del mails[number]
                hold(self.rows, inbox, -1, -message.summary.size_bytes, message)
                told = inbox.overflow or Overflow(now, 0)
                self.rows.inboxes[inbox.id.partition] = replace(
                    self.rows.inboxes[inbox.id.partition],
                    overflow=replace(told, dropped=told.dropped + 1),
                )
                return True
        return False

    def drop(
        self, mail: Accepted, recipient: Address, reason: DropReason, inbox: Inbox | None = None
    ) -> Outcome:
        with self.rows.lock:
            before = self._recorded(mail.mail, recipient)
            if before is not None:
                return before
            self._record(mail, recipient, Dropped(reason))
            return Dropped(reason)

    def is_settled(self, mail: MailKey, recipients: Sequence[Address]) -> bool:
        return all((mail, partition_of(each)) in self.rows.deliveries for each in recipients)

    def outcomes(self, inbox: InboxId, mails: Sequence[MailKey]) -> dict[MailKey, Outcome]:
        there = {each: self.rows.deliveries.get((each, inbox.partition)) for each in mails}
        return {
            mail: replace(found.outcome, repeated=True) for mail, found in there.items() if found
        }

    def is_read_from(self, mail: MailKey, object_key: str) -> bool:
        of_mail = [d.mail for key, d in self.rows.deliveries.items() if key[0] == mail]
        return any(each.object_key == object_key for each in of_mail)

    def standing(self, mail: MailKey) -> MailProgress:
        with self.rows.lock:
            of_mail = [d for key, d in self.rows.deliveries.items() if key[0] == mail]
            if not of_mail:
                return MailProgress.UNHEARD
            complete = len(of_mail) >= max(each.mail.deliveries for each in of_mail)
            held = any(
                not each.gone if isinstance(each.outcome, Stored) else each.mail.is_recovered
                for each in of_mail
            )
            return MailProgress.LIVE if held or not complete else MailProgress.OVER

    def release(self, message: MessageId) -> Sequence[str]:
        with self.rows.lock:
            delivery = self.rows.deliveries.get((message.mail, message.inbox.partition))
            if delivery is None:
                return []
            delivery.gone = True
            if self.standing(message.mail) is not MailProgress.OVER:
                return []
            return [delivery.mail.object_key]

    def only_of(self, messages: Sequence[MessageId]) -> Sequence[str]:
        found = [self.rows.deliveries.get((m.mail, m.inbox.partition)) for m in messages]
        return [
            each.mail.object_key
            for each in found
            if each is not None
            and each.mail.deliveries == 1
            and isinstance(each.outcome, Stored)
            and each.outcome.message in messages
        ]

    def tally(self) -> Tally:
        outcomes = [delivery.outcome for delivery in self.rows.deliveries.values()]
        dropped = {
            reason: sum(isinstance(o, Dropped) and o.reason is reason for o in outcomes)
            for reason in DropReason
        }
        stored = sum(isinstance(outcome, Stored) for outcome in outcomes)
        chunks = sum(delivery.mail.chunks for delivery in self.rows.deliveries.values())
        return Tally(len(outcomes), stored, dropped, self.rows.failures, chunks)

    def count_failure(self) -> None:
        self.rows.failures += 1

    def _recorded(self, mail: MailKey, recipient: Address) -> Outcome | None:
        delivery = self.rows.deliveries.get((mail, partition_of(recipient)))
        return replace(delivery.outcome, repeated=True) if delivery else None

    def _record(self, mail: Accepted, recipient: Address, outcome: Outcome) -> None:
        self.rows.deliveries[mail.mail, partition_of(recipient)] = Delivery(mail, outcome)


class FakeMessages:
    """Messages in dicts."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows

    def get(self, message: MessageId, now: datetime) -> tuple[Inbox, Message]:
        try:
            inbox, found = self.numbered(message.inbox, message.sequence, now)
        except InboxNotFound as error:
            raise MessageNotFound("no such message") from error
        if inbox.deleted_at is not None or not found or found[0].id != message:
            raise MessageNotFound("no such message")
        return inbox, found[0]

    def numbered(
        self, inbox: InboxId, sequence: int, now: datetime
    ) -> tuple[Inbox, Sequence[Message]]:
        with self.rows.lock:
            there = self.rows.inboxes.get(inbox.partition)
            if there is None or there.id != inbox:
                raise InboxNotFound("no such inbox")
            found = self.rows.messages.get(inbox, {}).get(sequence)
            return there, [found] if found is not None and found.expires_at > now else []

    def newest(self, inbox: Inbox, before: int | None, limit: int, now: datetime) -> list[Message]:
        readable = self._readable(inbox.id, now)
        chosen = [each for each in readable if before is None or each.id.sequence < before]
        return chosen[::-1][:limit]

    def after(self, inbox: InboxId, sequence: int, limit: int, now: datetime) -> list[Message]:
        return [m for m in self._readable(inbox, now) if m.id.sequence > sequence][:limit]

    def change(self, message: MessageId, change: Change, now: datetime) -> Message:
        with self.rows.lock:
            _, found = self.get(message, now)
            changed = change.of(found)
            self.rows.messages[message.inbox][message.sequence] = changed
            return changed

    def delete(self, message: MessageId, now: datetime) -> None:
        with self.rows.lock:
            inbox, found = self.get(message, now)
            del self.rows.messages[message.inbox][message.sequence]
            hold(self.rows, inbox, -1, -found.summary.size_bytes, found)
            self.rows.removed.append(message)

    def lengthen(self, message: MessageId, expires_at: datetime) -> None:
        with self.rows.lock:
            found = self.rows.messages.get(message.inbox, {}).get(message.sequence)
            if found is not None and found.id == message and found.expires_at < expires_at:
                lengthened = replace(found, expires_at=expires_at)
                self.rows.messages[message.inbox][message.sequence] = lengthened

    def _readable(self, inbox: InboxId, now: datetime) -> list[Message]:
        with self.rows.lock:
            there = sorted(self.rows.messages.get(inbox, {}).items())
        return [message for _, message in there if message.expires_at > now]


class FakeSubscriptions:
    """Connections and subscriptions in dicts."""

    def __init__(self, rows: Rows, places: ConnectionLimits = PLACES) -> None:
        self.rows = rows
        self.places = places

    def connect(self, connection: Connection) -> None:
        with self.rows.lock:
            most = self.places.connections_of_client
            if most and connection.client and len(self.connections_of(connection.client)) >= most:
                raise self.places.too_many_connections()
            self.rows.connections[connection.id] = connection

    def connections_of(self, client: str) -> list[Connection]:
        found = [each for each in self.rows.connections.values() if each.client == client]
        return sorted(found, key=lambda each: (each.expires_at, each.id))

    def disconnect(self, connection_id: str) -> None:
        with self.rows.lock:
            self.rows.connections.pop(connection_id, None)
            for key in [key for key in self.rows.watches if key[1] == connection_id]:
                del self.rows.watches[key]
            for mine in [key for key in self.rows.account_watches if key[1] == connection_id]:
                del self.rows.account_watches[mine]

    def subscribe(self, subscription: Subscription, now: datetime) -> None:
        with self.rows.lock:
            if subscription.connection_id not in self.rows.connections:
                raise ConnectionGone(subscription.connection_id)
            mine = subscription.inbox, subscription.connection_id
            keys = [*self.rows.watches, *self.rows.account_watches]
            of_connection = [key for key in keys if key[1] == mine[1] and key != mine]
            if len(of_connection) >= self.places.subscriptions:
                raise self.places.too_many_subscriptions()
            others = [
                each
                for each in self.subscribers(mine[0], now)
                if each.connection_id != mine[1]
                and each.token_version == subscription.token_version
            ]
            self.places.check_watchers(subscription.client, others)
            self.rows.watches[mine] = subscription

    def unsubscribe(self, connection_id: str, inbox: InboxId) -> None:
        self.rows.watches.pop((inbox, connection_id), None)

    def subscribers(self, inbox: InboxId, now: datetime) -> list[Subscription]:
        with self.rows.lock:
            return [
                watch
                for key, watch in self.rows.watches.items()
                if key[0] == inbox and watch.expires_at > now
            ]

    def caught_up(self, subscription: Subscription, sequence: int) -> None:
        key = subscription.inbox, subscription.connection_id
        with self.rows.lock:
            if key in self.rows.watches:
                self.rows.watches[key] = replace(
                    self.rows.watches[key], replay_after=None, sent=sequence
                )

    def connections(self, now: datetime) -> int:
        return sum(each.expires_at > now for each in self.rows.connections.values())


class FakeSigningKeys:
    """Keys in a list, the current one first; none at all while `keys` is empty."""

    def __init__(self) -> None:
        self.keys = [SigningKey("a secret of the tests, long enough for HS256")]

    def change(self, secret: str) -> None:
        self.keys = [SigningKey(secret), *self.keys[:1]]

    def current(self) -> SigningKey:
        if not self.keys:
            raise SigningKeysUnavailable("no key")
        return self.keys[0]

    def find(self, key_id: str) -> SigningKey:
        self.current()
        for key in self.keys:
            if key.id == key_id:
                return key
        raise Unauthenticated("no such key")


class FakeNotices:
    """Notices in a list."""

    def __init__(self) -> None:
        self.sent: list[Notice] = []

    def send(self, notice: Notice) -> None:
        self.sent.append(notice)


class FakeSocketControl:
    """Connections are there unless they are `gone`."""

    def __init__(self) -> None:
        self.gone: set[str] = set()
        self.asked: list[str] = []

    def is_open(self, connection_id: str) -> bool:
        self.asked.append(connection_id)
        return connection_id not in self.gone

    def close(self, connection_id: str) -> None:
        self.gone.add(connection_id)


class FakeSockets(FakeSocketControl):
    """Frames in a list; `gone` connections refuse."""

    def __init__(self) -> None:
        super().__init__()
        self.frames: list[tuple[str, str]] = []

    def post(self, connection_id: str, frame: str) -> None:
        if connection_id in self.gone:
            raise ConnectionGone(connection_id)
        self.frames.append((connection_id, frame))


class Memory(Adapters):
    """All ports over one shared state."""

    def __init__(
        self,
        clock: FakeClock | None = None,
        quota: Quota | None = None,
        cooldown: timedelta = timedelta(days=30),
    ) -> None:
        self.clock = self.now = clock or FakeClock()
        self.rows = Rows()
        self.raw_mails: FakeRawMails = FakeRawMails(self.clock)
        self.part_files: FakePartFiles = FakePartFiles()
        self.contents: FakeContents = FakeContents()
        self.sample_mails = FakeSampleMails(self.raw_mails)
        self.loader = ContentLoader(self.contents, self.raw_mails)
        self.inboxes: FakeInboxes = FakeInboxes(self.rows, cooldown)
        self.accounts: FakeAccounts = FakeAccounts(self.rows, cooldown)
        self.resets: FakeResets = FakeResets()
        self.api_keys: FakeApiKeys = FakeApiKeys(self.rows, self.accounts)
        self.rule_sets: FakeRuleSets = FakeRuleSets(self.rows)
        self.messages: FakeMessages = FakeMessages(self.rows)
        self.deliveries: FakeDeliveries = FakeDeliveries(
            self.rows, quota or Quota(limits.INBOX_MESSAGES, limits.INBOX_BYTES)
        )
        self.watching: FakeSubscriptions = FakeSubscriptions(self.rows)
        self.account_watching: FakeAccountSubscriptions = FakeAccountSubscriptions(
            self.rows, PLACES
        )
        self.sockets: FakeSockets = FakeSockets()
        self.notices: FakeNotices = FakeNotices()
        self.rounds: FakeRounds = FakeRounds()
        self.signing_keys: FakeSigningKeys = FakeSigningKeys()
        self.edge_keys: FakeSigningKeys | None = None
        self.password_keys: FakePasswordKeys = FakePasswordKeys()
        self.batches: FakeBatches = FakeBatches(self.rows, cooldown)
        self.admin_keys: FakeAdminKeys = FakeAdminKeys()
        self.domains: FakeDomains = FakeDomains()
        self.claims: FakeClaims = FakeClaims(self.domains)
        self.resolver: FakeResolver = FakeResolver()
        self.identities: FakeMailIdentities = FakeMailIdentities()
        self.zones: FakeHostedZones = FakeHostedZones()
        self.census: FakeCensus = FakeCensus(self.rows.inboxes)
        self.request_counts: FakeRequestCounts = FakeRequestCounts()
        self.patient_counts: FakeRequestCounts = self.request_counts
        self.waits: FakeWaits = FakeWaits()
        self.spent_proofs = FakeSpentProofs()
        self.budgets: FakeBudgets = FakeBudgets()
        self.request_tally: FakeRequestTally = FakeRequestTally()
        self.queues: FakeQueues = FakeQueues()
        self.checks: dict[str, Check] = {
            "table": lambda: self.watching.connections(self.clock()),
            "bucket": lambda: list(self.raw_mails.listed("")),
            "queue": lambda: self.queues.depths(),
        }
        self.postman: FakeServiceMailer = FakeServiceMailer()
        self.outbox: FakeOutgoingMails = FakeOutgoingMails(self.clock)
        self.outgoing_files: FakeOutgoingFiles = FakeOutgoingFiles()
        self.uploads: FakeUploads = FakeUploads()
        self.uploaded_files: FakeUploadedFiles = FakeUploadedFiles()
        self.templates: FakeTemplates = FakeTemplates()
        self.webhook_lists: FakeWebhookLists = FakeWebhookLists()
        self.webhook_deliveries: FakeWebhookDeliveries = FakeWebhookDeliveries()
        self.webhook_wakes: FakeWebhookWakes = FakeWebhookWakes(self.clock)
        self.webhook_secrets: FakeWebhookSecrets = FakeWebhookSecrets()
        self.receivers: FakeReceivers = FakeReceivers()
        self.orders: FakeSendJobs = FakeSendJobs(self.clock)
        self.destinations: FakeDestinations = FakeDestinations()
        self.forward_orders: FakeForwardOrders = FakeForwardOrders()
        self.forward_notes: FakeForwardNotes = FakeForwardNotes(self.rows)
        self.schedules: FakeSchedules = FakeSchedules()
        self.mailer: FakeMailer = FakeMailer()
        self.sending_account: FakeSendingAccount = FakeSendingAccount()
        self.suppressions: FakeSuppressions = FakeSuppressions()
        self.rollups: FakeRollups = FakeRollups()
        self.exports: FakeExports = FakeExports()
        self.export_files: FakeExportFiles = FakeExportFiles()
        self.export_jobs: FakeExportJobs = FakeExportJobs()
        self.sendable_domains = FakeSendableDomains()
        self.approvals: FakeApprovals = FakeApprovals()
        self.relay_configs: FakeRelayConfigs = FakeRelayConfigs()
        self.keyrings: FakeKeyrings = FakeKeyrings()
        self.domain_secrets: FakeDomainSecrets = FakeDomainSecrets()
        self.relays: FakeRelays = FakeRelays()
        self.pop3_accounts: FakePop3Accounts = FakePop3Accounts(self.rows)
        self.pop3_servers: FakePop3Servers = FakePop3Servers()
        self.inbox_secrets: FakeInboxSecrets = FakeInboxSecrets()
        self.fetched_mails: FakeFetchedMails = FakeFetchedMails(self.raw_mails)

    def service_mails(self, most: int = 0) -> ServiceMails:
        """Mails of the service's own, over all this."""
        return ServiceMails(
            self.postman,
            self.budgets,
            self.suppressions,
            self.request_counts,
            most,
            self.clock,
        )
