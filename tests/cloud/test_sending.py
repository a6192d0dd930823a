"""Mail that accounts send from domains of their own, in a deployment with `sending=true`."""

import json
import secrets
from functools import partial
from typing import Any

import pytest

from tests.cloud.inside import Inside
from tests.cloud.owners import DOMAINS, V1, Owner, member, simulated
from tests.cloud.target import Target, until
from tests.mail_relay import PASSWORD, USER, relay

pytestmark = [pytest.mark.cloud, pytest.mark.needs("inside")]


@pytest.fixture(scope="module")
def owner(target: Target) -> Owner:
    if target.inside is None:
        pytest.skip(f"{target.name}: {target.lacks('inside')}")
    return Owner.new(target, target.inside)


def test_a_domain_is_verified_by_what_the_functions_find_in_dns(
    target: Target, inside: Inside
) -> None:
    account, token = member(target)
    name = f"{secrets.token_hex(6)}.example"
    claimed = target.ask("POST", DOMAINS, {"name": name}, token).json
    early = target.ask("POST", f"{DOMAINS}/{claimed['id']}/verify", token=token).json

    owner = Owner(target, inside, account, token, name, claimed["id"])
    owner.publish(claimed["verification"])
    verified = owner.ask("POST", f"{owner.path}/verify").json

    assert (early["verified"], verified["verified"]) == (False, True)
    found = target.get(f"{owner.path}/dns", token)["records"]
    assert [each["state"] for each in found if each["purpose"] == "ownership"] == ["ok"]
    assert "dkim" not in {each["purpose"] for each in claimed["records"]}
    wanted = verified["domain"]["records"]
    dkim = [each for each in wanted if each["purpose"] == "dkim"]
    identity = inside.client("sesv2").get_email_identity(EmailIdentity=name)
    tokens = identity["DkimAttributes"]["Tokens"]
    assert [each["name"] for each in dkim] == [f"{each}._domainkey.{name}" for each in tokens]


def test_a_file_larger_than_a_request_goes_with_a_mail(owner: Owner, inside: Inside) -> None:
    content = bytes(range(256)) * 4 * 8_000  # 8 MB

    attachments = [{"uploadId": owner.upload(content)}]
    mail = owner.send(simulated("success"), attachments=attachments)

    (file,) = owner.becomes(mail, "delivered")["attachments"]
    assert (file["filename"], file["size"]) == ("a.bin", len(content))


def test_a_mail_goes_through_the_queue_to_ses_and_ses_says_that_it_arrived(
    owner: Owner, inside: Inside
) -> None:
    recipient, hidden = simulated("success"), simulated("success")

    mail = owner.send(recipient, bcc=[hidden], html="<p>the text</p>")

    shown = owner.becomes(mail, "delivered")
    (sent,) = [each for each in inside.sent() if recipient in each["BCC"]]
    assert (sent["Source"], sent["Subject"]) == (f"me@{owner.name}", "Hello")
    assert sent["BCC"] == [recipient, hidden]
    assert sent["BodyText"].strip() == "the text"
    assert shown["messageId"] == sent["MessageId"]
    assert [each["status"] for each in shown["recipients"]] == ["delivered", "delivered"]
    kinds = [each["type"] for each in shown["events"]]
    assert (kinds[:2], kinds.count("delivery")) == (["accepted", "sending"], 2)


def test_who_bounced_or_complained_gets_no_second_mail(owner: Owner, inside: Inside) -> None:
    bounce, complaint = simulated("bounce"), simulated("complaint")
    first, second = owner.send(bounce), owner.send(complaint)
    bounced, complained = owner.becomes(first, "bounced"), owner.becomes(second, "complained")

    again = [owner.becomes(owner.send(each), "failed") for each in (bounce, complaint)]

    assert "550 5.1.1" in bounced["recipients"][0]["detail"]
    assert [each["status"] for each in complained["recipients"]] == ["complained"]
    assert [each["reason"] for each in again] == ["suppressed", "suppressed"]
    listed = owner.ask("GET", f"{V1}/suppressions").json["suppressions"]
    assert {(each["address"], each["reason"]) for each in listed} >= {
        (bounce, "bounce"),
        (complaint, "complaint"),
    }
    for address in (bounce, complaint):
        assert len([each for each in inside.sent() if address in each["BCC"]]) == 1


def test_a_mail_for_later_is_sent_by_the_scheduler_at_its_time(
    owner: Owner, inside: Inside
) -> None:
    mail = owner.later(simulated("success"))
    waiting = schedule(inside, mail)
    assert waiting is not None
    wanted = ("Name", "GroupName", "FlexibleTimeWindow", "Target", "ActionAfterCompletion")

    owner.make_due(mail)
    inside.client("scheduler").update_schedule(
        **{part: waiting[part] for part in wanted}, ScheduleExpression="at(2020-01-01T00:00:00)"
    )

    shown = owner.becomes(mail, "delivered")
    assert until(lambda: schedule(inside, mail) is None)
    assert waiting["ScheduleExpression"] == f"at({shown['scheduledAt'][:19]})"
    assert json.loads(waiting["Target"]["Input"])["mail"] == mail


def test_a_mail_that_is_called_back_is_not_sent(owner: Owner, inside: Inside) -> None:
    recipient = simulated("success")
    mail = owner.later(recipient)
    scheduled = schedule(inside, mail)

    cancelled = owner.ask("DELETE", f"{V1}/emails/{mail}").json

    assert scheduled is not None
    assert schedule(inside, mail) is None
    assert (cancelled["status"], cancelled["deleted"]) == ("cancelled", False)
    assert owner.carried_out(mail) == [[], "cancelled"]
    assert [each for each in inside.sent() if recipient in each["BCC"]] == []


def test_a_relay_takes_the_mail_of_its_domain_over_tls(target: Target, inside: Inside) -> None:
    owner = Owner.new(target, inside)
    with relay(inside.trusted()) as (port, taken):
        wanted = {"host": "localhost", "port": port, "username": USER, "password": PASSWORD}
        kept = owner.ask("PUT", f"{owner.relay_path}/config", wanted | {"secure": False})

        mail = owner.send("somebody@elsewhere.example")

        owner.becomes(mail, "sent")
    assert kept.status == 200
    assert PASSWORD.encode() not in kept.content
    (envelope,) = taken.mails
    assert envelope.rcpt_tos == ["somebody@elsewhere.example"]
    assert [each for each in inside.sent() if each["Source"] == f"me@{owner.name}"] == []


def test_orders_and_events_that_cannot_be_read_end_in_dead_letter_queues(inside: Inside) -> None:
    sqs = inside.client("sqs")
    urls = [inside.find("AWS::SQS::Queue", f"Sending{name}") for name in ("Orders", "Events")]
    wanted = {"AttributeNames": ["RedrivePolicy"]}
    before = [sqs.get_queue_attributes(QueueUrl=url, **wanted)["Attributes"] for url in urls]
    for url, attributes in zip(urls, before, strict=True):
        # The second attempt would be seconds later, and the last one hours.
        once = json.dumps(json.loads(attributes["RedrivePolicy"]) | {"maxReceiveCount": 1})
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"RedrivePolicy": once})

    for url in urls:
        sqs.send_message(QueueUrl=url, MessageBody=json.dumps({"poison": 1}))

    for name in ("SendingFailedOrders", "SendingFailedEvents"):
        assert until(partial(holds_one, inside, name)), name
    for url, attributes in zip(urls, before, strict=True):
        sqs.set_queue_attributes(QueueUrl=url, Attributes=attributes)


def holds_one(inside: Inside, queue: str) -> bool:
    return inside.waiting(queue) == 1


def schedule(inside: Inside, mail: str) -> Any:
    """The schedule of a mail, None if there is none."""
    scheduler = inside.client("scheduler")
    group = inside.find("AWS::Scheduler::ScheduleGroup", "SendingSchedules")
    try:
        return scheduler.get_schedule(Name=mail, GroupName=group)
    except scheduler.exceptions.ResourceNotFoundException:
        return None


def test_a_template_writes_an_email_to_each_of_a_batch(owner: Owner, inside: Inside) -> None:
    source = {
        "name": "greeting",
        "subject": "Hello {{ name }}",
        "mjml": "<mjml><mj-body><mj-section><mj-column><mj-text>Dear {{ name }}</mj-text>"
        "</mj-column></mj-section></mj-body></mjml>",
    }
    template = owner.ask("POST", f"{V1}/templates", source).json["id"]
    first, second = simulated("success"), simulated("success")
    batch = {
        "from": f"me@{owner.name}",
        "templateId": template,
        "recipients": [
            {"to": first, "variables": {"name": "<Ann>"}},
            {"to": second, "variables": {"name": "Bob"}},
            {"to": simulated("success")},
        ],
    }

    answer = owner.ask("POST", f"{V1}/emails/batch", batch).json

    assert (answer["accepted"], answer["refused"]) == (2, 1)
    assert "`name` is undefined" in answer["emails"][2]["error"]["message"]
    for line, recipient, subject, text in zip(
        answer["emails"][:2],
        (first, second),
        ("Hello <Ann>", "Hello Bob"),
        ("&lt;Ann", "Bob"),
        strict=True,
    ):
        owner.becomes(line["id"], "delivered")
        (sent,) = [each for each in inside.sent() if recipient in each["BCC"]]
        assert sent["Subject"] == subject
        assert f"Dear {text}" in sent["BodyHtml"]
    assert owner.ask("DELETE", f"{V1}/templates/{template}").json["deleted"] is True
