"""Input that has cost a reader seconds: now it costs what its length does, or is refused."""

import json
from collections.abc import Callable

import pytest

from mayfly.errors import InvalidAddress, InvalidInput
from mayfly.kit.http.body import json_object
from mayfly.mail.address import Address, normal_domain
from mayfly.mail.html.link_targets import TARGET
from mayfly.mail.html.sanitize import sanitise
from mayfly.mail.html.text import visible
from tests.bounds.growth import Work, excess
from tests.bounds.pumps import letters, names, repeated


def refused(read: Callable[[str], object], make: Callable[[int], str]) -> Work:
    """Reading what has to be refused."""

    def work(size: int) -> Callable[[], object]:
        text = make(size)

        def run() -> None:
            with pytest.raises(InvalidAddress) as refusal:
                read(text)
            assert len(str(refusal.value)) < 200

        return run

    return work


def sanitised(make: Callable[[int], str]) -> Work:
    """Making HTML safe."""

    def work(size: int) -> Callable[[], object]:
        markup = make(size)
        return lambda: sanitise(markup, {})

    return work


ADDRESSES: dict[str, Work] = {
    "a long label": refused(Address.parse, lambda n: f"a@{letters(n)}.example"),
    "a long label alone": refused(normal_domain, letters),
    "marks in a label": refused(normal_domain, lambda n: "a" + "\u0301\u0323" * n + ".example"),
    "marks in a local part": refused(
        Address.parse, lambda n: "a" + "\u0301\u0323" * n + "@b.example"
    ),
    "labels": refused(normal_domain, lambda n: f"{letters(59)}." * (n // 60) + "example"),
    "dots": refused(normal_domain, lambda n: "a." * n + "example"),
}
LINK = "<a href='https://a.example'>{}</a>"
MARKUP: dict[str, Work] = {
    "a long name in words": sanitised(lambda n: LINK.format(f"https://{letters(n)}.example")),
    "marks in words": sanitised(
        lambda n: LINK.format("https://a" + "\u0301\u0323" * n + ".example")
    ),
    "many names in words": sanitised(lambda n: LINK.format(names(n))),
    "many links": sanitised(
        lambda n: "".join(
            f"<a href='https://{letters(40)}{each}.example'>x</a>" for each in range(n // 75)
        )
    ),
    "a long host and many names": sanitised(
        lambda n: f"<a href='https://{'a.' * (n // 4)}example'>{'a.b ' * (n // 8)}</a>"
    ),
    "controls of Latin 1": sanitised(repeated("\u0080")),
    "no-break spaces as references": sanitised(repeated("&nbsp;")),
    "paragraph signs in an attribute": sanitised(lambda n: f'<p title="{"§" * n}">x</p>'),
    "no-break spaces between rows": sanitised(
        lambda n: "<table>" + ("\u00a0" * 20 + "<tr>") * (n // 24)
    ),
}


@pytest.mark.parametrize("name", ADDRESSES)
def test_what_is_too_long_for_an_address_is_refused_unread(name: str) -> None:
    assert not excess(ADDRESSES[name], 60_000)


@pytest.mark.parametrize("name", MARKUP)
def test_html_is_made_safe_in_time_that_grows_with_its_length(name: str) -> None:
    assert not excess(MARKUP[name], 240_000)


def test_a_repeated_name_is_found_among_many_as_soon() -> None:
    def work(size: int) -> Callable[[], object]:
        pairs = [f'"{each}":0' for each in range(size // 10)]
        body = ("{" + ",".join([*pairs, pairs[-1]]) + "}").encode()

        def run() -> None:
            with pytest.raises(InvalidInput, match="is there twice"):
                json_object(body, "")

        return run

    assert not excess(work, 360_000)


def test_many_characters_of_latin_1_are_shown_as_they_are() -> None:
    text = "für §&nbsp;5 · 20&deg; «a» &amp;amp; &copy;2026 " * 2000

    shown = sanitise(f"<p>{text}</p>", {}).html

    assert shown == "<p>" + sanitise(text[: len(text) // 2000], {}).html * 2000 + "</p>"


def test_names_beyond_what_one_mail_may_have_are_marked_and_not_trusted() -> None:
    links = "".join(
        f"<a href='https://ü{each}.example/'>https://ü{each}.example</a>" for each in range(101)
    )

    shown = sanitise(links, {}).html

    assert shown.count(TARGET) == 101
    assert f'{TARGET}="xn--99-wka.example"' in shown
    assert f'{TARGET}="\\xfc100.example"' in shown


@pytest.mark.parametrize("hidden", ["\u00ad", "%C2%AD"])
def test_a_host_that_is_too_long_to_be_one_is_marked(hidden: str) -> None:
    link = f"<a href='https://bank.example{hidden * 1000}.evil.example/'>bank.example</a>"

    assert TARGET in sanitise(link, {}).html


def test_a_long_name_of_a_user_hides_no_host() -> None:
    link = f"<a href='https://bank.example:{'0' * 5000}@evil.example/'>bank.example</a>"

    assert f'{TARGET}="evil.example"' in sanitise(link, {}).html


@pytest.mark.parametrize("digits", ["1" * 5000, "0" * 5000 + "65"])
def test_a_long_number_of_a_character_is_read_in_every_way(digits: str) -> None:
    reference = f"<p>x&#{digits};y</p>"

    assert visible(reference).lines in (["x\ufffdy"], ["xAy"])
    assert sanitise(reference, {}).html in ("<p>x\ufffdy</p>", "<p>xAy</p>")
    assert "y" in sanitise(reference + " " * 500_000, {}).html


@pytest.mark.parametrize("value", ["[" * 20_000, '{"a":' * 10_000])
def test_json_that_is_nested_too_deep_is_refused(value: str) -> None:
    with pytest.raises(InvalidInput, match="nested too deep"):
        json_object(f'{{"a":{value}'.encode(), "")


def test_a_text_that_is_too_long_is_refused_with_the_name_of_its_field() -> None:
    body = json.dumps({"email": "x" * 3000}).encode()

    with pytest.raises(InvalidInput, match="email has 3000 characters; 2048 are possible"):
        json_object(body, "")
