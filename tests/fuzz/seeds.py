"""What fuzzing begins with: our own mails, hostile ones, and the corpus beside the checkout."""

import random
from collections.abc import Iterator, Sequence

from bench.hostile_mails import HOSTILE
from tests.mail.test_corpus import CORPUS, corpus
from tests.mail.test_mime_properties import OWN_MAILS, damaged

MAX_SEED_BYTES = 100_000


def seeds() -> list[bytes]:
    """Mails that are small enough to be tried often."""
    mails = [*OWN_MAILS, *(make()[:4000] for make in HOSTILE.values())]
    if CORPUS.is_dir():
        mails += [raw for _, raw in corpus()]
    return [each for each in mails if len(each) <= MAX_SEED_BYTES]


def damaged_mails(mails: Sequence[bytes], seed: int) -> Iterator[bytes]:
    """Mails without end, the same for the same seed; each is one of these with some damage."""
    chance = random.Random(seed)
    while True:
        yield damaged(chance.choice(mails), chance)
