"""Whether the names that a deployment is given can be: its hosted zone, and those of its page."""

import re
from collections.abc import Sequence

from infra.cloud.context import InvalidContext, check
from mayfly.errors import InvalidAddress
from mayfly.mail.address import normal_domain


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
        "mailFrameDomain is for who has given webDomain, too",
    )
    check(
        not web_domain or web_domain != mail_frame_domain,
        "mailFrameDomain must be another name than webDomain: mails have their own origin",
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
