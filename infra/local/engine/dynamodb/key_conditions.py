"""Which rows a query is about: those of one partition, in one range of their sort keys."""

from dataclasses import dataclass

from infra.local.engine.dynamodb.expressions import Parser
from infra.local.engine.dynamodb.numbers import Invalid
from infra.local.engine.dynamodb.paths import Names, Values
from infra.local.engine.dynamodb.values import Value
from mayfly.kit.dynamodb.keys import PARTITION_KEY, SORT_KEY

_SIGNS = ("=", "<", "<=", ">", ">=")
_LAST = 0x10FFFF
_SURROGATES = range(0xD800, 0xE000)


@dataclass(frozen=True, slots=True)
class Range:
    """Sort keys from `low` to `high`, each itself included or not; None where there is no end."""

    partition: str
    low: str | None = None
    high: str | None = None
    with_low: bool = True
    with_high: bool = True


@dataclass(frozen=True, slots=True)
class KeyCondition:
    """Terms: an attribute, what is asked of it, and the placeholders of the values."""

    terms: tuple[tuple[str, str, tuple[str, ...]], ...]

    def range(self, names: Names, values: Values) -> Range:
        """The keys; Invalid for what DynamoDB cannot look up."""
        found: dict[str, tuple[str, list[str]]] = {}
        for word, sign, placeholders in self.terms:
            name = names.get(word, word)
            if name in found:
                raise Invalid(
                    "Invalid KeyConditionExpression: KeyConditionExpressions must only contain one"
                    " condition per key"
                )
            found[name] = sign, [_text(name, values[each]) for each in placeholders]
        sign, texts = found.pop(PARTITION_KEY, ("", []))
        if not sign:
            raise Invalid(f"Query condition missed key schema element: {PARTITION_KEY}")
        if sign != "=":
            raise Invalid("Query key condition not supported")
        if not texts[0]:
            raise empty_key(PARTITION_KEY)
        if not found:
            return Range(texts[0])
        if SORT_KEY not in found:
            raise Invalid(f"Query condition missed key schema element: {SORT_KEY}")
        return _range(texts[0], *found[SORT_KEY])


class KeyConditionParser(Parser):
    """Makes a `KeyCondition` of its text."""

    kind = "KeyConditionExpression"

    def parse(self) -> KeyCondition:
        """All of the expression."""
        terms = [self._term()]
        if self.takes("AND"):
            terms.append(self._term())
        if self.next:
            raise self.unexpected()
        return KeyCondition(tuple(terms))

    def _term(self) -> tuple[str, str, tuple[str, ...]]:
        if self._calls("begins_with"):
            name = self._attribute()
            self.must(",")
            prefix = self.value()
            self.must(")")
            return name, "begins_with", (prefix,)
        name = self._attribute()
        if self.takes("BETWEEN"):
            low = self.value()
            self.must("AND")
            return name, "BETWEEN", (low, self.value())
        sign = self.takes(*_SIGNS)
        if not sign:
            raise self.unexpected()
        return name, sign, (self.value(),)

    def _attribute(self) -> str:
        route = self.route()
        if len(route) > 1:
            raise self.invalid(
                "KeyConditionExpressions cannot have conditions on nested attributes"
            )
        return str(route[0])


def empty_key(name: str) -> Invalid:
    """The refusal of an empty string as a key."""
    return Invalid(
        "One or more parameter values are not valid. The AttributeValue for a key attribute cannot"
        f" contain an empty string value. Key: {name}"
    )


def _range(partition: str, sign: str, texts: list[str]) -> Range:
    first = texts[0]
    match sign:
        case "=":
            return Range(partition, first, first)
        case "<" | "<=":
            return Range(partition, None, first, with_high=sign == "<=")
        case ">" | ">=":
            return Range(partition, first, None, with_low=sign == ">=")
        case "begins_with":
            return Range(partition, first, _behind(first), with_high=False)
    if first > texts[1]:
        raise Invalid(
            "Invalid KeyConditionExpression: The BETWEEN operator requires upper bound to be"
            " greater than or equal to lower bound; lower bound operand: AttributeValue:"
            f" {{S:{first}}}, upper bound operand: AttributeValue: {{S:{texts[1]}}}"
        )
    return Range(partition, first, texts[1])


def _behind(prefix: str) -> str | None:
    """The first text after all that begin with this; None if there is none."""
    kept = prefix.rstrip(chr(_LAST))
    if not kept:
        return None
    following = ord(kept[-1]) + 1
    return kept[:-1] + chr(_SURROGATES.stop if following in _SURROGATES else following)


def _text(name: str, value: Value) -> str:
    if "S" not in value:
        raise Invalid(
            "One or more parameter values were invalid: Condition parameter type does not match"
            f" schema type; attribute: {name}"
        )
    return str(value["S"])
