"""A stage of API Gateway, and how much it usually lets through."""

from dataclasses import dataclass

from mayfly.errors import InvalidInput

REST = "restapis"
SOCKET = "apis"


@dataclass(frozen=True, slots=True)
class ApiStage:
    """`rate` requests a second, `burst` at once. `is_rest` is false for a WebSocket API."""

    api: str
    name: str
    rate: int
    burst: int
    is_rest: bool

    @classmethod
    def parse(cls, text: str) -> "ApiStage":
        """What `str` writes, as in `restapis/a1b2c3/stages/live 100 200`; InvalidInput."""
        try:
            path, rate, burst = text.split(" ")
            kind, api, stages, name = path.split("/")
            if kind in (REST, SOCKET) and stages == "stages" and api and name:
                return cls(api, name, int(rate), int(burst), kind == REST)
        except ValueError:
            pass
        raise InvalidInput(f"not a stage of an API with its rate and burst: {text[:80]!r}")

    @property
    def path(self) -> str:
        """Where API Gateway has it, as its ARN ends."""
        return f"{REST if self.is_rest else SOCKET}/{self.api}/stages/{self.name}"

    def __str__(self) -> str:
        """As `parse` reads it."""
        return f"{self.path} {self.rate} {self.burst}"
