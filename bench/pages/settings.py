"""docs/settings.md, written from `mayfly.settings`; the words are in `settings.md` beside it."""

from dataclasses import Field, fields
from pathlib import Path
from typing import Any

from bench.pages.table import table
from infra.local.configuration import HERE
from infra.local.settings import LaptopSettings
from mayfly.settings import Settings

WORDS = Path(__file__).with_suffix(".md")
_OF_THE_DEPLOYMENT = ("set by the deployment", "set likewise")
_HERE = HERE | {"DOMAINS": LaptopSettings().domain}


def page() -> str:
    """The whole page."""
    everywhere = fields(Settings)
    deployed = [each for each in everywhere if _help(each).endswith(_OF_THE_DEPLOYMENT)]
    chosen = [each for each in everywhere if each not in deployed]
    return WORDS.read_text().format(
        chosen=table(("setting", "default", "on the laptop", "what it does"), map(_both, chosen)),
        laptop=table(("setting", "default", "what it does"), map(_one, fields(LaptopSettings))),
        deployed=table(("setting", "default", "what it does"), map(_one, deployed)),
    )


def _both(each: Field[Any]) -> tuple[str, str, str, str]:
    name, default, meaning = _one(each)
    return name, default, _as_text(_HERE.get(each.name.upper(), each.default)), meaning


def _one(each: Field[Any]) -> tuple[str, str, str]:
    return f"`{each.name.upper()}`", _as_text(each.default), _help(each)


def _help(each: Field[Any]) -> str:
    return str(each.metadata["help"])


def _as_text(default: object) -> str:
    """As one would write it into the environment; nothing for what is empty."""
    if isinstance(default, tuple):
        default = ",".join(default)
    if isinstance(default, bool):
        default = "on" if default else "off"
    return f"`{default}`" if default != "" else ""
