"""What was acknowledged outlives the process, wherever it ends, and any cut of the file."""

import itertools
import random
import shutil
import smtplib
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.letters import numbered_letter
from bench.load.clients import Watched
from bench.load.tally import Faults, Tally, faults
from infra.local.account import NOTICE_QUEUE, queue_url
from infra.local.engine.cloud import INLINE_BYTES, EngineCloud
from infra.local.engine.store import FILE, synchronise
from infra.local.listeners import port_of
from infra.local.smtp.policy import Post
from infra.local.smtp.server import MailServer
from mayfly.receiving.notice import read
from mayfly.settings import Settings
from tests.engine import SIGNER
from tests.local.conftest import DEADLINE, Loop, accepting, grouped, listener, made, until
from tests.local.mayfly import Mayfly, mayfly

ROUNDS = 20
SENDERS = 4
MOST = 40  # mails before a process is killed
PAGE = 100
UNLIMITED = {"RATE_LIMIT_REQUESTS": "0", "RATE_LIMIT_CREATE": "0", "RATE_LIMIT_FETCH": "0"}
FILLER = b"\r\n" + (b"z" * 70 + b"\r\n") * (2 * INLINE_BYTES // 72)


def letter(address: str, number: int) -> bytes:
    """Each fifth one is large."""
    mail = numbered_letter(address, number).replace(b"\n", b"\r\n")
    return mail + (FILLER if number % 5 == 0 else b"")


# kill -9


@dataclass
class Load:
    """Senders that go on until the service is gone, and what was answered to them."""

    addresses: list[str]
    tally: Tally = field(default_factory=Tally)
    sent: set[int] = field(default_factory=set)
    watched: list[Watched] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def send(self, port: int, enough: int, kill: threading.Event) -> None:
        """One sender's mails; `kill` is set once so many were acknowledged to all of them."""
        try:
            with smtplib.SMTP("127.0.0.1", port, timeout=DEADLINE) as connection:
                while True:
                    number = next(self._numbers)
                    address = self.addresses[number % len(self.addresses)]
                    self.sent.add(number)
                    connection.sendmail("s@example.org", [address], letter(address, number))
                    self.tally.accept(number, address)
                    if len(self.tally.accepted_at) >= enough:
                        kill.set()
        except (smtplib.SMTPException, OSError):
            kill.set()

    def look(self, service: Mayfly, watched: list[Watched]) -> Faults:
        """What is wrong with all inboxes, once what was acknowledged is there."""

        def is_there() -> bool:
            for each in watched:
                while self._page(service, each):
                    pass
            seen = {seen.mail for each in watched for seen in each.seen}
            return self.tally.accepted_at.keys() <= seen

        until(is_there)
        found = Faults()
        for each in watched:
            # What was sent may be there without a 250: that was on its way.
            unheard = {seen.mail for seen in each.seen if seen.mail in self.sent}
            expected = {*self.tally.numbers(each.address), *unheard}
            found += faults((number for number in expected if number is not None), each.seen)
        return found

    def _page(self, service: Mayfly, watched: Watched) -> bool:
        path = f"/api/emails/{watched.address}/messages?limit={PAGE}&after={watched.cursor}"
        listed = service.ask("GET", path)
        for message in listed:
            watched.note(message)
        return bool(listed)

    def from_the_start(self) -> list[Watched]:
        return [Watched(address) for address in self.addresses]


def under_load_until_killed(service: Mayfly, load: Load, more: int) -> None:
    kill, enough = threading.Event(), len(load.tally.accepted_at) + more
    with ThreadPoolExecutor(SENDERS) as senders:
        for _ in range(SENDERS):
            senders.submit(load.send, service.smtp_port, enough, kill)
        kill.wait(DEADLINE)
        service.process.kill()
        service.process.wait()


def test_twenty_kills_under_load_lose_nothing_double_nothing_and_leave_no_gap(
    tmp_path: Path,
) -> None:
    chance = random.Random("kill -9")
    settings: dict[str, Any] = {"DATA": str(tmp_path)} | UNLIMITED
    with mayfly(**settings) as service:
        load = Load([service.new_address()["email"] for _ in range(3)])
        load.watched = load.from_the_start()
        under_load_until_killed(service, load, chance.randrange(MOST))
    for _ in range(ROUNDS - 1):
        with mayfly(**settings) as service:
            # Sometimes while what waits from before is handled, sometimes afterwards.
            if chance.random() < 0.5:
                assert load.look(service, load.watched) == Faults()
            under_load_until_killed(service, load, chance.randrange(MOST))
    with mayfly(**settings) as service:
        assert load.look(service, load.watched) == Faults()
        service.end()
    with mayfly(**settings) as service:
        assert load.look(service, load.from_the_start()) == Faults()
    assert len(load.tally.accepted_at) > ROUNDS


# Copies of the files


@dataclass
class Copies:
    """What the disk may have had each time when it was asked to have all: cut where it was not."""

    folder: Path
    into: Path
    acknowledged: set[str] = field(default_factory=set)
    made: list[tuple[Path, frozenset[str]]] = field(default_factory=list)
    is_watching: bool = False
    _chance: random.Random = field(default_factory=lambda: random.Random("cuts"))
    _safe_bytes: int = 0

    def synchronise(self, descriptor: int) -> None:
        log = self.folder / f"{FILE}-wal"
        size = log.stat().st_size
        if size < self._safe_bytes:  # it has begun anew, after all was in the file
            self._safe_bytes = 0
        if self.is_watching:
            known = frozenset(self.acknowledged)
            cuts = {self._safe_bytes, size, self._chance.randint(self._safe_bytes, size)}
            for cut in cuts:
                self._copy(log, cut, known)
        synchronise(descriptor)
        self._safe_bytes = size

    def _copy(self, log: Path, cut: int, known: frozenset[str]) -> None:
        place = self.into / str(len(self.made))
        place.mkdir(parents=True)
        shutil.copy(self.folder / FILE, place / FILE)
        (place / log.name).write_bytes(log.read_bytes()[:cut])
        (place / "objects").mkdir()
        for each in list((self.folder / "objects").iterdir()):
            with suppress(FileNotFoundError):  # it gets its last name just now
                shutil.copy(each, place / "objects")
        self.made.append((place, known))


@contextmanager
def serving(cloud: EngineCloud, settings: Settings, loop: Loop) -> Iterator[int]:
    where = listener()
    accept = accepting(cloud, settings).accept
    post = Post(lambda address: True, accept, cloud.inline_bytes, cloud.settled)
    server = MailServer(settings.domains, post, settings.max_mail_bytes, "Mayfly test")
    with ExitStack() as parts:
        parts.enter_context(loop.inside(grouped(cloud)))
        parts.enter_context(loop.inside(server.serving(where)))
        yield port_of(where)


def test_wherever_the_file_is_cut_what_was_acknowledged_is_in_it_and_all_of_it_is_whole(
    tmp_path: Path, settings: Settings, loop: Loop
) -> None:
    copies = Copies(tmp_path / "data", tmp_path / "copies")
    with (
        made(settings, copies.folder, copies.synchronise) as cloud,
        serving(cloud, settings, loop) as port,
    ):
        copies.is_watching = True

        def send(first: int) -> None:
            with smtplib.SMTP("127.0.0.1", port, timeout=DEADLINE) as connection:
                connection.ehlo()
                for number in range(first, first + 5):
                    connection.mail("s@example.org")
                    connection.rcpt("alice@mayfly.example")
                    code, text = connection.data(letter("alice@mayfly.example", number))
                    assert code == 250
                    copies.acknowledged.add(text.decode().split()[-1])

        with ThreadPoolExecutor(SENDERS) as senders:
            list(senders.map(send, range(0, 5 * SENDERS, 5)))
    assert len(copies.made) > 10
    for folder, acknowledged in copies.made:
        check(folder, acknowledged, settings)


def check(folder: Path, acknowledged: frozenset[str], settings: Settings) -> None:
    """Each mail has all its octets, each notice its mail, and each small mail its notice.

    A large mail is on the disk before its notice is written; the sweep knows such mails.
    """
    with closing(EngineCloud(folder, settings, SIGNER)) as cloud:
        cloud.make(settings, "a key of the tests " * 3, "a key of the passwords " * 3)
        with cloud.engine.store.reading() as file:
            assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        raw = whole_mails(cloud, settings)
        noticed = all_notices(cloud)
    small = {key for key, size in raw.items() if size <= INLINE_BYTES}
    assert len(noticed) == len(set(noticed))
    assert small <= set(noticed) <= raw.keys()
    assert {settings.raw_prefix + each for each in acknowledged} <= set(noticed)


def whole_mails(cloud: EngineCloud, settings: Settings) -> dict[str, int]:
    """The size of each mail by its key; all are as they were sent."""
    s3, bucket = cloud.client("s3"), settings.mail_bucket
    listed = s3.list_objects_v2(Bucket=bucket).get("Contents", [])
    for each in listed:
        content = s3.get_object(Bucket=bucket, Key=each["Key"])["Body"].read()
        number = int(content.partition(b"Subject: Mail ")[2].split(b" ", 1)[0])
        sent = letter("alice@mayfly.example", number)
        assert len(content) == each["Size"]
        assert content.endswith(sent)
    return {each["Key"]: each["Size"] for each in listed}


def all_notices(cloud: EngineCloud) -> list[str]:
    """The keys of the mails that the notices tell of."""
    keys: list[str] = []
    sqs, url = cloud.client("sqs"), queue_url(NOTICE_QUEUE)
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        keys += [read(each["Body"]).object_key for each in messages]
    return keys
