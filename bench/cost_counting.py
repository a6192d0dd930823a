"""What it costs to count how requests are answered: a write for twenty of them.

A process that is asked seldom writes more often, at once after ten quiet seconds; then there are
few requests. The row is as large as if every operation had been asked for, and refused as well.
"""

from datetime import timedelta
from math import ceil

from bench.units import item_bytes
from mayfly.aws.notation import encode_row
from mayfly.blueprint import limits
from mayfly.blueprint.routes import ROUTES
from mayfly.blueprint.table import requests_key
from mayfly.domain.answered import counters_of

_MANY = 123_456_789  # of each


def _row_bytes() -> int:
    row: dict[str, object] = {**requests_key(0)}
    for route in ROUTES:
        for status in (200, 400):
            row |= dict.fromkeys(counters_of(route.operation, status, timedelta(0)), _MANY)
    return item_bytes(encode_row(row))


UNITS_OF_COUNTING = ceil(_row_bytes() / 1024) / limits.REQUESTS_NOTED_TOGETHER
"""DynamoDB's write units for each request."""
UNITS_OF_ADDRESS = 1 / limits.ADDRESS_COUNTED_TOGETHER
"""The same for each request with a token, and each new inbox, of counting it for its address."""
