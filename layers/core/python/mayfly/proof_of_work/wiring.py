"""Proof of work, wired."""

from functools import cached_property

from mayfly.assembly import Wiring
from mayfly.proof_of_work.service import ProofOfWork


class ProofOfWorkWiring(Wiring):
    """What strangers do before they get an inbox."""

    @cached_property
    def service(self) -> ProofOfWork:
        ports, cost = self.adapters, self.settings.proof_of_work
        return ProofOfWork(ports.spent_proofs, ports.signing_keys, cost, self.now, self.entropy)
