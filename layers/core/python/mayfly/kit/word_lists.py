"""Lists of words that stand in data files."""

from collections import defaultdict
from pathlib import Path


def lists_in(file: Path) -> dict[str, list[str]]:
    """The lines of each list of the file. `[a name]` begins a list, `#` a remark."""
    found: dict[str, list[str]] = defaultdict(list)
    name = ""
    for line in file.read_text("utf-8").splitlines():
        inside = line[1:-1] if line.startswith("[") and line.endswith("]") else ""
        if inside.replace(" ", "").isalpha():  # a pattern may stand in brackets, too
            name = inside
        elif line and not line.startswith("#"):
            found[name].append(line)
    return found
