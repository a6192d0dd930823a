"""What is left to do for a person, and what a deployment would change."""

from infra.cloud.deployment import Deployment
from infra.deploying.account import Account
from infra.deploying.assembly import difference
from infra.deploying.deploy import next_steps
from tests.deploying.conftest import DOMAIN, deployed

OUTPUTS = {"PageUrl": "https://page", "ApiUrl": "https://api", "SocketUrl": "wss://socket"}


def said(account: Account, record: str = "", **values: object) -> str:
    stack = deployed(account, DOMAIN, outputs=OUTPUTS)
    if record:
        told = {"OutputKey": "Mx", "OutputValue": record, "Description": "Publish this record"}
        stack.described["Outputs"].append(told)
    return "\n".join(next_steps(stack, Deployment.from_context({"domains": DOMAIN, **values})))


def test_addresses_and_records_are_told(account: Account) -> None:
    text = said(account, f"{DOMAIN} MX 10 inbound-smtp.us-east-1.amazonaws.com")

    for each in OUTPUTS.values():
        assert each in text
    assert f"{DOMAIN}  MX     10 inbound-smtp.us-east-1.amazonaws.com" in text
    assert f'{DOMAIN}  TXT  "v=spf1 -all"' in text
    assert "Publish these" not in said(account)


def test_what_was_done_already_is_not_asked_for(account: Account) -> None:
    text = said(account)
    assert "Ask AWS for 1,000" in text and "terminationProtection = true" in text
    assert "Confirm the mail" not in text and "production access" not in text

    text = said(
        account,
        alarmMail="a@a.org",
        concurrency=1000,
        terminationProtection=True,
        senderAddress=f"no-reply@{DOMAIN}",
    )
    assert "Ask AWS for 1,000" not in text and "terminationProtection" not in text
    assert "Confirm the mail that AWS sends to a@a.org" in text and "production access" in text
    assert "v=spf1 include:amazonses.com -all" in text


def test_what_a_deployment_would_change_is_counted_by_kind() -> None:
    before = {"A": {"Type": "AWS::SNS::Topic"}, "B": {"Type": "AWS::SQS::Queue", "Properties": {}}}
    after = {"B": {"Type": "AWS::SQS::Queue"}, "C": {"Type": "AWS::SQS::Queue"}}

    assert difference(before, after) == [
        "make 1: 1 SQS::Queue",
        "change 1: 1 SQS::Queue",
        "take away 1: 1 SNS::Topic",
    ]
    assert difference(after, after) == []
