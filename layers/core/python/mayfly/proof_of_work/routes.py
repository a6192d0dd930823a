"""The operation that hands out challenges, and what operations say that want one solved."""

from mayfly import limits
from mayfly.assembly import Assembly
from mayfly.kit.http.messages import Request
from mayfly.kit.http.route import ANYONE, NO_KEYS, Call, Routes
from mayfly.proof_of_work.models import HEADER
from mayfly.proof_of_work.schemas import ProofChallenge

PROOF_PARAMETER: dict[str, object] = {
    "name": HEADER,
    "in": "header",
    "schema": {"type": "string", "maxLength": limits.MAX_PROOF_CHARS},
    "description": "Where PROOF_OF_WORK is set: a solved challenge of `GET /api/proof-of-work`, as"
    ' base64 of `{"challenge": …, "solution": {"counter": …, "derivedKey": …}}`. Counts once.',
}
NO_PROOF = "a proof of work is needed (`PROOF_OF_WORK_REQUIRED`)"
api = Routes("service")


def check_proof(request: Request, flows: Assembly) -> None:
    """ProofRequired where work is asked for and the request shows none that counts."""
    flows.proof_of_work.service.check(request.headers.get(HEADER.lower(), ""))


@api(
    "GET",
    "/api/proof-of-work",
    "Get a challenge to solve",
    ANYONE,
    means="A challenge, good for ten minutes",
    errors={404: "This service asks for no proof of work", 503: NO_KEYS},
)
def proof_of_work(call: Call[None, None]) -> ProofChallenge:
    """For those who make an address, a private inbox, a session or an account, where the deployment
    asks for work. The format is ALTCHA's (version 2, PBKDF2/SHA-256): its widget and libraries
    solve it.
    """
    return ProofChallenge.of(call.flows.proof_of_work.service.challenge())
