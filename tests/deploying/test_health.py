"""What the doctor looks at: each look finds what is well and what is broken."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest

from infra.cloud.deployment import Deployment
from infra.deploying import health, mail_health
from infra.deploying.account import Account
from infra.deploying.doctor import is_well
from infra.deploying.finding import After, State, note, ok, run_checks, unknown, wrong
from infra.deploying.stack import Stack
from infra.local.dns.server import HOST, NameServer, Zone
from tests.deploying.conftest import DOMAIN, answering, deployed, refusing, settings
from tests.deploying.test_checks import only

NOW = datetime(2026, 1, 2, 12, tzinfo=UTC)
INBOUND = "inbound-smtp.us-east-1.amazonaws.com"
MakeAfter = Callable[..., After]


@pytest.fixture
def after(account: Account) -> MakeAfter:
    """A deployed stack of these values."""

    def known(stack: Stack | None = None, **values: object) -> After:
        chosen = {"domains": DOMAIN, "concurrency": 100, **values}
        made = stack or deployed(account, DOMAIN)
        return After(account, Deployment.from_context(chosen), made, NOW)

    return known


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("CREATE_COMPLETE", "ok"),
        ("UPDATE_IN_PROGRESS", "note"),
        ("UPDATE_ROLLBACK_COMPLETE", "note"),
        ("UPDATE_ROLLBACK_FAILED", "wrong"),
    ],
)
def test_the_last_deployment(after: MakeAfter, account: Account, status: str, state: str) -> None:
    assert only(health.stack_state(after(deployed(account, status=status)))).state == state


def test_domains_that_are_chosen_and_deployed_are_the_same(
    after: MakeAfter, account: Account
) -> None:
    assert list(health.domains(after())) == []
    missing, more = health.domains(after(deployed(account, "old.test.org")))
    assert (DOMAIN in missing.text, "old.test.org" in more.text) == (True, True)


@pytest.mark.parametrize(
    ("records", "state"),
    [
        ([f"10 {INBOUND}."], "ok"),
        ([], "wrong"),
        (["10 mx.example."], "wrong"),
        ([f"10 {INBOUND}.", "20 mx.example."], "wrong"),
        (["10 inbound-smtp.eu-west-1.amazonaws.com."], "wrong"),
    ],
)
def test_the_mx_record_leads_here_and_nowhere_else(
    after: MakeAfter, records: list[str], state: str
) -> None:
    zone = Zone()
    zone.put(DOMAIN, "MX", records)
    with NameServer(zone).serving() as port:
        found = only(mail_health.mx(after(dnsServers=f"{HOST}:{port}")))

    assert found.state == state
    assert state == "ok" or INBOUND in found.todo or "delete that record" in found.todo


def test_dns_that_does_not_answer_is_no_verdict(after: MakeAfter) -> None:
    with NameServer(Zone()).serving() as port:
        pass  # nobody is there any more

    assert only(mail_health.mx(after(dnsServers=f"{HOST}:{port}"))).state is State.UNKNOWN


def test_ses_must_know_and_have_verified_the_domain(after: MakeAfter, account: Account) -> None:
    assert only(mail_health.identities(after())).state is State.WRONG
    for verified, state in ((False, State.WRONG), (True, State.OK)):
        answer = {"VerifiedForSendingStatus": verified, "VerificationStatus": "PENDING"}
        account._clients["sesv2"] = answering("sesv2", "get_email_identity", answer)
        assert only(mail_health.identities(after())).state is state


@pytest.mark.parametrize(
    ("status", "verified", "published", "state"),
    [
        ("SUCCESS", True, False, "ok"),
        ("PENDING", False, True, "wrong"),
        ("PENDING", False, False, "wrong"),
        ("NOT_STARTED", True, False, "note"),
    ],
)
def test_the_records_of_dkim(
    after: MakeAfter, account: Account, status: str, verified: bool, published: bool, state: str
) -> None:
    answer = {
        "VerifiedForSendingStatus": verified,
        "DkimAttributes": {"Status": status, "Tokens": ["one", "two"]},
    }
    account._clients["sesv2"] = answering("sesv2", "get_email_identity", answer)
    zone = Zone()
    for token in ("one", "two") if published else ():
        zone.put(f"{token}._domainkey.{DOMAIN}", "CNAME", [f"{token}.dkim.amazonses.com."])
    with NameServer(zone).serving() as port:
        found = only(mail_health.dkim(after(dnsServers=f"{HOST}:{port}")))

    assert found.state == state
    assert ("one._domainkey" in found.todo) == (status == "PENDING" and not published)


def test_the_receipt_rule_must_be_in_force(after: MakeAfter, account: Account) -> None:
    ses = account.client("ses")
    assert "no receipt rule set is active" in only(mail_health.rule(after())).text
    for name in ("Mayfly", "theirs"):
        ses.create_receipt_rule_set(RuleSetName=name)
    ses.set_active_receipt_rule_set(RuleSetName="theirs")
    assert "theirs is active" in only(mail_health.rule(after())).text

    for rule_set, enabled, state in (
        ("Mayfly", False, State.WRONG),
        ("theirs", True, State.OK),
    ):
        rule = {"Name": "Mayfly-receive", "Enabled": enabled, "Actions": []}
        ses.create_receipt_rule(RuleSetName=rule_set, Rule=rule)
        ses.set_active_receipt_rule_set(RuleSetName=rule_set)
        assert only(mail_health.rule(after())).state is state


@pytest.mark.parametrize(
    ("percent", "tripped", "budget", "state"),
    [(10, False, 5, "ok"), (100, False, 5, "wrong"), (151, True, 5, "wrong"), (0, False, 0, "ok")],
)
def test_the_breaker(percent: int, tripped: bool, budget: int, state: str) -> None:
    told = {"tripped": tripped, "dollars": percent / 20, "budget": budget, "percent": percent}

    found = health.breaker_finding(told)

    assert found.state == state
    assert not tripped or "make breaker-reset" in found.todo


class Ready(BaseHTTPRequestHandler):
    """An API that is as well as its port says."""

    status = 200

    def do_GET(self) -> None:
        self.send_response(self.status if self.path == "/live/health/ready" else 404)
        self.end_headers()
        self.wfile.write(b'{"checks":{"table":"ok","queue":"late"}}')

    def log_message(self, *given: Any) -> None:
        pass


@pytest.fixture
def api() -> Iterator[tuple[type[Ready], str]]:
    class Own(Ready):
        pass

    with HTTPServer(("127.0.0.1", 0), Own) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield Own, f"http://127.0.0.1:{server.server_port}/live/"
        server.shutdown()


def test_the_api_must_answer(
    after: MakeAfter, account: Account, api: tuple[type[Ready], str]
) -> None:
    handler, url = api
    stack = deployed(account, DOMAIN, outputs={"ApiUrl": url})
    assert only(health.api(after(stack))).state is State.OK

    handler.status = 503
    found = only(health.api(after(stack)))
    assert (found.state, "503: queue" in found.text) == (State.WRONG, True)


def test_an_api_that_is_not_there_is_said_to_be_so(after: MakeAfter, account: Account) -> None:
    with HTTPServer(("127.0.0.1", 0), Ready) as server:
        url = f"http://127.0.0.1:{server.server_port}/live/"

    for each in (url, "", "https://api.invalid/live"):
        stack = deployed(account, DOMAIN, outputs={"ApiUrl": each})
        assert only(health.api(after(stack))).state is State.WRONG


def test_alarms_that_ring_are_named(after: MakeAfter, account: Account) -> None:
    watch = account.client("cloudwatch")
    for name in ("ours", "other"):
        watch.put_metric_alarm(
            AlarmName=name,
            MetricName="x",
            Namespace="x",
            Period=60,
            EvaluationPeriods=1,
            Threshold=1,
            Statistic="Sum",
            ComparisonOperator="GreaterThanThreshold",
        )
        watch.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="test")
    stack = deployed(account, DOMAIN, resources={"A": ("AWS::CloudWatch::Alarm", "ours")})

    assert "ringing: ours" in only(health.alarms(after(stack))).text
    watch.set_alarm_state(AlarmName="ours", StateValue="OK", StateReason="test")
    assert only(health.alarms(after(stack))).state is State.OK


@pytest.mark.parametrize(("arn", "state"), [("PendingConfirmation", "wrong"), ("arn:1", "ok")])
def test_the_mail_for_alarms_must_be_confirmed(
    after: MakeAfter, account: Account, arn: str, state: str
) -> None:
    subscription = {"SubscriptionArn": arn, "Endpoint": "a@a.org"}
    account._clients["sns"] = answering(
        "sns", "list_subscriptions_by_topic", {"Subscriptions": [subscription]}
    )
    topic = {"WatchAlarms1": ("AWS::SNS::Topic", "arn:topic")}
    stack = deployed(account, DOMAIN, resources=topic)

    assert only(health.alarm_mail(after(stack, alarmMail="a@a.org"))).state == state
    assert only(health.alarm_mail(after(stack))).state is State.NOTE


@pytest.mark.parametrize(("has", "state"), [(10, "wrong"), (100, "ok"), (1000, "ok")])
def test_the_quota_is_what_was_said(
    after: MakeAfter, account: Account, has: int, state: str
) -> None:
    account._clients["lambda"] = answering("lambda", "get_account_settings", settings(has))

    assert only(health.concurrency(after())).state == state


@pytest.mark.parametrize(
    ("answer", "sends", "state"),
    [
        ({"ProductionAccessEnabled": False}, False, "ok"),
        ({"ProductionAccessEnabled": False}, True, "wrong"),
        ({"ProductionAccessEnabled": True}, True, "ok"),
        ({"ProductionAccessEnabled": True, "SendingEnabled": False}, True, "wrong"),
        ({"ProductionAccessEnabled": True, "EnforcementStatus": "SHUTDOWN"}, True, "wrong"),
        ({"ProductionAccessEnabled": True, "EnforcementStatus": "PROBATION"}, True, "wrong"),
    ],
)
def test_ses_sends_if_that_is_wanted(
    after: MakeAfter, account: Account, answer: dict[str, object], sends: bool, state: str
) -> None:
    account._clients["sesv2"] = answering("sesv2", "get_account", answer)

    assert only(health.sending(after(sending=sends))).state == state


def test_the_last_mail_is_told_by_the_hour(after: MakeAfter, account: Account) -> None:
    assert only(health.last_mail(after())).state is State.NOTE
    points = [{"Timestamp": NOW - timedelta(hours=each), "Sum": 1.0} for each in (30, 3)]
    account._clients["cloudwatch"] = answering(
        "cloudwatch", "get_metric_statistics", {"Datapoints": points}
    )

    found = only(health.last_mail(after()))
    assert (found.state, "3 hours ago" in found.text) == (State.OK, True)


def test_what_others_have_reserved_of_the_quota_is_named(
    after: MakeAfter, account: Account
) -> None:
    account._clients["lambda"] = answering("lambda", "get_account_settings", settings(1000, 950))

    found = only(health.concurrency(after()))

    assert found.state is State.WRONG
    assert "the account has 50 besides the 950 that others have reserved" in found.text


def test_a_look_that_is_not_allowed_says_so(after: MakeAfter, account: Account) -> None:
    account._clients["lambda"] = refusing("lambda", "get_account_settings")

    (found,) = run_checks((("concurrency", health.concurrency),), after())

    assert found.state is State.UNKNOWN
    assert "your credentials may not ask (GetAccountSettings)" in found.text


def test_well_is_only_what_was_looked_at_and_is_not_wrong() -> None:
    assert is_well([ok("a", "b"), note("a", "b")])
    assert not is_well([ok("a", "b"), wrong("a", "b", "c")])
    assert not is_well([ok("a", "b"), unknown("a", "b")])
