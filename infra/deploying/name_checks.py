"""What must hold of the mail domains before a deployment: SES, the hosted zone, DNS."""

from collections.abc import Iterator
from typing import Any

from infra.deploying.finding import Before, Finding, note, ok, unknown, wrong
from mayfly.errors import DnsUnavailable
from mayfly.kit.dns.ports import name_servers
from mayfly.kit.dns.records import RecordType
from mayfly.kit.dns.resolver import DnsResolver

STACK_TAG = "mayfly:stack"
"""The tag of the identities that a deployment makes for accounts' domains."""
_CHOOSE = "make configure, and choose another zone or none"


def identities(before: Before) -> Iterator[Finding]:
    """SES has none of the domains, unless they are this stack's or said to be there."""
    for domain in before.deployment.settings.domains:
        if domain in before.attached:
            yield ok("identity", f"{domain} was an earlier stack's, and is attached")
        elif before.has("AWS::SES::EmailIdentity", EmailIdentity=domain):
            yield ok("identity", f"{domain} is this stack's")
        else:
            yield _identity(before, domain, identity_of(before.account.client("sesv2"), domain))


def _identity(before: Before, domain: str, found: dict[str, Any] | None) -> Finding:
    manages = before.deployment.manage_identities
    if found is None and manages:
        return ok("identity", f"SES does not know {domain} yet")
    if found is None:
        todo = f"take manageIdentities out of mayfly.toml, or add {domain} in the SES console"
        return wrong("identity", f"SES does not know {domain}, and manageIdentities is false", todo)
    tags = {each["Key"]: each["Value"] for each in found.get("Tags", [])}
    owner = f"of the deployment {tags[STACK_TAG]}" if STACK_TAG in tags else _tagged(tags)
    if not manages:
        return ok("identity", f"SES knows {domain} already, {owner}")
    todo = (
        "manageIdentities = false in mayfly.toml uses it as it is, for all domains; "
        "or delete it (SES console), if it is nobody's any more"
    )
    return wrong("identity", f"SES knows {domain} already, {owner}", todo)


def _tagged(tags: dict[str, str]) -> str:
    pairs = ", ".join(f"{name}={value}" for name, value in sorted(tags.items()))
    return f"tagged {pairs}" if pairs else "without a tag that says whose it is"


def identity_of(sesv2: Any, domain: str) -> dict[str, Any] | None:
    """What SES has of this name, None if it has none."""
    try:
        found: dict[str, Any] = sesv2.get_email_identity(EmailIdentity=domain)
    except sesv2.exceptions.NotFoundException:
        return None
    return found


def zone(before: Before) -> Iterator[Finding]:
    """The hosted zone is the one that was meant, and has no MX record of somebody else's."""
    zone_id, name = before.deployment.hosted_zone_id, before.deployment.hosted_zone_name
    if not zone_id:
        return
    route53 = before.account.client("route53")
    try:
        found = route53.get_hosted_zone(Id=zone_id)["HostedZone"]
    except route53.exceptions.NoSuchHostedZone:
        yield wrong("zone", f"this account has no hosted zone {zone_id}", _CHOOSE)
        return
    if found["Name"].rstrip(".") != name.rstrip(".").lower():
        yield wrong("zone", f"{zone_id} is {found['Name'].rstrip('.')}, not {name}", _CHOOSE)
    elif found.get("Config", {}).get("PrivateZone"):
        yield wrong("zone", f"{name} is private: nobody outside sees its records", _CHOOSE)
    else:
        yield ok("zone", f"records are made in {name} ({zone_id})")
        for domain in before.deployment.settings.domains:
            yield from _mx_in_zone(before, route53, domain)


def _mx_in_zone(before: Before, route53: Any, domain: str) -> Iterator[Finding]:
    if before.has("AWS::Route53::RecordSet", Name=domain, Type="MX"):
        return
    listed = route53.list_resource_record_sets(
        HostedZoneId=before.deployment.hosted_zone_id,
        StartRecordName=domain,
        StartRecordType="MX",
        MaxItems="1",
    )["ResourceRecordSets"]
    for each in listed:
        if each["Name"].rstrip(".") == domain and each["Type"] == "MX":
            values = ", ".join(value["Value"] for value in each.get("ResourceRecords", []))
            yield wrong(
                "zone",
                f"{domain} has an MX record already: {values}",
                "delete it, if its mail shall come here; or choose a subdomain; or configure "
                "without the zone (--hosted-zone none) and publish records yourself",
            )


def records(before: Before) -> Iterator[Finding]:
    """Without a zone: where mail for a new domain goes until now."""
    if before.deployment.hosted_zone_id:
        return
    resolver = DnsResolver(name_servers(before.deployment.settings.dns_servers))
    known = before.stack.domains if before.stack else []
    for domain in before.deployment.settings.domains:
        if domain in known:
            continue
        try:
            found = resolver.ask(domain, RecordType.MX)
        except DnsUnavailable as error:
            yield unknown("DNS", f"{domain}: {error}")
            continue
        elsewhere = [each for each in found if not each.split()[-1].startswith("inbound-smtp.")]
        if elsewhere:
            todo = "choose a subdomain, if mailboxes there shall go on"
            yield note("DNS", f"mail for {domain} goes to {', '.join(elsewhere)} now", todo)
