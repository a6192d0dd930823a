"""Examples of a page: commands with their answers, as `console` blocks of Markdown have them.

In an answer `…` stands for what is left out or differs each time: other fields, other items, any
value, or the rest of a text. Times differ as well, and names that are drawn.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

_BLOCK = re.compile(
    r"^```console(?: (?P<world>\w+))?\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE
)
_TEXT_OR_DOTS = re.compile(r'"(?:[^"\\]|\\.)*"|(?P<dots>…)')
_MORE = "\0more"
_ANY = "\0any"
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
_DRAWN = "@mayfly.localhost"


@dataclass
class Step:
    """What is typed (`$` a command, `>` a frame) and the answer that is shown, if any."""

    line: int
    kind: str
    typed: str
    answer: str = ""


@dataclass
class Block:
    """The steps of one block; `world` says which service it is for."""

    world: str
    steps: list[Step] = field(default_factory=list)


def blocks(page: str) -> Iterator[Block]:
    """All of a page, in their order."""
    for found in _BLOCK.finditer(page):
        first = page.count("\n", 0, found.start("text")) + 1
        block = Block(found["world"] or "")
        for number, line in enumerate(found["text"].splitlines(), first):
            _add(block.steps, number, line)
        yield block


def _add(steps: list[Step], number: int, line: str) -> None:
    kind, typed = line[:1], line[2:]
    if kind in ("$", ">", "<") and line[1:2] == " ":
        steps.append(Step(number, kind, typed))
    elif steps[-1].kind == "$" and not _is_whole(steps[-1].typed):
        steps[-1].typed += f"\n{line}"
    else:
        steps[-1].answer += f"{line}\n"


def _is_whole(command: str) -> bool:
    """Whether nothing of a command is to come: a quote that is open, or a backslash at the end."""
    plain = re.sub(r"\\.", "", command)
    quote = ""
    for letter in plain:
        if letter in "'\"" and quote in ("", letter):
            quote = "" if quote else letter
    return not quote and not plain.endswith("\\")


def differences(shown: str, answered: str) -> list[str]:
    """Where an answer is not as the page shows it; nothing if it is."""
    if not shown.startswith(("{", "[")):
        pattern = re.escape(shown.strip()).replace("…", ".*")
        return (
            []
            if re.fullmatch(pattern, answered.replace("\r\n", "\n").strip(), re.DOTALL)
            else [f"is {answered!r}"]
        )
    try:
        found = json.loads(answered)
    except ValueError:
        return [f"is no JSON: {answered[:300]!r}"]
    return list(_differences(json.loads(_TEXT_OR_DOTS.sub(_marked, shown)), found, "answer"))


def _marked(found: re.Match[str]) -> str:
    """Dots outside of texts in JSON's own terms: an item or a field called more, or any value."""
    if not found["dots"]:
        return found[0]
    before, behind = found.string[: found.start()].rstrip(), found.string[found.end() :].lstrip()
    if before.endswith(":"):
        return json.dumps(_ANY)
    return json.dumps(_MORE) + (": 0" if behind.startswith("}") else "")


def _differences(shown: Any, found: Any, where: str) -> Iterator[str]:
    if shown == _ANY:
        return
    if type(shown) is not type(found):
        yield f"{where} is {found!r}"
    elif isinstance(shown, dict):
        for name in shown.keys() - found.keys() - {_MORE}:
            yield f"{where} has no {name}"
        for name in found.keys() - shown.keys() if _MORE not in shown else ():
            yield f"{where} has {name} as well"
        for name in shown.keys() & found.keys():
            yield from _differences(shown[name], found[name], f"{where}.{name}")
    elif isinstance(shown, list):
        items = [each for each in shown if each != _MORE]
        if len(found) < len(items) or (len(found) > len(items) and len(items) == len(shown)):
            yield f"{where} has {len(found)} items"
        for number, (one, other) in enumerate(zip(items, found, strict=False)):
            yield from _differences(one, other, f"{where}[{number}]")
    elif isinstance(shown, str):
        if not _is_like(shown, found):
            yield f"{where} is {found!r}"
    elif shown != found:
        yield f"{where} is {found!r}"


def _is_like(shown: str, found: str) -> bool:
    if time := _TIME.fullmatch(shown):
        other = _TIME.fullmatch(found)
        return other is not None and bool(time[1]) == bool(other[1])
    if shown.endswith(_DRAWN):
        return found.endswith(_DRAWN)
    return bool(re.fullmatch(re.escape(shown).replace("…", ".*"), found, re.DOTALL))
