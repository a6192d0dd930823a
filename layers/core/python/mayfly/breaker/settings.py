"""What is lowered when a day has cost too much."""

from dataclasses import dataclass

from mayfly.breaker.models import ApiStage
from mayfly.kit.settings import FromEnvironment, made


def _stages(texts: tuple[str, ...]) -> tuple[str, ...]:
    for text in texts:
        ApiStage.parse(text)
    return texts


@dataclass(frozen=True, init=False, repr=False, eq=False)
class BreakerSettings(FromEnvironment):
    """What is lowered when a day has cost too much."""

    api_stages: tuple[str, ...] = made(
        (), "stages of the APIs and their usual throttle, which the breaker lowers", _stages
    )
