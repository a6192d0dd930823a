"""Checks of what a deployment is given: its region, its hosted zone, and the names of its page."""

import re
from collections.abc import Sequence

from infra.cloud.context import InvalidContext, check
from mayfly.errors import InvalidAddress
from mayfly.mail.address import normal_domain

RECEIVING_REGIONS = (
    "af-south-1",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-south-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "il-central-1",
    "me-south-1",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
)


def check_region(region: str) -> None:
    """InvalidContext if SES is not known to receive mail there."""
    check(
        region in RECEIVING_REGIONS,
        f"SES does not receive mail in {region}; it does in {', '.join(RECEIVING_REGIONS)}. "
        "If AWS has added the region since, say anyRegion = true in mayfly.toml",
    )


def check_zone(zone_id: str, zone_name: str, domains: Sequence[str]) -> None:
    """InvalidContext unless the zone, if there is one, can hold the records of the domains."""
    check(
        bool(zone_id) == bool(zone_name),
        "hostedZoneId and hostedZoneName belong together: give both or neither",
    )
    check(
        re.fullmatch(r"[A-Z0-9]{0,32}", zone_id) is not None,
        f"hostedZoneId must be as Z0123456789ABC, not {zone_id!r}",
    )
    zone = zone_name.rstrip(".").lower()
    outside = [each for each in domains if zone and each != zone and not each.endswith(f".{zone}")]
    check(not outside, f"domains: not in the hosted zone {zone}: {', '.join(outside)}")


def check_names_of_the_page(web_domain: str, mail_frame_domain: str, certificate: str) -> None:
    """InvalidContext unless the page can have these names."""
    check(
        bool(web_domain) == bool(certificate),
        "webDomain and webCertificateArn belong together: give both or neither",
    )
    check(
        bool(web_domain) or not mail_frame_domain,
        "mailFrameDomain needs webDomain, too",
    )
    check(
        not web_domain or web_domain != mail_frame_domain,
        "mailFrameDomain must be another name than webDomain: messages have their own origin",
    )
    check(
        not certificate
        or re.fullmatch(r"arn:aws[a-z-]*:acm:us-east-1:\S+", certificate) is not None,
        "webCertificateArn must be of us-east-1, where CloudFront looks for certificates",
    )
    for value, name in (("webDomain", web_domain), ("mailFrameDomain", mail_frame_domain)):
        try:
            check(not name or bool(normal_domain(name)), value)
        except InvalidAddress as error:
            raise InvalidContext(f"{value}: {error}") from error
