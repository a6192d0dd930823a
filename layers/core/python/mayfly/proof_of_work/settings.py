"""Whether those who have no credential work before they get an inbox."""

from dataclasses import dataclass

from mayfly import limits
from mayfly.kit.settings import FromEnvironment, setting, within


@dataclass(frozen=True, init=False, repr=False, eq=False)
class ProofOfWorkSettings(FromEnvironment):
    """Whether those who have no credential work before they get an inbox."""

    proof_of_work: int = setting(
        0,
        "rounds of PBKDF2 that each try costs whoever makes an address, a private inbox, a session"
        " or an account; they try some 256 times. 1000 keeps a browser busy for half a second;"
        " 0 asks for nothing",
        within(0, limits.MOST_PROOF_ROUNDS, "nothing is asked for"),
    )
