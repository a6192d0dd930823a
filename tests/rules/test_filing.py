"""Filing an email by rules: whatever is wrong with them, it is kept."""

from datetime import timedelta

import pytest

from mayfly import limits
from mayfly.inboxes.models import Inbox, SpamPolicy
from mayfly.kit.http.schemas import read
from mayfly.mail.mime.parser import parse
from mayfly.messages.models import UNFILED, Filing, Verdicts
from mayfly.receiving.models import DropReason
from mayfly.rules.evaluate import TOO_COSTLY
from mayfly.rules.filing import Filer
from mayfly.rules.models import RulePlace, RuleSet
from mayfly.rules.schemas import Rules
from tests import samples
from tests.memory import Memory

RAW = b"From: a@shop.example\r\nTo: list@x.example\r\nSubject: hi\r\n\r\nhello"


class Broken(Exception):
    """What nobody has thought of."""


def given(memory: Memory, *rules: object, policy: SpamPolicy = SpamPolicy.HIDE) -> Inbox:
    inbox = samples.inbox("ann@mayfly.example")
    memory.inboxes.create(inbox, samples.NOW)
    place = RulePlace(mailbox=inbox.id)
    read_rules = read({"rules": list(rules)}, Rules).checked()
    wanted = RuleSet(place, read_rules, updated_at=samples.NOW)
    memory.rule_sets.put_mailbox(wanted, inbox, policy, with_senders=False)
    return memory.inboxes.get(inbox.id)


def filed(
    memory: Memory, inbox: Inbox, *recipients: str, raw: bytes = RAW, **notice: object
) -> Filing | DropReason:
    told = samples.notice("mail-1", *(recipients or ("ann@mayfly.example",)), **notice)
    return Filer(memory.rule_sets, memory.clock).file(
        inbox, parse(raw, limits.MIME), told, len(raw)
    )


def to_me(address: str) -> dict[str, object]:
    test = {"envelope": {"address": "to", "match": "is", "values": [address]}}
    return {"name": address, "if": test, "then": [{"flag": ["flagged"]}]}


@pytest.fixture
def memory() -> Memory:
    return Memory()


def test_while_rules_cannot_be_had_the_notice_waits(memory: Memory) -> None:
    inbox = given(memory, {"name": "no", "then": [{"discard": True}]})
    memory.rule_sets.failing = Broken()

    with pytest.raises(Broken):
        filed(memory, inbox)


def test_a_rule_learns_of_its_own_recipient_with_its_tag_and_of_no_other(memory: Memory) -> None:
    mine, others = to_me("ann+shop@mayfly.example"), to_me("bob@mayfly.example")
    inbox = given(memory, mine, others)

    found = filed(memory, inbox, "bob@mayfly.example", "Ann+Shop@mayfly.example", "not an address")

    assert isinstance(found, Filing)
    assert found.rules == ("ann+shop@mayfly.example",)


def test_trouble_is_noted_on_the_rules_once_an_hour(memory: Memory) -> None:
    dear = {"names": ["subject"], "match": "matches", "values": ["?" * 255 + "x"] * 20}
    long = RAW.replace(b"hi", b"y" * 20_000)
    inbox = given(
        memory,
        {"name": "dear", "if": {"header": dear}, "then": [{"discard": True}]},
        {"name": "no", "then": [{"discard": True}]},
    )
    place = RulePlace(mailbox=inbox.id)

    for _ in range(3):
        assert filed(memory, inbox, raw=long) == UNFILED
    first = memory.rule_sets.get(place).troubles["dear"]
    memory.clock.advance(hours=1)
    filed(memory, inbox, raw=long)

    assert (first.what, first.at, first.count) == (TOO_COSTLY, samples.NOW, 1)
    again = memory.rule_sets.get(place).troubles["dear"]
    assert (again.at, again.count) == (samples.NOW + timedelta(hours=1), 2)


def test_a_virus_stays_in_spam_whatever_rules_say_but_may_be_discarded(memory: Memory) -> None:
    virus = Verdicts("PASS", "FAIL", "PASS", "PASS", "PASS")
    kept = given(memory, {"name": "keep", "then": [{"keep": True}, {"redirect": "b@c.example"}]})

    found = filed(memory, kept, verdicts=virus)

    assert isinstance(found, Filing)
    assert (found.folder, found.skips) == (None, (("b@c.example", "verdict"),))


@pytest.mark.parametrize(
    ("verdicts", "sender", "rejected"),
    [
        (Verdicts("FAIL", "PASS", "FAIL", "FAIL", "PASS"), "x@y.example", ("a@shop.example",)),
        (Verdicts("FAIL", "PASS", "PASS", "FAIL", "FAIL"), "X@y.example", ("x@y.example",)),
        (Verdicts("FAIL", "PASS", "FAIL", "PASS", "FAIL"), "x@y.example", ()),
        (Verdicts("FAIL"), "x@y.example", ()),
        (Verdicts("GRAY", "PASS", "PASS", "PASS", "PASS"), "x@y.example", ()),
        (Verdicts("FAIL", "PASS", "PASS", "PASS", "GRAY"), "", ()),
    ],
)
def test_only_a_proven_sender_of_spam_is_rejected(
    memory: Memory, verdicts: Verdicts, sender: str, rejected: tuple[str, ...]
) -> None:
    inbox = given(memory, policy=SpamPolicy.REJECT)
    told = samples.notice(verdicts=verdicts, sender=sender)
    filer = Filer(memory.rule_sets, memory.clock)

    filer.after(inbox, parse(RAW, limits.MIME), told)

    assert memory.rule_sets.get(RulePlace(mailbox=inbox.id)).rejected == rejected


def test_a_rejected_sender_is_dropped_while_it_proves_who_it_is(memory: Memory) -> None:
    inbox = given(memory, policy=SpamPolicy.REJECT)
    memory.rule_sets.reject(inbox, "a@shop.example")
    forged = Verdicts("PASS", "PASS", "FAIL", "FAIL", "FAIL")

    assert filed(memory, inbox) is DropReason.REJECTED_SENDER
    assert filed(memory, inbox, verdicts=forged) == UNFILED


def test_while_a_sender_cannot_be_rejected_mail_goes_on(memory: Memory) -> None:
    inbox = given(memory, policy=SpamPolicy.REJECT)
    memory.rule_sets.failing = Broken()
    told = samples.notice(verdicts=Verdicts("FAIL", "PASS", "PASS", "PASS", "PASS"))

    Filer(memory.rule_sets, memory.clock).after(inbox, parse(RAW, limits.MIME), told)
