"""What the page costs beyond the API's requests: CloudFront, and S3 behind it."""

from dataclasses import dataclass

from bench import prices
from bench.cost_assumptions import GB, REGIONAL_CACHES
from bench.cost_inputs import Web


@dataclass(frozen=True, slots=True)
class Visits:
    """Openings of the page, and what it asks of the API through CloudFront."""

    web: Web

    @property
    def first(self) -> float:
        """Dollars for one who has never been there."""
        return self._opening(self.web.first_bytes)

    @property
    def again(self) -> float:
        """Dollars for one who has every file, and asks whether it is still the same."""
        return self._opening(self.web.later_bytes)

    @property
    def request(self) -> float:
        """Dollars that a request of the API costs more by this way; its bytes cost less."""
        return prices.EDGE_REQUEST + prices.EDGE_FUNCTION

    @property
    def deployment(self) -> float:
        """Dollars for S3 when all files are put there anew, and each cache asks for each once."""
        return self.web.files * (prices.S3_WRITE + REGIONAL_CACHES * prices.S3_READ)

    def _opening(self, octets: int) -> float:
        return self.web.requests * prices.EDGE_REQUEST + octets / GB * prices.EDGE_GB
