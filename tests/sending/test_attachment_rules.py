"""Names and kinds of files that are sent."""

import pytest

from mayfly import limits
from mayfly.errors import InvalidInput
from mayfly.sending.field_rules import check_file, refused

KIND = "application/octet-stream"


@pytest.mark.parametrize("ending", sorted(refused("endings")))
def test_files_that_ses_refuses_are_refused_here(ending: str) -> None:
    with pytest.raises(InvalidInput, match="filename"):
        check_file(f"a.{ending}", KIND)


@pytest.mark.parametrize(
    "name",
    [
        *(
            "a.exe.",
            "a.exe...",
            "a.exe ",
            "a.exe. .",
            "a.exe\u00a0",
            "a.exe\u3000",
            "a.EXE",
            "A.ExE",
        ),
        *("a.exe\u200b", "a.e\u200bxe", "a.exe\u00ad", "a.exe\ufe0f", "a.exe\ufeff", "a.\u2060exe"),
        *("a\u202etxt.exe", "a.exe\u202e", "\u202efdp.exe", "a\u2067.exe", "a\u202eexe.pdf"),
        *(
            "a.exe::$DATA",
            "a.exe:stream",
            "a.exe:b.txt",
            "b.txt:a.exe",
            "a.exe/",
            "a.exe\\.",
            "c/a.exe",
        ),
        *(
            "a\uff0e\uff45\uff58\uff45",
            "a.\uff45\uff58\uff45",
            "a\uff0eexe",
            "a\u2024exe",
            "a.\u24d4\u24e7\u24d4",
            "a.EXE\uff0e",
        ),
        *(
            "=?utf-8?q?a=2Eexe?=",
            "=?utf-8?b?YS5leGU=?=",
            "a=?utf-8?q?=2Eexe?=",
            "=?utf-8?q?a.exe=20?=",
        ),
        *("=?utf-8?q?=3D=3Futf-8=3Fq=3Fa=2Eexe=3F=3D?=", "a%2Eexe", "a.exe%20", "a.exe%00.txt"),
        *(
            "a.exe;",
            "a.exe'",
            "a.exe!",
            "a.exe\0",
            "a.exe\n",
            "a.exe\r\n.txt",
            "a.\u017fys",
            "a.exe\u034f",
        ),
        *("exe", "EXE", ".exe", "iso", "a.exe;.txt", "a.exe;b.txt", "a.exe?.txt", "a.exe#.txt"),
        *('a.exe".txt', "a.exe|.txt", "a.exe<.txt", "a.exe*.txt", "a.exe .txt", "a.exe\t.txt"),
        *(
            "a.exe,.txt",
            "a.exe&.txt",
            "a.exe%3B.txt",
            "a.exe\uff1b.txt",
            "=?utf-8?q?a.exe=3B.txt?=",
        ),
        *("a.iso", "a.img", "a.docm", "a.XLSM", "a.html", "a.htm", "a.svg", "a.svg.", "a.dll"),
        *("a.sh", "a.py", "a.apk", "a.dmg", "a.xht", "a.mhtml", "a.settingcontent-ms"),
    ],
)
def test_no_way_of_writing_hides_a_refused_ending(name: str) -> None:
    with pytest.raises(InvalidInput, match="filename"):
        check_file(name, KIND)


@pytest.mark.parametrize(
    "name",
    [
        *(
            "a.pdf",
            "a.exe.pdf",
            "exe.pdf",
            "Ünï çödé.pdf",
            "漢字.pdf",
            "👩\u200d👧.png",
            "\u06af\u0632\u0627\u0631\u0634\u200c\u0647\u0627.pdf",
        ),
        *("2026-01-01 12:00.csv", "100%.txt", "a (1).tar.gz", "=?.txt", "no ending", ".profile"),
        *(
            "Chapter: one",
            "a run",
            "from shop.com 2026.pdf",
            "a, b.pdf",
            "a&b.docx",
            "a.xlsx",
            "a.zip",
            "a.png",
            "a.xml",
        ),
    ],
)
def test_other_names_are_taken(name: str) -> None:
    check_file(name, KIND)


@pytest.mark.parametrize(
    "name", ["", " ", "..", "/", " a.pdf", "a.pdf ", "a\u2028.pdf", "a\ud800.pdf"]
)
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(InvalidInput, match="filename"):
        check_file(name, KIND)


def test_a_name_is_measured_before_it_is_looked_at() -> None:
    check_file("a" * limits.SENT_FILENAME_CHARS, KIND)

    with pytest.raises(InvalidInput, match=f"filename may have {limits.SENT_FILENAME_CHARS}"):
        check_file("\ufdfa" * (limits.SENT_FILENAME_CHARS + 1), KIND)


@pytest.mark.parametrize(
    "kind",
    [
        *(
            "message/rfc822",
            "message/global",
            "message/partial",
            "multipart/mixed",
            "text",
            "a/b/c",
        ),
        *(
            "text/plain; name=x",
            "text/plain\r\nBcc: x",
            "",
            "é/b",
            "application/x-msdownload",
            "a /b",
        ),
        *("text/html", "image/svg+xml", "application/x-iso9660-image"),
        "application/vnd.ms-word.document.macroenabled.12",
    ],
)
def test_kinds_that_are_none_or_not_attached_are_refused(kind: str) -> None:
    with pytest.raises(InvalidInput, match="contentType"):
        check_file("a.bin", kind)
