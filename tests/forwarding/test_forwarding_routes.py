"""Forwarding over HTTP, and the emails that it makes."""

import re
from datetime import timedelta
from typing import Any

import pytest

from functions.send_mail.handler import carry_out
from mayfly import limits
from mayfly.forwarding.models import ForwardOrder
from mayfly.forwarding.sqs import write_order
from mayfly.mail.mime.parser import parse
from mayfly.messages.models import Verdicts
from mayfly.sending.models import State, Suppression
from mayfly.sending.sqs import write_job
from mayfly.settings import Settings
from tests import samples
from tests.functions.http import MemoryAssembly
from tests.functions.mailbox_scene import ADDRESS, MAILBOX, MailboxScene
from tests.given_mailboxes import SESSION
from tests.memory import Memory

ELSEWHERE = "me@elsewhere.example"
DESTINATIONS = "/api/user/forwarding"
PASS = Verdicts("PASS", "PASS", "PASS", "PASS", "PASS")
RAW = (
    b"From: Sue <sue@shop.example>\r\nReply-To: help@shop.example\r\nSubject: Your order\r\n"
    b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    b"--b\r\nContent-Type: text/plain\r\n\r\nThank you.\r\n"
    b"--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment;"
    b' filename="bill.pdf"\r\n\r\nPDF-bytes\r\n--b--\r\n'
)


class Scene(MailboxScene):
    """Ann, her mailbox, and a rule that forwards all that comes in."""

    def link(self) -> str:
        """The token that was mailed last."""
        found = re.findall(r"^ey\S+$", self.memory.postman.sent[-1].text, re.MULTILINE)
        return str(found[-1])

    def confirm(self, address: str = ELSEWHERE, **more: object) -> None:
        asked = self.call("POST", DESTINATIONS, body={"address": address, **more})
        assert asked.status == 201, asked.json
        told = self.api.call("POST", "/api/forwarding/confirm", body={"token": self.link()})
        assert told.json == {"address": address, "confirmed": True}

    def rule(self, *to: str) -> None:
        rule = {"name": "on", "then": [{"redirect": each} for each in to or (ELSEWHERE,)]}
        put = self.call("PUT", f"{MAILBOX}/rules", str(self.mailbox.id), body={"rules": [rule]})
        assert put.status == 200, put.json

    def mail(self, raw: bytes = RAW, **notice: Any) -> None:
        """Receive one, and do what follows."""
        number = len(self.memory.rows.deliveries) + 1
        told = {"verdicts": PASS, "sender": "bounce@shop.example"} | notice
        self.flows.receive(raw, ADDRESS, name=f"mail-{number}", **told)
        message = self.memory.rows.messages[self.mailbox.id][number]
        if len(message.forwards) > len(message.skips):
            self.flows.forwarding.order(ForwardOrder(message.id))

    def work(self) -> None:
        """Carry out what was ordered, each twice: queues may repeat themselves."""
        orders, self.memory.forward_orders.given = self.memory.forward_orders.given, []
        bodies = [write_order(each) for each in orders for _ in range(2)]
        self._carry_out(bodies)
        self.memory.clock.advance(seconds=3)
        self._carry_out([write_job(each) for each in self.memory.orders.due()])

    def _carry_out(self, bodies: list[str]) -> None:
        records = [{"messageId": str(n), "body": body} for n, body in enumerate(bodies)]
        assert carry_out({"Records": records}, self.flows) == {"batchItemFailures": []}

    def told(self, number: int = 1) -> list[dict[str, Any]]:
        shown = self.call(
            "GET", f"{MAILBOX}/messages/{{number}}", str(self.mailbox.id), str(number)
        )
        found: list[dict[str, Any]] = shown.json["forwarded"]
        return found

    @property
    def sent(self) -> list[bytes]:
        return [raw for _, raw in self.memory.mailer.sent]


def scene_with(**settings: Any) -> Scene:
    given: dict[str, Any] = {
        "sending": True,
        "sending_needs_approval": False,
        "sender_address": "no-reply@mayfly.example",
        "domains": ("mayfly.example",),
    }
    return Scene.of(MemoryAssembly(Memory(), Settings(**(given | settings))))


@pytest.fixture
def scene() -> Scene:
    return scene_with()


def test_a_message_goes_on_once_as_a_new_email_of_the_mailboxs(scene: Scene) -> None:
    scene.confirm()
    scene.rule()

    scene.mail()
    scene.work()

    (raw,) = scene.sent
    mail = parse(raw, limits.MIME)
    assert [(each.name, each.address) for each in mail.from_] == [("Sue via Mayfly", ADDRESS)]
    assert [each.address for each in mail.to] == [ELSEWHERE]
    assert [each.address for each in mail.reply_to] == ["help@shop.example"]
    assert mail.subject == "Your order"
    assert mail.text.startswith("Thank you.\n\n-- \nForwarded from ann@mayfly.example")
    assert [(each.filename, each.size) for each in mail.parts] == [("bill.pdf", 9)]
    assert dict(mail.headers)["X-Mayfly-Forwarded"] == "1"
    (envelope, _), *_ = scene.memory.mailer.sent
    assert (envelope.sender, list(envelope.recipients)) == (ADDRESS, [ELSEWHERE])
    told = scene.told()
    assert [(each["to"], each["status"], each["reason"]) for each in told] == [
        (ELSEWHERE, "sent", None)
    ]
    shown = scene.call("GET", "/api/v1/emails/{emailId}", told[0]["emailId"])
    assert shown.status == 200
    tally = scene.memory.outbox.tally()
    assert (tally.accepted, tally.states[State.SENT], tally.difference) == (1, 1, 0)


def test_each_destination_gets_its_own(scene: Scene) -> None:
    scene.confirm()
    scene.confirm("you@elsewhere.example")
    scene.rule(ELSEWHERE, "you@elsewhere.example", "nobody@elsewhere.example")

    scene.mail()
    assert [each["status"] for each in scene.told()] == ["pending"] * 3
    scene.work()

    assert len(scene.sent) == 2
    assert [(each["status"], each["reason"]) for each in scene.told()] == [
        ("sent", None),
        ("sent", None),
        ("skipped", "unconfirmed"),
    ]


@pytest.mark.parametrize(
    ("header", "notice", "reason"),
    [
        (b"", {"sender": ""}, "null_sender"),
        (b"", {"sender": "<>"}, "null_sender"),
        (b"Return-Path: <>\r\n", {"sender": None}, "null_sender"),
        (b"Auto-Submitted: auto-replied; x=y\r\n", {}, "automatic"),
        (b"X-Mayfly-Forwarded: 1\r\n", {}, "loop"),
        (b"", {"verdicts": Verdicts("FAIL", "PASS", "PASS", "PASS", "PASS")}, "verdict"),
        (b"", {"verdicts": Verdicts("PASS", "FAIL", "PASS", "PASS", "PASS")}, "verdict"),
        (b"", {"verdicts": Verdicts("PASS", "PASS", "PASS", "PASS", "FAIL")}, "verdict"),
        (b"List-Id: <toons.example>\r\n", {}, "list"),
        (b"Precedence: bulk\r\n", {}, "list"),
    ],
)
def test_what_should_not_go_on_does_not_and_says_why(
    scene: Scene, header: bytes, notice: dict[str, Any], reason: str
) -> None:
    scene.confirm()
    scene.rule()

    scene.mail(header + RAW, **notice)
    scene.work()

    assert scene.sent == []
    assert [(each["status"], each["reason"]) for each in scene.told()] == [("skipped", reason)]


@pytest.mark.parametrize(
    ("header", "notice"),
    [
        (b"Auto-Submitted: no\r\n", {}),
        (b"", {"sender": None}),
        (b"", {"verdicts": Verdicts("GRAY", "GRAY", "FAIL", "FAIL", "GRAY")}),
    ],
)
def test_what_nobody_has_judged_badly_goes_on(
    scene: Scene, header: bytes, notice: dict[str, Any]
) -> None:
    scene.confirm()
    scene.rule()

    scene.mail(header + RAW, **notice)
    scene.work()

    assert len(scene.sent) == 1


def test_lists_go_where_they_are_wanted(scene: Scene) -> None:
    scene.confirm(withLists=True)
    scene.rule()

    scene.mail(b"List-Id: <toons.example>\r\n" + RAW)
    scene.work()

    assert len(scene.sent) == 1


def test_a_mailbox_forwards_so_many_a_day() -> None:
    scene = scene_with(forwards_per_day=2)
    scene.confirm()
    scene.rule()

    for _ in range(3):
        scene.mail()
        scene.work()

    assert len(scene.sent) == 2
    assert scene.told(3)[0]["reason"] == "quota"
    scene.memory.clock.advance(days=1)
    scene.mail()
    scene.work()
    assert len(scene.sent) == 3


def test_all_mailboxes_of_the_service_are_not_one_sender(scene: Scene) -> None:
    scene.flows = MemoryAssembly(scene.memory, scene.flows.settings)
    scene.confirm()
    scene.rule()
    scene.mail()
    scene.work()

    assert not [name for name, _ in scene.memory.outbox.sends if name.startswith("domain")]


def test_who_complained_or_bounced_gets_no_more(scene: Scene) -> None:
    scene.confirm()
    scene.rule()
    gone = Suppression(ELSEWHERE, "bounce", samples.NOW)
    scene.memory.suppressions.add(str(scene.account.id), gone)

    scene.mail()
    scene.work()

    assert (scene.sent, scene.told()[0]["reason"]) == ([], "suppressed")


def test_who_may_not_send_forwards_nothing() -> None:
    scene = scene_with(sending_needs_approval=True)
    scene.confirm()
    scene.rule()

    scene.mail()
    scene.work()

    assert (scene.sent, scene.told()[0]["reason"]) == ([], "not_allowed")


def test_nothing_is_forwarded_while_sending_is_off(scene: Scene) -> None:
    scene.confirm()
    scene.rule()
    scene.flows.restart(Settings(**{**vars(scene_with().flows.settings), "sending": False}))

    scene.mail()

    assert scene.memory.forward_orders.given == []
    assert [(each["status"], each["reason"]) for each in scene.told()] == [("skipped", "off")]
    assert scene.call("POST", DESTINATIONS, body={"address": ELSEWHERE}).status == 403


def test_a_message_that_was_deleted_meanwhile_is_not_forwarded(scene: Scene) -> None:
    scene.confirm()
    scene.rule()
    scene.mail()
    scene.call("DELETE", f"{MAILBOX}/messages/{{number}}", str(scene.mailbox.id), "1")

    scene.work()

    assert scene.sent == []


def test_the_destinations_of_an_account_go_with_it(scene: Scene) -> None:
    scene.confirm()
    assert scene.memory.destinations.of(str(scene.account.id))

    scene.flows.forwarding.service.forget(str(scene.account.id))

    assert not scene.memory.destinations.of(str(scene.account.id))


def test_nothing_goes_before_the_destination_has_confirmed(scene: Scene) -> None:
    asked = scene.call("POST", DESTINATIONS, body={"address": "Me@Elsewhere.example"}).json
    assert (asked["address"], asked["isConfirmed"]) == (ELSEWHERE, False)
    (asking,) = scene.memory.postman.sent
    assert str(asking.recipient) == ELSEWHERE
    assert str(scene.account.email) not in asking.text
    scene.rule()
    scene.mail()
    scene.work()
    assert scene.sent == []


def test_a_token_is_good_once_for_a_day_and_until_the_next(scene: Scene) -> None:
    def confirmed(token: str) -> int:
        return scene.api.call("POST", "/api/forwarding/confirm", body={"token": token}).status

    scene.call("POST", DESTINATIONS, body={"address": ELSEWHERE})
    first = scene.link()
    scene.call("POST", DESTINATIONS, body={"address": ELSEWHERE})
    second = scene.link()

    assert [confirmed(each) for each in (first, "nonsense", second, second)] == [404, 404, 200, 404]
    scene.call("POST", DESTINATIONS, body={"address": "you@elsewhere.example"})
    scene.memory.clock.advance(days=1)
    assert confirmed(scene.link()) == 404


def test_a_session_token_confirms_nothing(scene: Scene) -> None:
    ends = samples.NOW + timedelta(days=1)
    token = scene.flows.accounts.tokens.issue(scene.account.id, SESSION, ends).text

    assert scene.api.call("POST", "/api/forwarding/confirm", body={"token": token}).status == 404


def test_who_reads_the_mail_can_end_it_at_any_time(scene: Scene) -> None:
    scene.confirm()
    scene.rule()
    scene.memory.clock.advance(days=3)

    told = scene.api.call("POST", "/api/forwarding/stop", body={"token": scene.link()}).json

    assert told == {"address": ELSEWHERE, "confirmed": False}
    scene.mail()
    scene.work()
    assert scene.sent == []


def test_an_account_lists_and_removes_its_destinations_and_has_few(scene: Scene) -> None:
    for n in range(limits.FORWARD_DESTINATIONS):
        scene.confirm(f"me{n}@elsewhere.example")

    assert (
        scene.call("POST", DESTINATIONS, body={"address": "more@elsewhere.example"}).status == 409
    )
    listed = scene.call("GET", DESTINATIONS).json
    assert len(listed["destinations"]) == listed["limit"] == limits.FORWARD_DESTINATIONS
    path = f"{DESTINATIONS}/{{address}}"
    assert scene.call("DELETE", path, "Me0@elsewhere.example").json["removed"]
    assert scene.call("DELETE", path, "me0@elsewhere.example").status == 404


@pytest.mark.parametrize("address", ["bob@mayfly.example", "nobody", '"a b"@elsewhere.example'])
def test_mail_goes_round_nowhere(scene: Scene, address: str) -> None:
    assert scene.call("POST", DESTINATIONS, body={"address": address}).status == 400
    assert scene.memory.postman.sent == []


def test_nobodys_mailbox_is_filled_with_questions(scene: Scene) -> None:
    answers = [
        scene.call("POST", DESTINATIONS, body={"address": ELSEWHERE}).status
        for _ in range(limits.VERIFICATION_MAILS + 1)
    ]

    assert answers == [201] * limits.VERIFICATION_MAILS + [429]


def test_a_mail_that_cannot_be_written_anew_goes_as_text(scene: Scene) -> None:
    scene.confirm()
    scene.rule()
    hostile = (
        b"From: =?utf-8?b?YQ0KQmNjOiB4QHkuZXhhbXBsZQ==?= <sue@shop.example>\r\n"
        b"Subject: =?utf-8?b?YQ0KQmNjOiB4QHkuZXhhbXBsZQ==?=\r\n"
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n"
        b"<p>Hi \x00</p>\r\n--b\r\nContent-Type: message/rfc822\r\n"
        b'Content-Disposition: attachment; filename="run.exe"\r\n\r\nSubject: x\r\n\r\ny\r\n--b--'
    )

    scene.mail(hostile)
    scene.work()

    (raw,) = scene.sent
    assert b"\r\nBcc:" not in raw
    assert [each.address for each in parse(raw, limits.MIME).to] == [ELSEWHERE]
