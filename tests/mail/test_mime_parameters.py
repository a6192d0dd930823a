"""Content-Type and its parameters, as written by software of all ages."""

import pytest

from mayfly.mail.mime.fields import media_type, parameters


@pytest.mark.parametrize(
    ("octets", "name"),
    [
        ("Text/HTML; charset=x", "text/html"),
        ("text/plain charset=x", "text/plain"),
        ("", ""),
        ("html", "text/html"),
        ("text", "text/plain"),
        ("text/", "text/plain"),
        ("garbage in here", "text/plain"),
        ("a/" + "b" * 200, "text/plain"),
    ],
)
def test_content_type_starts_with_a_media_type_or_means_text(octets: str, name: str) -> None:
    assert media_type(octets, 10)[0] == name


@pytest.mark.parametrize(
    ("octets", "found"),
    [
        ("; a=b", {"a": "b"}),
        ('; A="b; c"; d = e', {"a": "b; c", "d": "e"}),
        (" a=b", {"a": "b"}),
        (";;; a=b ;;", {"a": "b"}),
        ('; a="say \\"hi\\" to C:\\temp"', {"a": 'say "hi" to C:\\temp'}),
        ("; a=two words; b=c", {"a": "two words", "b": "c"}),
        ('; a="never closed', {"a": "never closed"}),
        ("; a=1; a=2", {"a": "1"}),
        ("; rubbish; a=b", {"a": "b"}),
        ("; a*=utf-8''%C3%BC", {"a": "Ã¼"}),
        ("; a*1=c; a*0=b", {"a": "bc"}),
        ("; a*0*=iso-8859-1''%FC; a*1=b", {"a": "Ã¼b"}),
        ("; a=plain; a*=utf-8''better", {"a": "better"}),
        ("; a*x=b", {"a": "b"}),
        ("; a: b; c = d", {"a": "b", "c": "d"}),
        (": a=b", {}),
    ],
)
def test_parameters_are_octets_by_name(octets: str, found: dict[str, str]) -> None:
    assert parameters(octets, 0, 10) == found


def test_parameters_over_the_limit_are_left_out() -> None:
    assert len(parameters("".join(f"; a{n}=b" for n in range(50)), 0, 10)) == 10
