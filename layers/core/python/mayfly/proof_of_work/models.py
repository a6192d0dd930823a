"""Challenges and their solutions, in the format of ALTCHA (version 2), which has clients elsewhere.

A challenge names a key derivation function with its parameters. It is solved by a counter with
which the derived key begins with `keyPrefix`: who solves it tries some 256, who checks it one.
"""

import base64
import binascii
import hashlib
import hmac
import json
import struct
from datetime import datetime
from typing import Annotated, Self

import msgspec

from mayfly import limits
from mayfly.errors import InvalidInput, Kind, MayflyError
from mayfly.kit.tokens.models import SigningKey

ALGORITHM = "PBKDF2/SHA-256"
HEADER = "X-Altcha"
KEY_BYTES = 32
KEY_PREFIX = "00"
NONCE_BYTES = 16
_PURPOSE = b"mayfly-proof-of-work"
_MOST_COUNTER = 2**32 - 1
_Hex = Annotated[str, msgspec.Meta(max_length=2 * KEY_BYTES, pattern="^(?:[0-9a-f]{2})+$")]


class ProofRequired(MayflyError):
    """This deployment wants a solved challenge with the request, and got none that counts."""

    kind = Kind(403, "PROOF_OF_WORK_REQUIRED")


class Parameters(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """What the client has to do; `data` names the key that the challenge is signed with."""

    algorithm: str
    cost: Annotated[int, msgspec.Meta(ge=1, le=limits.MOST_PROOF_ROUNDS)]
    data: dict[str, str]
    expires_at: int
    key_length: int
    key_prefix: str
    nonce: _Hex
    salt: _Hex

    def signature(self, key: SigningKey) -> str:
        """The HMAC of the parameters as JSON with sorted keys and no spaces."""
        purpose = hmac.digest(key.secret.encode(), _PURPOSE, "sha256")
        text = json.dumps(msgspec.to_builtins(self), sort_keys=True, separators=(",", ":"))
        return hmac.new(purpose, text.encode(), hashlib.sha256).hexdigest()

    def key(self, counter: int) -> str:
        """What is derived with this counter, in hexadecimal digits."""
        password = bytes.fromhex(self.nonce) + struct.pack(">I", counter)
        salt = bytes.fromhex(self.salt)
        return hashlib.pbkdf2_hmac("sha256", password, salt, self.cost, KEY_BYTES).hex()


class Challenge(msgspec.Struct, forbid_unknown_fields=True):
    """The parameters, and our signature of them."""

    parameters: Parameters
    signature: str

    @classmethod
    def made(cls, key: SigningKey, cost: int, nonce: bytes, salt: bytes, until: datetime) -> Self:
        """A new one; it ends on a whole second."""
        parameters = Parameters(
            algorithm=ALGORITHM,
            cost=cost,
            data={"kid": key.id},
            expires_at=int(until.timestamp()),
            key_length=KEY_BYTES,
            key_prefix=KEY_PREFIX,
            nonce=nonce.hex(),
            salt=salt.hex(),
        )
        return cls(parameters, parameters.signature(key))


class Solution(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """The counter that was found. `time` is the client's word for how long that took."""

    counter: Annotated[int, msgspec.Meta(ge=0, le=_MOST_COUNTER)]
    derived_key: _Hex
    time: float | None = None


class Payload(msgspec.Struct, forbid_unknown_fields=True):
    """A challenge with its solution: what the header has, as base64 of JSON."""

    challenge: Challenge
    solution: Solution

    @classmethod
    def read(cls, text: str) -> Self:
        """The payload of a header of bounded length; InvalidInput for everything else."""
        try:
            return msgspec.json.decode(base64.b64decode(text, validate=True), type=cls)
        except (binascii.Error, ValueError, UnicodeError) as error:
            raise InvalidInput(
                f"{HEADER} must be the base64 of JSON with `challenge` and `solution`"
            ) from error

    def is_solved(self) -> bool:
        """Whether the counter is right: one derivation, of the cost that we have signed."""
        parameters, solution = self.challenge.parameters, self.solution
        found = parameters.key(solution.counter)
        return found.startswith(KEY_PREFIX) and hmac.compare_digest(found, solution.derived_key)
