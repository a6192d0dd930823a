"""Whether a request came through the deployment's CloudFront."""

import hmac
from dataclasses import dataclass

from mayfly.errors import Unauthenticated
from mayfly.kit.tokens.models import SigningKey
from mayfly.kit.tokens.ports import SigningKeys


@dataclass(frozen=True, slots=True)
class EdgeSecret:
    """Knows the secret that CloudFront adds to requests; without `keys` there is no CloudFront.

    The secret is kept like the keys of tokens: a new one is taken from when it is first sent, and
    the one before still counts, because CloudFront sends it until its next deployment.
    """

    keys: SigningKeys | None

    def matches(self, sent: str) -> bool:
        """Whether this is the secret; SigningKeysUnavailable if that is not known."""
        if self.keys is None:
            return False
        try:
            known = self.keys.find(SigningKey(sent).id)
        except Unauthenticated:
            return False
        return hmac.compare_digest(known.secret.encode(), sent.encode())


SECRET_HEADER = "X-Mayfly-Edge"
"""The secret."""
VIEWER_HEADER = "X-Mayfly-Viewer"
"""The address that CloudFront saw; API Gateway sees CloudFront's own."""
HOST_HEADER = "X-Mayfly-Host"
"""The name that the client asked for; API Gateway takes requests for its own only."""
