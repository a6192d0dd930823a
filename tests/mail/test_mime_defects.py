"""The names of what may be wrong with a mail: one list, in the code, the document and the API's."""

import re
from pathlib import Path

from bench.corpus import corpus
from bench.hostile_mails import HOSTILE
from mayfly.limits import MIME
from mayfly.mail.mime.models import DEFECTS
from mayfly.mail.mime.parser import parse
from mayfly.messages.message_schemas import WHAT_IS_WRONG

ROOT = Path(__file__).parents[2]
DOMAIN = ROOT / "layers/core/python/mayfly/mail/mime"
MAILS = ROOT / "tests/mails"


def test_the_document_lists_what_the_code_does() -> None:
    rows = re.findall(
        r"^\| `([a-z0-9-]+)` \| (.+) \|$", (ROOT / "docs/defects.md").read_text(), re.MULTILINE
    )

    assert rows == list(DEFECTS.items())


def test_the_api_names_them_all() -> None:
    assert all(f"`{name}`" in WHAT_IS_WRONG for name in DEFECTS)


def test_no_mail_has_a_defect_that_is_not_listed() -> None:
    mails = [*corpus(), *(path.read_bytes() for path in MAILS.glob("*.eml"))]
    mails += [make() for make in HOSTILE.values()]

    found = {name.partition(":")[0] for raw in mails for name in parse(raw, MIME).defects}

    assert found <= set(DEFECTS)
    assert len(found) > len(DEFECTS) // 2


def test_every_listed_defect_is_one_that_the_parser_names() -> None:
    sources = DOMAIN.glob("*.py")
    written = "".join(
        path.read_text() for path in sources if path.name not in ("defects.py", "models.py")
    )
    said = set(re.findall(r"[\"]([a-z0-9]+(?:-[a-z0-9]+)+)[:\"]", written))
    said |= {f"part-{name}" for name in said} | {"bad-base64", "bad-uuencode"}

    assert set(DEFECTS) <= said
