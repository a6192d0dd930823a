"""What the lock files pin, for who asks about those packages: the audit, the SBOM of a release."""

import re
from pathlib import Path

from packaging.utils import canonicalize_name

REQUIREMENTS = Path(__file__).parents[1] / "requirements"
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)


def pins(file: Path) -> dict[str, str]:
    """The versions in a lock file by the normal names of their packages."""
    found = _PIN.findall(file.read_text("utf-8"))
    return {str(canonicalize_name(name)): version for name, version in found}
