"""A flood on a deployment: the breaker takes its rule out of service, and a person puts it back."""

import smtplib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from infra.breaker import ask
from infra.emulator.cdk import STACK
from mayfly import prices
from mayfly.limits import TRIPPED_RATE
from tests.cloud.inside import Inside
from tests.cloud.letters import a_mail
from tests.cloud.target import Target, until

pytestmark = [
    pytest.mark.cloud,
    pytest.mark.needs("inside", "mail"),
    pytest.mark.changes_the_stack,
]
OURS, THEIRS = "Mayfly-receive", "somebody-elses"
MAILS = 40


@pytest.fixture
def theirs(inside: Inside) -> Iterator[None]:
    """A rule of somebody else beside ours; afterwards all is as it was before."""
    ses = inside.client("ses")
    rule_set = ses.describe_active_receipt_rule_set()["Metadata"]["Name"]
    rule = {"Name": THEIRS, "Enabled": True, "Actions": []}
    ses.create_receipt_rule(RuleSetName=rule_set, Rule=rule, After=OURS)
    yield
    inside.breaker("reset")
    ses.delete_receipt_rule(RuleSetName=rule_set, RuleName=THEIRS)
    for function in ("http_api", "websocket"):
        inside.restart(function)  # they remember for a minute that they shall not answer


def flood(target: Target) -> None:
    """Mails to unknown names, four at a time."""
    with ThreadPoolExecutor(4) as threads:
        done = threads.map(
            lambda n: target.send(a_mail(), f"nobody-{n}@{target.domain}"), range(MAILS)
        )
        assert len(list(done)) == MAILS


def test_a_flood_takes_our_rule_out_of_service_until_a_person_puts_it_back(
    target: Target, inside: Inside, theirs: None
) -> None:
    before = inside.intakes()
    inside.breaker("look")
    # All but the flood's mails of what trips it.
    spent = inside.breaker("status")["dollars"]
    rest = 1.5 - spent - MAILS / 2 * prices.MAIL
    inside.count_requests(int(rest / prices.REQUEST))
    assert not inside.breaker("look")["tripped"]

    flood(target)
    looked: list[Any] = []

    def trips() -> bool:
        looked.append(inside.breaker("look"))
        return bool(looked[-1].get("tripped"))

    until(trips, 30)
    told = ask("status", STACK, inside)
    for function in ("http_api", "websocket"):
        inside.restart(function)
    print(f"a flood of {MAILS} mails, stopped at ${told['dollars']:.4f} of ${told['budget']}")

    assert looked[-1].get("tripped"), looked[-1]
    assert told["tripped"] and told["percent"] >= 150
    assert inside.intakes() == [{OURS: False, THEIRS: True}, TRIPPED_RATE, TRIPPED_RATE]
    restriction = target.get("/health")["restriction"]
    assert restriction["kind"] == "no-mail" and restriction["until"].endswith("T00:00:00Z")
    refused = target._asked("POST", "/api/emails", {}, "", "")  # no other try
    assert refused.status == 429 and refused.json["error"]["details"] == ["DAILY_BUDGET_USD"]
    with pytest.raises(smtplib.SMTPException):
        target.send(a_mail(), f"nobody@{target.domain}")

    assert not ask("reset", STACK, inside)["tripped"]
    assert inside.intakes() == before
    assert not inside.breaker("look")["tripped"]
    target.send(a_mail(), f"nobody@{target.domain}")
