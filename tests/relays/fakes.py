"""Relays, and what is kept of them, in memory."""

from collections.abc import Sequence

from mayfly.email_auth.dkim import Keyring
from mayfly.errors import Contended, SecretsUnavailable
from mayfly.relays.models import (
    RecipientAnswer,
    Relay,
    RelayConfig,
    RelayFailure,
    RelayTest,
    Stage,
    Verdict,
)


class FakeRelayConfigs:
    """Relays in a dict."""

    def __init__(self) -> None:
        self.kept: dict[str, RelayConfig] = {}

    def get(self, domain: str) -> RelayConfig | None:
        return self.kept.get(domain)

    def put(self, config: RelayConfig) -> None:
        self.kept[config.domain] = config

    def remove(self, domain: str) -> bool:
        return self.kept.pop(domain, None) is not None


class FakeKeyrings:
    """Keyrings in a dict."""

    def __init__(self) -> None:
        self.kept: dict[str, Keyring] = {}

    def get(self, domain: str) -> Keyring:
        return self.kept.get(domain, Keyring(domain))

    def put(self, keyring: Keyring) -> None:
        if self.get(keyring.domain).revision != keyring.revision - 1:
            raise Contended(keyring.domain)
        self.kept[keyring.domain] = keyring

    def remove(self, domain: str) -> None:
        self.kept.pop(domain, None)


class FakeDomainSecrets:
    """Secrets in a dict; none can be had while `is_down`."""

    def __init__(self) -> None:
        self.secrets: dict[tuple[str, bytes], bytes] = {}
        self.is_down = False

    def seal(self, domain: str, plain: bytes) -> bytes:
        self._check()
        if not 1 <= len(plain) <= 4096:
            raise SecretsUnavailable("too much, or nothing")
        sealed = b"sealed %d" % len(self.secrets)
        self.secrets[domain, sealed] = plain
        return sealed

    def open(self, domain: str, sealed: bytes) -> bytes:
        self._check()
        if (domain, sealed) not in self.secrets:
            raise SecretsUnavailable("this is no secret of the domain")
        return self.secrets[domain, sealed]

    def _check(self) -> None:
        if self.is_down:
            raise SecretsUnavailable("no key")


class FakeRelays:
    """A relay that takes every mail, unless it is told what else to answer.

    `password` is the only one that it takes, if there is one; `answers` are by recipient.
    """

    def __init__(self) -> None:
        self.password = ""
        self.trouble: RelayFailure | None = None
        self.answers: dict[str, RecipientAnswer] = {}
        self.tested: list[Relay] = []
        self.mails: list[tuple[Relay, str, tuple[str, ...], bytes]] = []

    def refuse(self, recipient: str, words: str = "5.1.1 nobody") -> None:
        self.answers[recipient] = RecipientAnswer(
            recipient, Verdict.PERMANENT, Stage.RECIPIENT, 550, words
        )

    def test(self, relay: Relay) -> RelayTest:
        self.tested.append(relay)
        trouble = self._trouble(relay)
        if trouble:
            return RelayTest(trouble)
        return RelayTest(tls="TLSv1.3", mechanism="PLAIN" if relay.username else "")

    def deliver(
        self, relay: Relay, sender: str, recipients: Sequence[str], raw: bytes
    ) -> Sequence[RecipientAnswer]:
        trouble = self._trouble(relay)
        if trouble:
            verdict = Verdict.PERMANENT if trouble.is_permanent else Verdict.TEMPORARY
            return [
                RecipientAnswer(each, verdict, trouble.stage, trouble.code, trouble.words)
                for each in recipients
            ]
        taken = RecipientAnswer("", Verdict.ACCEPTED, Stage.DATA, 250, "queued")
        told = [
            self.answers.get(each)
            or RecipientAnswer(each, taken.verdict, taken.stage, taken.code, taken.words)
            for each in recipients
        ]
        accepted = tuple(each.recipient for each in told if each.verdict is Verdict.ACCEPTED)
        if accepted:
            self.mails.append((relay, sender, accepted, raw))
        return told

    def _trouble(self, relay: Relay) -> RelayFailure | None:
        if self.trouble is None and self.password and relay.password != self.password:
            return RelayFailure(Stage.AUTH, "authentication failed", 535)
        return self.trouble
