"""File an email that comes in by the rules of its inbox, before its message is written."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from mayfly import limits
from mayfly.errors import InvalidAddress
from mayfly.forwarding.models import refusal
from mayfly.inboxes.models import Inbox
from mayfly.kit.clock import Clock
from mayfly.kit.log import describe, logger_of
from mayfly.mail.address import Address
from mayfly.mail.mime.models import ParsedMail
from mayfly.messages.models import UNFILED, Filing, Verdicts
from mayfly.receiving.models import DropReason
from mayfly.receiving.notice import Notice
from mayfly.rules.evaluate import decide
from mayfly.rules.models import Decision, Envelope, RuleSet, Step, TriedMail, Trouble
from mayfly.rules.ports import RuleSets

FAIL, PASS = "FAIL", "PASS"
logger = logger_of("rules")


@dataclass(frozen=True, slots=True)
class Filer:
    """Says what becomes of emails. Whatever goes wrong with rules, the email is kept."""

    rule_sets: RuleSets
    now: Clock

    def file(
        self, inbox: Inbox, mail: ParsedMail, notice: Notice, size_bytes: int
    ) -> Filing | DropReason:
        """How the email is filed in this inbox, or why it is dropped; safe to repeat.

        For an inbox that may have rules: one read, and a write if one of them could not run. Raises
        only what the storage of rules does.
        """
        found = self.rule_sets.of(inbox)
        try:
            if rejected(inbox, found, mail, notice):
                return DropReason.REJECTED_SENDER
            tried = TriedMail(mail, envelope_of(inbox, notice), size_bytes)
            decision = judged(decide([each.rules for each in found], tried), notice.verdicts)
            self._note(found, decision)
            filing = _not_forwarded(decision.filing, mail, notice)
        except Exception as error:
            # No repeat would make them run, and the email must not wait for that.
            logger.error("Rules did not run", **describe(error))
            return UNFILED
        return decision.dropped or filing

    def after(self, inbox: Inbox, mail: ParsedMail, notice: Notice) -> None:
        """If what a mailbox has stored is spam that proves who sent it, reject that sender."""
        if notice.verdicts.spam != FAIL:
            return
        sender = proven_sender(mail, notice)
        if not sender:
            return
        try:
            self.rule_sets.reject(inbox, sender)
        except Exception as error:  # the next one of this sender tries again
            logger.warning("Sender not rejected", **describe(error))

    def _note(self, found: Sequence[RuleSet], decision: Decision) -> None:
        troubled = [each for each in decision.steps if each.trouble]
        for rules in found:
            names = {rule.name for rule in rules.rules}
            for step in troubled:
                if step.rule in names:
                    self._note_one(rules, step)

    def _note_one(self, rules: RuleSet, step: Step) -> None:
        now, before = self.now(), rules.troubles.get(step.rule)
        if before is not None and now < before.at + limits.RULE_TROUBLE_NOTED_EVERY:
            return
        count = before.count + 1 if before else 1
        try:
            self.rule_sets.note(rules, step.rule, Trouble(step.trouble, now, count))
        except Exception as error:
            logger.warning("Trouble of a rule not noted", **describe(error))


def _not_forwarded(filing: Filing, mail: ParsedMail, notice: Notice) -> Filing:
    """With the reason why nobody gets the email forwarded, if there is one."""
    if not filing.forwards:
        return filing
    why = refusal(mail, notice.sender, notice.verdicts)
    return replace(filing, skips=tuple((each, why.value) for each in filing.forwards if why))


def judged(decision: Decision, verdicts: Verdicts) -> Decision:
    """The decision, but that no rule lets a virus out of `spam`: senders can be made up."""
    if verdicts.virus != FAIL:
        return decision
    return replace(decision, filing=replace(decision.filing, folder=None))


def envelope_of(inbox: Inbox, notice: Notice) -> Envelope:
    """What of the envelope this inbox may know: not whom else the email went to."""
    return Envelope(
        notice.sender, tuple(each for each in notice.recipients if _is_for(inbox, each))
    )


def _is_for(inbox: Inbox, recipient: str) -> bool:
    try:
        address = Address.parse(recipient)
    except InvalidAddress:
        return False
    return inbox.address in (address, address.untagged)


def rejected(inbox: Inbox, found: Sequence[RuleSet], mail: ParsedMail, notice: Notice) -> bool:
    """Whether the mailbox takes no more from the sender that the email proves."""
    senders = {each for rules in found if rules.place.mailbox for each in rules.rejected}
    return bool(senders) and proven_sender(mail, notice) in senders


def proven_sender(mail: ParsedMail, notice: Notice) -> str:
    """The address that the email is proven to come from, in lower case; "" if none is.

    From where DMARC passed, else MAIL FROM where SPF passed. Anybody can write any other: by those,
    one who sends spam in a bank's name would have the bank's mail rejected.
    """
    if notice.verdicts.dmarc == PASS and mail.from_:
        return mail.from_[0].address.lower()
    if notice.verdicts.spf == PASS and notice.sender:
        return notice.sender.strip("<> ").lower()
    return ""
