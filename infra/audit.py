"""`make audit`: known vulnerabilities of the locked packages, asked of OSV (https://osv.dev).

Without the internet it says so and fails nothing: what it checks does not change with the code.
"""

import json
import os
import re
import sys
import urllib.error
import urllib.request
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

REQUIREMENTS = Path(__file__).parents[1] / "requirements"
OSV = "https://api.osv.dev"
TIMEOUT_SECONDS = 20.0
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)

Package = tuple[str, str]


def locked(folder: Path = REQUIREMENTS) -> list[Package]:
    """Names and versions of every package in the lock files."""
    texts = (each.read_text("utf-8") for each in sorted(folder.glob("*.txt")))
    return sorted({(name, version) for text in texts for name, version in _PIN.findall(text)})


def vulnerabilities(packages: Sequence[Package], service: str = OSV) -> list[str]:
    """One line for each package with known ones. URLError or TimeoutError without an answer.

    https://google.github.io/osv.dev/post-v1-querybatch/
    """
    queries = [
        {"package": {"name": name, "ecosystem": "PyPI"}, "version": version}
        for name, version in packages
    ]
    request = urllib.request.Request(
        f"{service}/v1/querybatch",
        json.dumps({"queries": queries}).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as response:
        results: Iterable[dict[str, Any]] = json.load(response)["results"]
    return [
        f"{name} {version}: {', '.join(sorted(each['id'] for each in found['vulns']))}"
        for (name, version), found in zip(packages, results, strict=True)
        if found.get("vulns")
    ]


def main(service: str) -> int:
    """0 if nothing is known, or nobody could be asked; 1 otherwise."""
    packages = locked()
    try:
        found = vulnerabilities(packages, service)
    except (urllib.error.URLError, TimeoutError) as error:
        print(f"Not audited: {service} cannot be reached ({error})")
        return 0
    print("\n".join([*found, f"{len(packages)} packages, {len(found)} with known vulnerabilities"]))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(os.environ.get("OSV_URL", OSV)))
