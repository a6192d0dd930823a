"""What only a person can do once the stack is deployed."""

from collections.abc import Iterator

from infra.cloud.deployment import Deployment
from infra.cloud.functions.concurrency import OF_A_NEW_ACCOUNT
from infra.deploying.stack import Stack


def next_steps(stack: Stack, deployment: Deployment) -> list[str]:
    """The addresses, and what is left to do, as lines."""
    outputs = stack.outputs
    lines = [f"{stack.name} is deployed."]
    lines += [f"  page       {outputs['PageUrl']}"] if "PageUrl" in outputs else []
    lines += [
        f"  API        {outputs.get('ApiUrl', '')}",
        f"  WebSocket  {outputs.get('SocketUrl', '')}",
    ]
    lines += ["", "What is left to do:"]
    for number, (first, *more) in enumerate(_steps(stack, deployment), start=1):
        lines += [f"  {number}. {first}", *(f"     {each}" for each in more)]
    return lines


def _steps(stack: Stack, deployment: Deployment) -> Iterator[list[str]]:
    if records := stack.records:
        wide = max(len(name) for name, _, _ in records)
        lines = (f"{name:<{wide}}  {kind:<5}  {value}" for name, kind, value in records)
        yield ["Publish these DNS records; mail comes minutes later.", *lines]
    yield [
        "Say in DNS who may send in the name of the domains, so that nobody else can:",
        *(line for each in deployment.settings.domains for line in _texts(each, deployment)),
    ]
    if deployment.alarm_mail:
        yield [f"Confirm the mail that AWS sends to {deployment.alarm_mail}: else no alarm comes."]
    else:
        yield ["Have alarms mailed: make configure ARGS='--alarm-mail you@example.org'"]
    if deployment.concurrency <= OF_A_NEW_ACCOUNT:
        yield [
            "Ask AWS for 1,000 concurrent executions (Service Quotas, AWS Lambda); then:",
            "make configure ARGS='--concurrency 1000' && make deploy",
        ]
    if deployment.settings.sending or deployment.settings.sender_address:
        yield ["Ask AWS for production access of SES, if the account is in its sandbox."]
    if not deployment.termination_protection and deployment.deletion_protection:
        yield [
            "Once it works, protect it: terminationProtection = true in mayfly.toml, make deploy."
        ]
    yield ["make doctor says what is not right yet."]


def _texts(domain: str, deployment: Deployment) -> list[str]:
    """SPF and DMARC: of a domain that sends, and of one that does not."""
    sends = deployment.settings.sender_address.endswith(f"@{domain}")
    spf = "v=spf1 include:amazonses.com -all" if sends else "v=spf1 -all"
    return [f'{domain}  TXT  "{spf}"', f'_dmarc.{domain}  TXT  "v=DMARC1; p=reject"']
