"""The operations of rules: of an account's mailboxes, and of its domains."""

from typing import Any

from mayfly.accounts.models import Account
from mayfly.admission.callers import ACCOUNT, account_with
from mayfly.api_keys.models import Scope
from mayfly.inboxes.access import Owner
from mayfly.inboxes.models import SpamPolicy
from mayfly.kit.http.downloads import octets
from mayfly.kit.http.messages import Answer
from mayfly.kit.http.route import BAD_BODY, FETCH, Call, Routes
from mayfly.rules.schemas import (
    DomainRuleSet,
    DomainTrial,
    MailboxRules,
    Rules,
    RuleSet,
    Trial,
    Tried,
)
from mayfly.rules.service import Example
from mayfly.rules.sieve import script

_MAILBOX = "/api/user/mailbox/{mailboxId}/rules"
_DOMAIN = "/api/v1/domains/{domainId}/rules"
_NO_MAILBOX = {404: "There is no such mailbox, or it is somebody else's: that looks the same"}
_NO_DOMAIN = {404: "There is no such domain of yours"}
_PLACE = "the error names the place, as `rules[0].if.allof[1].header.match`"
_BAD_RULES = {400: f"{BAD_BODY}; {_PLACE}"}
_OWNER = account_with(Scope.DOMAINS)
_SIEVE = octets(
    "A Sieve script (RFC 5228)",
    "application/sieve",
    headers={"Content-Disposition": "The file's name (RFC 6266)"},
)
api = Routes("rules")


def _owner(call: Call[Account, Any]) -> Owner:
    return Owner(call.parameter("mailboxId"), str(call.caller.id))


@api("GET", _MAILBOX, "List a mailbox's rules", ACCOUNT, means="The rules", errors=_NO_MAILBOX)
def show_rules(call: Call[Account, None]) -> RuleSet:
    return RuleSet.of(*call.flows.rules.service.of_mailbox(_owner(call)))


@api(
    "PUT",
    _MAILBOX,
    "Replace a mailbox's rules",
    ACCOUNT,
    means="The rules as they are kept",
    errors={**_NO_MAILBOX, **_BAD_RULES},
)
def put_rules(call: Call[Account, MailboxRules]) -> RuleSet:
    """The next email is filed by them, before it is shown to anybody.

    A rule that cannot run, or would cost too much, is left out with those after it, and the email
    is kept; `troubles` say so.
    """
    body = call.body
    policy = body.spam_policy if isinstance(body.spam_policy, SpamPolicy) else None
    put = call.flows.rules.service.put_mailbox(_owner(call), body.checked(), policy, body.senders())
    return RuleSet.of(*put)


@api(
    "POST",
    f"{_MAILBOX}/test",
    "Try a mailbox's rules",
    ACCOUNT,
    means="What would become of the email, step by step",
    errors={404: "There is no such mailbox or message", **_BAD_RULES},
    limit=FETCH,
)
def try_rules(call: Call[Account, Trial]) -> Tried:
    """Nothing is changed, and nobody hears of it. The rules of its domain are not tried."""
    body = call.body
    decision, verdicts = call.flows.rules.service.try_mailbox(
        _owner(call), body.wanted(), Example(body.number, body.octets, body.mail_from)
    )
    return Tried.of(decision, verdicts)


@api(
    "GET",
    f"{_MAILBOX}/sieve",
    "Export a mailbox's rules to Sieve",
    ACCOUNT,
    answers=_SIEVE,
    errors=_NO_MAILBOX,
)
def export_rules(call: Call[Account, None]) -> Answer:
    _, found = call.flows.rules.service.of_mailbox(_owner(call))
    return _script(script(found.rules))


@api("GET", _DOMAIN, "List a domain's rules", _OWNER, means="The rules", errors=_NO_DOMAIN)
def show_domain_rules(call: Call[Account, None]) -> DomainRuleSet:
    account, domain = str(call.caller.id), call.parameter("domainId")
    return DomainRuleSet.kept(call.flows.rules.service.of_domain(account, domain))


@api(
    "PUT",
    _DOMAIN,
    "Replace a domain's rules",
    _OWNER,
    means="The rules as they are kept",
    errors={**_NO_DOMAIN, **_BAD_RULES},
)
def put_domain_rules(call: Call[Account, Rules]) -> DomainRuleSet:
    """They run for mail to every mailbox at the domain, before the mailbox's own."""
    account, domain = str(call.caller.id), call.parameter("domainId")
    rules = call.body.checked()
    return DomainRuleSet.kept(call.flows.rules.service.put_domain(account, domain, rules))


@api(
    "POST",
    f"{_DOMAIN}/test",
    "Try a domain's rules",
    _OWNER,
    means="What would become of the email, step by step",
    errors={**_NO_DOMAIN, **_BAD_RULES},
    limit=FETCH,
)
def try_domain_rules(call: Call[Account, DomainTrial]) -> Tried:
    """Nothing is changed, and nobody hears of it."""
    body = call.body
    decision = call.flows.rules.service.try_domain(
        str(call.caller.id),
        call.parameter("domainId"),
        body.wanted(),
        Example(None, body.octets, body.mail_from),
    )
    return Tried.of(decision)


@api(
    "GET",
    f"{_DOMAIN}/sieve",
    "Export a domain's rules to Sieve",
    _OWNER,
    answers=_SIEVE,
    errors=_NO_DOMAIN,
)
def export_domain_rules(call: Call[Account, None]) -> Answer:
    found = call.flows.rules.service.of_domain(str(call.caller.id), call.parameter("domainId"))
    return _script(script(found.rules))


def _script(text: str) -> Answer:
    headers = {
        "Content-Type": "application/sieve",  # RFC 5228 section 6: it is UTF-8
        "Content-Disposition": "attachment; filename=rules.sieve",
    }
    return Answer(200, text.encode(), headers)
