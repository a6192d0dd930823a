"""How files of mails are handed to browsers."""

import pytest

from mayfly.kit.http.downloads import attachment_disposition, inline_disposition, served_type


@pytest.mark.parametrize(
    "content_type",
    [
        "text/html",
        "TEXT/HTML",
        "application/xhtml+xml",
        "image/svg+xml",
        "text/xml",
        "application/xml",
        "application/rss+xml",
        "text/javascript",
        "application/x-javascript",
        "application/ecmascript",
        "text/css",
        "application/wasm",
        "multipart/x-mixed-replace",
        "no type",
        "a/b\r\nSet-Cookie: x",
        "",
    ],
)
def test_what_a_browser_might_run_is_only_bytes(content_type: str) -> None:
    assert served_type(content_type, "utf-8") == "application/octet-stream"


@pytest.mark.parametrize(
    ("content_type", "charset", "served"),
    [
        ("application/pdf", "", "application/pdf"),
        ("image/png", "", "image/png"),
        ("message/rfc822", "", "message/rfc822"),
        ("application/vnd.ms-excel", "", "application/vnd.ms-excel"),
        (
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        ("text/plain", "windows-1252", "text/plain; charset=windows-1252"),
        ("text/csv", "", "text/csv"),
        ("text/plain", "x\r\ny", "text/plain"),
        ("application/json", "utf-8", "application/json"),
    ],
)
def test_other_files_have_their_own_type(content_type: str, charset: str, served: str) -> None:
    assert served_type(content_type, charset) == served


def test_a_file_name_survives_as_rfc_6266_has_it() -> None:
    header = attachment_disposition('Rechnung "März" 1/2.pdf')

    assert header == (
        'attachment; filename="Rechnung_M_rz_1_2.pdf";'
        " filename*=UTF-8''Rechnung%20%22M%C3%A4rz%22%201%2F2.pdf"
    )
    assert inline_disposition("attachment.png").startswith('inline; filename="attachment.png"')
