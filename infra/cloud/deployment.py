"""Every value a deployment may choose: CDK context, typed and checked.

Given as `-c name=value` or under `context` in `cdk.json`. The lifetimes, quotas and switches of
`blueprint.settings.Settings` are context values too, their names in camel case:
`MESSAGE_LIFETIME_SECONDS` is `messageLifetimeSeconds`. `docs/deploying.md` lists them all.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Self

from infra.cloud import context
from infra.cloud.concurrency import OF_A_NEW_ACCOUNT, Shares, shares_of
from infra.cloud.regions import check_region
from mayfly.blueprint.settings import Settings
from mayfly.domain.address import normal_domain
from mayfly.domain.errors import InvalidAddress, InvalidInput

MADE_HERE = frozenset(
    {
        "table_name",
        "mail_bucket",
        "raw_prefix",
        "file_prefix",
        "content_prefix",
        "queue_url",
        "socket_endpoint",
        "socket_url",
        "token_secret",
        "admin_secret",
        "edge_secret",
        "password_key",
        "outgoing_prefix",
        "order_queue_url",
        "order_queue_arn",
        "schedule_group",
        "schedule_role",
        "configuration_set",
        "inbound_host",
        "feedback_host",
        "relay_port_25",
        "stack_name",
        "receipt_rule",
    }
)
"""The settings that the stack makes itself: no context values."""

_NO_DOMAIN = (
    "which domain is the mail for? Say it with -c domains=mail.example.org (yours), and with every "
    'command that follows; or keep it in cdk.json: "context": {"domains": "mail.example.org", …}'
)
TLS_POLICIES = ("Optional", "Require")
LOG_DAYS = {
    1: "ONE_DAY",
    3: "THREE_DAYS",
    5: "FIVE_DAYS",
    7: "ONE_WEEK",
    14: "TWO_WEEKS",
    30: "ONE_MONTH",
    60: "TWO_MONTHS",
    90: "THREE_MONTHS",
    180: "SIX_MONTHS",
    365: "ONE_YEAR",
}
"""Retention times that CloudWatch Logs offers, and the CDK's words for them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """What is asked for, checked. The fields are context names in snake case."""

    settings: Settings
    stack_name: str = "Mayfly"
    hosted_zone_id: str = ""
    hosted_zone_name: str = ""
    manage_identities: bool = True
    replace_active_rule_set: bool = False
    add_to_active_rule_set: bool = False
    tls_policy: str = "Optional"
    deletion_protection: bool = True
    termination_protection: bool = False
    remove_domains: str = ""
    recovery_days: int = 7
    log_days: int = 30
    log_sample: int = 10
    alarm_mail: str = ""
    api_log_role: bool = True
    request_rate: int = 100
    request_burst: int = 200
    concurrency: int = OF_A_NEW_ACCOUNT
    snap_start: bool = False
    any_region: bool = False
    web: bool = True
    web_domain: str = ""
    mail_frame_domain: str = ""
    web_certificate_arn: str = ""

    @classmethod
    def from_context(cls, given: Mapping[str, object], region: str | None = None) -> Self:
        """Take the context values that are set; InvalidContext names one that cannot be used.

        `region` is where the stack will go, if that is known already.
        """
        context.check_names(given, context_names())
        context.check("domains" in given, _NO_DOMAIN)
        values: dict[str, str | int | bool] = {
            each.name: context.typed(name, given[name], each.default)
            for each in fields(cls)
            if (name := context.name(each.name)) in given
        }
        settings = _settings(given)
        if (web_domain := values.get("web_domain")) and not settings.page_url:
            settings = replace(settings, page_url=f"https://{web_domain}")
        deployment = cls(settings=settings, **values)  # type: ignore[arg-type]  # by name
        if region and not deployment.any_region:
            check_region(region)
        return deployment

    @property
    def shares(self) -> Shares:
        """How many functions of a kind may run at once."""
        return shares_of(self.concurrency)

    @property
    def if_another_rule_set_is_active(self) -> str:
        """What to do then: `replace` it, `add` our rule to it, or `refuse`."""
        if self.replace_active_rule_set:
            return "replace"
        return "add" if self.add_to_active_rule_set else "refuse"

    @property
    def domains_to_remove(self) -> tuple[str, ...]:
        """The domains that may go from the stack; others that are missing were forgotten."""
        names = [each for each in self.remove_domains.split(",") if each.strip()]
        try:
            return tuple(map(normal_domain, names))
        except InvalidAddress as error:
            raise context.InvalidContext(f"removeDomains: {error}") from error

    def __post_init__(self) -> None:
        """Check what the types cannot."""
        context.check(
            re.fullmatch(r"[A-Za-z][A-Za-z0-9-]{0,49}", self.stack_name) is not None,
            f"stackName must be up to 50 letters, digits and hyphens, not {self.stack_name!r}",
        )
        still_there = [each for each in self.domains_to_remove if each in self.settings.domains]
        context.check(
            not still_there, f"removeDomains names what domains has: {', '.join(still_there)}"
        )
        context.check(
            self.tls_policy in TLS_POLICIES,
            f"tlsPolicy must be {' or '.join(TLS_POLICIES)}, not {self.tls_policy!r}",
        )
        context.check(
            not (self.replace_active_rule_set and self.add_to_active_rule_set),
            "replaceActiveRuleSet and addToActiveRuleSet exclude each other: choose one",
        )
        context.check(
            self.log_days in LOG_DAYS,
            f"logDays must be one of {list(LOG_DAYS)}, not {self.log_days}",
        )
        context.check(0 <= self.log_sample <= 100, "logSample must be from 0 to 100, in percent")
        context.check(1 <= self.recovery_days <= 35, "recoveryDays must be from 1 to 35")
        context.check(
            0 < self.request_rate <= self.request_burst,
            "requestRate must be above 0 and requestBurst no smaller",
        )
        context.check(
            not self.alarm_mail or re.fullmatch(r"\S+@\S+", self.alarm_mail) is not None,
            f"alarmMail must be an e-mail address, not {self.alarm_mail!r}",
        )
        context.check(
            self.concurrency >= OF_A_NEW_ACCOUNT,
            f"concurrency must be at least {OF_A_NEW_ACCOUNT}, what every account has",
        )
        context.check(
            self.deletion_protection or not self.termination_protection,
            "terminationProtection is for a stack that has deletionProtection, too",
        )
        self._check_zone()
        self._check_names_of_the_page()

    def _check_zone(self) -> None:
        context.check(
            bool(self.hosted_zone_id) == bool(self.hosted_zone_name),
            "hostedZoneId and hostedZoneName belong together: give both or neither",
        )
        zone = self.hosted_zone_name.rstrip(".").lower()
        outside = [
            domain
            for domain in self.settings.domains
            if zone and domain != zone and not domain.endswith(f".{zone}")
        ]
        context.check(not outside, f"not in the hosted zone {zone}: {', '.join(outside)}")

    def _check_names_of_the_page(self) -> None:
        context.check(
            bool(self.web_domain) == bool(self.web_certificate_arn),
            "webDomain and webCertificateArn belong together: give both or neither",
        )
        context.check(
            bool(self.web_domain) or not self.mail_frame_domain,
            "mailFrameDomain is for who has given webDomain, too",
        )
        context.check(
            not self.web_domain or self.web_domain != self.mail_frame_domain,
            "mailFrameDomain must be another name than webDomain: mails have their own origin",
        )
        context.check(
            not self.web_certificate_arn or ":acm:us-east-1:" in self.web_certificate_arn,
            "webCertificateArn must be of us-east-1, where CloudFront looks for certificates",
        )


def context_names() -> list[str]:
    """The names of all context values there are."""
    own = [each.name for each in fields(Deployment) if each.name != "settings"]
    return [context.name(each) for each in (*_chosen_settings(), *own)]


def _chosen_settings() -> list[str]:
    return [each.name for each in fields(Settings) if each.name not in MADE_HERE]


def _settings(given: Mapping[str, object]) -> Settings:
    texts = {
        field.upper(): context.text(given[name])
        for field in _chosen_settings()
        if (name := context.name(field)) in given
    }
    try:
        settings = Settings.from_environment(texts)
    except InvalidInput as error:
        raise context.InvalidContext(f"{error} (as a context value in camel case)") from error
    # On the laptop, none is its own page; a deployment would tell browsers an empty header.
    context.check(bool(settings.cors_origin), "corsOrigin must be * or an origin")
    return settings
