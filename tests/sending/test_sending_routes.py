"""Mail that accounts send: accepted, handed over once, and what becomes of it."""

import base64
import email
import email.policy
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from functions.send_mail.handler import carry_out
from mayfly import limits
from mayfly.domains.models import REFUSED, MailDomain
from mayfly.errors import Contended
from mayfly.relays.models import RecipientAnswer, RelayConfig, Stage, Verdict
from mayfly.sending.attempts import Outcome
from mayfly.sending.errors import HandoverUnclear, MailDeferred, MailRefused
from mayfly.sending.models import RecipientStatus, State, Suppression
from mayfly.sending.ports import SendingQuota, SendJob
from mayfly.sending.sqs import write_job
from mayfly.settings import Settings
from tests.functions.http import Api, MemoryAssembly, Reply, bearer
from tests.memory import Memory
from tests.sending.fakes import FakeSchedules, FakeSuppressions

EMAILS, EMAIL = "/api/v1/emails", "/api/v1/emails/{emailId}"
DRAFT: dict[str, Any] = {
    "from": "Sender <sender@mine.example>",
    "to": ["recipient@example.com"],
    "subject": "Test Email",
    "text": "Hello, World!",
    "html": "<h1>Hello, World!</h1>",
}


@dataclass
class Sending:
    """An account with an active domain, and what works through the orders."""

    memory: Memory = field(default_factory=Memory)
    settings: Settings = field(
        default_factory=lambda: Settings(
            sending=True, sending_needs_approval=False, sends_per_day=100
        )
    )

    def __post_init__(self) -> None:
        self.flows = MemoryAssembly(self.memory, settings=self.settings)
        self.api = Api(self.flows)
        self.headers, self.account = self.log_in("ann@elsewhere.example")
        self.memory.sendable_domains.owners["mine.example"] = self.account

    def log_in(self, email: str) -> tuple[dict[str, str], str]:
        who = {"email": email, "password": "a phrase for the tests"}
        self.api.call("POST", "/api/users/register", body=who)
        logged_in = self.api.call("POST", "/api/users/login", body=who).json
        return bearer(logged_in["token"]), logged_in["user"]["id"]

    def send(self, key: str = "", **changes: object) -> Reply:
        headers = self.headers | ({"Idempotency-Key": key} if key else {})
        return self.api.call("POST", EMAILS, body=DRAFT | changes, headers=headers)

    def ask(self, method: str, path: str, *values: str, **query: object) -> Reply:
        return self.api.call(method, path, *values, headers=self.headers, **query)

    def show(self, mail: str) -> Any:
        return self.ask("GET", EMAIL, mail).json

    def work(self, **later: float) -> None:
        """The queue hands over what is due, then and until nothing is."""
        self.memory.clock.advance(**(later or {"seconds": 2}))
        now = self.memory.clock()
        for name, (at, order) in list(self.memory.schedules.set_for.items()):
            if at <= now:
                self.memory.orders.give(order)
                del self.memory.schedules.set_for[name]
        while due := self.memory.orders.due():
            records = [{"messageId": str(n), "body": write_job(each)} for n, each in enumerate(due)]
            assert carry_out({"Records": records}, self.flows) == {"batchItemFailures": []}


class NoSchedules(FakeSchedules):
    """Where no mail goes out: there is no group, and nobody may ask for one."""

    def clear(self, order: SendJob) -> None:
        raise PermissionError("scheduler:DeleteSchedule")


@pytest.fixture
def sending() -> Sending:
    return Sending()


def test_a_mail_is_accepted_and_sent(sending: Sending) -> None:
    reply = sending.send()
    sending.work()

    assert (reply.status, reply.json["status"]) == (202, "queued")
    shown = sending.show(reply.json["id"])
    assert shown["status"] == "sent"
    assert [each["type"] for each in shown["events"]] == ["accepted", "sending", "sent"]
    ((envelope, raw),) = sending.memory.mailer.sent
    assert (envelope.sender, envelope.recipients) == (
        "sender@mine.example",
        ("recipient@example.com",),
    )
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    assert (mail["From"], mail["Subject"]) == ("Sender <sender@mine.example>", "Test Email")


HIDDEN = "=?utf-8?q?a=0D=0AFrom:_ceo=40bank.example?="
OTHER_BODY = "=?utf-8?q?a=0D=0AContent-Type:_text/html=0D=0A=0D=0A<b>Other</b>?="


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("subject", {"subject": HIDDEN}),
        ("headers.X-Note", {"headers": {"X-Note": HIDDEN}}),
        ("from", {"from": f'"{HIDDEN}" <sender@mine.example>'}),
        ("to", {"to": [f'"{HIDDEN}" <recipient@example.com>']}),
        ("cc", {"cc": [f"{HIDDEN} <other@example.com>"]}),
        ("replyTo", {"replyTo": f'"{HIDDEN}" <other@example.com>'}),
        ("unsubscribe.url", {"unsubscribe": {"url": f"https://mine.example/{HIDDEN}"}}),
        ("filename", {"attachments": [{"filename": HIDDEN, "content": "aGk="}]}),
        ("subject", {"subject": OTHER_BODY}),
    ],
)
def test_fields_that_hide_other_fields_or_a_body_are_refused_by_name(
    sending: Sending, name: str, changes: dict[str, Any]
) -> None:
    reply = sending.send(**changes)

    assert reply.status == 400
    assert name in reply.json["error"]["message"]
    assert sending.memory.orders.waiting == []


def test_an_order_that_comes_twice_sends_one_mail(sending: Sending) -> None:
    sending.send()
    ((at, order),) = sending.memory.orders.waiting
    sending.memory.orders.waiting.append((at, order))

    sending.work()

    assert len(sending.memory.mailer.sent) == 1


def test_nothing_is_sent_while_sending_is_off() -> None:
    sending = Sending(settings=Settings())

    reply = sending.send()

    assert (reply.status, reply.code) == (403, "AUTHORIZATION_ERROR")
    assert "SENDING" in reply.json["error"]["message"]
    assert sending.ask("GET", EMAILS).json == {"emails": [], "cursor": None}


def test_who_may_not_send_is_told_so_before_the_mail_is_read() -> None:
    sending = Sending(settings=Settings())

    assert sending.send(priority="high").status == 403


def test_nobody_sends_from_a_domain_that_is_not_theirs(sending: Sending) -> None:
    sending.headers, _ = sending.log_in("eve@elsewhere.example")

    assert sending.send().status == 403


def test_a_domain_that_was_lost_meanwhile_sends_nothing(sending: Sending) -> None:
    mail = sending.send().json["id"]
    del sending.memory.sendable_domains.owners["mine.example"]

    sending.work()

    shown = sending.show(mail)
    assert (shown["status"], shown["reason"]) == ("failed", "domain")
    assert sending.memory.mailer.sent == []


def test_bcc_is_in_the_envelope_and_nowhere_in_the_mail(sending: Sending) -> None:
    sending.send(bcc="hidden@example.com", cc=["seen@example.com"])
    sending.work()

    ((envelope, raw),) = sending.memory.mailer.sent
    assert "hidden@example.com" in envelope.recipients
    assert b"hidden@example.com" not in raw
    assert b"seen@example.com" in raw


def test_the_same_key_with_the_same_request_sends_one_mail(sending: Sending) -> None:
    first = sending.send(key="k1")
    sending.work()
    again = sending.send(key="k1")
    sending.work()

    assert (again.status, again.json) == (202, first.json)
    assert len(sending.memory.mailer.sent) == 1


def test_a_request_is_the_same_however_its_json_is_spaced_and_ordered(sending: Sending) -> None:
    first = sending.send(key="k1")
    spaced = json.dumps(dict(reversed(DRAFT.items())), indent=2)
    headers = sending.headers | {"Idempotency-Key": "k1"}

    again = sending.api.call("POST", EMAILS, body=spaced, headers=headers)

    assert (again.status, again.json) == (202, first.json)


def test_the_same_key_with_another_request_is_refused(sending: Sending) -> None:
    sending.send(key="k1")

    assert sending.send(key="k1", subject="Another").status == 409


def test_a_key_counts_for_a_day_and_for_its_account(sending: Sending) -> None:
    first = sending.send(key="k1").json["id"]
    sending.memory.clock.advance(hours=24)

    assert sending.send(key="k1").json["id"] != first


def test_what_is_not_taken_now_is_tried_again_later_and_later(sending: Sending) -> None:
    sending.memory.mailer.troubles = [MailDeferred("deferred", "busy")] * 3
    mail = sending.send().json["id"]

    waits = []
    sending.work()
    while sending.show(mail)["status"] == "queued":
        ((due, _),) = sending.memory.orders.waiting
        waits.append((due - sending.memory.clock()).total_seconds())
        sending.work(seconds=waits[-1])

    assert sending.show(mail)["status"] == "sent"
    assert [15 <= waits[0] <= 30, 30 <= waits[1] <= 60, 60 <= waits[2] <= 120] == [True] * 3
    assert len(sending.memory.mailer.sent) == 1


def test_after_a_day_of_trying_it_has_failed(sending: Sending) -> None:
    sending.memory.mailer.troubles = [MailDeferred("deferred", "busy")] * 1000
    mail = sending.send().json["id"]

    for _ in range(24 * 8):
        sending.work(minutes=15)

    shown = sending.show(mail)
    assert (shown["status"], shown["reason"]) == ("failed", "too_late")
    assert sending.memory.orders.waiting == []
    assert len(shown["events"]) == limits.OUTGOING_EVENTS
    assert shown["events"][0]["type"] == "accepted"


def test_what_is_refused_for_good_is_not_tried_again(sending: Sending) -> None:
    sending.memory.mailer.troubles = [MailRefused("sandbox", "SES is in the sandbox")]
    mail = sending.send().json["id"]
    sending.work()
    sending.work(hours=1)

    shown = sending.show(mail)
    assert (shown["status"], shown["reason"], shown["attempts"]) == ("failed", "sandbox", 1)
    assert shown["recipients"][0] == {
        "address": "recipient@example.com",
        "status": "failed",
        "detail": "SES is in the sandbox",
    }


def test_what_may_have_been_sent_is_not_sent_again_by_itself(sending: Sending) -> None:
    sending.memory.mailer.troubles = [HandoverUnclear("no_answer", "lost")]
    mail = sending.send().json["id"]
    sending.work()
    sending.work(hours=1)

    assert sending.show(mail)["status"] == "uncertain"
    assert sending.memory.mailer.sent == []


def test_an_attempt_that_died_leaves_the_mail_uncertain(sending: Sending) -> None:
    mail = sending.send().json["id"]
    outbox = sending.memory.outbox
    there = outbox.get(sending.account, mail)
    now = sending.memory.clock()
    outbox.save(
        there,
        there.changed(state=State.SENDING, leased_until=now + limits.SENDING_LEASE),
    )

    sending.work()
    before = sending.show(mail)["status"]
    sending.work(seconds=limits.SENDING_LEASE.total_seconds())

    assert (before, sending.show(mail)["status"]) == ("sending", "uncertain")
    assert sending.memory.mailer.sent == []


def test_a_mail_goes_at_the_time_that_was_asked_for(sending: Sending) -> None:
    clock = sending.memory.clock
    wanted = (clock() + timedelta(hours=3)).astimezone().isoformat()
    reply = sending.send(scheduledAt=wanted)
    sending.work(hours=2, minutes=59)
    before = list(sending.memory.mailer.sent)
    sending.work(minutes=1)

    assert reply.json["status"] == "scheduled"
    assert reply.json["scheduledAt"] == "2026-01-01T15:00:00.000Z"
    assert before == []
    assert sending.show(reply.json["id"])["status"] == "sent"


def test_what_is_due_within_minutes_needs_no_schedule(sending: Sending) -> None:
    wanted = (sending.memory.clock() + timedelta(minutes=5)).isoformat()
    reply = sending.send(scheduledAt=wanted)
    sending.work(minutes=4)
    before = list(sending.memory.mailer.sent)
    sending.work(minutes=1)

    assert sending.memory.schedules.set_for == {}
    assert before == []
    assert sending.show(reply.json["id"])["status"] == "sent"


@pytest.mark.parametrize(
    "wanted",
    [
        *("2026-01-01T11:59:00Z", "2027-01-02T12:00:00Z", "2026-01-02T10:00:00", "tomorrow"),
        *("2026-01-02", 5, "20260102"),
    ],
)
def test_a_time_that_cannot_be_is_refused(sending: Sending, wanted: object) -> None:
    assert sending.send(scheduledAt=wanted).status == 400


def test_what_is_scheduled_can_be_called_back(sending: Sending) -> None:
    mail = sending.send(scheduledAt="2026-01-02T12:00:00+01:00").json["id"]

    reply = sending.ask("DELETE", EMAIL, mail)
    sending.work(days=2)

    assert reply.json == {"id": mail, "status": "cancelled", "deleted": False}
    assert sending.show(mail)["status"] == "cancelled"
    assert sending.memory.mailer.sent == []
    assert sending.memory.schedules.set_for == {}


def test_what_is_over_is_removed_with_its_bytes(sending: Sending) -> None:
    mail = sending.send().json["id"]
    sending.work()

    reply = sending.ask("DELETE", EMAIL, mail)

    assert reply.json["deleted"] is True
    assert sending.ask("GET", EMAIL, mail).status == 404
    assert sending.memory.outgoing_files.files == {}


def test_when_sending_is_turned_off_what_waits_can_be_called_back_and_removed(
    sending: Sending,
) -> None:
    mail = sending.send(scheduledAt="2026-01-02T12:00:00+01:00").json["id"]
    sending.memory.schedules = NoSchedules()
    sending.api = Api(MemoryAssembly(sending.memory, settings=Settings()))

    replies = [sending.ask("DELETE", EMAIL, mail) for _ in range(2)]

    assert [each.status for each in replies] == [200, 200]
    assert [each.json["deleted"] for each in replies] == [False, True]
    assert sending.memory.outgoing_files.files == {}


def test_what_is_being_sent_cannot_be_called_back(sending: Sending) -> None:
    mail = sending.send().json["id"]
    there = sending.memory.outbox.get(sending.account, mail)
    sending.memory.outbox.save(there, there.changed(state=State.SENDING))

    assert sending.ask("DELETE", EMAIL, mail).status == 409


def test_a_failed_mail_can_be_sent_again(sending: Sending) -> None:
    sending.memory.mailer.troubles = [MailRefused("rejected", "no")]
    mail = sending.send().json["id"]
    sending.work()

    reply = sending.ask("POST", f"{EMAIL}/resend", mail)
    sending.work()

    assert (reply.status, reply.json["status"]) == (202, "queued")
    assert sending.show(mail)["status"] == "sent"
    ((envelope, _),) = sending.memory.mailer.sent
    assert envelope.round == 2


def test_what_has_arrived_is_not_sent_again(sending: Sending) -> None:
    mail = sending.send().json["id"]
    sending.work()

    assert sending.ask("POST", f"{EMAIL}/resend", mail).status == 409


def test_only_those_get_it_again_whom_it_has_not_reached(sending: Sending) -> None:
    sending.memory.mailer.fates = {"late@example.com": (RecipientStatus.PENDING, "450 later")}
    sending.send(to=["late@example.com", "soon@example.com"])
    sending.work()
    sending.memory.mailer.fates = {}
    sending.work(minutes=1)

    assert [each.recipients for each, _ in sending.memory.mailer.sent] == [
        ("late@example.com", "soon@example.com"),
        ("late@example.com",),
    ]


def test_an_account_has_its_share_of_a_day(sending: Sending) -> None:
    many = [f"r{number}@example.com" for number in range(50)]
    first, second = sending.send(to=many), sending.send(to=many)

    over = sending.send()
    sending.memory.clock.advance(hours=12)
    tomorrow = sending.send()

    assert (first.status, second.status) == (202, 202)
    assert (over.status, over.headers["Retry-After"]) == (429, str(12 * 3600))
    assert tomorrow.status == 202


def test_accounts_and_subdomains_bring_no_more_than_one_domain_may_send() -> None:
    sending = Sending(
        settings=Settings(sending=True, sending_needs_approval=False, sends_per_day=3)
    )
    statuses = []

    for number in range(4):
        headers, account = sending.log_in(f"ann-{number}@elsewhere.example")
        domain = f"part-{number}.mine.example"
        sending.memory.sendable_domains.owners[domain] = account
        for _ in range(3):
            draft = DRAFT | {"from": f"me@{domain}"}
            statuses.append(sending.api.call("POST", EMAILS, body=draft, headers=headers).status)

    assert statuses == [202] * 3 + [429] * 9


def test_all_accounts_together_have_what_was_set() -> None:
    sending = Sending(
        settings=Settings(sending=True, sending_needs_approval=False, deployment_sends_per_day=1)
    )

    assert [sending.send().status, sending.send().status] == [202, 429]


def test_without_a_limit_of_its_own_the_deployment_has_that_of_ses(sending: Sending) -> None:
    sending.memory.sending_account.allowed = SendingQuota(1, 200, 200, is_sandbox=True)

    reply = sending.send()

    assert reply.status == 429
    assert "sandbox" in reply.json["error"]["message"]


def test_the_rate_of_ses_is_kept(sending: Sending) -> None:
    sending.memory.sending_account.allowed = SendingQuota(2, 5000, 0, is_sandbox=False)
    for _ in range(5):
        sending.send()
    sending.memory.clock.pauses.clear()

    sending.work()

    assert len(sending.memory.mailer.sent) == 5
    assert len(sending.memory.clock.pauses) == 2


def test_mails_are_listed_newest_first_and_by_filter(sending: Sending) -> None:
    ids = []
    for number in range(5):
        sending.memory.clock.advance(minutes=1)
        ids.append(sending.send(to=[f"r{number % 2}@example.com"]).json["id"])
    sending.work()
    later = sending.memory.clock().isoformat()
    ids.append(sending.send().json["id"])

    def listed(**query: object) -> list[str]:
        reply = sending.ask("GET", EMAILS, **query)
        return [each["id"] for each in reply.json["emails"]]

    first = sending.ask("GET", EMAILS, limit=4).json
    assert [each["id"] for each in first["emails"]] == ids[:1:-1]
    assert listed(limit=4, cursor=first["cursor"]) == ids[1::-1]
    assert listed(status="queued") == ids[5:]
    assert listed(to="R1@example.com") == [ids[3], ids[1]]
    assert listed(since=later) == ids[5:]
    assert listed(**{"from": "other@mine.example"}) == []


@pytest.mark.parametrize(
    "query", [{"status": "lost"}, {"since": "2026-01-01"}, {"cursor": "x"}, {"to": "x"}]
)
def test_a_filter_that_cannot_be_is_refused(sending: Sending, query: dict[str, str]) -> None:
    assert sending.ask("GET", EMAILS, **query).status == 400


def test_the_counts_add_up(sending: Sending) -> None:
    sending.memory.mailer.troubles = [
        MailRefused("rejected", "no"),
        HandoverUnclear("no_answer", "lost"),
    ]
    for _ in range(3):
        sending.send()
    sending.work()
    sending.ask("DELETE", EMAIL, sending.send().json["id"])
    sending.send()

    told = sending.ask("GET", f"{EMAILS}/stats").json

    assert told["total"] == 5
    assert {name: n for name, n in told["byStatus"].items() if n} == {
        **{"queued": 1, "sent": 1, "failed": 1, "cancelled": 1, "uncertain": 1}
    }
    text = sending.api.call("GET", "/metrics").content.decode()
    assert "mayfly_emails_accepted_total 5\n" in text
    assert 'mayfly_emails_failed{reason="rejected"} 1\n' in text
    assert "mayfly_emails_difference 0\n" in text


def test_a_suppressed_address_gets_nothing_until_it_is_cleared(sending: Sending) -> None:
    from mayfly.sending.models import Suppression

    now = sending.memory.clock()
    entry = Suppression("gone@example.com", "bounce", now)
    sending.memory.suppressions.add(sending.account, entry)

    both = sending.send(to=["Gone@example.com", "there@example.com"]).json["id"]
    alone = sending.send(to=["gone@example.com"])
    sending.work()
    listed = sending.ask("GET", "/api/v1/suppressions").json
    cleared = sending.ask("DELETE", "/api/v1/suppressions/{address}", "gone@example.com")
    again = sending.ask("POST", f"{EMAIL}/resend", alone.json["id"])
    sending.work()

    assert [each["status"] for each in sending.show(both)["recipients"]] == ["suppressed", "sent"]
    assert alone.json["status"] == "failed"
    assert [each["address"] for each in listed["suppressions"]] == ["gone@example.com"]
    assert (cleared.status, again.status) == (200, 202)
    assert [each.recipients for each, _ in sending.memory.mailer.sent] == [
        ("there@example.com",),
        ("gone@example.com",),
    ]


def test_an_address_that_is_on_no_list_cannot_be_cleared(sending: Sending) -> None:
    path = "/api/v1/suppressions/{address}"

    assert sending.ask("DELETE", path, "nobody@example.com").status == 404
    assert sending.ask("DELETE", path, "nobody").status == 400


def test_attachments_are_sent_and_shown(sending: Sending) -> None:
    content = base64.b64encode(b"%PDF-1.7").decode()
    file = {"filename": "Rechnung ä.pdf", "content": content, "contentType": "application/pdf"}
    mail = sending.send(attachments=[file]).json["id"]
    sending.work()

    ((_, raw),) = sending.memory.mailer.sent
    parsed = email.message_from_bytes(raw, policy=email.policy.default)
    (part,) = parsed.iter_attachments()
    assert (part.get_filename(), part.get_content()) == ("Rechnung ä.pdf", b"%PDF-1.7")
    assert sending.show(mail)["attachments"] == [
        {"filename": "Rechnung ä.pdf", "contentType": "application/pdf", "size": 8}
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"from": "sender"},
        {"from": "sender@mine.example\r\nBcc: x@example.com"},
        {"from": "sénder@mine.example"},
        {"to": []},
        {"to": ["a@example.com", "A@example.com"]},
        {"to": [f"r{number}@example.com" for number in range(51)]},
        {"to": ["Ann\n <ann@example.com>"]},
        {"to": ["ann@[192.0.2.1]"]},
        {"subject": "one\r\nBcc: x@example.com"},
        {"subject": "\u2028"},
        {"text": None, "html": None},
        {"text": "\ud800"},
        {"headers": {"Bcc": "x@example.com"}},
        {"headers": {"X-A": "1\r\nBcc: x@example.com"}},
        {"headers": {"X A": "1"}},
        {"headers": {"X-SES-CONFIGURATION-SET": "other"}},
        {"headers": {"DKIM-Signature": "v=1"}},
        {"headers": {"X-A": "1", "x-a": "2"}},
        {"headers": {"X-A": 1}},
        {"unsubscribe": {}},
        {"unsubscribe": {"url": "http://mine.example/u"}},
        {"unsubscribe": {"url": "https://mine.example/u>, <mailto:x@example.com"}},
        {"attachments": [{"filename": "a.exe", "content": ""}]},
        {"attachments": [{"filename": "a.txt", "content": "*"}]},
        {"attachments": [{"filename": "a\r\n.txt", "content": ""}]},
        {"attachments": [{"filename": "", "content": ""}]},
        {"attachments": [{"filename": "a", "content": "", "contentType": "a/b; c=d"}]},
        {"attachments": [{"filename": "a", "content": "", "contentType": "message/rfc822"}]},
        {"attachments": [{"filename": "a", "content": "", "path": "/etc/passwd"}]},
        {"priority": "high"},
    ],
)
def test_what_cannot_be_sent_is_refused_in_words(sending: Sending, changes: dict[str, Any]) -> None:
    reply = sending.send(**changes)

    assert (reply.status, reply.code) == (400, "VALIDATION_ERROR")
    assert sending.memory.outbox.mails == {}


def test_too_large_attachments_are_refused() -> None:
    sending = Sending(
        settings=Settings(sending=True, sending_needs_approval=False, max_attachment_size=10)
    )
    content = base64.b64encode(b"x" * 11).decode()

    assert sending.send(attachments=[{"filename": "a", "content": content}]).status == 413


def test_a_domain_s_relay_carries_its_mail(sending: Sending) -> None:
    _give_relay(sending)
    mail = sending.send().json["id"]
    sending.work()

    ((relay, sender, recipients, raw),) = sending.memory.relays.mails
    assert (relay.host, sender, recipients) == (
        "smtp.mine.example",
        "sender@mine.example",
        ("recipient@example.com",),
    )
    assert sending.memory.outgoing_files.files == {f"soon/{mail}": raw}
    assert sending.memory.mailer.sent == []
    assert sending.show(mail)["status"] == "sent"


def test_what_a_relay_says_of_each_recipient_counts_for_that_one(sending: Sending) -> None:
    _give_relay(sending)
    answers = sending.memory.relays.answers
    for name, verdict, code in (
        ("never", Verdict.PERMANENT, 550),
        ("later", Verdict.TEMPORARY, 451),
    ):
        address = f"{name}@example.com"
        answers[address] = RecipientAnswer(address, verdict, Stage.RECIPIENT, code, "so it is")
    mail = sending.send(to=["never@example.com", "later@example.com", "now@example.com"]).json["id"]
    sending.work()
    before = [each["status"] for each in sending.show(mail)["recipients"]]
    answers.pop("later@example.com")
    sending.work(minutes=1)

    shown = sending.show(mail)
    assert before == ["failed", "pending", "sent"]
    assert [each["status"] for each in shown["recipients"]] == ["failed", "sent", "sent"]
    assert shown["recipients"][0]["detail"] == "550 so it is"
    assert shown["status"] == "sent"
    assert [each[2] for each in sending.memory.relays.mails][1:] == [("later@example.com",)]


def test_a_relay_that_takes_nobody_makes_it_fail(sending: Sending) -> None:
    _give_relay(sending)
    sending.memory.relays.refuse("recipient@example.com")
    mail = sending.send().json["id"]
    sending.work()

    shown = sending.show(mail)
    assert (shown["status"], shown["reason"]) == ("failed", "refused")


def test_an_address_that_a_relay_knows_nothing_of_is_written_to_no_more(sending: Sending) -> None:
    _give_relay(sending)
    sending.memory.relays.refuse("Gone@example.com", "5.1.1 no such user")
    sending.memory.relays.refuse("shy@example.com", "5.7.1 not from you")
    first = sending.send(to=["Gone@example.com", "shy@example.com", "there@example.com"])
    sending.work()
    sending.memory.relays.answers.clear()
    again = sending.send(to=["gone@example.com", "shy@example.com"])
    sending.work()

    second = sending.show(again.json["id"])
    (listed,) = sending.ask("GET", "/api/v1/suppressions").json["suppressions"]
    assert (listed["address"], listed["reason"]) == ("gone@example.com", "bounce")
    assert listed["emailId"] == first.json["id"]
    assert sending.show(first.json["id"])["status"] == "sent"
    assert [each["status"] for each in second["recipients"]] == ["suppressed", "sent"]
    assert [each[2] for each in sending.memory.relays.mails] == [
        ("there@example.com",),
        ("shy@example.com",),
    ]


def test_who_is_to_be_tried_again_is_so_beside_an_address_that_is_gone(sending: Sending) -> None:
    _give_relay(sending)
    relays = sending.memory.relays
    relays.refuse("gone@example.com")
    late = RecipientAnswer("late@example.com", Verdict.TEMPORARY, Stage.RECIPIENT, 450, "4.2.0")
    relays.answers["late@example.com"] = late
    mail = sending.send(to=["gone@example.com", "late@example.com"]).json["id"]
    sending.work()
    relays.answers.clear()
    sending.work(minutes=1)

    assert [each["status"] for each in sending.show(mail)["recipients"]] == ["failed", "sent"]
    assert list(sending.memory.suppressions.lists[sending.account]) == ["gone@example.com"]


def test_a_mail_is_what_it_is_although_the_list_cannot_be_written(sending: Sending) -> None:
    class Full(FakeSuppressions):
        def add(self, account: str, suppression: Suppression) -> None:
            raise Contended("nothing is written")

    _give_relay(sending)
    sending.memory.suppressions = Full()
    sending.memory.relays.refuse("recipient@example.com")
    mail = sending.send().json["id"]
    sending.memory.clock.advance(seconds=2)
    (order,) = sending.memory.orders.due()

    with pytest.raises(Contended):
        sending.flows.sending.worker.carry_out(order)

    assert sending.show(mail)["status"] == "failed"
    assert sending.flows.sending.worker.carry_out(order) is Outcome.NOTHING


@pytest.mark.parametrize("has_relay", [True, False])
def test_a_domain_that_ses_has_for_others_sends_by_its_relay_alone(
    sending: Sending, has_relay: bool
) -> None:
    sending.memory.sendable_domains.identity = REFUSED
    if has_relay:
        _give_relay(sending)
    mail = sending.send().json["id"]
    sending.work()

    shown = sending.show(mail)
    expected = ("sent", "") if has_relay else ("failed", "domain")
    assert (shown["status"], shown["reason"]) == expected
    assert sending.memory.mailer.sent == []


def test_a_domain_that_ses_has_not_heard_of_sends_nothing_until_it_has(sending: Sending) -> None:
    known = sending.memory.sendable_domains.identity
    sending.memory.sendable_domains.identity = None
    mail = sending.send().json["id"]
    sending.work()
    before = (sending.show(mail)["status"], list(sending.memory.mailer.sent))

    sending.memory.sendable_domains.identity = known
    sending.memory.clock.advance(minutes=15)
    sending.work()

    assert before == ("queued", [])
    assert sending.show(mail)["status"] == "sent"


def test_a_relay_that_did_not_answer_may_have_it(sending: Sending) -> None:
    _give_relay(sending)
    sending.memory.relays.answers["recipient@example.com"] = RecipientAnswer(
        "recipient@example.com", Verdict.UNCERTAIN, Stage.DATA
    )
    mail = sending.send().json["id"]
    sending.work()

    assert sending.show(mail)["status"] == "uncertain"


def test_an_order_may_be_seen_before_its_mail(sending: Sending) -> None:
    given_at = sending.memory.clock()
    unwritten = SendJob(sending.account, "019b0000-0000-7000-8000-000000000000", 1, given_at)
    sending.memory.orders.give(unwritten)
    mail = sending.send().json["id"]
    sending.work()
    sending.memory.orders.give(SendJob(sending.account, mail, 2, sending.memory.clock()))
    sending.work()
    waiting = len(sending.memory.orders.waiting)
    for _ in range(5):
        sending.work(minutes=1)

    assert waiting == 2
    assert sending.memory.orders.waiting == []
    assert len(sending.memory.mailer.sent) == 1


def test_ten_functions_that_meet_an_order_send_one_mail(sending: Sending) -> None:
    sending.send()
    sending.memory.clock.advance(seconds=2)
    (order,) = sending.memory.orders.due()
    dispatcher = sending.flows.sending.worker

    with ThreadPoolExecutor(10) as threads:
        list(threads.map(lambda _: dispatcher.carry_out(order), range(10)))

    assert len(sending.memory.mailer.sent) == 1


def _give_relay(sending: Sending) -> None:
    domain = MailDomain("mine.example", owner=sending.account).id
    config = RelayConfig(domain, "smtp.mine.example", 587, False, "", b"", sending.memory.clock())
    sending.memory.relay_configs.put(config)
