"""Pictures that a mail brings: linked in its safe HTML, also of mails that were kept before."""

import json
import zlib

from mayfly.kit.http.query import Html
from mayfly.limits import MIME
from mayfly.mail.mime.parser import ParsedMail, parse
from mayfly.messages.message_schemas import safe_html
from mayfly.messages.models import Content
from mayfly.storage.dynamodb import pack, unpack

URL = "https://api.example/api/messages/1"
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ"
HTML = '<img src="cid:a@x"><img src="b.png"><img src="cid:none">'
MAIL = f"""\
Content-Type: multipart/related; boundary=r

--r
Content-Type: text/html

{HTML}
--r
Content-Type: application/octet-stream
Content-ID: <a@x>
Content-Transfer-Encoding: base64

{PNG}
--r
Content-Type: image/x-png
Content-Location: b.png
Content-Transfer-Encoding: base64

{PNG}
--r--
"""


def content() -> Content:
    return Content(parse(MAIL.encode(), MIME), "raw/1", len(MAIL), "")


def linked(mail: ParsedMail) -> list[bool]:
    html = safe_html(mail, URL, Html.SAFE).html
    return [f"{URL}/attachments/{number}" in html for number in (1, 2)]


def test_pictures_are_linked_by_id_and_by_place_whatever_they_are_called() -> None:
    assert linked(content().mail) == [True, True]
    assert safe_html(content().mail, URL, Html.SAFE).blocked_images == 0


def test_what_is_packed_comes_back() -> None:
    assert unpack(pack(content())) == content()


def test_mails_that_were_kept_before_show_the_pictures_that_they_call_so() -> None:
    whole = json.loads(zlib.decompress(pack(content())))
    for number, part in enumerate(whole[3]["parts"]):
        part[2] = ("image/png", "image/jpg")[number]
        del part[-2:]

    found = unpack(zlib.compress(json.dumps(whole).encode()))

    assert [part.picture for part in found.mail.parts] == ["image/png", "image/jpeg"]
    assert linked(found.mail) == [True, False]
