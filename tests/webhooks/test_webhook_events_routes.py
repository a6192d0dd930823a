"""Changes of the table become events: which, for whom, and once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from functions.table_events.handler import follow
from functions.webhooks.handler import work
from infra.local.dynamodb.stream_filters import matches_any
from mayfly.domains.models import Cause, Claim, MailDomain, MailIdentity, Status
from mayfly.domains.rows import claim_row
from mayfly.filters.fields import filter_of
from mayfly.inboxes.models import Access, Inbox, Overflow, SpamPolicy
from mayfly.inboxes.rows import inbox_row
from mayfly.kit.dynamodb import keys as table
from mayfly.kit.dynamodb.notation import milliseconds
from mayfly.messages.models import Message, Verdicts
from mayfly.messages.rows import message_row
from mayfly.receiving.models import Stored
from mayfly.sending.models import State
from mayfly.sending.rows import outgoing_row
from mayfly.webhooks.models import DEPLOYMENT, EventType, HookOwner, Kind, WebhookList
from mayfly.webhooks.ports import ExpiryLook
from mayfly.webhooks.sqs import write_job
from tests import samples
from tests.functions.http import MemoryAssembly
from tests.memory import Memory
from tests.sending.test_outgoing_contract import mail
from tests.subscriptions.test_table_events_routes import TTL, record
from tests.webhooks.given import ANN, a_webhook

COOLDOWN = timedelta(days=30)
RAW = b"From: Ann <ann@shop.example>\r\nTo: alice@mayfly.example\r\nSubject: Code\r\n\r\n482913\r\n"


@pytest.fixture
def memory() -> Iterator[Memory]:
    memory = Memory()
    hooks = (a_webhook(1, DEPLOYMENT),)
    memory.webhook_lists.put(WebhookList(DEPLOYMENT, hooks, 1))
    yield memory


@pytest.fixture
def flows(memory: Memory) -> MemoryAssembly:
    return MemoryAssembly(memory)


def given_inbox(memory: Memory, **changes: Any) -> Inbox:
    inbox = samples.inbox(**changes)
    memory.inboxes.create(inbox, memory.clock())
    return inbox


def given_mail(memory: Memory, inbox: Inbox, name: str = "mail-1") -> Message:
    memory.raw_mails.put(f"raw/{name}", RAW)
    summary = samples.summary(subject="Code", size_bytes=len(RAW))
    accepted = replace(samples.accepted(name), is_read_anew=True)
    outcome = memory.deliveries.deliver(accepted, summary, inbox, memory.clock())
    assert isinstance(outcome, Stored)
    return memory.messages.get(outcome.message, memory.clock())[1]


def told(memory: Memory, flows: MemoryAssembly, *changes: dict[str, Any]) -> list[str]:
    """The types of what is told for these changes, which come twice, as the stream may have it."""
    seen = [each for each in changes if matches_any(table.STREAM_FILTERS, each)]
    for _ in range(2):
        assert follow({"Records": seen}, flows) == {"batchItemFailures": []}
    hooks = {hook for hook, _ in memory.webhook_deliveries.kept}
    assert len(hooks) <= 1
    found = sorted(memory.webhook_deliveries.kept.values(), key=lambda each: each.id)
    return [each.type.value for each in found]


def test_a_new_message_is_told_and_a_message_that_was_read_is_not(
    memory: Memory, flows: MemoryAssembly
) -> None:
    message = given_mail(memory, given_inbox(memory))
    row = message_row(message)

    kinds = told(memory, flows, record("INSERT", 1, new=row), record("MODIFY", 2, new=row, old=row))

    assert kinds == ["message.received"]


def given_spam(memory: Memory, inbox: Inbox) -> Message:
    memory.raw_mails.put("raw/spam", RAW)
    summary = samples.summary(subject="Code", verdicts=Verdicts(spam="FAIL"))
    outcome = memory.deliveries.deliver(samples.accepted("spam"), summary, inbox, memory.clock())
    assert isinstance(outcome, Stored)
    return memory.messages.get(outcome.message, memory.clock())[1]


def test_nobody_hears_of_spam_that_lists_hide(memory: Memory, flows: MemoryAssembly) -> None:
    row = message_row(given_spam(memory, given_inbox(memory)))

    assert told(memory, flows, record("INSERT", 1, new=row)) == []


def test_spam_that_lists_show_is_told(memory: Memory, flows: MemoryAssembly) -> None:
    inbox = given_inbox(memory, spam_policy=SpamPolicy.FOLDER)
    row = message_row(given_spam(memory, inbox))

    assert told(memory, flows, record("INSERT", 1, new=row)) == ["message.received"]


def test_a_webhook_that_a_rule_names_is_told_whatever_it_asks_for(
    memory: Memory, flows: MemoryAssembly
) -> None:
    inbox = given_inbox(memory, access=Access.OWNER, owner=ANN.id)
    deaf = replace(
        a_webhook(2, ANN),
        events=frozenset({EventType.INBOX_FULL}),
        filter=filter_of({"subject": "something else"}),
    )
    memory.webhook_lists.put(WebhookList(ANN, (deaf, a_webhook(3, ANN)), 1))
    row = message_row(given_spam(memory, inbox)) | {table.OWNER: ANN.id, "webhooks": [deaf.id]}

    follow({"Records": [record("INSERT", 1, new=row)]}, flows)

    (delivery,) = memory.webhook_deliveries.kept.values()
    assert delivery.webhook == deaf.id
    assert delivery.about["named"] is True


def test_a_message_is_told_to_its_inbox_its_account_and_the_deployment_alone(
    memory: Memory, flows: MemoryAssembly
) -> None:
    inbox = given_inbox(memory, access=Access.OWNER, owner=ANN.id)
    other = HookOwner(Kind.INBOX, str(samples.inbox("bob@mayfly.example").id))
    own = HookOwner(Kind.INBOX, str(inbox.id))
    for number, owner in ((2, ANN), (3, own), (4, other)):
        memory.webhook_lists.put(WebhookList(owner, (a_webhook(number, owner),), 1))
    row = message_row(given_mail(memory, inbox)) | {table.OWNER: ANN.id}

    follow({"Records": [record("INSERT", 1, new=row)]}, flows)

    assert sorted(hook[-1] for hook, _ in memory.webhook_deliveries.kept) == ["1", "2", "3"]


@pytest.mark.parametrize(
    ("fields", "wanted", "reason"),
    [
        ({"subject": "code"}, True, ""),
        ({"subject": "invoice"}, False, ""),
        ({"text": "482913", "from": "orders@"}, True, ""),
        ({"text": "999999"}, True, "filtered"),
        ({"text": "999999", "subject": "invoice"}, False, ""),
    ],
)
def test_a_filter_says_which_messages_are_told(
    memory: Memory, flows: MemoryAssembly, fields: dict[str, str], wanted: bool, reason: str
) -> None:
    hook = a_webhook(1, DEPLOYMENT, filter=filter_of(fields), sealed=sealed(flows))
    memory.webhook_lists.put(WebhookList(DEPLOYMENT, (hook,), 2))
    message = given_mail(memory, given_inbox(memory))

    kinds = told(memory, flows, record("INSERT", 1, new=message_row(message)))
    send_all(memory, flows)

    assert kinds == (["message.received"] if wanted else [])
    found = list(memory.webhook_deliveries.kept.values())
    assert [each.reason for each in found] == ([reason] if wanted else [])
    assert len(memory.receivers.told) == (wanted and not reason)


def test_a_message_that_somebody_deletes_is_told_and_one_whose_time_is_over_is_not(
    memory: Memory, flows: MemoryAssembly
) -> None:
    inbox = given_inbox(memory)
    first, second = given_mail(memory, inbox), given_mail(memory, inbox, "mail-2")

    kinds = told(
        memory,
        flows,
        record("REMOVE", 1, old=message_row(first)),
        record("REMOVE", 2, old=message_row(second), userIdentity=TTL),
    )

    assert kinds == ["message.deleted"]


def test_a_full_inbox_is_told_once(memory: Memory, flows: MemoryAssembly) -> None:
    inbox = given_inbox(memory)
    full = replace(inbox, overflow=Overflow(samples.NOW, 1))
    fuller = replace(inbox, overflow=Overflow(samples.NOW, 2))
    rows = [inbox_row(each, COOLDOWN) for each in (inbox, full, fuller)]

    kinds = told(
        memory,
        flows,
        record("MODIFY", 1, old=rows[0], new=rows[1]),
        record("MODIFY", 2, old=rows[1], new=rows[2]),
    )

    assert kinds == ["inbox.full"]


@pytest.mark.parametrize("lifetime", [timedelta(minutes=10), timedelta(hours=24)])
def test_the_end_of_an_inbox_is_told_when_it_comes(
    memory: Memory, flows: MemoryAssembly, lifetime: timedelta
) -> None:
    inbox = given_inbox(memory, expires_at=samples.NOW + lifetime)
    assert told(memory, flows, record("INSERT", 1, new=inbox_row(inbox, COOLDOWN))) == []

    at = memory.webhook_wakes.next_at()
    assert at == inbox.expires_at
    longer = replace(inbox, expires_at=inbox.expires_at + timedelta(hours=2))
    memory.rows.inboxes[inbox.id.partition] = longer
    memory.clock.now = at
    look(memory, flows)
    assert memory.webhook_deliveries.kept == {}
    memory.clock.advance(hours=2)
    look(memory, flows)

    (delivery,) = memory.webhook_deliveries.kept.values()
    assert delivery.type is EventType.INBOX_EXPIRED
    assert delivery.at == longer.expires_at


def test_an_inbox_that_nobody_asks_about_costs_no_schedule(
    memory: Memory, flows: MemoryAssembly
) -> None:
    hook = a_webhook(1, DEPLOYMENT, events=frozenset({EventType.MESSAGE_RECEIVED}))
    memory.webhook_lists.put(WebhookList(DEPLOYMENT, (hook,), 2))
    inbox = given_inbox(memory)

    told(memory, flows, record("INSERT", 1, new=inbox_row(inbox, COOLDOWN)))

    assert memory.webhook_wakes.next_at() is None


def test_an_address_that_is_made_anew_is_a_new_inbox(memory: Memory, flows: MemoryAssembly) -> None:
    former, inbox = samples.inbox(), given_inbox(memory)

    told(
        memory,
        flows,
        record("MODIFY", 1, old=inbox_row(former, COOLDOWN), new=inbox_row(inbox, COOLDOWN)),
    )

    assert memory.webhook_wakes.next_at() == inbox.expires_at


def test_webhooks_of_an_inbox_end_with_it_and_with_a_take_over(
    memory: Memory, flows: MemoryAssembly
) -> None:
    deleted, session = given_inbox(memory), given_inbox(memory, address="bob@mayfly.example")
    session = replace(session, access=Access.TOKEN)
    for each in (deleted, session):
        owner = HookOwner(Kind.INBOX, str(each.id))
        memory.webhook_lists.put(WebhookList(owner, (a_webhook(2, owner),), 1))
    over = inbox_row(deleted, COOLDOWN) | {table.DELETED_AT: milliseconds(samples.NOW)}
    taken = replace(session, access=Access.OWNER, owner=ANN.id)

    told(
        memory,
        flows,
        record("MODIFY", 1, old=inbox_row(deleted, COOLDOWN), new=over),
        record("MODIFY", 2, old=inbox_row(session, COOLDOWN), new=inbox_row(taken, COOLDOWN)),
    )

    assert list(memory.webhook_lists.kept) == [DEPLOYMENT]


def test_an_email_is_told_in_each_of_its_states_once(memory: Memory, flows: MemoryAssembly) -> None:
    queued = mail()
    sending = replace(queued, state=State.SENDING)
    sent, delivered = replace(queued, state=State.SENT), replace(queued, state=State.DELIVERED)
    steps = [queued, sending, sent, replace(sent, revision=9), delivered]
    rows = [outgoing_row(each) for each in steps]
    changes = [record("INSERT", 1, new=rows[0])]
    changes += [
        record("MODIFY", number, old=old, new=new)
        for number, (old, new) in enumerate(pairwise(rows), 2)
    ]

    assert sorted(told(memory, flows, *changes)) == ["email.delivered", "email.sent"]


def test_an_email_that_fails_as_it_is_accepted_is_told(
    memory: Memory, flows: MemoryAssembly
) -> None:
    failed = replace(mail(), state=State.FAILED, reason="suppressed")

    assert told(memory, flows, record("INSERT", 1, new=outgoing_row(failed))) == ["email.failed"]
    (delivery,) = memory.webhook_deliveries.kept.values()
    assert delivery.about["reason"] == "suppressed"


def test_a_domain_is_told_when_it_is_proven_and_when_it_is_suspended(
    memory: Memory, flows: MemoryAssembly
) -> None:
    now = samples.NOW
    claim = Claim("token", claimed_at=now, identity=MailIdentity((), "dkim.example"))
    pending = MailDomain("mine.example", now, now, owner=ANN.id, status=Status.PENDING, claim=claim)
    active = pending.after(Cause.VERIFIED, now + timedelta(hours=1))
    seen = replace(active, updated_at=now + timedelta(hours=2))
    lost = active.after(Cause.LOST, now + timedelta(hours=3))
    rows = [claim_row(each) for each in (pending, active, seen, lost)]

    kinds = told(
        memory,
        flows,
        *(
            record("MODIFY", number, old=old, new=new)
            for number, (old, new) in enumerate(pairwise(rows), 1)
        ),
    )

    assert sorted(kinds) == ["domain.suspended", "domain.verified"]


def sealed(flows: MemoryAssembly) -> bytes:
    secret = b'["whsec_c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0", ""]'
    return flows.adapters.webhook_secrets.seal(a_webhook(1).id, secret)


def look(memory: Memory, flows: MemoryAssembly) -> None:
    for job in memory.webhook_wakes.due():
        if isinstance(job, ExpiryLook):
            assert handled(flows, job) == []


def send_all(memory: Memory, flows: MemoryAssembly) -> None:
    memory.clock.advance(seconds=1)
    while due := memory.webhook_wakes.due():
        for job in due:
            assert handled(flows, job) == []


def handled(flows: MemoryAssembly, job: Any) -> list[Any]:
    answer = work({"Records": [{"messageId": "1", "body": write_job(job)}]}, flows)
    failed: list[Any] = answer["batchItemFailures"]
    return failed


def test_a_job_that_is_not_ours_fails_alone(memory: Memory, flows: MemoryAssembly) -> None:
    look = write_job(ExpiryLook("00000000-0000-8000-8000-000000000000"))
    records = [{"messageId": "1", "body": "?"}, {"messageId": "2", "body": look}]

    assert work({"Records": records}, flows) == {"batchItemFailures": [{"itemIdentifier": "1"}]}
