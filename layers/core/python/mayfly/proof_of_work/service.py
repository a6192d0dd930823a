"""Asking for work: a challenge for whoever has no credential, and one inbox for its solution."""

import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from mayfly import limits
from mayfly.errors import InvalidInput, NotFound, Unauthenticated
from mayfly.kit.clock import Clock, Entropy
from mayfly.kit.dynamodb.notation import from_epoch
from mayfly.kit.tokens.ports import SigningKeys
from mayfly.proof_of_work.models import (
    ALGORITHM,
    HEADER,
    NONCE_BYTES,
    Challenge,
    Payload,
    ProofRequired,
)


class SpentProofs(Protocol):
    """The challenges whose solutions have been taken."""

    def spend(self, nonce: str, ends_at: datetime) -> bool:
        """Whether this is the first time; of any number that ask at once, one hears True.

        It is remembered until the challenge has ended, at least.
        """


@dataclass(frozen=True, slots=True)
class ProofOfWork:
    """Hands out challenges, and takes each solution once."""

    spent: SpentProofs
    keys: SigningKeys
    cost: int
    now: Clock
    entropy: Entropy

    def challenge(self) -> Challenge:
        """A new challenge, good for some minutes; NotFound where this deployment asks for none."""
        if not self.cost:
            raise NotFound("this service asks for no proof of work (PROOF_OF_WORK)")
        nonce, salt = self.entropy(NONCE_BYTES), self.entropy(NONCE_BYTES)
        until = self.now() + limits.PROOF_LIFETIME
        return Challenge.made(self.keys.current(), self.cost, nonce, salt, until)

    def check(self, text: str) -> None:
        """Take what the header says, once; ProofRequired says what is wrong with it.

        The signature comes first: only what we have signed is worth a derivation, and only what is
        solved is worth a write.
        """
        if len(text) > limits.MAX_PROOF_CHARS:
            raise InvalidInput(f"{HEADER} has at most {limits.MAX_PROOF_CHARS} characters")
        if not self.cost:
            return
        if not text:
            raise _required("send a solved challenge")
        payload = Payload.read(text)
        parameters = payload.challenge.parameters
        if parameters.algorithm != ALGORITHM or not self._is_ours(payload.challenge):
            raise _required("the challenge is none of this service's")
        ends_at = from_epoch(parameters.expires_at)
        if ends_at <= self.now():
            raise _required("the challenge has ended")
        if not payload.is_solved():
            raise _required("the solution is wrong")
        if not self.spent.spend(parameters.nonce, ends_at):
            raise _required("the solution has been used already")

    def _is_ours(self, challenge: Challenge) -> bool:
        try:
            key = self.keys.find(challenge.parameters.data.get("kid", ""))
        except Unauthenticated:
            return False
        signature = challenge.parameters.signature(key)
        return hmac.compare_digest(signature.encode(), challenge.signature.encode())


def _required(why: str) -> ProofRequired:
    return ProofRequired(
        f"{why}: GET /api/proof-of-work, and send its solution as the header {HEADER}"
    )
