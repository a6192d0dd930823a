"""What must hold once it is deployed: each look is one small function over AWS's clients."""

import json
import os
import ssl
import urllib.error
import urllib.request
from collections.abc import Iterator

from infra.cloud.functions.concurrency import OF_A_NEW_ACCOUNT
from infra.deploying.after import After
from infra.deploying.finding import Finding, note, ok, wrong
from infra.deploying.mail_health import dkim, identities, mx, rule
from infra.deploying.quota import quota_for
from infra.deploying.watch_health import alarm_mail, alarms, breaker, last_mail

_SECONDS = 15.0


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
        told = getattr(error, "reason", error)
        yield wrong("API", f"{url} does not answer: {told}", "is this machine online? curl it")


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
    """SES sends for the account, and to everybody where that is wanted."""
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
"""In the order of a mail's way."""
