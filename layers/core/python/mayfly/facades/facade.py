"""What a facade is: paths of another service, and how that service says what went wrong.

Its routes are declared as all others are (`mayfly.kit.http.route`), under `/{name}/`, in the
`routes` of the subject of its name, which has them as `facade`. They are no part of the API that
Mayfly describes: their documentation is that of the other service.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from typing import ClassVar

from mayfly.errors import Kind, MayflyError
from mayfly.kit.http.messages import Answer
from mayfly.kit.http.route import ANYONE, Call, Route, Routes

DOUBLED = "^(/mailpit/[^/]+)//(view/)"
"""What cypress-mailpit asks for with a slash too many, which API Gateway finds nothing for.

The first and the second group, with a slash between them, are the path. Python and JavaScript, by
which the laptop and CloudFront put it right, read this alike.
"""
Refusal = Callable[[Exception, Kind], Answer]
"""How an error is answered; of one that is not the caller's, nothing may be told but the kind."""


class NotOffered(MayflyError):
    """The other service has this operation, and Mayfly has nothing that it could stand for."""

    kind: ClassVar[Kind] = Kind(501, "NOT_OFFERED")


@dataclass(frozen=True)
class Facade:
    """One other service as its clients see it; `peer` is what it is called."""

    name: str
    peer: str
    routes: Sequence[Route]
    refusal: Refusal
    at: Mapping[str, Mapping[str, Route]] = field(init=False)
    """The routes by path and method."""

    def __post_init__(self) -> None:
        """Find the routes by their paths."""
        found: dict[str, dict[str, Route]] = {}
        for route in self.routes:
            found.setdefault(route.path, {})[route.method] = route
        object.__setattr__(self, "at", found)


def offer_not(routes: Routes, *operations: tuple[str, str]) -> None:
    """Declare operations (method and path) of the other service that are answered as NotOffered."""
    for number, (method, path) in enumerate(operations):

        def refuse(call: Call[None, None]) -> None:
            raise NotOffered(f"Mayfly does not offer {call.request.method} {call.request.resource}")

        routes(
            method,
            path,
            "Not offered",
            ANYONE,
            means="Never",
            errors={501: "Mayfly does not offer this"},
            operation=f"{routes.tag}_not_offered_{number}",
        )(refuse)


@cache
def facade(name: str) -> Facade:
    """The facade of this name; its subject is imported when it is first asked for."""
    found: Facade = import_module(f"mayfly.{name}.routes").facade
    return found


def facade_at(resource: str, names: Iterable[str]) -> Facade | None:
    """That of these facades which the path (a template of API Gateway) belongs to, if one does."""
    name = resource.removeprefix("/").partition("/")[0]
    return facade(name) if name in names else None


def facade_routes(names: Iterable[str]) -> list[Route]:
    """All operations of these facades."""
    return [route for name in names for route in facade(name).routes]
