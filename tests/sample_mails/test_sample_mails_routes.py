"""Sample messages: how they come in, and for whom."""

import pytest

from mayfly.limits import CONFIRMATION, MIME
from mayfly.mail.address import Address
from mayfly.mail.codes.evidence import code_of
from mayfly.mail.codes.find import confirmation
from mayfly.mail.codes.models import Where
from mayfly.mail.mime.parser import parse
from mayfly.rate_limits.service import RateLimits
from mayfly.sample_mails.models import Sample
from tests import samples
from tests.functions.http import Api, MemoryAssembly, bearer
from tests.memory import Memory

SAMPLE = "/api/emails/{email}/sample"
WAIT = "/api/emails/{email}/wait"


@pytest.fixture
def flows() -> MemoryAssembly:
    return MemoryAssembly(Memory())


def deliver(flows: MemoryAssembly) -> None:
    """What the receiving function does with the notices that wait."""
    for notice in flows.adapters.notices.sent:
        flows.receiving.receiver.receive(notice)
    flows.adapters.notices.sent.clear()


def test_a_sample_comes_in_as_all_mail_does_and_is_waited_for(flows: MemoryAssembly) -> None:
    api = Api(flows)
    email, token = api.make()

    sent = api.call("POST", SAMPLE, email, headers=bearer(token))
    before = api.call("GET", WAIT, email, after=0, timeout=0).json
    deliver(flows)
    found = api.call("GET", WAIT, email, after=sent.json["seq"], require="code").json

    assert (sent.status, sent.json) == (202, {"email": email, "seq": 0})
    assert before["status"] == "timeout"
    assert (found["where"], found["confidence"], found["seq"]) == ("domain-bound", "high", 1)
    assert found["message"]["subject"] == "Your sample code"
    assert flows.adapters.deliveries.tally().stored == 1


def test_each_has_a_code_of_its_own(flows: MemoryAssembly) -> None:
    api = Api(flows)
    email, token = api.make()

    for _ in range(2):
        api.call("POST", SAMPLE, email, headers=bearer(token))
    deliver(flows)

    codes = [
        api.call("GET", WAIT, email, after=after, require="code").json["value"] for after in (0, 1)
    ]
    assert len(set(codes)) == 2


@pytest.mark.parametrize("seed", [b"\0" * 12, b"\xff" * 12, b"twelve bytes"])
def test_what_words_say_is_what_the_line_says(seed: bytes) -> None:
    sample = Sample(Address.parse("me@mayfly.example"), samples.NOW, seed)
    mail = parse(sample.raw(), MIME)

    assert not mail.defects
    assert confirmation(mail.subject, mail.text, mail.html, CONFIRMATION).code == sample.code
    found = code_of(mail, CONFIRMATION)
    assert found is not None and (found.value, found.where) == (sample.code, Where.BOUND)


def test_private_inboxes_and_mailboxes_have_samples_too(flows: MemoryAssembly) -> None:
    api = Api(flows)
    made = api.call("POST", "/v1/inboxes", body={"mode": "generated"}).json
    headers = bearer(made["access_token"])

    for path in ("/v1/inboxes/{inboxId}/sample", "/api/user/mailbox/{mailboxId}/sample"):
        assert api.call("POST", path, made["inbox_id"], headers=headers).status == 202
    deliver(flows)

    listed = api.call("GET", "/v1/inboxes/{inboxId}/messages", made["inbox_id"], headers=headers)
    assert listed.json["count"] == 2


def test_who_does_not_hold_an_inbox_sends_nothing_into_it(flows: MemoryAssembly) -> None:
    api = Api(flows)
    email, _ = api.make()
    _, other = api.make()

    replies = [
        api.call("POST", SAMPLE, email),
        api.call("POST", SAMPLE, email, headers=bearer(other)),
        api.call("POST", SAMPLE, "nobody@mayfly.example", headers=bearer(other)),
    ]

    assert [each.status for each in replies] == [401, 401, 404]
    assert not flows.adapters.notices.sent
    assert not flows.adapters.raw_mails.objects


def test_samples_are_limited_as_new_inboxes_are() -> None:
    flows = MemoryAssembly(Memory(), rates=RateLimits(0, {"create": 2}, 0))
    api = Api(flows)
    email, token = api.make()

    statuses = [api.call("POST", SAMPLE, email, headers=bearer(token)).status for _ in range(2)]

    assert statuses == [202, 429]


def test_nothing_can_be_said_of_it(flows: MemoryAssembly) -> None:
    api = Api(flows)
    email, token = api.make()

    reply = api.call("POST", SAMPLE, email, headers=bearer(token), body={"code": "1"})

    assert reply.status == 400
