"""The JSON of rules: as they are sent, shown and kept, one class for all three.

The words and what they mean are Sieve's (RFC 5228), with what is said in docs/api.md of `redirect`.
"""

from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Literal, Self

import msgspec
from msgspec import UNSET, Meta, UnsetType, field

from mayfly import limits
from mayfly.errors import InvalidAddress, InvalidInput
from mayfly.inboxes.models import Inbox, SpamPolicy
from mayfly.kit.http.schemas import Body, Count, Time, View, about
from mayfly.messages.folders import Folder
from mayfly.messages.models import NOT_JUDGED, Verdicts, comes_into
from mayfly.rules import models
from mayfly.rules.models import (
    AddressPart,
    Decision,
    EnvelopePart,
    Flag,
    Match,
    Step,
    Trouble,
)
from mayfly.sending.draft import Correspondent

_NAME = f"a string of 1 to {limits.RULE_NAME_CHARS} characters on one line"
_VALUES = (
    f"a list of 1 to {limits.RULE_VALUES} strings of up to {limits.RULE_VALUE_CHARS} characters"
)
_HEADER_NAME = r"^[!-9;-~]{1,76}$"

_Value = Annotated[str, about(max_length=limits.RULE_VALUE_CHARS)]
_Values = Annotated[
    list[_Value],
    about(
        "One of them is enough. With `matches`, `*` stands for any text, `?` for one character, and"
        " a backslash makes the next character itself",
        must=_VALUES,
        min_length=1,
        max_length=limits.RULE_VALUES,
    ),
]
_Match = Annotated[Match, about("How to compare; case does not count in A to Z")]
_HeaderNames = Annotated[
    list[Annotated[str, about(pattern=_HEADER_NAME)]],
    about(
        "Header fields, by name; one of them is enough",
        must=f"a list of 1 to {limits.RULE_NAMES} names of header fields",
        min_length=1,
        max_length=limits.RULE_NAMES,
    ),
]
_AddressHeader = Literal[
    "from", "to", "cc", "bcc", "sender", "reply-to", "resent-from", "resent-to"
]
_Part = Annotated[AddressPart, about("What of each address is compared")]


class HeaderTest(Body):
    """Compares the values of header fields."""

    names: _HeaderNames
    match: _Match
    values: _Values


class AddressTest(Body):
    """Compares the addresses that header fields name, without display names."""

    names: Annotated[
        list[_AddressHeader],
        about(
            "Header fields; one of them is enough",
            must="a list of some of from, to, cc, bcc, sender, reply-to, resent-from, resent-to",
            min_length=1,
            max_length=8,
        ),
    ]
    match: _Match
    values: _Values
    part: _Part = AddressPart.ALL


class EnvelopeTest(Body):
    """Compares what the email came with: MAIL FROM, or RCPT TO of this mailbox.

    The null sender is the empty text; where the envelope is not known, nothing holds.
    """

    address: EnvelopePart
    match: _Match
    values: _Values
    part: _Part = AddressPart.ALL


class SizeTest(Body):
    """Compares the bytes of the raw email: more than `over`, or fewer than `under`."""

    over: Annotated[int, about(ge=0, le=2**31)] | UnsetType = UNSET
    under: Annotated[int, about(ge=0, le=2**31)] | UnsetType = UNSET


_SOME_TESTS = about(must="a list of at least one test", min_length=1, max_length=limits.RULE_TESTS)


class Test(Body):
    """One test: exactly one of these fields."""

    allof: "Annotated[list[Test], _SOME_TESTS] | UnsetType" = UNSET
    anyof: "Annotated[list[Test], _SOME_TESTS] | UnsetType" = UNSET
    not_: "Test | UnsetType" = field(default=UNSET, name="not")
    address: AddressTest | UnsetType = UNSET
    header: HeaderTest | UnsetType = UNSET
    envelope: EnvelopeTest | UnsetType = UNSET
    size: SizeTest | UnsetType = UNSET
    exists: (
        Annotated[
            list[Annotated[str, about(pattern=_HEADER_NAME)]],
            about(
                "Header fields; all of them must be there",
                must=f"a list of 1 to {limits.RULE_NAMES} names of header fields",
                min_length=1,
                max_length=limits.RULE_NAMES,
            ),
        ]
        | UnsetType
    ) = UNSET

    @property
    def word(self) -> str:
        """The one field that it has."""
        return _only(self)[0]

    def check(self, at: str, depth: int = 1) -> Iterator[None]:
        """One step for this test and for each within it; InvalidInput says what cannot be."""
        if depth > limits.RULE_DEPTH:
            raise InvalidInput(f"{at}: tests within tests may be {limits.RULE_DEPTH} deep")
        given = _only(self)
        if len(given) != 1:
            raise InvalidInput(f"{at} must have exactly one of: {', '.join(_names(Test))}")
        yield
        at = f"{at}.{given[0]}"
        match self.allof, self.anyof, self.not_, self.size:
            case list(tests), _, _, _:
                yield from _within(tests, at, depth)
            case _, list(tests), _, _:
                yield from _within(tests, at, depth)
            case _, _, Test() as inner, _:
                yield from inner.check(at, depth + 1)
            case _, _, _, SizeTest() as size if len(_only(size)) != 1:
                raise InvalidInput(f"{at} must have exactly one of: over, under")


def _within(tests: Sequence[Test], at: str, depth: int) -> Iterator[None]:
    for number, each in enumerate(tests):
        yield from each.check(f"{at}[{number}]", depth + 1)


_ONLY_TRUE = ("keep", "discard", "stop")


def _alone(description: str) -> Meta:
    return about(description, must="true", const=True)


class Action(Body):
    """One action: exactly one of these fields."""

    fileinto: Annotated[Folder, about("Put it into this folder")] | UnsetType = UNSET
    flag: (
        Annotated[
            list[Flag],
            about(
                "Mark it so", must="a list of some of: seen, flagged", min_length=1, max_length=2
            ),
        ]
        | UnsetType
    ) = UNSET
    keep: Annotated[bool, _alone("Put it into the inbox")] | UnsetType = UNSET
    discard: (
        Annotated[
            bool,
            _alone("Drop it, unless another action keeps or files it"),
        ]
        | UnsetType
    ) = UNSET
    stop: Annotated[bool, _alone("Look at no further rule")] | UnsetType = UNSET
    redirect: (
        Annotated[
            str,
            about(
                "Forward it to this address, which has confirmed that it wants it; it is kept here,"
                " too",
                max_length=320,
            ),
        ]
        | UnsetType
    ) = UNSET
    webhook: (
        Annotated[str, about("Tell this webhook of it, by its `id`", min_length=1, max_length=64)]
        | UnsetType
    ) = UNSET

    @property
    def word(self) -> str:
        """The one field that it has."""
        return _only(self)[0]

    @property
    def shown(self) -> str:
        """The action in a few words."""
        value = getattr(self, self.word)
        if value is True:
            return self.word
        return f"{self.word} {' '.join(value) if isinstance(value, list) else value}"

    def check(self, at: str) -> None:
        """InvalidInput says what cannot be."""
        if len(_only(self)) != 1:
            raise InvalidInput(f"{at} must have exactly one of: {', '.join(_names(Action))}")
        if self.word in _ONLY_TRUE and not getattr(self, self.word):
            raise InvalidInput(f"{at}.{self.word} must be true")
        if not isinstance(self.redirect, UnsetType):
            try:
                Correspondent.parse(self.redirect)
            except InvalidAddress as error:
                raise InvalidInput(f"{at}.redirect: {error}") from error


class Rule(Body):
    """What to do with emails that are so."""

    EXAMPLE = {
        "name": "Receipts",
        "if": {"header": {"names": ["subject"], "match": "contains", "values": ["receipt"]}},
        "then": [{"fileinto": "archive"}, {"flag": ["seen"]}],
    }

    name: Annotated[
        str,
        about(
            "Names the rule; no two have the same",
            must=_NAME,
            min_length=1,
            max_length=limits.RULE_NAME_CHARS,
        ),
    ]
    then: Annotated[
        list[Action],
        about(
            "In this order",
            must=f"a list of 1 to {limits.RULE_ACTIONS} actions",
            min_length=1,
            max_length=limits.RULE_ACTIONS,
        ),
    ]
    if_: Annotated[Test, about("Without it, all emails are so")] | UnsetType = field(
        default=UNSET, name="if"
    )
    enabled: bool = True


class Rules(Body, rename="camel"):
    """Rules in the order in which they run."""

    EXAMPLE = {"rules": [Rule.EXAMPLE]}

    rules: Annotated[
        list[Rule],
        about(
            "Each email goes through them from the first to the last. What none files, keeps or"
            " discards goes to the inbox, or to `spam` if SES says so",
            must=f"a list of up to {limits.RULES} rules",
            max_length=limits.RULES,
        ),
    ]

    def checked(self) -> tuple[Rule, ...]:
        """The rules; InvalidInput names the place of what cannot be."""
        return check_rules(self.rules)


def check_rules(rules: Sequence[Rule]) -> tuple[Rule, ...]:
    """The same rules; InvalidInput names the place of what cannot be."""
    seen: set[str] = set()
    tests = 0
    for number, rule in enumerate(rules):
        at = f"rules[{number}]"
        if not rule.name.isprintable() or rule.name != rule.name.strip():
            raise InvalidInput(f"{at}.name must be {_NAME}")
        if rule.name in seen:
            raise InvalidInput(f"{at}.name is that of another rule")
        seen.add(rule.name)
        if not isinstance(rule.if_, UnsetType):
            tests += sum(1 for _ in rule.if_.check(f"{at}.if"))
        if tests > limits.RULE_TESTS:
            raise InvalidInput(f"{at}: all rules together may have {limits.RULE_TESTS} tests")
        for place, action in enumerate(rule.then):
            action.check(f"{at}.then[{place}]")
    if len(kept(rules)) > limits.RULES_BYTES:
        raise InvalidInput(f"rules are too long: they may have {limits.RULES_BYTES} bytes")
    return tuple(rules)


def kept(rules: Sequence[Rule]) -> bytes:
    """The rules as they are kept."""
    return msgspec.json.encode(rules)


def read_kept(octets: bytes) -> tuple[Rule, ...]:
    """The rules of `kept`."""
    return tuple(msgspec.json.decode(octets, type=list[Rule]))


def _only(struct: Body) -> list[str]:
    """The fields that it has, by their names in JSON."""
    names = zip(struct.__struct_fields__, struct.__struct_encode_fields__, strict=True)
    return [shown for name, shown in names if getattr(struct, name) is not UNSET]


def _names(form: type[Body]) -> tuple[str, ...]:
    return form.__struct_encode_fields__


class MailboxRules(Rules, rename="camel"):
    """The rules of a mailbox, and what is done with spam."""

    spam_policy: (
        Annotated[
            SpamPolicy,
            about(
                "What SES calls spam lies in `spam`. `hide`: lists show it with `includeSpam=true`"
                " only; `folder`: they show it as they show all other mail; `reject`: as `hide`,"
                " and what its sender sends from then on is dropped"
            ),
        ]
        | UnsetType
    ) = UNSET
    rejected_senders: (
        Annotated[
            list[Annotated[str, about(max_length=320)]],
            about(
                "Whose mail is dropped, while it proves who sent it",
                must=f"a list of up to {limits.REJECTED_SENDERS} addresses",
                max_length=limits.REJECTED_SENDERS,
            ),
        ]
        | UnsetType
    ) = UNSET

    def senders(self) -> tuple[str, ...] | None:
        """In the spelling that they are compared in, or None if they are to stay as they are."""
        if isinstance(self.rejected_senders, UnsetType):
            return None
        return tuple(dict.fromkeys(each.strip().lower() for each in self.rejected_senders))


class RuleTrouble(View):
    """Why a rule could not run when it was last noted; the email was kept."""

    rule: str
    what: str
    at: Time
    count: Annotated[Count, about("How often it was noted, once an hour at most")]

    @classmethod
    def of(cls, rule: str, trouble: Trouble) -> Self:
        """The trouble of this rule."""
        return cls.of_model(trouble, rule=rule)


class DomainRuleSet(View, rename="camel"):
    """Rules as they are kept."""

    rules: list[Rule]
    troubles: Annotated[list[RuleTrouble], about("What was wrong with some of them")]
    updated_at: Annotated[Time | None, about("Null until some were put")]

    @classmethod
    def kept(cls, found: models.RuleSet, **more: Any) -> Self:
        """The rules as they are kept."""
        troubles = [RuleTrouble.of(name, each) for name, each in found.troubles.items()]
        return cls.of_model(found, rules=list(found.rules), troubles=troubles, **more)


class RuleSet(DomainRuleSet, rename="camel"):
    """The rules of a mailbox as they are kept."""

    spam_policy: SpamPolicy
    rejected_senders: list[str]

    @classmethod
    def of(cls, inbox: Inbox, found: models.RuleSet) -> Self:
        """The rules of this mailbox."""
        return cls.kept(found, spam_policy=inbox.spam_policy, rejected_senders=list(found.rejected))


_TRIED_RULES = about(
    "Rules to try; without them, those that are kept",
    must=f"a list of up to {limits.RULES} rules",
    max_length=limits.RULES,
)


class DomainTrial(Body):
    """A raw email to try rules with."""

    EXAMPLE = {"raw": "From: a@shop.example\r\nSubject: Your receipt\r\n\r\nThank you."}
    LONGER = {"raw": limits.TRIED_MAIL_CHARS}

    rules: Annotated[list[Rule], _TRIED_RULES] | UnsetType = UNSET
    raw: Annotated[str, about("A raw email", max_length=limits.TRIED_MAIL_CHARS)] | UnsetType = (
        UNSET
    )
    sender: (
        Annotated[str, about("MAIL FROM that `raw` is to have come with", max_length=320)]
        | UnsetType
    ) = UNSET

    @property
    def octets(self) -> bytes | None:
        """The raw email."""
        if isinstance(self.raw, UnsetType):
            return None
        return self.raw.encode("utf-8", "replace")

    @property
    def mail_from(self) -> str | None:
        """The envelope's sender, None where it is not known."""
        return None if isinstance(self.sender, UnsetType) else self.sender

    def wanted(self) -> tuple[Rule, ...] | None:
        """The rules to try, None for those that are kept."""
        return None if isinstance(self.rules, UnsetType) else check_rules(self.rules)


class Trial(DomainTrial):
    """A message, or a raw email, to try rules with."""

    EXAMPLE = {"message": 1}

    message: (
        Annotated[int, about("A message of the mailbox, by its `id`", ge=1, le=2**53 - 1)]
        | UnsetType
    ) = UNSET

    @property
    def number(self) -> int | None:
        """The message's number in its mailbox."""
        return None if isinstance(self.message, UnsetType) else self.message


class CheckedTest(View):
    """A test that was looked at."""

    at: Annotated[str, about("Its place", examples=["rules[0].if.allof[1]"])]
    held: Annotated[bool, about("Whether the email was so")]


class TriedStep(View):
    """What became of one rule."""

    rule: str
    matched: bool
    actions: Annotated[list[str], about("What it did", examples=[["fileinto archive"]])]
    tests: Annotated[list[CheckedTest], about("Those that were looked at, in their order")]
    trouble: Annotated[str | None, about("Why it could not run; then the email is kept")]

    @classmethod
    def of(cls, step: Step) -> Self:
        """The step."""
        return cls(
            rule=step.rule,
            matched=step.matched,
            actions=list(step.actions),
            tests=list(map(CheckedTest.of_model, step.checked)),
            trouble=step.trouble or None,
        )


class Tried(View, rename="camel"):
    """What the rules would do, and how they come to it."""

    @classmethod
    def of(cls, decision: Decision, verdicts: Verdicts = NOT_JUDGED) -> Self:
        """What is decided; `verdicts` say where an email lies that no rule files."""
        filing = decision.filing
        folder = None if decision.dropped else filing.folder or comes_into(verdicts)
        return cls(
            outcome="dropped" if decision.dropped else "stored",
            folder=folder,
            is_read=filing.is_read,
            is_flagged=filing.is_flagged,
            forwarded_to=list(filing.forwards),
            webhooks=list(filing.webhooks),
            steps=list(map(TriedStep.of, decision.steps)),
        )

    outcome: Annotated[Literal["stored", "dropped"], about("Whether there would be a message")]
    folder: Annotated[Folder | None, about("Where it would lie; null if it is dropped")]
    is_read: bool
    is_flagged: bool
    forwarded_to: list[str]
    webhooks: Annotated[list[str], about("Webhooks that would hear of it, by `id`")]
    steps: Annotated[list[TriedStep], about("Each rule that was looked at, in their order")]
