"""Local parts of addresses: random ones, names like those of people, and reserved ones."""

import base64
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

from mayfly.errors import InvalidInput
from mayfly.kit.word_lists import lists_in

_WORDS = Path(__file__).with_name("names.txt")
_BETWEEN = str.maketrans("", "", "._-")
_RANDOM_BYTES = 8
_LOCAL_PART_BYTES = 10
_NUMBERS = (range(10, 100), range(1000, 10_000))
"""Two digits sound best; once a name of that kind was taken, four find a free one."""


@cache
def words(kind: str) -> tuple[str, ...]:
    """Those that names.txt has of a kind: `reserved`, `first names`, `last names`."""
    return tuple(" ".join(lists_in(_WORDS)[kind]).split())


def random_local_part(entropy: Callable[[int], bytes]) -> str:
    """Sixteen characters of 80 random bits: for a public address, they are the key to its mail."""
    return base64.b32encode(entropy(_LOCAL_PART_BYTES)).decode("ascii").lower()


def friendly_local_part(entropy: Callable[[int], bytes], attempt: int = 0) -> str:
    """A local part as `sarah.mitchell42`; with `attempt` above 0 from a larger choice.

    3 million names at first, 300 million then. They can be guessed: they are for inboxes
    that a token opens.
    """
    numbers = _NUMBERS[min(attempt, len(_NUMBERS) - 1)]
    number = int.from_bytes(entropy(_RANDOM_BYTES), "big")
    number, first = divmod(number, len(words("first names")))
    number, last = divmod(number, len(words("last names")))
    name = f"{words('first names')[first]}.{words('last names')[last]}"
    return f"{name}{numbers[number % len(numbers)]}"


_CHOSEN = re.compile(r"(?!.*[._-]{2})[a-z0-9][a-z0-9._-]{1,62}[a-z0-9]")


def chosen_local_part(alias: str, runs_domain: bool = False) -> str:
    """The chosen local part; InvalidInput for one that nobody may have.

    Reserved ones are for the domain's operator.

    Letters that look alike in other scripts, plus tags and quoted names stay out: a chosen name is
    one that people read, and it must be the same for all of them.
    """
    local = alias.strip().lower()
    if not _CHOSEN.fullmatch(local):
        raise InvalidInput(
            "alias must have 3 to 64 characters: letters a to z, digits, and between them single"
            " dots, hyphens and underscores"
        )
    if is_reserved(local) and not runs_domain:
        raise InvalidInput("this alias is reserved; choose another")
    return local


def is_reserved(local: str) -> bool:
    """Whether nobody may take this local part, with whatever plus tag or case."""
    return local.lower().partition("+")[0].translate(_BETWEEN) in words("reserved")
