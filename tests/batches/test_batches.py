"""Generating inboxes, and exporting them with their passwords."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest

from mayfly import limits
from mayfly.batches.export import Exporter, ExportFilter
from mayfly.batches.models import Batch, Entry, Generated, Place, Status, password_of
from mayfly.batches.service import BatchResult, BatchService
from mayfly.domains.models import MailDomain
from mayfly.domains.register import DomainRegister
from mayfly.errors import (
    AddressTaken,
    Contended,
    InvalidCursor,
    PasswordKeyUnavailable,
    SigningKeysUnavailable,
)
from mayfly.inboxes.ids import InboxId
from mayfly.inboxes.models import Access, Inbox
from mayfly.inboxes.ports import Batches
from mayfly.mail.address import Address
from mayfly.private_inboxes.tokens import Tokens
from mayfly.settings import Settings
from tests import samples
from tests.batches.fakes import FakeBatches
from tests.memory import Memory

TEN_MINUTES = timedelta(minutes=10)
HERE = ["a.example"]
BOTH = ["a.example", "b.example"]
ALL = ExportFilter(active_only=False)


class Entropy:
    """Different bytes at each call, or the same ones for names until it is let go."""

    def __init__(self, stuck_calls: int = 0) -> None:
        self.calls = 0
        self.stuck_calls = stuck_calls

    def __call__(self, length: int) -> bytes:
        self.calls += 1
        return (max(self.calls, self.stuck_calls) * 7919).to_bytes(length, "big")


@dataclass
class Scene:
    """A deployment in memory."""

    memory: Memory

    def generator(
        self,
        settings: Settings | None = None,
        entropy: Callable[[int], bytes] | None = None,
        batches: Batches | None = None,
    ) -> BatchService:
        memory, entropy = self.memory, entropy or Entropy()
        return BatchService(
            batches or memory.batches,
            memory.password_keys,
            Tokens(memory.signing_keys, memory.clock, entropy),
            settings or Settings(),
            memory.clock,
            entropy,
        )

    def exporter(self) -> Exporter:
        memory = self.memory
        domains = DomainRegister(memory.domains, ("a.example", "b.example"), memory.clock)
        return Exporter(memory.batches, memory.password_keys, memory.inboxes, domains, memory.clock)

    def exported(self, wanted: ExportFilter = ALL, limit: int = 1000) -> list[Entry]:
        """All pages."""
        page = self.exporter().page(wanted, limit)
        entries = page.entries
        for _ in range(1000):
            if page.cursor is None:
                return entries
            page = self.exporter().page(wanted, limit, page.cursor)
            entries += page.entries
        raise AssertionError("the export does not end")


@pytest.fixture
def scene() -> Scene:
    return Scene(Memory())


def addresses(generation: BatchResult) -> list[Address]:
    return [each.inbox.address for each in generation.inboxes]


def test_generated_inboxes_are_private_friendly_and_at_each_domain_in_turn(scene: Scene) -> None:
    made = scene.generator().generate(BOTH, 5, TEN_MINUTES)

    assert [each.domain for each in addresses(made)] == [*BOTH, *BOTH, "a.example"]
    assert made.failure is None
    for each in made.inboxes:
        kept = scene.memory.inboxes.get(each.inbox.id)
        assert kept == each.inbox
        assert (kept.access, kept.created_at) == (Access.TOKEN, samples.NOW)
        assert kept.opens_with(each.password)
        assert each.token.expires_at == samples.NOW + TEN_MINUTES
        assert each.password not in repr(made)


@pytest.mark.parametrize(
    ("token_days", "lives_days", "messages_days"), [(0.5, 1, 3), (2, 2, 3), (7, 7, 7)]
)
def test_an_inbox_lives_at_least_as_long_as_its_token_and_its_messages_as_the_inbox(
    scene: Scene, token_days: float, lives_days: int, messages_days: int
) -> None:
    made = scene.generator().generate(HERE, 1, timedelta(days=token_days))

    inbox = made.inboxes[0].inbox
    assert inbox.expires_at == samples.NOW + timedelta(days=lives_days)
    assert inbox.message_lifetime == timedelta(days=messages_days)
    assert inbox.message_lifetime <= Settings().longest_message_lifetime


def test_one_secret_makes_all_passwords_of_a_batch_and_no_two_are_alike(scene: Scene) -> None:
    made = scene.generator().generate(BOTH, 200, TEN_MINUTES)

    assert len(scene.memory.password_keys.secrets) == 1
    assert len({each.password for each in made.inboxes}) == 200
    assert len({each.inbox.id for each in made.inboxes}) == 200


def test_a_password_has_144_bits_and_never_begins_as_a_formula_does() -> None:
    ids = [InboxId(f"{number:016x}", "8" * 16) for number in range(2000)]

    passwords = [password_of(b"s" * 32, each) for each in ids]

    assert {len(each) for each in passwords} == {24}
    assert len(set(passwords)) == len(passwords)
    assert not [each for each in passwords if each[0] in "-=+@\t\r"]
    assert [each for each in passwords if "-" in each]
    assert password_of(b"t" * 32, ids[0]) != passwords[0]


class Scarce(FakeBatches):
    """Batches at addresses that others took before."""

    def __init__(self, memory: Memory, taken: int) -> None:
        super().__init__(memory.rows, timedelta(days=30))
        self.left = taken
        self.asked: list[list[Address]] = []

    def place(
        self, batch: Batch, number: int, inboxes: Sequence[Inbox], now: datetime
    ) -> Sequence[Address]:
        self.asked.append([each.address for each in inboxes])
        if self.left:
            self.left -= 1
            return [inboxes[1].address]
        return super().place(batch, number, inboxes, now)


def test_only_names_that_are_taken_are_drawn_again(scene: Scene) -> None:
    batches = Scarce(scene.memory, taken=2)

    made = scene.generator(batches=batches).generate(BOTH, 3, TEN_MINUTES)

    first, second, third = batches.asked
    assert addresses(made) == third
    assert first[::2] == second[::2] == third[::2]
    assert len({first[1], second[1], third[1]}) == 3
    assert first[1].domain == third[1].domain == "b.example"
    assert all(scene.memory.inboxes.get(each.inbox.id) for each in made.inboxes)


def test_where_no_name_is_free_it_ends(scene: Scene) -> None:
    batches = Scarce(scene.memory, taken=1000)

    with pytest.raises(AddressTaken):
        scene.generator(batches=batches).generate(HERE, 3, TEN_MINUTES)

    assert len(batches.asked) == limits.NAME_ATTEMPTS
    assert scene.memory.rows.inboxes == {}


def test_two_inboxes_of_one_request_never_get_the_same_name(scene: Scene) -> None:
    stuck = Entropy(stuck_calls=4)  # the batch, and the first names

    made = scene.generator(entropy=stuck).generate(HERE, 3, TEN_MINUTES)

    assert len(set(addresses(made))) == 3


class Failing(FakeBatches):
    """Batches that cannot take more than the first inboxes."""

    def place(
        self, batch: Batch, number: int, inboxes: Sequence[Inbox], now: datetime
    ) -> Sequence[Address]:
        if number:
            raise Contended("too many writers")
        return super().place(batch, number, inboxes, now)


def test_what_was_made_before_a_failure_is_not_lost(scene: Scene) -> None:
    failing = Failing(scene.memory.rows, timedelta(days=30))

    made = scene.generator(batches=failing).generate(HERE, 200, TEN_MINUTES)

    assert isinstance(made.failure, Contended)
    assert len(made.inboxes) == limits.GENERATED_TOGETHER
    scene.memory.batches = failing
    assert [each.password for each in scene.exported()] == [e.password for e in made.inboxes]


class Slow(FakeBatches):
    """Each transaction takes twelve seconds."""

    def __init__(self, memory: Memory) -> None:
        super().__init__(memory.rows, timedelta(days=30))
        self.advance = memory.clock.advance

    def place(
        self, batch: Batch, number: int, inboxes: Sequence[Inbox], now: datetime
    ) -> Sequence[Address]:
        self.advance(seconds=12)
        return super().place(batch, number, inboxes, now)


def test_it_ends_before_the_caller_is_given_up(scene: Scene) -> None:
    made = scene.generator(batches=Slow(scene.memory)).generate(HERE, 1000, TEN_MINUTES)

    assert len(made.inboxes) == 2 * limits.GENERATED_TOGETHER
    assert isinstance(made.failure, Contended)


def test_without_either_key_nothing_is_made(scene: Scene) -> None:
    scene.memory.password_keys.is_down = True
    with pytest.raises(PasswordKeyUnavailable):
        scene.generator().generate(HERE, 1, TEN_MINUTES)
    scene.memory.password_keys.is_down = False
    scene.memory.signing_keys.keys.clear()
    with pytest.raises(SigningKeysUnavailable):
        scene.generator().generate(HERE, 1, TEN_MINUTES)

    assert scene.memory.rows.inboxes == {}
    assert list(scene.memory.batches.all()) == []


@pytest.mark.parametrize("limit", [1, 7, 90, 91, 1000])
def test_an_export_has_everything_once_and_in_order_whatever_its_pages(
    scene: Scene, limit: int
) -> None:
    entropy = Entropy()
    made: list[Generated] = []
    for count in (3, 200, 1):
        made += scene.generator(entropy=entropy).generate(BOTH, count, TEN_MINUTES).inboxes
        scene.memory.clock.advance(seconds=1)

    entries = scene.exported(ExportFilter(), limit)

    assert [(e.inbox, e.address, e.password) for e in entries] == [
        (each.inbox.id, each.inbox.address, each.password) for each in made
    ]
    assert {each.status for each in entries} == {Status.ACTIVE}
    assert [each.created_at for each in entries] == [each.inbox.created_at for each in made]


def test_an_export_of_one_domain_leaves_out_the_others(scene: Scene) -> None:
    scene.generator().generate(BOTH, 10, TEN_MINUTES)

    entries = scene.exported(ExportFilter(domain_id=MailDomain("b.example").id), limit=2)

    assert [each.address.domain for each in entries] == ["b.example"] * 5


def test_what_is_deleted_expired_or_somebody_elses_is_told_in_all_and_nowhere_else(
    scene: Scene,
) -> None:
    memory = scene.memory
    kept, closed, gone, replaced = [
        each.inbox for each in scene.generator().generate(HERE, 4, TEN_MINUTES).inboxes
    ]
    memory.inboxes.close(closed.id, memory.clock())
    del memory.rows.inboxes[gone.id.partition]
    heir = samples.inbox(str(replaced.address), access=Access.TOKEN)
    memory.rows.inboxes[replaced.id.partition] = replace(
        heir, expires_at=samples.NOW + timedelta(days=9)
    )

    active, every = scene.exported(ExportFilter()), scene.exported()
    memory.clock.advance(hours=24)
    later_active, later = scene.exported(ExportFilter()), scene.exported()

    assert [each.inbox for each in active] == [kept.id]
    assert [each.status for each in every] == ["active", "deleted", "deleted", "deleted"]
    assert later_active == []
    assert [each.status for each in later] == ["expired", "deleted", "expired", "expired"]
    assert heir.id not in {each.inbox for each in later}


def test_a_secret_is_opened_once_a_page_and_only_for_what_is_shown(scene: Scene) -> None:
    entropy = Entropy()
    first = scene.generator(entropy=entropy).generate(HERE, 2, TEN_MINUTES)
    for each in first.inboxes:
        scene.memory.inboxes.close(each.inbox.id, scene.memory.clock())
    second = scene.generator(entropy=entropy).generate(HERE, 200, TEN_MINUTES)

    scene.exporter().page(ExportFilter(), 1000)

    assert scene.memory.password_keys.opened == [second.batch.id]


def test_a_page_looks_at_so_many_batches_and_goes_on(scene: Scene) -> None:
    entropy = Entropy()
    for _ in range(limits.EXPORTED_BATCHES + 5):
        scene.generator(entropy=entropy).generate(HERE, 1, TEN_MINUTES)
        scene.memory.clock.advance(seconds=1)

    first = scene.exporter().page(ALL, 1000)

    assert len(first.entries) == limits.EXPORTED_BATCHES
    assert first.cursor is not None
    last = scene.exporter().page(ALL, 1000, first.cursor)
    assert (len(last.entries), last.cursor) == (5, None)


def test_a_cursor_outlives_what_it_names(scene: Scene) -> None:
    entropy = Entropy()
    for _ in range(3):
        scene.generator(entropy=entropy).generate(HERE, 2, TEN_MINUTES)
        scene.memory.clock.advance(seconds=1)
    page = scene.exporter().page(ALL, 3)
    batches = list(scene.memory.batches.all())
    del scene.memory.batches.batches[batches[1].rank]

    rest = scene.exporter().page(ALL, 3, page.cursor)

    assert len(rest.entries) == 2


@pytest.mark.parametrize("text", ["", "x", "é", "AAAA", str(Place("1#2")), "=" * 8])
def test_a_cursor_of_something_else_is_refused(scene: Scene, text: str) -> None:
    with pytest.raises(InvalidCursor):
        scene.exporter().page(ALL, 3, text)
