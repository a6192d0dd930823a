"""What must hold so that mail comes: DNS, SES's identities, the receipt rule."""

from collections.abc import Iterator

from infra.deploying.finding import After, Finding, note, ok, unknown, wrong
from infra.deploying.name_checks import identity_of
from mayfly.errors import DnsUnavailable
from mayfly.kit.dns.ports import name_servers
from mayfly.kit.dns.records import RecordType
from mayfly.kit.dns.resolver import DnsResolver

_SLOW = "records made lately may take an hour"


def mx(after: After) -> Iterator[Finding]:
    """Mail for each domain is led to SES in the stack's region."""
    endpoint = f"inbound-smtp.{after.account.region}.amazonaws.com"
    resolver = DnsResolver(name_servers(after.deployment.settings.dns_servers))
    for domain in after.stack.domains:
        try:
            found = resolver.ask(domain, RecordType.MX)
        except DnsUnavailable as error:
            yield unknown("MX", f"{domain}: {error}", "is this machine online?")
            continue
        hosts = [each.split()[-1] for each in found]
        todo = f"publish {domain} MX 10 {endpoint}; {_SLOW}"
        if not hosts:
            yield wrong("MX", f"{domain} has none: no mail comes", todo)
        elif endpoint not in hosts:
            yield wrong("MX", f"{domain} leads to {', '.join(hosts)}", todo)
        elif len(hosts) > 1:
            others = ", ".join(each for each in hosts if each != endpoint)
            yield wrong("MX", f"{domain} leads to {others}, too", "delete that record")
        else:
            yield ok("MX", f"{domain} leads to {endpoint}")


def identities(after: After) -> Iterator[Finding]:
    """SES takes mail for each domain."""
    region = after.account.region
    for domain in after.stack.domains:
        found = identity_of(after.account.client("sesv2"), domain)
        if found is None:
            todo = f"aws sesv2 create-email-identity --email-identity {domain} --region {region}"
            yield wrong("identity", f"SES does not know {domain}", todo)
        elif not found.get("VerifiedForSendingStatus"):
            text = f"SES has not verified {domain}: {found.get('VerificationStatus', 'PENDING')}"
            yield wrong("identity", text, "publish the three CNAME records of DKIM, and wait")
        else:
            yield ok("identity", f"SES has verified {domain}")


def dkim(after: After) -> Iterator[Finding]:
    """The records by which SES sees whose a domain is stand in DNS."""
    resolver = DnsResolver(name_servers(after.deployment.settings.dns_servers))
    for domain in after.stack.domains:
        found = identity_of(after.account.client("sesv2"), domain)
        if found is None:
            continue  # said already
        attributes = found.get("DkimAttributes", {})
        status = attributes.get("Status", "NOT_STARTED")
        tokens = attributes.get("Tokens", [])
        missing = [each for each in tokens if not _published(resolver, domain, each)]
        if status == "SUCCESS":
            yield ok("DKIM", f"SES has found the records of {domain}")
        elif status == "NOT_STARTED" and found.get("VerifiedForSendingStatus"):
            yield note("DKIM", f"off: SES has verified {domain} otherwise")
        elif missing:
            yield wrong(
                "DKIM",
                f"{domain}: {len(missing)} of {len(tokens)} CNAME records are not in DNS",
                f"publish them: {', '.join(f'{each}._domainkey' for each in missing)}; {_SLOW}",
            )
        else:
            yield wrong("DKIM", f"{domain}: {status}", "wait; SES looks again for 72 hours")


def _published(resolver: DnsResolver, domain: str, token: str) -> bool:
    try:
        return bool(resolver.ask(f"{token}._domainkey.{domain}", RecordType.CNAME))
    except DnsUnavailable:
        return True  # nobody knows; the line on MX says that DNS does not answer


def rule(after: After) -> Iterator[Finding]:
    """The active rule set has our rule, and it is in force."""
    active = after.account.client("ses").describe_active_receipt_rule_set()
    name = active.get("Metadata", {}).get("Name")
    ours = f"{after.stack.name}-receive"
    back = f"aws ses set-active-receipt-rule-set --rule-set-name {after.stack.name}"
    back += f" --region {after.account.region}"
    if name is None:
        yield wrong("rule", "no receipt rule set is active: SES takes no mail", back)
        return
    found = {each["Name"]: each for each in active.get("Rules", [])}.get(ours)
    if found is None:
        todo = f"{back}; or addToActiveRuleSet = true in mayfly.toml, make deploy"
        yield wrong("rule", f"{name} is active and has no rule {ours}", todo)
    elif not found.get("Enabled"):
        todo = f"enable it (SES console, Email receiving, {name}); make breaker-status"
        yield wrong("rule", f"{ours} is disabled: SES takes no mail", todo)
    else:
        yield ok("rule", f"{ours} is in force in {name}")
