"""Whether the bucket would drop mail that is there before its messages have ended."""

from collections.abc import Iterator, Mapping
from typing import Any

from infra.cloud.context import InvalidContext
from infra.cloud.functions.environment import OF_A_NEW_ACCOUNT
from infra.cloud.name_checks import check_region
from infra.deploying.finding import Before, Finding, note, ok, wrong
from infra.deploying.name_checks import identities, records, zone
from infra.deploying.stack import quota_for

_BUCKET, _RULES = "AWS::S3::Bucket", "LifecycleConfiguration"
_AGAIN = "then give the same command again"
_STUCK = {
    "ROLLBACK_FAILED": "its events name what could not go: remove that by hand, then the stack",
    "DELETE_FAILED": "its events name what could not go: remove that by hand, then `make destroy`",
    "UPDATE_ROLLBACK_FAILED": "aws cloudformation continue-update-rollback --stack-name {name}",
}


def lifetimes(before: Before) -> Iterator[Finding]:
    """A shorter rule counts at once for what is there; its messages keep the end they came with."""
    if before.stack is None:
        return
    there, planned = _days(before.stack.declared), _days(before.assembly.declared)
    for rule, days in planned.items():
        if days >= there.get(rule, days):
            continue
        text = f"{rule[1]}: {there[rule]} days become {days}, at once for what is there"
        if before.may_shorten:
            yield note("bucket", text, "mail that lives longer is listed, and cannot be opened")
        else:
            yield wrong(
                "bucket",
                text,
                "mail that was promised for longer stays listed and could not be opened: keep the "
                "lifetime in mayfly.toml, or accept that: make deploy ARGS=--shorten-lifetimes",
            )


def _days(declared: Mapping[str, Any]) -> dict[tuple[str, str], int]:
    """After how many days objects go, by bucket and rule."""
    return {
        (name, rule["Id"]): int(rule["ExpirationInDays"])
        for name, each in declared.items()
        if each["Type"] == _BUCKET
        for rule in each.get("Properties", {}).get(_RULES, {}).get("Rules", [])
        if "ExpirationInDays" in rule and rule.get("Status") == "Enabled"
    }


def region(before: Before) -> Iterator[Finding]:
    """SES receives mail there."""
    try:
        check_region(before.region)
        yield ok("region", f"SES receives mail in {before.region}")
    except InvalidContext as error:
        if before.deployment.any_region:
            yield note("region", f"{before.region} is not known to receive mail; anyRegion says so")
        else:
            yield wrong("region", str(error), "make configure ARGS='--region eu-west-1'")


def stack_state(before: Before) -> Iterator[Finding]:
    """No other deployment runs, and none is stuck."""
    stack = before.stack
    if stack is None:
        return
    # One that has but imported what was kept has no description yet.
    if not stack.is_mayfly and not set(stack.declared) <= set(before.assembly.declared):
        todo = "choose another stackName in mayfly.toml"
        yield wrong("stack", f"{stack.name} is there and is not Mayfly", todo)
    elif stack.status in _STUCK:
        yield wrong("stack", f"is {stack.status}", _STUCK[stack.status].format(name=stack.name))
    elif stack.status.endswith("_IN_PROGRESS") and stack.status != "REVIEW_IN_PROGRESS":
        todo = f"wait until CloudFormation is done, {_AGAIN}"
        yield wrong("stack", f"is {stack.status}: another deployment runs", todo)


def domains(before: Before) -> Iterator[Finding]:
    """No domain that is deployed was forgotten."""
    deployment, stack = before.deployment, before.stack
    may_go = {*deployment.settings.domains, *deployment.domains_to_remove}
    gone = [each for each in (stack.domains if stack else []) if each not in may_go]
    if gone:
        names = ",".join(gone)
        yield wrong(
            "domains",
            f"{names} would be taken out of the deployment",
            f"name it in mayfly.toml again, or make deploy ARGS='--remove-domain {names}'",
        )
    else:
        yield ok("domains", ", ".join(deployment.settings.domains))


def bootstrapped(before: Before) -> Iterator[Finding]:
    """`cdk bootstrap` was here, and lately enough."""
    ssm, needed = before.account.client("ssm"), before.assembly.bootstrap_version
    try:
        found = ssm.get_parameter(Name=before.assembly.bootstrap_parameter)["Parameter"]["Value"]
    except ssm.exceptions.ParameterNotFound:
        text = f"the CDK is not prepared in {before.region}"
        yield wrong("bootstrap", text, f"make bootstrap (once), {_AGAIN}")
        return
    if not found.isdecimal() or int(found) < needed:
        text = f"version {found} of the CDK's bootstrap is too old: {needed} is needed"
        yield wrong("bootstrap", text, f"make bootstrap, {_AGAIN}")
    else:
        yield ok("bootstrap", f"version {found}")


def rule_set(before: Before) -> Iterator[Finding]:
    """An account has one active receipt rule set per region."""
    active = before.account.client("ses").describe_active_receipt_rule_set()
    name, wish = active.get("Metadata", {}).get("Name"), before.deployment
    if name in (None, wish.stack_name):
        yield ok("rule set", "no other is active")
    elif wish.if_another_rule_set_is_active == "refuse":
        yield wrong(
            "rule set",
            f"{name} is active in this account and region, and only one can be",
            "in mayfly.toml: addToActiveRuleSet = true adds Mayfly's rule to its end; "
            "replaceActiveRuleSet = true ends it",
        )
    elif wish.if_another_rule_set_is_active == "add":
        yield note("rule set", f"Mayfly's rule will be added to the end of {name}")
    else:
        yield note("rule set", f"{name} will be ended: its rules take no mail any more")


def concurrency(before: Before) -> Iterator[Finding]:
    """The account may run as many functions at once as was said, beside those of others."""
    limit, others = quota_for(before.account, before.stack)
    wish = before.deployment.concurrency
    besides = f" besides the {others} that others have reserved" if others else ""
    if limit < wish:
        todo = f"concurrency = {max(limit, OF_A_NEW_ACCOUNT)} in mayfly.toml"
        yield wrong("concurrency", f"{wish} is said, and the account has {limit}{besides}", todo)
    elif limit <= OF_A_NEW_ACCOUNT:
        text = f"the account may run {limit} functions at once: few, as in every new account"
        yield note("concurrency", text, "ask for 1,000 (Service Quotas, AWS Lambda)")
    elif wish < limit:
        text = f"the account may run {limit} functions at once{besides}, and {wish} are used"
        yield note("concurrency", text, f"concurrency = {limit} in mayfly.toml, if all are for it")
    else:
        yield ok("concurrency", f"{limit} functions at once{besides}")


def distributions(before: Before) -> Iterator[Finding]:
    """The account may use CloudFront, as far as one can see."""
    if not before.deployment.web:
        return
    listed = before.account.client("cloudfront").list_distributions(MaxItems="1")
    if listed.get("DistributionList", {}).get("Quantity", 0):
        yield ok("CloudFront", "this account has distributions")
    else:
        yield note(
            "CloudFront",
            "not used by this account yet; some new accounts are refused, which only trying shows",
            "if it is refused: web = false in mayfly.toml, ask AWS Support, add the page later",
        )


def api_log_role(before: Before) -> Iterator[Finding]:
    """Nobody else's role for API Gateway's logs is replaced unseen."""
    if not before.deployment.api_log_role or (before.stack and before.stack.is_made):
        return
    account = before.account.client("apigateway").get_account()
    if role := account.get("cloudwatchRoleArn"):
        yield note(
            "API logs",
            f"the account's role for API Gateway's logs is replaced: {role}",
            "apiLogRole = false in mayfly.toml keeps it",
        )


def sending(before: Before) -> Iterator[Finding]:
    """A deployment that sends is out of SES's sandbox."""
    settings = before.deployment.settings
    if not settings.sending and not settings.sender_address:
        return
    account = before.account.client("sesv2").get_account()
    if not account.get("SendingEnabled", True):
        todo = "SES console, Account dashboard: what does AWS ask for?"
        yield wrong("sending", "SES lets this account send nothing", todo)
    elif not account.get("ProductionAccessEnabled"):
        text = "the account is in SES's sandbox: mail goes to verified addresses only, 200 a day"
        yield note("sending", text, "ask for production access (SES console, Account dashboard)")
    else:
        yield ok("sending", "the account has production access")


def alarm_mail(before: Before) -> Iterator[Finding]:
    """Somebody hears of alarms."""
    if not before.deployment.alarm_mail:
        todo = "make configure ARGS='--alarm-mail you@example.org'"
        yield note("alarms", "nobody is mailed when something is wrong", todo)


CHECKS = (
    ("region", region),
    ("stack", stack_state),
    ("domains", domains),
    ("bootstrap", bootstrapped),
    ("rule set", rule_set),
    ("identity", identities),
    ("zone", zone),
    ("DNS", records),
    ("bucket", lifetimes),
    ("concurrency", concurrency),
    ("CloudFront", distributions),
    ("API logs", api_log_role),
    ("sending", sending),
    ("alarms", alarm_mail),
)
"""In the order in which people read them."""
