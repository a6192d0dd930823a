"""What must hold so that somebody hears of trouble: the breaker, alarms, and whether mail comes."""

from collections.abc import Iterator, Mapping
from datetime import UTC, timedelta
from typing import Any

from infra.breaker import ask
from infra.cloud.functions.environment import METRICS_NAMESPACE, STACK_DIMENSION
from infra.deploying.after import After
from infra.deploying.finding import Finding, note, ok, unknown, wrong

_LAST_DAYS = 14


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
