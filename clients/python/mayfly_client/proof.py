"""ALTCHA's challenges, solved: what is asked of anonymous callers where `PROOF_OF_WORK` is set."""

import base64
import hashlib
import json
import struct
from collections.abc import Mapping
from typing import Any

from mayfly_client.errors import TooMuchWork, UnexpectedAnswer

HEADER = "X-Altcha"
CHALLENGE_PATH = "/api/proof-of-work"
_ALGORITHM = "PBKDF2/SHA-256"
_MOST_ROUNDS = 200_000_000  # of all tries: a minute or two of a processor
_MOST_KEY_BYTES = 64
_MOST_PREFIX = 6
_TIMES_EXPECTED = 16  # with so many, one in nine million fails


def solution(challenge: Any) -> str:
    """What the header has to say; TooMuchWork for a challenge that nobody should solve."""
    try:
        asked = dict(challenge["parameters"])
        nonce, salt = bytes.fromhex(asked["nonce"]), bytes.fromhex(asked["salt"])
        prefix, cost, size = _bounded(asked)
    except (KeyError, TypeError, ValueError) as error:
        raise UnexpectedAnswer("the challenge is not one of ALTCHA's (version 2)") from error
    for counter in range(16 ** len(prefix) * _TIMES_EXPECTED):
        password = nonce + struct.pack(">I", counter)
        key = hashlib.pbkdf2_hmac("sha256", password, salt, cost, size).hex()
        if key.startswith(prefix):
            found = {"counter": counter, "derivedKey": key}
            payload = {"challenge": challenge, "solution": found}
            return base64.b64encode(json.dumps(payload).encode()).decode()
    raise TooMuchWork("the challenge has no solution")


def _bounded(asked: Mapping[str, Any]) -> tuple[str, int, int]:
    prefix, cost, size = str(asked["keyPrefix"]), int(asked["cost"]), int(asked["keyLength"])
    if asked["algorithm"] != _ALGORITHM:
        raise TooMuchWork("the challenge is of a kind that this client does not know")
    if not 1 <= size <= _MOST_KEY_BYTES or len(prefix) > _MOST_PREFIX or cost < 1:
        raise TooMuchWork("the challenge has bounds that no Mayfly sets")
    if cost * 16 ** len(prefix) > _MOST_ROUNDS:
        raise TooMuchWork("the challenge takes more work than a client does")
    return prefix, cost, size
