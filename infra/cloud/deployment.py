"""Every value a deployment may choose: CDK context, typed and checked.

Given in `mayfly.toml` (`config_file.py`) or as `-c name=value`. The lifetimes, quotas and switches
of `mayfly.settings.Settings` are context values too, their names in camel case:
`MESSAGE_LIFETIME_SECONDS` is `messageLifetimeSeconds`. `docs/deploying.md` lists them all.
"""

import re
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields, replace
from typing import Any, Self

from infra.cloud import context
from infra.cloud.functions.environment import MADE_HERE, OF_A_NEW_ACCOUNT, Shares, shares_of
from infra.cloud.name_checks import check_names_of_the_page, check_region, check_zone
from mayfly.errors import InvalidAddress, InvalidInput
from mayfly.mail.address import normal_domain
from mayfly.settings import Settings

_NO_DOMAIN = (
    "which domain is the mail for? `make configure` asks and keeps it in mayfly.toml; "
    "with the CDK's command line, say it with every command: -c domains=mail.example.org (yours)"
)
MOST_ARCHIVE_DAYS = 36_500
"""A hundred years, which is Object Lock's most."""
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


def _value(default: Any, meaning: str) -> Any:
    return field(default=default, metadata={"help": meaning})


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """What is asked for, checked. The fields are context names in snake case."""

    settings: Settings
    stack_name: str = _value(
        "Mayfly",
        "name of the stack and prefix of the few names that AWS needs; another name, another "
        "deployment",
    )
    region: str = _value(
        "", "where the stack goes: a region where SES receives mail; empty: that of the credentials"
    )
    hosted_zone_id: str = _value("", "Route 53 zone in which to make the DNS records")
    hosted_zone_name: str = _value("", "its name; all domains must lie in it")
    manage_identities: bool = _value(
        True, "make the SES identities of the domains; `false` if they are there"
    )
    replace_active_rule_set: bool = _value(False, "end somebody else's active receipt rule set")
    add_to_active_rule_set: bool = _value(
        False, "add Mayfly's rule to somebody else's active receipt rule set"
    )
    tls_policy: str = _value(
        "Optional", "`Require` refuses senders without TLS; some mail will not come"
    )
    deletion_protection: bool = _value(True, "table, bucket, keys and domains outlive the stack")
    termination_protection: bool = _value(
        False, "stack and table refuse to be deleted, see *Protect it*"
    )
    remove_domains: tuple[str, ...] = _value(
        (),
        "domains that may be taken out of the deployment; others that `domains` does not name"
        " any more are refused",
    )
    recovery_days: int = _value(
        7, "how many days back the table can be restored (1 to 35); deleted rows live on in there"
    )
    archive_days: int = _value(
        0,
        "keep a copy of each received message for so many days in a second bucket, where S3 Object"
        " Lock keeps everybody from deleting it (up to 36500); 0: no archive. Deleting an inbox"
        " does not delete these copies",
    )
    archive_compliance: bool = _value(
        False,
        "nobody at all can shorten that, the owner of the account included (Object Lock's mode"
        " COMPLIANCE); else whoever has `s3:BypassGovernanceRetention` can",
    )
    log_days: int = _value(30, "how long logs are kept: 1, 3, 5, 7, 14, 30, 60, 90, 180 or 365")
    log_sample: int = _value(
        10,
        "of so many invocations in 100 the log says what went well (0 to 100); warnings and errors "
        "are always there",
    )
    alarm_mail: str = _value("", "who gets the alarms")
    api_log_role: bool = _value(
        True, "set the account's role for API Gateway's logs; `false` if yours is set already"
    )
    request_rate: int = _value(100, "requests a second that each API takes, all clients together")
    request_burst: int = _value(200, "and how many at once")
    concurrency: int = _value(
        OF_A_NEW_ACCOUNT,
        "how many functions the account may run at once (Service Quotas), less what others "
        "have reserved: receiving and sending get their parts of it",
    )
    snap_start: bool = _value(False, "faster cold starts for about $2 per function and month")
    any_region: bool = _value(False, "skip the check of the region, should AWS have added one")
    web: bool = _value(True, "serve the page by CloudFront; `false` is the API alone")
    web_domain: str = _value(
        "", "name of the page, see *The page under a name of your own*; empty: one of CloudFront's"
    )
    mail_frame_domain: str = _value("", "name of the frame that displays messages, likewise")
    web_certificate_arn: str = _value("", "certificate for these names, in `us-east-1`")

    @classmethod
    def from_context(cls, given: Mapping[str, object], region: str | None = None) -> Self:
        """Take the context values that are set; InvalidContext names one that cannot be used.

        `region` is where the stack will go, if that is known already.
        """
        known = context_values()
        context.check_names(given, known)
        for name, each in known.items():
            context.check_single(name, given.get(name), each.default)
        context.check("domains" in given, _NO_DOMAIN)
        values: dict[str, object] = {
            each.name: context.typed(name, given[name], each.default)
            for each in fields(cls)
            if (name := context.name(each.name)) in given
        }
        settings = _settings(given)
        deployment = cls(settings=settings, **values)  # type: ignore[arg-type]  # by name
        if deployment.web_domain and not settings.page_url:
            page_url = f"https://{normal_domain(deployment.web_domain)}"
            deployment = replace(deployment, settings=replace(settings, page_url=page_url))
        deployment._check_region(region)
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
        try:
            return tuple(map(normal_domain, self.remove_domains))
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
        context.check(
            0 <= self.archive_days <= MOST_ARCHIVE_DAYS,
            f"archiveDays must be from 0 to {MOST_ARCHIVE_DAYS}",
        )
        context.check(
            self.archive_days > 0 or not self.archive_compliance,
            "archiveCompliance needs archiveDays",
        )
        context.check(0 <= self.log_sample <= 100, "logSample must be from 0 to 100, in percent")
        context.check(1 <= self.recovery_days <= 35, "recoveryDays must be from 1 to 35")
        context.check(
            0 < self.request_rate <= self.request_burst,
            "requestRate must be above 0 and requestBurst no smaller",
        )
        context.check(
            not self.alarm_mail
            or re.fullmatch(r"[^\s@,;]+@[^\s@,;]+", self.alarm_mail) is not None,
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
        check_zone(self.hosted_zone_id, self.hosted_zone_name, self.settings.domains)
        check_names_of_the_page(self.web_domain, self.mail_frame_domain, self.web_certificate_arn)

    def _check_region(self, actual: str | None) -> None:
        """`actual` is where the CDK's command line would go."""
        context.check(
            not (self.region and actual) or self.region == actual,
            f"region is {self.region}, and this would go to {actual}: set AWS_REGION={self.region}",
        )
        if (region := self.region or actual) and not self.any_region:
            check_region(region)


def context_values() -> dict[str, "Field[Any]"]:
    """All context values there are by name: each field has a default and a help text."""
    own = [each for each in fields(Deployment) if each.name != "settings"]
    return {context.name(each.name): each for each in (*_chosen_settings(), *own)}


def _chosen_settings() -> "list[Field[Any]]":
    return [each for each in fields(Settings) if each.name not in MADE_HERE]


def _settings(given: Mapping[str, object]) -> Settings:
    names = {each.name.upper(): context.name(each.name) for each in _chosen_settings()}
    texts = {field: context.text(given[name]) for field, name in names.items() if name in given}
    try:
        settings = Settings.from_environment(texts)
    except InvalidInput as error:
        message = re.sub(r"[A-Z_]+", lambda found: names.get(found[0], found[0]), str(error))
        raise context.InvalidContext(message) from error
    # On the laptop, none is its own page; a deployment would tell browsers an empty header.
    context.check(bool(settings.cors_origin), "corsOrigin must be * or origins")
    return settings
