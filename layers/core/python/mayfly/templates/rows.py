"""How rows of templates look. The source of a version is compressed: templates repeat much."""

import json
import zlib

from mayfly.kit.dynamodb.keys import (
    SORT_KEY,
    TEMPLATE_ROW,
    TEMPLATES_PARTITION,
    edition_key,
    template_key,
)
from mayfly.kit.dynamodb.notation import Row, instant, milliseconds
from mayfly.templates.models import Edition, EditionLine, Parts, Template


def template_row(template: Template) -> Row:
    """The row of a template, which lists its versions."""
    return template_key(template.account, template.id) | {
        "name": template.name,
        "created_at": milliseconds(template.created_at),
        "updated_at": milliseconds(template.updated_at),
        "revision": template.revision,
        "editions": [
            [each.number, milliseconds(each.created_at), each.size_bytes]
            for each in template.editions
        ],
    }


def template_from(row: Row) -> Template:
    """The template of a row."""
    return Template(
        row["pk"].removeprefix(TEMPLATES_PARTITION),
        row[SORT_KEY].removeprefix(TEMPLATE_ROW),
        row["name"],
        instant(row["created_at"]),
        instant(row["updated_at"]),
        tuple(EditionLine(number, instant(at), size) for number, at, size in row["editions"]),
        row["revision"],
    )


def source_bytes(edition: Edition) -> bytes:
    """What a version is kept as."""
    parts = edition.parts
    plain = [parts.subject, parts.text, parts.html, parts.mjml, edition.html]
    return zlib.compress(json.dumps([plain, edition.variables], ensure_ascii=False).encode())


def edition_row(account: str, id: str, edition: Edition) -> Row:
    """The row of a version."""
    return edition_key(account, id, edition.number) | {
        "number": edition.number,
        "created_at": milliseconds(edition.created_at),
        "source": source_bytes(edition),
    }


def edition_from(row: Row) -> Edition:
    """The version of a row."""
    (*source, html), variables = json.loads(zlib.decompress(row["source"]))
    created_at = instant(row["created_at"])
    return Edition(row["number"], Parts(*source), html, tuple(variables), created_at)
