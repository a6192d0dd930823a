"""The links that a message names for programs: actions of schema.org, in JSON-LD or as microdata.

They are read where they stand; nothing is fetched.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from mayfly.mail.html.balance import unescaped
from mayfly.mail.html.text import Link

ACTIONS = frozenset({"ViewAction", "ConfirmAction"})
SCRIPTS = 10
ITEM_CHARS = 2_000
VALUES = 500
"""So many objects and lists of JSON-LD are looked into."""

_SCRIPT = re.compile(
    r"<script\b[^>]{0,200}?\bapplication/ld\+json\b[^>]{0,200}+>((?:\s|<!--|<!\[CDATA\[|//){0,50}+[^<]{0,20000}+)",
    re.IGNORECASE,
)
_COMMENT = re.compile(r"\A(?:\s|<!--|<!\[CDATA\[|//){1,50}+|(?:\s|//|-->|\]\]>){1,50}+\Z")
_TYPE = re.compile(r"(?:https?://schema\.org/|schema:)?(\w+)", re.IGNORECASE)
_ITEM = re.compile(
    r"\bitemtype\s{0,5}=\s{0,5}[\"']?https?://schema\.org/(View|Confirm)Action\b", re.IGNORECASE
)
_TAG = re.compile(r"<(?:a|link|meta|span)\b([^>]{0,2500}+)>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"\b(itemprop|href|content)\s{0,5}=\s{0,5}(?:\"([^\"]*+)\"|'([^']*+)')")


def actions_in(markup: str, most: int, kinds: frozenset[str] = ACTIONS) -> list[Link]:
    """The named actions of the HTML that lead somewhere, as links; so many at most.

    The handler of an action is not read: it is for a program to send to, and what it does is done.
    https://developers.google.com/workspace/gmail/markup/reference/confirm-action
    """
    found: list[Link] = []
    if not any(each in markup for each in kinds):
        return found
    for name, url in (*_of_scripts(markup, kinds), *_of_items(markup, kinds)):
        if name and url and len(found) < most:
            found.append(Link(url.strip(), name, 0, ""))
    return found


def _of_scripts(markup: str, kinds: frozenset[str]) -> Iterator[tuple[str, str]]:
    for at, script in enumerate(_SCRIPT.finditer(markup)):
        if at == SCRIPTS:
            return
        try:
            value = json.loads(_COMMENT.sub("", script[1]))
        except (ValueError, RecursionError):
            continue
        for each in _objects(value):
            if not kinds.isdisjoint(_types(each.get("@type"))):
                name = each.get("name")
                yield _text(name[0] if isinstance(name, list) and name else name), _target(each)


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    waiting = [value]
    for _ in range(VALUES):
        if not waiting:
            return
        value = waiting.pop()
        if isinstance(value, dict):
            yield value
            waiting += [each for each in value.values() if isinstance(each, dict | list)]
        elif isinstance(value, list):
            waiting += [each for each in value if isinstance(each, dict | list)]


def _target(action: dict[str, Any]) -> str:
    for each in (action.get("target"), action.get("url")):
        if isinstance(each, list):
            each = each[0] if each else None
        if isinstance(each, dict):
            each = each.get("urlTemplate") or each.get("url")
        if _text(each):
            return _text(each)
    return ""


def _types(value: object) -> list[str]:
    """The names of the types, however they are written: one or several, with their place or not."""
    several = value[:SCRIPTS] if isinstance(value, list) else [value]
    named = [_TYPE.fullmatch(_text(each)) for each in several]
    return [each[1] for each in named if each]


def _text(value: object) -> str:
    """The text; "" for all else, and for what has half of a surrogate pair, as JSON can spell."""
    is_text = isinstance(value, str) and not any("\ud800" <= each <= "\udfff" for each in value)
    return str(value) if is_text else ""


def _of_items(markup: str, kinds: frozenset[str]) -> Iterator[tuple[str, str]]:
    items = [*_ITEM.finditer(markup)][:SCRIPTS]
    ends = [*(each.end() for each in items[1:]), len(markup)]
    for item, end in zip(items, ends, strict=False):
        if f"{item[1].title()}Action" not in kinds:
            continue
        start = item.end()
        name = url = ""
        for tag in _TAG.finditer(markup[start : min(end, start + ITEM_CHARS)]):
            attributes = {
                each[1].lower(): unescaped(each[2] or each[3] or "")
                for each in _ATTRIBUTE.finditer(tag[1])
            }
            if attributes.get("itemprop") == "name":
                name = name or attributes.get("content", "")
            elif attributes.get("itemprop") in ("url", "target"):
                url = url or attributes.get("href") or attributes.get("content", "")
        yield name, url
