"""The keys that a domain's messages are signed with (RFC 6376), and how one follows another."""

import re
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

OVERLAP = timedelta(days=7)
"""How long a key stays published that signs no more: messages that it signed may be under way."""
_WHITE = re.compile(r"\s+")


class KeyType(StrEnum):
    """The two of DKIM. Not every receiver knows Ed25519 (RFC 8463); all know RSA."""

    RSA = "rsa"
    ED25519 = "ed25519"


class KeyState(StrEnum):
    """What a key is for."""

    NEXT = "next"
    """To be published: it signs as soon as it is."""
    CURRENT = "current"
    """It signs."""
    RETIRED = "retired"
    """It signed: it stays published until messages of that time have arrived."""


@dataclass(frozen=True, slots=True)
class DkimKey:
    """One key. `public` is what `p=` says of it, `sealed` the private half as it is kept."""

    selector: str
    type: KeyType
    public: str = field(repr=False)
    sealed: bytes = field(repr=False)
    made_at: datetime
    state: KeyState = KeyState.NEXT
    ends_at: datetime | None = None

    @property
    def value(self) -> str:
        """The text of its TXT record (RFC 6376 section 3.6.1)."""
        return f"v=DKIM1; k={self.type.value}; p={self.public}"

    def record_name(self, domain: str) -> str:
        """Where its TXT record is."""
        return f"{self.selector}._domainkey.{domain}"

    def is_in(self, text: str) -> bool:
        """Whether a TXT record publishes this key."""
        tags = tags_of(text)
        kind = tags.get("k", KeyType.RSA.value)
        return kind == self.type.value and tags.get("p") == self.public


@dataclass(frozen=True, slots=True)
class PrivateKey:
    """What a message is signed with: PKCS #8 in DER, and where its public half is."""

    domain: str
    selector: str
    type: KeyType
    der: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Keyring:
    """All keys of a domain (by its id); written as a whole, one revision after another."""

    domain: str
    keys: tuple[DkimKey, ...] = ()
    revision: int = 0

    def key(self, state: KeyState) -> DkimKey | None:
        """The key in this state; of retired ones the one that ends last."""
        return next((each for each in reversed(self.keys) if each.state is state), None)

    def new_selector(self, now: datetime) -> str:
        """`mf`, the month, and a number that none of these keys has."""
        month = f"mf{now:%Y%m}"
        numbers = [
            int(each.selector.removeprefix(month))
            for each in self.keys
            if each.selector.startswith(month)
        ]
        return f"{month}{max(numbers, default=0) + 1}"

    def with_next(self, key: DkimKey) -> "Keyring":
        """With a key to publish."""
        return replace(self, keys=(*self.keys, key))

    def promoted(self, now: datetime) -> "Keyring":
        """With the next key as the current one, and the current one retired."""
        return replace(self, keys=tuple(_moved(each, now) for each in self.keys))

    def tidied(self, now: datetime) -> "Keyring":
        """Without the keys whose time is over."""
        kept = tuple(each for each in self.keys if each.ends_at is None or now < each.ends_at)
        return replace(self, keys=kept)


def _moved(key: DkimKey, now: datetime) -> DkimKey:
    if key.state is KeyState.NEXT:
        return replace(key, state=KeyState.CURRENT)
    if key.state is KeyState.CURRENT:
        return replace(key, state=KeyState.RETIRED, ends_at=now + OVERLAP)
    return key


def tags_of(text: str) -> dict[str, str]:
    """The tags of a TXT record of DKIM or DMARC, without white space; the first of a name counts.

    RFC 6376 section 3.2
    """
    tags: dict[str, str] = {}
    for each in text.split(";"):
        name, equals, value = each.partition("=")
        if equals:
            tags.setdefault(_WHITE.sub("", name).lower(), _WHITE.sub("", value))
    return tags
