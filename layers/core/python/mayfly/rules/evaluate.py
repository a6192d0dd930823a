"""Run rules over an email, as RFC 5228 has it: in their order, and what none decides is kept."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any

from msgspec import UnsetType

from mayfly import limits
from mayfly.mail.mime.addresses import mailboxes
from mayfly.messages.folders import Folder
from mayfly.messages.models import Filing
from mayfly.receiving.models import DropReason
from mayfly.rules.globs import Spent, Work, folded
from mayfly.rules.models import (
    AddressPart,
    Checked,
    Decision,
    EnvelopePart,
    Flag,
    Step,
    TriedMail,
    names_of,
)
from mayfly.rules.schemas import Action, AddressTest, EnvelopeTest, HeaderTest, Rule, SizeTest, Test
from mayfly.sending.draft import Correspondent

TOO_COSTLY = "its comparisons, with those of the rules before it, cost more than they may"
NOT_RUN = "a fault of this service: the rule was left out"


def decide(rule_sets: Sequence[Sequence[Rule]], tried: TriedMail) -> Decision:
    """What the rules do with the email: those of the domain first, then the mailbox's own.

    `stop` ends all of them. A rule that fails, or that there is no more work left for, ends its
    set; what was decided before it counts, but for a discard: then the email is kept.
    """
    outcome = _Outcome()
    for rules in rule_sets:
        work = Work(limits.RULE_WORK)
        for number, rule in enumerate(rules):
            if not rule.enabled:
                continue
            step = _step(rule, f"rules[{number}]", tried, work)
            outcome.add(step, rule)
            if outcome.has_stopped or step.trouble:
                break
        if outcome.has_stopped:
            break
    return outcome.decision()


def _step(rule: Rule, at: str, tried: TriedMail, work: Work) -> Step:
    looking = _Looking(tried, work)
    try:
        held = isinstance(rule.if_, UnsetType) or looking.holds(rule.if_, f"{at}.if")
    except Spent:
        return Step(rule.name, False, checked=tuple(looking.checked), trouble=TOO_COSTLY)
    except Exception as error:  # whatever it is, it must not cost an email
        what = f"{NOT_RUN} ({type(error).__name__})"
        return Step(rule.name, False, checked=tuple(looking.checked), trouble=what)
    actions = tuple(each.shown for each in rule.then) if held else ()
    return Step(rule.name, held, actions, tuple(looking.checked))


@dataclass(slots=True)
class _Outcome:
    """What the rules so far have decided."""

    filing: Filing = field(default_factory=Filing)
    steps: list[Step] = field(default_factory=list)
    is_discarded: bool = False
    has_stopped: bool = False

    def add(self, step: Step, rule: Rule) -> None:
        """Do what the rule says, if it matched."""
        self.steps.append(step)
        if not step.matched:
            return
        for action in rule.then:
            self._do(action)
            if self.has_stopped:
                return

    def _do(self, action: Action) -> None:
        match action.word:
            case "fileinto":
                self.filing = replace(self.filing, folder=Folder.parse(action.fileinto))
            case "keep":
                self.filing = replace(self.filing, folder=Folder.INBOX)
            case "flag":
                flags = action.flag or ()
                self.filing = replace(
                    self.filing,
                    is_read=self.filing.is_read or Flag.SEEN in flags,
                    is_flagged=self.filing.is_flagged or Flag.FLAGGED in flags,
                )
            case "redirect":
                every = (*self.filing.forwards, str(action.redirect))
                once = tuple({Correspondent.parse(each).key: each for each in every}.values())
                self.filing = replace(self.filing, forwards=once[: limits.RULE_ACTIONS])
            case "webhook":
                hooks = dict.fromkeys((*self.filing.webhooks, str(action.webhook)))
                self.filing = replace(self.filing, webhooks=tuple(hooks)[: limits.RULE_ACTIONS])
            case "discard":
                self.is_discarded = True
            case "stop":
                self.has_stopped = True

    def decision(self) -> Decision:
        """What becomes of the email.

        What is forwarded, or told a webhook, needs its message: one that is discarded beside it
        lies in the trash.
        """
        steps = tuple(self.steps)
        filing = replace(self.filing, rules=names_of(steps))
        if not self.is_discarded or filing.folder is not None:
            return Decision(filing, steps=steps)
        if any(each.trouble for each in steps):
            return Decision(filing, steps=steps)
        if filing.forwards or filing.webhooks:
            return Decision(replace(filing, folder=Folder.TRASH), steps=steps)
        return Decision(filing, DropReason.DISCARDED, steps)


@dataclass(slots=True)
class _Looking:
    """Looks at one email, for one rule."""

    tried: TriedMail
    work: Work
    checked: list[Checked] = field(default_factory=list)

    def holds(self, test: Test, at: str) -> bool:
        """Whether the email is so; what was looked at is noted, the outer test after the inner."""
        word = test.word
        at = f"{at}.{word}"
        inner = getattr(test, "not_" if word == "not" else word)
        held = _LOOKS[word](self, inner, at)
        self.checked.append(Checked(at, held))
        return held

    def allof(self, tests: Sequence[Test], at: str) -> bool:
        """Up to the first that does not hold (RFC 5228 section 5.3)."""
        return all(self.holds(each, f"{at}[{number}]") for number, each in enumerate(tests))

    def anyof(self, tests: Sequence[Test], at: str) -> bool:
        """Up to the first that holds (section 5.4)."""
        return any(self.holds(each, f"{at}[{number}]") for number, each in enumerate(tests))

    def negated(self, test: Test, at: str) -> bool:
        """Section 5.8."""
        return not self.holds(test, at)

    def header(self, test: HeaderTest, at: str) -> bool:
        """Section 5.7: the values, decoded, without blanks around them."""
        return self.work.any(test.match, test.values, self._values(test.names))

    def address(self, test: AddressTest, at: str) -> bool:
        """Section 5.1."""
        found = (part_of(each, test.part) for each in self._addresses(test.names))
        return self.work.any(test.match, test.values, found)

    def envelope(self, test: EnvelopeTest, at: str) -> bool:
        """Section 5.4."""
        envelope = self.tried.envelope
        if test.address is EnvelopePart.TO:
            addresses: Sequence[str] = envelope.recipients
        else:
            addresses = [] if envelope.sender is None else [envelope.sender.strip("<> ")]
        return self.work.any(
            test.match, test.values, [part_of(each, test.part) for each in addresses]
        )

    def size(self, test: SizeTest, at: str) -> bool:
        """Section 5.9: an email of exactly so many bytes is neither over nor under."""
        if isinstance(test.over, UnsetType):
            return isinstance(test.under, int) and self.tried.size_bytes < test.under
        return self.tried.size_bytes > test.over

    def exists(self, names: Sequence[str], at: str) -> bool:
        """Section 5.5: all of them."""
        self.work.spend(len(names) * len(self.tried.mail.headers))
        there = {folded(name) for name, _ in self.tried.mail.headers}
        return all(folded(name) in there for name in names)

    def _values(self, names: Iterable[str]) -> Iterator[str]:
        wanted = {folded(name) for name in names}
        self.work.spend(len(self.tried.mail.headers))
        return (value.strip() for name, value in self.tried.mail.headers if folded(name) in wanted)

    def _addresses(self, names: Sequence[str]) -> Iterator[str]:
        mail = self.tried.mail
        read = {
            "from": mail.from_,
            "sender": mail.sender,
            "reply-to": mail.reply_to,
            "to": mail.to,
            "cc": mail.cc,
        }
        known = (each.address for name in names for each in read.get(name, ()))
        others = self._values([name for name in names if name not in read])
        return chain(known, (each for value in others for each in self._named(value)))

    def _named(self, value: str) -> Iterator[str]:
        self.work.spend(len(value))
        octets = value.replace("=?", "=").encode("utf-8", "replace").decode("latin-1")
        return (each.address for each in mailboxes(octets, limits.MIME.addresses))


_LOOKS: dict[str, Callable[[_Looking, Any, str], bool]] = {
    "allof": _Looking.allof,
    "anyof": _Looking.anyof,
    "not": _Looking.negated,
    "header": _Looking.header,
    "address": _Looking.address,
    "envelope": _Looking.envelope,
    "size": _Looking.size,
    "exists": _Looking.exists,
}


def part_of(address: str, part: AddressPart) -> str:
    """This part of an address (RFC 5228 section 2.7.4)."""
    local, at, domain = address.rpartition("@")
    if part is AddressPart.LOCAL:
        return local if at else address
    if part is AddressPart.DOMAIN:
        return domain if at else ""
    return address
