"""Mail that accounts send: accepted, sent, called back, sent again, and SES's words about it.

What is sent is counted where it arrives: no mail may be there twice, and none that is not may be
said to be.
"""

import base64
import json
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from functions.mail_events.handler import note
from functions.send_mail.handler import carry_out
from mayfly.accounts.models import ApprovalStatus
from mayfly.assembly import Assembly
from mayfly.domains.models import Cause, Claim, MailDomain, MailIdentity, Status
from mayfly.forwarding.models import Destination
from mayfly.inboxes.access import Owner
from mayfly.kit.http.schemas import read
from mayfly.relays.models import Relay
from mayfly.rules.schemas import Rules
from mayfly.sending.models import State
from tests.faults.admin_scenarios import KEY, given_a_key
from tests.faults.scenario import Scenario, answered
from tests.faults.world import RAW, World, asked, followed, received
from tests.relays.fakes import FakeRelays

EMAILS, EMAIL = "/api/v1/emails", "/api/v1/emails/{emailId}"
WHO = {"email": "ann@home.example", "password": "a phrase for tests"}
RECIPIENT = "bob@example.com"
DRAFT = {"from": "ann@mine.example", "to": [RECIPIENT], "subject": "Hello", "text": "Hello"}
BATCH = ("bob@example.com", "dan@example.com")
FILE = {"filename": "a.txt", "contentType": "text/plain", "size": 8}
CONTENT = b"uploaded"
_ROUND = timedelta(minutes=5)
_MOST_ROUNDS = 60
_COUNTED = [f"ApproximateNumberOfMessages{which}" for which in ("", "Delayed", "NotVisible")]


def sending() -> Scenario:
    """Whoever is not answered asks again with the same key."""

    def act(world: World, process: Assembly) -> bool:
        ask = asked("POST", EMAILS, body=DRAFT, token=world.notes["token"], key="once")
        return answered(ask, 202)(world, process) and worked(world, process)

    return Scenario(act, _approved, _sent_once, stride=3)


def being_let_send() -> Scenario:
    """It asks, an admin approves, and it sends; each of them again until they are answered."""

    def arrange(world: World) -> None:
        _with_a_domain(world)
        given_a_key(world)

    def act(world: World, process: Assembly) -> bool:
        token = world.notes["token"]
        ask = asked("POST", f"{EMAILS}/approval", body={"purpose": "Orders"}, token=token)
        path, account = "/v1/admin/accounts/{accountId}/sending", world.notes["account"]
        approve = asked("PUT", path, account, body={"approved": True}, admin_key=KEY)
        send = asked("POST", EMAILS, body=DRAFT, token=token, key="once")
        return (
            answered(ask, 202)(world, process)
            and answered(approve, 200)(world, process)
            and answered(send, 202)(world, process)
            and worked(world, process)
        )

    def check(world: World) -> None:
        approval = world.process().accounts.approval.approvals.get(world.notes["account"])
        assert (approval.status, approval.purpose) == (ApprovalStatus.APPROVED, "Orders")
        _sent_once(world)

    return Scenario(act, arrange, check, stride=4)


def sending_a_batch() -> Scenario:
    """Whoever is not answered, or not for all, asks again with the same key."""

    def arrange(world: World) -> None:
        _approved(world)
        source = {"name": "a", "subject": "Hello", "text": "Hello {{ name }}"}
        ask = asked("POST", "/api/v1/templates", body=source, token=world.notes["token"])
        world.notes["template"] = ask(world, world.process()).json["id"]

    def act(world: World, process: Assembly) -> bool:
        batch = {
            "from": DRAFT["from"],
            "templateId": world.notes["template"],
            "recipients": [{"to": each, "variables": {"name": each}} for each in BATCH],
        }
        token = world.notes["token"]
        ask = asked("POST", f"{EMAILS}/batch", body=batch, token=token, key="once")
        if not answered(ask, 202)(world, process) or world.notes["reply"].json["refused"]:
            return False
        return worked(world, process)

    def check(world: World) -> None:
        process = world.process()
        assert worked(world, process)
        assert ses_says(world, process, _send)
        assert process.adapters.outbox.tally().accepted == len(BATCH)
        reached = [each for mail in world.side.sent() for each in mail.recipients]
        assert sorted(reached) == sorted(set(reached))
        assert set(reached) == set(BATCH) or world.notes["met"]
        assert process.adapters.outbox.tally().difference == 0

    return Scenario(act, arrange, check, stride=5)


def sending_later() -> Scenario:
    """The schedule gives the order in the end."""

    def act(world: World, process: Assembly) -> bool:
        at = {"scheduledAt": "2026-01-01T15:00:00Z"}
        ask = asked("POST", EMAILS, body=DRAFT | at, token=world.notes["token"], key="once")
        return answered(ask, 202)(world, process) and worked(world, process)

    return Scenario(act, _approved, _sent_once, stride=3)


def sending_what_was_uploaded() -> Scenario:
    """Whoever is not told where to send a file announces it again; one that is there stays."""

    def act(world: World, process: Assembly) -> bool:
        token = world.notes["token"]
        if "file" not in world.notes:
            announce = asked("POST", f"{EMAILS}/attachments", body=FILE, token=token)
            if not answered(announce, 201)(world, process):
                return False
            told = world.notes["reply"].json
            world.client("s3").put_object(
                Bucket=world.settings.mail_bucket, Key=told["fields"]["key"], Body=CONTENT
            )
            world.notes["file"] = {"uploadId": told["uploadId"]}
        draft = DRAFT | {"attachments": [world.notes["file"]]}
        ask = asked("POST", EMAILS, body=draft, token=token, key="once")
        return answered(ask, 202)(world, process) and worked(world, process)

    def check(world: World) -> None:
        _sent_once(world)
        assert all(base64.b64encode(CONTENT) in each.raw for each in world.side.sent())

    return Scenario(act, _approved, check, stride=3)


def calling_back() -> Scenario:
    """What was answered holds: a mail that is called back is not sent."""

    def arrange(world: World) -> None:
        _approved(world)
        _given_mail(world, scheduledAt="2026-01-01T15:00:00Z")

    def act(world: World, process: Assembly) -> bool:
        if _mail(world).state is State.CANCELLED:  # and whoever asks again would remove it
            return True
        ask = asked("DELETE", EMAIL, world.notes["mail"], token=world.notes["token"])
        return answered(ask, 200)(world, process)

    def check(world: World) -> None:
        assert worked(world, world.process())
        assert _mail(world).state is State.CANCELLED
        assert sent(world) == Counter()

    return Scenario(act, arrange, check, stride=2)


def sending_again() -> Scenario:
    """A mail that had failed, by a person's wish."""

    def arrange(world: World) -> None:
        _approved(world)
        _given_mail(world, scheduledAt="2026-01-01T15:00:00Z")
        path, token = world.notes["mail"], world.notes["token"]
        assert asked("DELETE", EMAIL, path, token=token)(world, world.process()).status == 200

    def act(world: World, process: Assembly) -> bool:
        if _mail(world).round == 1:
            path, token = world.notes["mail"], world.notes["token"]
            ask = asked("POST", f"{EMAIL}/resend", path, token=token)
            if not answered(ask, 202)(world, process):
                return False
        return worked(world, process)

    return Scenario(act, arrange, _sent_once, stride=3)


def removing() -> Scenario:
    """A mail that was sent is removed; whoever asks again may be told that it is gone.

    Its bytes go after it. Should that fail, the bucket forgets them by their age.
    """

    def arrange(world: World) -> None:
        _approved(world)
        _given_mail(world)
        assert worked(world, world.process())
        world.notes["removed"] = [row for row in world.rows() if row.get("state") == State.SENT]

    def act(world: World, process: Assembly) -> bool:
        ask = asked("DELETE", EMAIL, world.notes["mail"], token=world.notes["token"])
        statuses = (200, 404) if "asked" in world.notes else (200,)
        world.notes["asked"] = True
        return answered(ask, *statuses)(world, process)

    def check(world: World) -> None:
        process, token = world.process(), world.notes["token"]
        assert worked(world, process)
        assert asked("GET", EMAIL, world.notes["mail"], token=token)(world, process).status == 404
        assert asked("GET", EMAILS, token=token)(world, process).json["emails"] == []
        assert sent(world).total() == 1
        tally = process.adapters.outbox.tally()
        assert (tally.accepted, tally.states[State.SENT], tally.difference) == (1, 1, 0)
        assert not world.objects() or world.notes["met"]

    return Scenario(act, arrange, check)


def being_refused() -> Scenario:
    """A relay knows nothing of the address: then, or at the latest after the next such refusal, it
    is on the list.
    """

    def arrange(world: World) -> None:
        _approved(world)
        process, owner = world.process(), world.notes["account"]
        domain = process.domains.service.sendable(owner, "mine.example").id
        relay = Relay("relay.example", 587, False)
        process.relays.service.keep(owner, domain, relay)
        _given_mail(world)

    def act(world: World, process: Assembly) -> bool:
        return worked(world, _with_a_relay(process))

    def check(world: World) -> None:
        met, process = world.notes["met"], world.process()
        mail = _mail(world)
        assert mail.state in (State.FAILED, State.UNCERTAIN) if met else mail.state is State.FAILED
        suppressed = process.adapters.suppressions.among(mail.account, [RECIPIENT])
        assert suppressed or met
        if not suppressed:
            _given_mail(world)
            assert worked(world, _with_a_relay(process))
            suppressed = process.adapters.suppressions.among(mail.account, [RECIPIENT])
        assert suppressed[RECIPIENT].reason == "bounce"
        assert process.adapters.outbox.tally().difference == 0

    return Scenario(act, arrange, check, stride=2)


def settling() -> Scenario:
    """A mail was sent, and bounces."""

    def arrange(world: World) -> None:
        _approved(world)
        _given_mail(world)
        assert worked(world, world.process())

    def act(world: World, process: Assembly) -> bool:
        return all(ses_says(world, process, word) for word in (_delivery, _bounce))

    def check(world: World) -> None:
        mail = _mail(world)
        assert mail.state is State.BOUNCED
        assert [each.kind for each in mail.history].count("bounce") == 1
        assert RECIPIENT in world.process().adapters.suppressions.among(mail.account, [RECIPIENT])

    return Scenario(act, arrange, check, stride=2)


def forwarding() -> Scenario:
    """A rule forwards a mail to two who have confirmed it, and to one who has not."""
    confirmed = [RECIPIENT, "eve@example.com"]

    def arrange(world: World) -> None:
        _approved(world)
        process, owner = world.process(), world.notes["account"]
        world.client("sesv2").create_email_identity(EmailIdentity="mayfly.example")
        account = process.accounts.authenticator.admit(world.notes["token"]).account
        mailbox = process.mailboxes.service.make(account, "ann", "mayfly.example")
        for each in confirmed:
            asked_at = process.now()
            agreed = Destination(each, "proof", asked_at, asked_at, confirmed_at=asked_at)
            process.adapters.destinations.put(owner, agreed)
        actions = [{"redirect": each} for each in (*confirmed, "nobody@example.com")]
        rules = read({"rules": [{"name": "on", "then": actions}]}, Rules).checked()
        holder = Owner(str(mailbox.id), owner)
        process.rules.service.put_mailbox(holder, rules, None, None)
        world.notes["mailbox"] = mailbox
        world.put_raw("mail-1", RAW)

    def act(world: World, process: Assembly) -> bool:
        step = received("mail-1", "ann@mayfly.example", at=world.notes["mailbox"].created_at)
        return step(world, process) and followed(world, process) and worked(world, process)

    def check(world: World) -> None:
        process = world.process()
        assert followed(world, process)
        assert worked(world, process)
        assert ses_says(world, process, _send)
        (message,) = process.adapters.messages.after(
            world.notes["mailbox"].id, 0, 10, process.now()
        )
        told = process.forwarding.service.told(message, world.notes["account"])
        assert [each.status for each in told][2:] == ["skipped"]
        handed = Counter(each.recipients for each in world.side.sent())
        for each in told[:2]:
            times = handed[each.address,]
            assert each.status == (State.SENT if times else State.UNCERTAIN), (each, handed)
            assert times <= 1
        tally = process.adapters.outbox.tally()
        assert (tally.accepted, tally.difference) == (2, 0)

    return Scenario(act, arrange, check, stride=4)


def _with_a_relay(process: Assembly) -> Assembly:
    """A process whose relay knows nothing of the recipient."""
    relays = FakeRelays()
    relays.refuse(RECIPIENT, "5.1.1 no such user")
    process.adapters.relays = relays
    return process


def worked(world: World, process: Assembly) -> bool:
    """Time passes until no order is left; one that fails is given again to another process."""
    sqs, queue = world.client("sqs"), world.settings.order_queue_url
    for _ in range(_MOST_ROUNDS):
        left = _orders_seen(world)
        told = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
        if not told and not left:
            return True
        handles = {each["MessageId"]: each["ReceiptHandle"] for each in told}
        records = [{"messageId": each["MessageId"], "body": each["Body"]} for each in told]
        failed = set(handles)
        try:
            answered = carry_out({"Records": records}, process)["batchItemFailures"]
            failed = {each["itemIdentifier"] for each in answered}
        finally:
            for name, handle in handles.items():
                if name in failed:
                    sqs.change_message_visibility(
                        QueueUrl=queue, ReceiptHandle=handle, VisibilityTimeout=0
                    )
                else:
                    sqs.delete_message(QueueUrl=queue, ReceiptHandle=handle)
        world.clock.now += _ROUND
        if failed:
            return False
    raise AssertionError("orders go on for ever")


def sent(world: World) -> Counter[tuple[str, str]]:
    """What SES was handed, by mail and round."""
    return Counter(
        (each.tags["mayfly-mail"], each.tags["mayfly-round"]) for each in world.side.sent()
    )


def ses_says(
    world: World, process: Assembly, word: Callable[[], tuple[str, dict[str, Any]]]
) -> bool:
    """An event about each mail that SES was handed."""
    kind, about = word()
    records = [
        {
            "messageId": str(number),
            "body": json.dumps(
                {
                    "eventType": kind,
                    "mail": {
                        "timestamp": "2026-01-01T12:00:00Z",
                        "messageId": each.id,
                        "destination": list(each.recipients),
                        "tags": {name: [value] for name, value in each.tags.items()},
                    },
                    kind.lower(): about,
                }
            ),
        }
        for number, each in enumerate(world.side.sent())
    ]
    return not note({"Records": records}, process)["batchItemFailures"]


def _send() -> tuple[str, dict[str, Any]]:
    return "Send", {}


def _delivery() -> tuple[str, dict[str, Any]]:
    return "Delivery", {"timestamp": "2026-01-01T12:01:00Z", "recipients": [RECIPIENT]}


def _bounce() -> tuple[str, dict[str, Any]]:
    return "Bounce", {
        "bounceType": "Permanent",
        "bouncedRecipients": [{"emailAddress": RECIPIENT}],
        "timestamp": "2026-01-01T12:02:00Z",
        "feedbackId": "bounce-1",
    }


def _orders_seen(world: World) -> bool:
    """Whether there are more orders or schedules; those that wait are seen now, those due given."""
    sqs, url = world.client("sqs"), world.settings.order_queue_url
    schedules = world.client("scheduler").list_schedules()
    for order in world.side.due(world.clock()):
        sqs.send_message(QueueUrl=url, MessageBody=order.body)
    told = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=_COUNTED)["Attributes"]
    world.side.end_delays()
    return bool(schedules["Schedules"]) or any(int(told[each]) for each in _COUNTED)


def _with_a_domain(world: World) -> None:
    """An account that is logged in, with an active domain."""
    process = world.process()
    for path in ("/api/users/register", "/api/users/login"):
        reply = asked("POST", path, body=WHO)(world, process)
        assert reply.status < 300, reply.content
    world.notes["token"], world.notes["account"] = reply.json["token"], reply.json["user"]["id"]
    now = world.clock()
    claim = Claim("token", claimed_at=now, identity=MailIdentity((), "dkim.example"))
    owner = world.notes["account"]
    claimed = MailDomain("mine.example", now, now, owner=owner, status=Status.PENDING, claim=claim)
    process.domains.service.claims.add(claimed)
    process.domains.service.claims.change(claimed.after(Cause.VERIFIED, now), claimed)
    world.client("sesv2").create_email_identity(EmailIdentity="mine.example")


def _approved(world: World) -> None:
    """The same, and an admin has approved that it sends."""
    _with_a_domain(world)
    world.process().accounts.approval.decide(world.notes["account"], True)


def _given_mail(world: World, **changes: object) -> None:
    ask = asked("POST", EMAILS, body=DRAFT | changes, token=world.notes["token"])
    reply = ask(world, world.process())
    assert reply.status == 202, reply.content
    world.notes["mail"] = reply.json["id"]


def _mail(world: World) -> Any:
    mail = world.notes.get("mail") or world.notes["reply"].json["id"]
    return world.process().adapters.outbox.get(world.notes["account"], mail)


def _sent_once(world: World) -> None:
    """One mail was accepted. If SES has it, it has it once, and events settle whatever is open.

    If not, the mail says that nobody knows.
    """
    process = world.process()
    assert worked(world, process)
    assert ses_says(world, process, _send)
    mail = _mail(world)
    assert process.adapters.outbox.tally().accepted == 1
    assert sent(world).total() <= 1, sent(world)
    assert mail.state is (State.SENT if sent(world) else State.UNCERTAIN), mail.history


SENDING: dict[str, Scenario] = {
    "sending": sending(),
    "being let send": being_let_send(),
    "sending a batch": sending_a_batch(),
    "sending later": sending_later(),
    "sending what was uploaded": sending_what_was_uploaded(),
    "calling back": calling_back(),
    "sending again": sending_again(),
    "removing": removing(),
    "being refused by a relay": being_refused(),
    "settling": settling(),
    "forwarding": forwarding(),
}
