"""ALTCHA's challenges, solved: what is asked of anonymous callers where `PROOF_OF_WORK` is set."""

import base64
import hashlib
import json
import re
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
_MOST_HEX = 128  # of nonce and salt, which are read with each try
_HEX = re.compile("[0-9a-f]*")  # as keys are written: nothing else is ever found
_TIMES_EXPECTED = 16  # with so many, one in nine million fails


def solution(challenge: Any) -> str:
    """What the header has to say; TooMuchWork for a challenge that nobody should solve."""
    try:
        asked = dict(challenge["parameters"])
        prefix, cost, size = _bounded(asked)
        nonce, salt = bytes.fromhex(asked["nonce"]), bytes.fromhex(asked["salt"])
    except (KeyError, TypeError, ValueError, OverflowError) as error:
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
    if not _HEX.fullmatch(prefix) or max(len(asked["nonce"]), len(asked["salt"])) > _MOST_HEX:
        raise TooMuchWork("the challenge is one that has no solution, or takes too much work")
    if not 1 <= size <= _MOST_KEY_BYTES or len(prefix) > _MOST_PREFIX or cost < 1:
        raise TooMuchWork("the challenge has bounds that no Mayfly sets")
    if cost * 16 ** len(prefix) > _MOST_ROUNDS:
        raise TooMuchWork("the challenge takes more work than a client does")
    return prefix, cost, size
