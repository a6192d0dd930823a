"""Which other services' clients are answered."""

from dataclasses import dataclass

from mayfly.errors import InvalidInput
from mayfly.kit.settings import FromEnvironment, setting

NAMES: tuple[str, ...] = ("mailosaur", "mailpit", "mailhog", "mailtm")
"""Each is the folder of its subject, and what its paths begin with."""


def _names(names: tuple[str, ...]) -> tuple[str, ...]:
    asked = {name.lower() for name in names}
    if unknown := sorted(asked.difference(NAMES)):
        raise InvalidInput(
            f"must be of {', '.join(NAMES)}, comma-separated, not {unknown[0][:40]!r}"
        )
    return tuple(name for name in NAMES if name in asked)


@dataclass(frozen=True, init=False, repr=False, eq=False)
class FacadeSettings(FromEnvironment):
    """Which other services' clients are answered."""

    facades: tuple[str, ...] = setting(
        (),
        "other services whose clients work here, comma-separated: mailosaur, mailpit, mailhog,"
        " mailtm; empty: none. On the laptop all",
        _names,
    )
