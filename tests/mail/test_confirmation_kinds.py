"""Codes and links where mails put them, each kind once, and the labelled halves."""

import pytest

from bench.codes import scored
from mayfly.limits import CONFIRMATION
from mayfly.mail.codes.find import Confirmation, confirmation

URL = "https://club.example/confirm/9f8e7d6c5b4a39281706"


def given(subject: str, text: str = "", html: str = "") -> Confirmation:
    return confirmation(subject, text, html, CONFIRMATION)


@pytest.mark.parametrize(
    ("subject", "text", "code"),
    [
        ("", "您的验证码是771204，5分钟内有效", "771204"),
        ("", "验证码：７７１２０４，５分钟内有效", "771204"),
        ("", "รหัสยืนยันของคุณคือ ๔๘๒๙๑๓", "482913"),
        ("", "Your verification code is 502\u2011719.", "502-719"),
        ("", "Din bekræftelseskode er 771204.", "771204"),
        ("Orchard sign-in", "620418 is your code", "620418"),
        ("", "620418 giriş kodunuz", "620418"),
        ("", "620418 인증 코드입니다", "620418"),
        ("", "620418 आपका लॉगिन कोड है", "620418"),
        ("Onay", "7482 kodunu girin", "7482"),
        ("", "Digite o código 5041 para confirmar", "5041"),
        ("", "Use code 4930 to confirm delivery of order 12345678", "4930"),
        ("Login", "Code: 493021.", "493021"),
        ("", "Use 40 21 36 to verify your login.", "402136"),
        ("", "Your login code: 402-136", "402-136"),
        ("Your login code", "kW7tz", "kW7tz"),
        ("", "Your security code is 4093851276.", "4093851276"),
        ("", "Your login code: QWXZPL", "QWXZPL"),
        ("", "Your login code is:\n\nQWXZPL\n\nThanks", "QWXZPL"),
        ("Your verification code", "WELCOME\n\nYour verification code is 482913", "482913"),
        ("Your login code", "Your login code is <bold>482913</bold>.", "482913"),
        ("", "@example.com #747723", "747723"),
    ],
)
def test_a_code_is_found_where_mails_put_it(subject: str, text: str, code: str) -> None:
    assert given(subject, text).code == code


@pytest.mark.parametrize(
    "text",
    [
        "Sign in to your account. Code SPRING2026 gives you 20% off everything.",
        "Verify your phone: call 415-555-0142.",
        "New sign-in on 2026-11-13 at 14:22",
        "Your case number is 4829137. Sign in to see it.",
        "Sign in: meeting ID 884 2910 3377",
        "Verify your order 12345678 of $1299",
    ],
)
def test_other_numbers_are_no_codes(text: str) -> None:
    assert given("", text).code is None


def test_a_code_in_the_text_of_a_picture_is_read() -> None:
    assert given("", "", "<p>Your login code:</p><img src=x alt='739 264'>").code == "739264"


def test_the_text_of_a_picture_is_that_of_its_link() -> None:
    html = f'<a href="{URL}"><img src="b.png" alt="Confirm your e-mail address"></a>'

    assert given("", "", html).link == URL


def test_brackets_of_a_link_stay_and_those_around_it_go() -> None:
    words = "Confirm your e-mail address"

    assert given(words, f"{words}: {URL}(1)").link == f"{URL}(1)"
    assert given(words, f"{words} ({URL}).").link == URL
    assert given(words, f"{words} ({URL}(1)).").link == f"{URL}(1)"


@pytest.mark.parametrize(
    ("written", "given_as"),
    [
        ("https://gärten.example/confirm/1(a)", "https://xn--grten-gra.example/confirm/1(a)"),
        (
            "https://a.example:8443/bestätigen?ö=1",
            "https://a.example:8443/best%C3%A4tigen?%C3%B6=1",
        ),
        ("https://例え.example/confirm", "https://xn--r8jz45g.example/confirm"),
        (
            "https://сад.example/подтвердить",
            "https://xn--80ai1b.example/"
            "%D0%BF%D0%BE%D0%B4%D1%82%D0%B2%D0%B5%D1%80%D0%B4%D0%B8%D1%82%D1%8C",
        ),
    ],
)
def test_a_link_in_other_letters_is_given_as_programs_write_it(written: str, given_as: str) -> None:
    words, secret = "Confirm your e-mail address", "/9f8e7d6c5b4a39281706"
    path, mark, query = written.partition("?")
    link = f"{path}{secret}{mark}{query}"
    path, mark, query = given_as.partition("?")

    assert given(words, f"{words}: {link}.").link == f"{path}{secret}{mark}{query}"
    assert given(words, "", f'<a href="{link}">{words}</a>').link == f"{path}{secret}{mark}{query}"


def test_a_sentence_that_goes_on_without_a_blank_is_not_of_the_link() -> None:
    assert given("", f"请点击链接激活您的帐户：{URL}完成激活").link == URL


def test_a_host_that_hides_behind_a_user_name_is_no_link_in_other_letters() -> None:
    text = "Confirm your e-mail address: https://bank.example@gärten.example/confirm/9f8e7d6c5b4a"

    assert given("", text).link is None


def test_a_link_of_http_is_given_and_said_to_be_insecure() -> None:
    url = "http://localhost:3000/confirm?token=9f8e7d6c5b4a39281706"

    found = given("", f"Confirm your e-mail address: {url}")

    assert (found.link, found.secure) == (url, False)
    assert given("", f"Confirm your e-mail address: {URL}").secure is True
    assert given("", "Hello").secure is None


@pytest.mark.parametrize("action", ["ViewAction", "ConfirmAction"])
def test_an_action_for_programs_is_read(action: str) -> None:
    script = (
        '<script type="application/ld+json">[{"potentialAction": {"@type": "ACTION",'
        ' "name": "Confirm registration", "target": "URL"}}]</script>'
    )
    script = script.replace("ACTION", action).replace("URL", URL)
    item = (
        f'<div itemscope itemtype="http://schema.org/{action}"><link itemprop="target"'
        f' href="{URL}"><meta itemprop="name" content="Confirm registration"></div>'
    )

    assert given("", "", script).link == URL
    assert given("", "", item).link == URL
    assert given("", "", script.replace("}]", "")).link is None


def test_the_handler_of_an_action_is_no_link_to_open() -> None:
    script = (
        '<script type="application/ld+json">{"@type": "ConfirmAction", "name": "Confirm account",'
        ' "handler": {"@type": "HttpActionHandler", "url": "URL"}}</script>'
    )

    assert given("", "", script.replace("URL", URL)).link is None
    assert given("", "", script.replace("https:", "javascript:")).link is None


@pytest.mark.parametrize("markup", ["<script type=application/ld+json>", "[" * 9_000])
def test_broken_actions_do_no_harm(markup: str) -> None:
    html = "schema.org <script type='application/ld+json'>" + markup

    assert given("", "", html) == Confirmation(None, None)


REACHED: dict[tuple[str, str], tuple[float, float]] = {
    ("tuning", "code"): (1.0, 1.0),
    ("tuning", "link"): (1.0, 1.0),
    ("widening", "code"): (0.997, 0.998),
    ("widening", "link"): (1.0, 1.0),
    ("scoring", "code"): (1.0, 0.968),
    ("scoring", "link"): (1.0, 1.0),
}


@pytest.mark.parametrize(("half", "what"), REACHED)
def test_no_more_is_missed_or_wrong_than_has_been_reached(half: str, what: str) -> None:
    precision, recall = scored(half, what)

    least_precision, least_recall = REACHED[half, what]
    assert precision >= least_precision
    assert recall >= least_recall


def test_a_character_reference_of_thousands_of_digits_in_an_action_harms_nothing() -> None:
    page = f'<link itemprop="target" href="https://x.example/&#{"9" * 5000};">'

    assert confirmation("Confirm", "", page, CONFIRMATION).code is None


@pytest.mark.parametrize(
    ("subject", "text", "code"),
    [
        ("Acme", "620418 is your code", "620418"),
        ("620418 is your Acme code", "Hi", "620418"),
        ("Acme", "Hello,\n\nYour code is: 4930\n\nThanks", "4930"),
        ("Your Acme code", "402-136", "402-136"),
        ("Acme", "Votre code est le 482913", "482913"),
        ("Acme", "Dein Code: 482913", "482913"),
        ("Sale", "Your discount code is 482913", None),
        ("Parcel", "Your pickup code is 4829", None),
        ("Your order", "Your code is 482913", None),
        ("Guests", "482913 is your code for the wifi", None),
        ("Sale", "Your code is SAVE20", None),
        ("Door", "The code is 482913", None),
    ],
)
def test_digits_that_are_ones_own_code_are_there_to_confirm(
    subject: str, text: str, code: str | None
) -> None:
    assert confirmation(subject, text, "", CONFIRMATION).code == code
