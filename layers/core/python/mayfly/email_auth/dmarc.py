"""DMARC policies (RFC 7489, and RFC 9091 for `np`): made of choices, read, and put in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

from mayfly.email_auth.dkim import tags_of

VERSION = "DMARC1"
Handling = Literal["none", "quarantine", "reject"]
POLICIES: tuple[str, ...] = get_args(Handling)
Alignment = Literal["relaxed", "strict"]
LETTERS: Mapping[str | None, str] = {each: each[0] for each in get_args(Alignment)}
MAX_REPORT_ADDRESSES = 10
_POLICY = {
    "none": "nothing is done with it: the policy only watches",
    "quarantine": "it should be treated as suspicious, for example as spam",
    "reject": "it should be refused",
}
_FAILURES = {
    "0": "if no mechanism passed",
    "1": "if any mechanism did not pass",
    "d": "if a DKIM signature did not verify",
    "s": "if SPF did not pass",
}


@dataclass(frozen=True, slots=True)
class Policy:
    """What is chosen. Empty and None are not said, so that the standard's defaults hold."""

    policy: str = "none"
    subdomains: str = ""
    missing_subdomains: str = ""
    percent: int | None = None
    dkim: str = ""
    spf: str = ""
    reports: Sequence[str] = field(default=(), repr=False)
    failures: Sequence[str] = field(default=(), repr=False)

    @property
    def value(self) -> str:
        """The text of its TXT record."""
        tags = {
            "v": VERSION,
            "p": self.policy,
            "sp": self.subdomains,
            "np": self.missing_subdomains,
            "pct": "" if self.percent is None else str(self.percent),
            "adkim": self.dkim,
            "aspf": self.spf,
            "rua": ",".join(f"mailto:{each}" for each in self.reports),
            "ruf": ",".join(f"mailto:{each}" for each in self.failures),
        }
        return "; ".join(f"{name}={value}" for name, value in tags.items() if value)


def is_record(text: str) -> bool:
    """Whether a TXT record is one of DMARC: `v` comes first (section 6.4)."""
    name, _, version = text.partition(";")[0].partition("=")
    return name.strip() == "v" and version.strip() == VERSION


def same(one: str, other: str) -> bool:
    """Whether two records say the same."""
    return tags_of(one) == tags_of(other)


def find_faults(text: str) -> list[str]:
    """What is wrong with a record, in words."""
    tags = tags_of(text)
    found = []
    if "p" not in tags:
        found.append("there is no `p`: without it the record counts for nothing")
    for name in ("p", "sp", "np"):
        if name in tags and tags[name].lower() not in POLICIES:
            found.append(f"`{name}` must be one of {', '.join(POLICIES)}")
    for name in ("adkim", "aspf"):
        if name in tags and tags[name].lower() not in LETTERS.values():
            found.append(f"`{name}` must be `r` or `s`")
    percent = tags.get("pct", "100")
    if not percent.isdecimal() or len(percent) > 3 or int(percent) > 100:
        found.append("`pct` must be a number from 0 to 100")
    return found


def report_domains(text: str) -> list[str]:
    """The domains that a record has reports mailed to, each once."""
    tags = tags_of(text)
    addresses = f"{tags.get('rua', '')},{tags.get('ruf', '')}".split(",")
    domains = [
        each.partition("!")[0].rpartition("@")[2].lower()
        for each in addresses
        if each.lower().startswith("mailto:") and "@" in each
    ]
    return list(dict.fromkeys(domains))


def explain(text: str) -> dict[str, str]:
    """Each tag of a record, and what it means for receivers."""
    tags = tags_of(text)
    return {name: words for name in tags if (words := _meaning(name, tags))}


def _meaning(name: str, tags: Mapping[str, str]) -> str:
    value = tags[name].lower()
    match name:
        case "v":
            return "This is a DMARC record"
        case "p":
            return f"Mail in the domain's name that is not proved: {_POLICY.get(value, '?')}"
        case "sp":
            return f"The same of its subdomains: {_POLICY.get(value, '?')}"
        case "np":
            return f"The same of subdomains that do not exist: {_POLICY.get(value, '?')}"
        case "pct":
            return f"The policy is meant for {value} of 100 such mails; newer receivers ignore this"
        case "adkim" | "aspf":
            return _alignment("DKIM" if name == "adkim" else "SPF", value)
        case "rua" | "ruf":
            kind = "Daily reports" if name == "rua" else "Reports of single mails"
            return f"{kind} go to {', '.join(tags[name].split(','))}"
        case "fo":
            failures = [_FAILURES.get(each, "?") for each in value.split(":")]
            return f"Reports of single mails are made {', or '.join(failures)}"
        case "ri":
            return f"Reports are wished for every {value} seconds"
        case "t":
            return "The policy is being tested: receivers should apply the next weaker one"
    return ""


def _alignment(mechanism: str, value: str) -> str:
    if value == "s":
        return f"What {mechanism} proves must be the very domain of From"
    return f"What {mechanism} proves may be the domain of From or one that belongs with it"
