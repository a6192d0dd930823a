"""What must hold once it is deployed: each look is one small function over AWS's clients."""

import json
import os
import ssl
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from datetime import UTC, timedelta
from typing import Any

from infra.breaker import ask
from infra.cloud.functions.environment import METRICS_NAMESPACE, OF_A_NEW_ACCOUNT, STACK_DIMENSION
from infra.deploying.finding import After, Finding, note, ok, unknown, wrong
from infra.deploying.mail_health import dkim, identities, mx, rule
from infra.deploying.stack import quota_for

_LAST_DAYS = 14
_SECONDS = 15.0


def breaker(after: After) -> Iterator[Finding]:
    """The day has not cost more than it may."""
    try:
        found = ask("status", after.stack.name, after.account)
    except (SystemExit, ValueError) as error:
        yield unknown("breaker", f"cannot be asked: {error}", "read the log of the function sweep")
        return
    yield breaker_finding(found)


def breaker_finding(found: Mapping[str, Any]) -> Finding:
    """What follows from the breaker's answer."""
    spent = f"${found['dollars']:.2f} of ${found['budget']} today"
    if found["tripped"]:
        todo = "find out why, then make breaker-reset; or wait for the next day (UTC)"
        return wrong("breaker", f"it has tripped, no mail is taken: {spent}", todo)
    if found["budget"] and found["percent"] >= 100:
        text = f"the day's budget is spent, nobody makes inboxes: {spent}"
        return wrong("breaker", text, "raise dailyBudgetUsd and make deploy, or wait a day")
    return ok("breaker", spent if found["budget"] else "off: dailyBudgetUsd is 0")


def alarm_mail(after: After) -> Iterator[Finding]:
    """Whoever shall be mailed has confirmed it."""
    address = after.deployment.alarm_mail
    topic = after.stack.find_one("AWS::SNS::Topic", "WatchAlarms")
    if not address or topic is None:
        todo = "make configure ARGS='--alarm-mail you@example.org' && make deploy"
        yield note("alarm mail", "nobody is mailed when something is wrong", todo)
        return
    pages = after.account.client("sns").get_paginator("list_subscriptions_by_topic")
    found = [
        each["SubscriptionArn"]
        for page in pages.paginate(TopicArn=topic)
        for each in page["Subscriptions"]
        if each["Endpoint"] == address
    ]
    if any(each.startswith("arn:") for each in found):
        yield ok("alarm mail", f"{address} has confirmed")
    else:
        todo = "follow the link in the mail of AWS Notifications; lost? Subscribe again (SNS)"
        yield wrong("alarm mail", f"{address} has not confirmed: no alarm arrives", todo)


def alarms(after: After) -> Iterator[Finding]:
    """No alarm of the stack rings."""
    ours = {name for kind, name in after.stack.resources.values() if kind.endswith("::Alarm")}
    pages = after.account.client("cloudwatch").get_paginator("describe_alarms")
    ringing = [
        each["AlarmName"]
        for page in pages.paginate(StateValue="ALARM")
        for each in page["MetricAlarms"]
        if each["AlarmName"] in ours
    ]
    if ringing:
        todo = "docs/deploying.md, *When an alarm comes*"
        yield wrong("alarms", f"ringing: {', '.join(sorted(ringing))}", todo)
    else:
        yield ok("alarms", f"none of {len(ours)} rings")


def last_mail(after: After) -> Iterator[Finding]:
    """When the last mail was dealt with, by the hour."""
    counted = after.account.client("cloudwatch").get_metric_statistics(
        Namespace=METRICS_NAMESPACE,
        MetricName="NoticeSettled",
        Dimensions=[
            {"Name": "service", "Value": "inbound_mail"},
            {"Name": STACK_DIMENSION, "Value": after.stack.name},
        ],
        StartTime=after.now.astimezone(UTC) - timedelta(days=_LAST_DAYS),
        EndTime=after.now.astimezone(UTC) + timedelta(hours=1),
        Period=3600,
        Statistics=["Sum"],
    )["Datapoints"]
    times = [each["Timestamp"] for each in counted if each["Sum"]]
    if times:
        hours = int((after.now - max(times)).total_seconds() // 3600)
        yield ok("last mail", f"came {f'{hours} hours ago' if hours else 'within the hour'}")
    else:
        text = f"none in {_LAST_DAYS} days"
        yield note("last mail", text, "send one to an address of the page; wait some minutes")


def stack_state(after: After) -> Iterator[Finding]:
    """The last deployment has ended well."""
    status = after.stack.status
    if status in ("CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE"):
        yield ok("stack", status)
    elif status.endswith("_IN_PROGRESS"):
        yield note("stack", f"{status}: a deployment runs", "look again when it is done")
    elif status == "UPDATE_ROLLBACK_COMPLETE":
        yield note("stack", "the last deployment failed and was taken back", "make deploy")
    else:
        yield wrong("stack", status, "make deploy says what to do")


def domains(after: After) -> Iterator[Finding]:
    """What is deployed is what the file says."""
    wanted, there = set(after.deployment.settings.domains), set(after.stack.domains)
    if missing := sorted(wanted - there):
        yield wrong("domains", f"{', '.join(missing)} is not deployed yet", "make deploy")
    if more := sorted(there - wanted):
        todo = "name it in mayfly.toml, or make deploy ARGS='--remove-domain …'"
        yield wrong("domains", f"{', '.join(more)} is deployed and not in mayfly.toml", todo)


def api(after: After) -> Iterator[Finding]:
    """The API answers, and all that it needs answers it."""
    url = after.stack.outputs.get("ApiUrl", "").rstrip("/") + "/health/ready"
    try:
        trusted = ssl.create_default_context(cafile=os.environ.get("AWS_CA_BUNDLE") or None)
        with urllib.request.urlopen(url, timeout=_SECONDS, context=trusted) as answer:
            answer.read()
        yield ok("API", f"{url} answers")
    except urllib.error.HTTPError as error:
        with error:
            said = error.read(2000).decode(errors="replace")
        todo = "read the log of the function http_api (docs/deploying.md, *When an alarm comes*)"
        yield wrong("API", f"{url} answers {error.code}: {_failed(said)}", todo)
    except (OSError, ssl.SSLError, ValueError) as error:
        reason = getattr(error, "reason", error)
        yield wrong("API", f"{url} does not answer: {reason}", "is this machine online? curl it")


def _failed(said: str) -> str:
    """Which checks the API itself says are not well."""
    try:
        checks = json.loads(said).get("checks", {})
        names = [name for name, each in checks.items() if "ok" not in str(each)]
    except (ValueError, AttributeError):
        names = []
    return ", ".join(names) or said.strip()[:100] or "nothing more"


def concurrency(after: After) -> Iterator[Finding]:
    """The account may run as many functions at once as was said."""
    (limit, others), said = quota_for(after.account, after.stack), after.deployment.concurrency
    besides = f" besides the {others} that others have reserved" if others else ""
    if limit < said:
        fewer = max(limit, OF_A_NEW_ACCOUNT)
        todo = f"make configure ARGS='--concurrency {fewer}' && make deploy"
        yield wrong("concurrency", f"{said} is said, and the account has {limit}{besides}", todo)
    elif limit <= OF_A_NEW_ACCOUNT:
        text = f"the account may run {limit} functions at once"
        yield note("concurrency", text, "ask for 1,000 (Service Quotas, AWS Lambda)")
    else:
        yield ok("concurrency", f"{said} of {limit} functions at once")


def sending(after: After) -> Iterator[Finding]:
    """SES sends for the account, and to any recipient if the settings need it."""
    account = after.account.client("sesv2").get_account()
    wanted = after.deployment.settings.sending or after.deployment.settings.sender_address
    status = account.get("EnforcementStatus", "HEALTHY")
    if status == "SHUTDOWN" or not account.get("SendingEnabled", True):
        todo = "SES console, Account dashboard: what does AWS ask for?"
        make = wrong if wanted else note
        yield make("sending", f"SES lets the account send nothing ({status})", todo)
    elif not wanted:
        yield ok("sending", "off; receiving needs no permission")
    elif not account.get("ProductionAccessEnabled"):
        text = "in the sandbox: mail goes to verified addresses only, 200 a day"
        yield wrong("sending", text, "ask for production access (SES console, Account dashboard)")
    elif status == "PROBATION":
        todo = "SES console, Account dashboard: bounces and complaints"
        yield wrong("sending", "SES watches the account (PROBATION)", todo)
    else:
        yield ok("sending", "production access")


CHECKS = (
    ("stack", stack_state),
    ("domains", domains),
    ("MX", mx),
    ("identity", identities),
    ("DKIM", dkim),
    ("rule", rule),
    ("breaker", breaker),
    ("API", api),
    ("alarms", alarms),
    ("alarm mail", alarm_mail),
    ("concurrency", concurrency),
    ("sending", sending),
    ("last mail", last_mail),
)
"""In the order of a message's way."""
