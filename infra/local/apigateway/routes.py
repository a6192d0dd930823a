"""Which route of the blueprint a path belongs to, as API Gateway matches resources."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RouteTable:
    """Path templates such as `/api/emails/{email}`; one path segment fills one parameter."""

    templates: tuple[str, ...]

    @classmethod
    def of(cls, paths: Iterable[str]) -> "RouteTable":
        """Words before parameters, so that `/docs/x` wins against `/docs/{file}`."""
        return cls(tuple(sorted(set(paths), key=lambda path: path.replace("{", "\uffff"))))

    def find(self, path: str) -> tuple[str, Mapping[str, str]] | None:
        """The template that fits and the parameters, still percent-encoded."""
        # REST APIs find `/a/` where `/a` is.
        segments = (path.removesuffix("/") or path).split("/")
        for template in self.templates:
            parameters = _fit(template.split("/"), segments)
            if parameters is not None:
                return template, parameters
        return None


def _fit(template: list[str], segments: list[str]) -> dict[str, str] | None:
    if len(template) != len(segments):
        return None
    parameters = {}
    for wanted, found in zip(template, segments, strict=True):
        if wanted.startswith("{"):
            if not found:
                return None
            parameters[wanted.strip("{}")] = found
        elif wanted != found:
            return None
    return parameters
