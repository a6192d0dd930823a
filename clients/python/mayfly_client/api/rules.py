"""Rules: what mailboxes and domains do with mail by themselves, with the meaning of Sieve.

Written by `make pages`; what is wrong here is wrong in `mayfly/` or in `bench/pages/client.py`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from mayfly_client.flows import M, Sent, operation
from mayfly_client.subjects import Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One action: exactly one of these fields."""

    fileinto: str | None = None
    flag: list[str] | None = None
    keep: bool | None = None
    discard: bool | None = None
    stop: bool | None = None
    redirect: str | None = None
    webhook: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressTest:
    """Compares the addresses that header fields name, without display names."""

    names: list[str]
    match: str
    values: list[str]
    part: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderTest:
    """Compares the values of header fields."""

    names: list[str]
    match: str
    values: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvelopeTest:
    """Compares what the email came with: MAIL FROM, or RCPT TO of this mailbox.

    The null sender is the empty text; where the envelope is not known, nothing holds.
    """

    address: str
    match: str
    values: list[str]
    part: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeTest:
    """Compares the bytes of the raw email: more than `over`, or fewer than `under`."""

    over: int | None = None
    under: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Test:
    """One test: exactly one of these fields."""

    allof: "list[Test] | None" = None
    anyof: "list[Test] | None" = None
    not_: "Test | None" = None
    address: "AddressTest | None" = None
    header: "HeaderTest | None" = None
    envelope: "EnvelopeTest | None" = None
    size: "SizeTest | None" = None
    exists: list[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What to do with emails that are so."""

    name: str
    then: "list[Action]"
    if_: "Test | None" = None
    enabled: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleTrouble:
    """Why a rule could not run when it was last noted; the email was kept."""

    rule: str
    what: str
    at: datetime
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """The rules of a mailbox as they are kept."""

    rules: "list[Rule]"
    troubles: "list[RuleTrouble]"
    updated_at: datetime | None
    spam_policy: str
    rejected_senders: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedTest:
    """A test that was looked at."""

    at: str
    held: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedStep:
    """What became of one rule."""

    rule: str
    matched: bool
    actions: list[str]
    tests: "list[CheckedTest]"
    trouble: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What the rules would do, and how they come to it."""

    outcome: str
    folder: str | None
    is_read: bool
    is_flagged: bool
    forwarded_to: list[str]
    webhooks: list[str]
    steps: "list[TriedStep]"


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainRuleSet:
    """Rules as they are kept."""

    rules: "list[Rule]"
    troubles: "list[RuleTrouble]"
    updated_at: datetime | None


class RulesApi(Subject[M]):
    """What mailboxes and domains do with mail by themselves, with the meaning of Sieve."""

    @operation("GET", "/api/user/mailbox/{mailboxId}/rules", RuleSet, ("token",))
    def show_rules(self, mailbox_id: str) -> Sent:
        """List a mailbox's rules."""
        return Sent((mailbox_id,))

    @operation("PUT", "/api/user/mailbox/{mailboxId}/rules", RuleSet, ("token",))
    def put_rules(
        self,
        mailbox_id: str,
        *,
        rules: Sequence[Mapping[str, Any]],
        spam_policy: Literal["folder", "hide", "reject"] | None = None,
        rejected_senders: Sequence[str] | None = None,
    ) -> Sent:
        """Replace a mailbox's rules.

        The next email is filed by them, before it is shown to anybody. A rule that cannot
        run, or would cost too much, is left out with those after it, and the email is kept;
        `troubles` say so.
        """
        return Sent(
            (mailbox_id,),
            body={"rules": rules, "spamPolicy": spam_policy, "rejectedSenders": rejected_senders},
        )

    @operation("POST", "/api/user/mailbox/{mailboxId}/rules/test", Tried, ("token",))
    def try_rules(
        self,
        mailbox_id: str,
        *,
        rules: Sequence[Mapping[str, Any]] | None = None,
        raw: str | None = None,
        sender: str | None = None,
        message: int | None = None,
    ) -> Sent:
        """Try a mailbox's rules.

        Nothing is changed, and nobody hears of it. The rules of its domain are not tried.
        """
        return Sent(
            (mailbox_id,), body={"rules": rules, "raw": raw, "sender": sender, "message": message}
        )

    @operation("GET", "/api/user/mailbox/{mailboxId}/rules/sieve", bytes, ("token",))
    def export_rules(self, mailbox_id: str) -> Sent:
        """Export a mailbox's rules to Sieve."""
        return Sent((mailbox_id,))

    @operation(
        "GET",
        "/api/v1/domains/{domainId}/rules",
        DomainRuleSet,
        (
            "api_key",
            "token",
        ),
    )
    def show_domain_rules(self, domain_id: str) -> Sent:
        """List a domain's rules."""
        return Sent((domain_id,))

    @operation(
        "PUT",
        "/api/v1/domains/{domainId}/rules",
        DomainRuleSet,
        (
            "api_key",
            "token",
        ),
    )
    def put_domain_rules(self, domain_id: str, *, rules: Sequence[Mapping[str, Any]]) -> Sent:
        """Replace a domain's rules.

        They run for mail to every mailbox at the domain, before the mailbox's own.
        """
        return Sent((domain_id,), body={"rules": rules})

    @operation(
        "POST",
        "/api/v1/domains/{domainId}/rules/test",
        Tried,
        (
            "api_key",
            "token",
        ),
    )
    def try_domain_rules(
        self,
        domain_id: str,
        *,
        rules: Sequence[Mapping[str, Any]] | None = None,
        raw: str | None = None,
        sender: str | None = None,
    ) -> Sent:
        """Try a domain's rules. Nothing is changed, and nobody hears of it."""
        return Sent((domain_id,), body={"rules": rules, "raw": raw, "sender": sender})

    @operation(
        "GET",
        "/api/v1/domains/{domainId}/rules/sieve",
        bytes,
        (
            "api_key",
            "token",
        ),
    )
    def export_domain_rules(self, domain_id: str) -> Sent:
        """Export a domain's rules to Sieve."""
        return Sent((domain_id,))
