"""docs/settings.md, written from the declarations; the words are in `settings.md` beside it."""

from dataclasses import Field, fields
from pathlib import Path
from typing import Any

from bench.pages.table import table
from infra.local.configuration import HERE
from infra.local.settings import LaptopSettings
from mayfly.settings import Settings

WORDS = Path(__file__).with_suffix(".md")
_HERE = HERE | {"DOMAINS": LaptopSettings().domain}


def page() -> str:
    """The whole page."""
    everywhere = fields(Settings)
    chosen = [each for each in everywhere if not each.metadata["is_made"]]
    deployed = [each for each in everywhere if each.metadata["is_made"]]
    return WORDS.read_text().format(
        chosen=table(("setting", "default", "on the laptop", "what it does"), map(_both, chosen)),
        laptop=table(("setting", "default", "what it does"), map(_one, fields(LaptopSettings))),
        deployed=table(("setting", "default", "what it does"), map(_one, deployed)),
    )


def _both(each: Field[Any]) -> tuple[str, str, str, str]:
    name, default, meaning = _one(each)
    return name, default, _as_text(_HERE.get(each.name.upper(), each.default)), meaning


def _one(each: Field[Any]) -> tuple[str, str, str]:
    return f"`{each.name.upper()}`", _as_text(each.default), each.metadata["help"]


def _as_text(default: object) -> str:
    """As one would write it into the environment; nothing for what is empty."""
    if isinstance(default, tuple):
        default = ",".join(default)
    if isinstance(default, bool):
        default = "on" if default else "off"
    return f"`{default}`" if default != "" else ""
