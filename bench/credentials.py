"""CPU of looking at a credential: an access token's check, and one verification of a password.

Each in turn with its floor, in one process: a slow moment of the machine meets all alike.
"""

import hashlib
import hmac
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial

import argon2
import jwt

from bench.cost.metering import metered
from mayfly.kit.tokens.jwt import ALGORITHM
from mayfly.private_inboxes.tokens import AUDIENCE

ROUNDS = 15
CHECKS = 400
VERIFICATIONS = 3
PASSWORD = "a phrase for the benchmark"
Work = Callable[[], object]


def figures() -> Iterator[dict[str, object]]:
    """One line a kind of credential."""
    yield _token()
    yield _password()


def _token() -> dict[str, object]:
    with metered() as assembly:
        opened = assembly.private_inboxes.service.make(None, timedelta(hours=1))
        text, key = opened.token.text, assembly.adapters.signing_keys.current().secret
        octets, secret = text.rpartition(".")[0].encode(), key.encode()
        decode = partial(jwt.decode, text, key, [ALGORITHM], audience=AUDIENCE)
        ours, digest, decoding = _seconds(
            CHECKS,
            partial(assembly.private_inboxes.tokens.read, text),
            partial(hmac.digest, secret, octets, hashlib.sha256),
            decode,
        )
    return {
        "figure": "token check CPU",
        "ratio_to_bare_hmac": round(ours / digest, 1),
        "ratio_to_jwt_decode": round(ours / decoding, 2),
        "microseconds": round(ours * 1e6, 1),
    }


def _password() -> dict[str, object]:
    with metered() as assembly:
        hashes, tokens = assembly.accounts.passwords.hashes, assembly.private_inboxes.tokens
        text = assembly.private_inboxes.service.make(None, timedelta(hours=1)).token.text
        kept = hashes.hash(PASSWORD)
        bare = partial(
            argon2.low_level.verify_secret, kept.encode(), PASSWORD.encode(), argon2.Type.ID
        )
        right, nobody, floor, token = _seconds(
            VERIFICATIONS,
            partial(hashes.verify, kept, PASSWORD),
            partial(hashes.verify, hashes.nobody(), PASSWORD),
            bare,
            partial(tokens.read, text),
        )
    return {
        "figure": "argon2id verification CPU",
        "ratio_to_bare_argon2id": round(right / floor, 2),
        "nobody_to_right": round(nobody / right, 2),
        "ratio_to_token_check": round(right / token),
        "milliseconds": round(right * 1000, 1),
    }


def _seconds(times: int, *works: Work) -> list[float]:
    """What each takes once: the best of several rounds, in which they take turns."""
    best = [float("inf")] * len(works)
    for _ in range(ROUNDS):
        for index, work in enumerate(works):
            start = time.process_time()
            for _ in range(times):
                work()
            best[index] = min(best[index], (time.process_time() - start) / times)
    return best
