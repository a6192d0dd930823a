"""Prints the figures, one JSON line each: `python -m bench`, or with the names of some parts.

Each is a ratio or a count from one run, so that runs on other machines can be compared.
"""

import json
import sys
from importlib import import_module

PARTS = (
    "parsing",
    "path",
    "handling",
    "imports",
    "capacity",
    "credentials",
    "laptop",
    "mail_clients",
    "growth",
    "felt",
    "codes",
    "conflicts",
    "consumer",
    "sweep",
    "cost_limits",
)


def main(parts: list[str]) -> None:
    """Measure the parts that are named, or all."""
    unknown = set(parts) - set(PARTS)
    if unknown:
        sys.exit(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    for part in parts or PARTS:
        for figure in import_module(f"bench.{part}").figures():
            print(json.dumps(figure), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
