"""File names that senders choose, made harmless."""

import pytest

from mayfly.mail.mime.filenames import safe_filename, unnamed_filename


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("report.pdf", "report.pdf"),
        ("übersicht 2026.pdf", "übersicht 2026.pdf"),
        ("../../etc/passwd", "etc_passwd"),
        ("/etc/passwd", "etc_passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("a\r\nb\tc.txt", "abc.txt"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("zero\u200bwidth.txt", "zerowidth.txt"),
        ("nul\0.txt", "nul.txt"),
        ("\ud800lone.txt", "lone.txt"),
        (".bashrc", "bashrc"),
        ("trailing. . .", "trailing"),
        ("  a   b  ", "a b"),
        ("...", ""),
        ("", ""),
    ],
)
def test_name_loses_what_could_harm(name: str, safe: str) -> None:
    assert safe_filename(name, 100) == safe


def test_long_name_keeps_its_ending() -> None:
    name = safe_filename("x" * 4096 + ".pdf", 50)

    assert len(name) == 50
    assert name.endswith("x.pdf")


def test_name_that_is_all_ending_is_cut() -> None:
    assert safe_filename("a." + "b" * 4096, 50) == "a." + "b" * 48


def test_unnamed_part_is_named_after_its_place_and_type() -> None:
    assert unnamed_filename("3", "image/png") == "part-3.png"
    assert unnamed_filename("3", "text/x-odd") == "part-3.txt"
    assert unnamed_filename("3", "x/y") == "part-3.bin"
    assert unnamed_filename("3", "message/rfc822") == "message.eml"
