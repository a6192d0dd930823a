"""All expressions of a request together: parsed once, kept by their texts, checked at each call."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from infra.local.engine.dynamodb.comparisons import Condition
from infra.local.engine.dynamodb.conditions import ConditionParser, FilterParser
from infra.local.engine.dynamodb.expressions import Parser
from infra.local.engine.dynamodb.key_conditions import KeyCondition, KeyConditionParser
from infra.local.engine.dynamodb.numbers import Invalid
from infra.local.engine.dynamodb.paths import Names, Values
from infra.local.engine.dynamodb.updates import Update, UpdateParser
from infra.local.engine.dynamodb.values import checked_row
from infra.local.engine.errors import Unsupported

_KEPT = 1024

TEXTS = (
    *("UpdateExpression", "ConditionExpression", "FilterExpression"),
    *("ProjectionExpression", "KeyConditionExpression"),
)


class ProjectionParser(Parser):
    """Makes the list of the attributes that an expression names."""

    kind = "ProjectionExpression"

    def parse(self) -> tuple[str, ...]:
        """All of the expression."""
        routes = [self._attribute()]
        while self.takes(","):
            routes.append(self._attribute())
        if self.next:
            raise self.unexpected()
        return tuple(routes)

    def _attribute(self) -> str:
        route = self.route()
        if len(route) > 1:
            raise Unsupported("a path within an attribute in a ProjectionExpression")
        return str(route[0])


@dataclass(frozen=True, slots=True)
class Program:
    """A request's expressions, and the placeholders in them."""

    update: Update | None
    condition: Condition | None
    chosen: Condition | None
    projection: tuple[str, ...] | None
    key: KeyCondition | None
    names: frozenset[str]
    values: frozenset[str]

    def bound(self, request: Mapping[str, Any]) -> tuple[Names, Values]:
        """What the request's placeholders stand for; Invalid unless they are those in use."""
        names = request.get("ExpressionAttributeNames")
        values = request.get("ExpressionAttributeValues")
        if names is None:
            names = {}
        elif not names:
            raise Invalid("ExpressionAttributeNames must not be empty")
        if values is None:
            values = {}
        elif not values:
            raise Invalid("ExpressionAttributeValues must not be empty")
        if names.keys() != self.names or values.keys() != self.values:
            raise self._mismatch(request, names, values)
        values = checked_row(values)
        if self.update is not None:
            self.update.check(names, values)
        return names, values

    def _mismatch(self, request: Mapping[str, Any], names: Names, values: Values) -> Invalid:
        used = {"Names": self.names, "Values": self.values}
        given = {"Names": names.keys(), "Values": values.keys()}
        texts = [text for text in TEXTS if request.get(text) is not None]
        for what, words in used.items():
            if given[what] and not texts:
                return Invalid(
                    f"ExpressionAttribute{what} can only be specified when using expressions"
                )
            for name in sorted(words - given[what]):
                kind = next(text for text in texts if name in request[text])
                where = "the document path" if what == "Names" else "expression"
                return Invalid(
                    f"Invalid {kind}: An expression attribute {what[:-1].lower()} used in {where}"
                    f" is not defined; attribute {what[:-1].lower()}: {name}"
                )
        for what, words in used.items():
            if unused := sorted(given[what] - words):
                return Invalid(
                    f"Value provided in ExpressionAttribute{what} unused in expressions: keys:"
                    f" {{{', '.join(unused)}}}"
                )
        raise AssertionError("they are the same")


def program_of(request: Mapping[str, Any]) -> Program:
    """The program of the request's expressions."""
    get = request.get
    return _program(
        get("UpdateExpression"),
        get("ConditionExpression"),
        get("FilterExpression"),
        get("ProjectionExpression"),
        get("KeyConditionExpression"),
    )


@lru_cache(_KEPT)
def _program(*texts: str | None) -> Program:
    parsers = (UpdateParser, ConditionParser, FilterParser, ProjectionParser, KeyConditionParser)
    made: Any = []
    names: set[str] = set()
    values: set[str] = set()
    for parser, text in zip(parsers, texts, strict=True):
        if text is None:
            made.append(None)
            continue
        parsing: Any = parser(text)
        made.append(parsing.parse())
        names |= parsing.names
        values |= parsing.values
    update, condition, chosen, projection, key = made
    found = frozenset(names), frozenset(values)
    return Program(update, condition, chosen, projection, key, *found)
