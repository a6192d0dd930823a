"""The JSON of challenges: ALTCHA's, so that clients that exist can solve them."""

from typing import Annotated, Self

import msgspec

from mayfly.kit.http.schemas import View, about
from mayfly.proof_of_work import models


class ChallengeParameters(View, rename="camel"):
    """What to do: find a `counter` with which the derived key begins with `keyPrefix`."""

    algorithm: Annotated[str, about(examples=[models.ALGORITHM])]
    cost: Annotated[int, about("Rounds of the derivation", ge=1)]
    data: Annotated[dict[str, str], about("To be sent back as it is")]
    expires_at: Annotated[int, about("Epoch seconds")]
    key_length: Annotated[int, about("Bytes")]
    key_prefix: Annotated[str, about("Hexadecimal digits", examples=[models.KEY_PREFIX])]
    nonce: Annotated[
        str,
        about("The password is these bytes and the counter, as four bytes with the highest first"),
    ]
    salt: Annotated[str, about("Of the derivation, in hexadecimal digits")]


class ProofChallenge(View):
    """A challenge of ALTCHA, version 2."""

    parameters: ChallengeParameters
    signature: Annotated[str, about("To be sent back as it is")]

    @classmethod
    def of(cls, challenge: models.Challenge) -> Self:
        """The challenge as it is sent."""
        return msgspec.convert(msgspec.to_builtins(challenge), cls)
