"""Lambda's event filters, read as Lambda reads them: what is absent has no fields either.

ministack lets nothing through whose filter asks for a field of what is absent, also where it asks
that the field is not there. Only `launcher.py` can import this.
"""

from collections.abc import Callable, Mapping
from typing import Any

from ministack.services import lambda_svc

Match = Callable[[Mapping[str, Any], Mapping[str, Any]], bool]


def add() -> None:
    """Teach the emulator; once, before it serves."""
    lambda_svc._match_esm_filter = _with_what_is_absent(lambda_svc._match_esm_filter)


def _with_what_is_absent(match: Match) -> Match:
    def matches(record: Mapping[str, Any], pattern: Mapping[str, Any]) -> bool:
        absent: dict[str, Any] = {
            name: {}
            for name, wanted in pattern.items()
            if isinstance(wanted, dict) and not isinstance(record.get(name), dict)
        }
        return match({**record, **absent}, pattern)

    return matches
