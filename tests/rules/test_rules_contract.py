"""What every RuleSets must do."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from mayfly import limits
from mayfly.accounts.dynamodb import DynamoAccounts
from mayfly.errors import InboxNotFound
from mayfly.inboxes.dynamodb import DynamoInboxes
from mayfly.inboxes.models import Access, Inbox, SpamPolicy
from mayfly.inboxes.ports import Inboxes
from mayfly.kit.dynamodb.keys import TTL_ATTRIBUTE, rules_key
from mayfly.kit.dynamodb.table import Table
from mayfly.kit.http.schemas import read
from mayfly.rules.dynamodb import DynamoRuleSets
from mayfly.rules.models import RulePlace, RuleSet, Trouble
from mayfly.rules.ports import RuleSets
from mayfly.rules.schemas import Rule, Rules
from mayfly.settings import Settings
from tests import samples
from tests.accounts.test_accounts_contract import an_account
from tests.aws import AWS_SIDES, SIDES, on_side
from tests.memory import FakeClock, Memory

COOLDOWN = timedelta(days=30)
DOMAIN = "0190a0b0-0000-8000-8000-000000000001"


def rules(*folders: str) -> tuple[Rule, ...]:
    """A rule for each folder."""
    document = [{"name": f"{n}", "then": [{"fileinto": each}]} for n, each in enumerate(folders)]
    return read({"rules": document}, Rules).checked()


@dataclass
class World:
    """The ports under test, and a mailbox."""

    rule_sets: RuleSets
    inboxes: Inboxes
    mailbox: Inbox
    table: Table | None = None

    @property
    def place(self) -> RulePlace:
        return RulePlace(mailbox=self.mailbox.id)

    def now(self) -> Inbox:
        return self.inboxes.get(self.mailbox.id)

    def put(self, *folders: str, policy: SpamPolicy = SpamPolicy.HIDE) -> RuleSet:
        wanted = RuleSet(self.place, rules(*folders), updated_at=samples.NOW)
        self.rule_sets.put_mailbox(wanted, self.mailbox, policy, with_senders=False)
        return wanted


@pytest.fixture(params=SIDES)
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    mailbox = samples.inbox("ann@mayfly.example", access=Access.OWNER, owner="an account")
    if request.param == "fake":
        memory = Memory()
        memory.inboxes.create(mailbox, samples.NOW)
        yield World(memory.rule_sets, memory.inboxes, mailbox)
        return
    settings = Settings()
    with on_side(settings) as clients:
        table = Table(clients["dynamodb"], settings.table_name, FakeClock().pause)
        inboxes = DynamoInboxes(table, COOLDOWN)
        inboxes.create(mailbox, samples.NOW)
        yield World(DynamoRuleSets(table, COOLDOWN), inboxes, mailbox, table)


def test_a_place_without_rules_has_empty_ones(world: World) -> None:
    assert world.rule_sets.get(world.place) == RuleSet(world.place)
    assert world.rule_sets.of(world.mailbox) == []


def test_rules_are_read_as_they_were_put_and_their_mailbox_says_that_there_are_some(
    world: World,
) -> None:
    put = world.put("archive", "trash", policy=SpamPolicy.FOLDER)

    assert world.rule_sets.get(world.place) == put
    assert (world.now().has_rules, world.now().spam_policy) == (True, SpamPolicy.FOLDER)
    assert world.rule_sets.of(world.now()) == [put]


def test_a_mailbox_that_is_gone_takes_no_rules(world: World) -> None:
    world.inboxes.close(world.mailbox.id, samples.NOW)

    with pytest.raises(InboxNotFound):
        world.put("archive")
    assert world.rule_sets.get(world.place) == RuleSet(world.place)


def test_the_domains_rules_come_before_the_mailboxs(world: World) -> None:
    own = world.put("archive")
    domains = RuleSet(RulePlace(domain=DOMAIN), rules("trash"), updated_at=samples.NOW)
    world.rule_sets.put_domain(domains)

    assert world.rule_sets.of(replace(world.now(), domain_id=DOMAIN)) == [domains, own]
    assert world.rule_sets.of(replace(world.mailbox, domain_id=DOMAIN)) == [domains]


def test_senders_are_rejected_only_while_the_policy_says_so(world: World) -> None:
    world.put("archive")
    world.rule_sets.reject(world.now(), "spam@shop.example")
    assert world.rule_sets.get(world.place).rejected == ()

    world.put("archive", policy=SpamPolicy.REJECT)
    for _ in range(2):
        world.rule_sets.reject(world.now(), "spam@shop.example")

    assert world.rule_sets.get(world.place).rejected == ("spam@shop.example",)
    world.put("trash", policy=SpamPolicy.REJECT)
    assert world.rule_sets.get(world.place).rejected == ("spam@shop.example",)


def test_of_rejected_senders_the_oldest_goes(world: World) -> None:
    senders = [f"{n}@shop.example" for n in range(limits.REJECTED_SENDERS)]
    wanted = RuleSet(world.place, (), tuple(senders), updated_at=samples.NOW)
    world.rule_sets.put_mailbox(wanted, world.mailbox, SpamPolicy.REJECT, with_senders=True)

    world.rule_sets.reject(world.now(), "last@shop.example")

    assert world.rule_sets.get(world.place).rejected == (*senders[1:], "last@shop.example")


def test_trouble_is_noted_with_the_rules_that_had_it_and_no_others(world: World) -> None:
    put = world.put("archive")
    trouble = Trouble("too costly", samples.NOW, 3)
    world.rule_sets.note(put, "0", trouble)
    assert world.rule_sets.get(world.place).troubles == {"0": trouble}

    later = replace(put, updated_at=samples.NOW + timedelta(seconds=1))
    world.rule_sets.put_mailbox(later, world.mailbox, SpamPolicy.HIDE, with_senders=False)
    world.rule_sets.note(put, "0", trouble)

    assert world.rule_sets.get(world.place) == later


def test_removed_rules_are_gone(world: World) -> None:
    world.put("archive")
    for _ in range(2):
        world.rule_sets.remove(world.place)

    assert world.rule_sets.get(world.place) == RuleSet(world.place)


@pytest.mark.parametrize("side", AWS_SIDES)
def test_rules_are_kept_as_long_as_their_mailbox_is_extended(side: str) -> None:
    settings = Settings()
    with on_side(settings) as clients:
        table = Table(clients["dynamodb"], settings.table_name, FakeClock().pause)
        accounts, inboxes = DynamoAccounts(table, COOLDOWN), DynamoInboxes(table, COOLDOWN)
        account = an_account()
        accounts.add(account)
        mailbox = samples.inbox(access=Access.OWNER, owner=str(account.id))
        inboxes.create(mailbox, samples.NOW)
        wanted = RuleSet(RulePlace(mailbox=mailbox.id), rules("trash"), updated_at=samples.NOW)
        rule_sets = DynamoRuleSets(table, COOLDOWN)
        rule_sets.put_mailbox(wanted, mailbox, SpamPolicy.HIDE, with_senders=False)
        before = inboxes.get(mailbox.id)
        ttl = table.get(rules_key(mailbox.id))[TTL_ATTRIBUTE]

        after = replace(before, expires_at=before.expires_at + timedelta(days=7))
        accounts.extend(account, before, after)

        assert table.get(rules_key(mailbox.id))[TTL_ATTRIBUTE] == ttl + 7 * 24 * 3600
        assert rule_sets.get(wanted.place) == wanted


@pytest.mark.parametrize("side", AWS_SIDES)
def test_rules_that_cannot_be_read_are_none_and_say_so(side: str) -> None:
    settings = Settings()
    with on_side(settings) as clients:
        table = Table(clients["dynamodb"], settings.table_name, FakeClock().pause)
        mailbox = samples.inbox()
        table.put(rules_key(mailbox.id) | {"rules": b'[{"name": 1}]'})
        found = DynamoRuleSets(table, COOLDOWN).get(RulePlace(mailbox=mailbox.id))

    assert found.rules == ()
    assert list(found.troubles) == ["*"]
