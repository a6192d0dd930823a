"""Signatures and targets."""

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from mayfly.errors import InvalidInput
from mayfly.webhooks.signing import HookSecrets, secret_of, signed
from mayfly.webhooks.targets import Target

SECRET, OTHER = secret_of(b"s" * 32), secret_of(b"o" * 32)
BODY = json.dumps({"type": "message.received", "text": "Grüße"}).encode()


def test_receivers_verify_what_is_signed() -> None:
    headers = dict(signed([SECRET], "msg_1", datetime.now(UTC), BODY))

    assert Webhook(SECRET).verify(BODY, headers) == json.loads(BODY)
    with pytest.raises(WebhookVerificationError):
        Webhook(OTHER).verify(BODY, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(BODY + b" ", headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(BODY, headers | {"webhook-id": "msg_2"})


def test_while_a_secret_is_rotated_both_verify() -> None:
    headers = dict(signed([OTHER, SECRET], "msg_1", datetime.now(UTC), BODY))

    assert Webhook(SECRET).verify(BODY, headers) == Webhook(OTHER).verify(BODY, headers)


def test_an_old_request_does_not_verify() -> None:
    old = datetime.now(UTC) - timedelta(minutes=10)

    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(BODY, dict(signed([SECRET], "msg_1", old, BODY)))


def test_a_signature_is_that_of_the_standards_own_example() -> None:
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    sent = signed(
        [secret],
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        datetime.fromtimestamp(1614265330, UTC),
        b'{"test": 2432232314}',
    )

    assert sent["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_secrets_are_sealed_as_a_whole() -> None:
    both = HookSecrets(SECRET, "Basic abc")

    assert HookSecrets.read(both.written()) == both
    assert "whsec" not in repr(both)
    with pytest.raises(ValueError, match="32"):
        secret_of(b"short")


@pytest.mark.parametrize(
    ("url", "kept", "port"),
    [
        ("https://hooks.example", "https://hooks.example/", 443),
        ("https://HOOKS.example:443/A?b=c#d", "https://hooks.example/A?b=c", 443),
        ("https://hooks.example:8443/ä b", "https://hooks.example:8443/%C3%A4%20b", 8443),
        ("https://bücher.example/", "https://xn--bcher-kva.example/", 443),
        ("https://[2001:4860::1]/", "https://[2001:4860::1]/", 443),
        ("https://1.2.3.4/x", "https://1.2.3.4/x", 443),
        ("https://ho\r\noks.example/a\r\nb", "https://hooks.example/ab", 443),
    ],
)
def test_a_url_has_one_spelling(url: str, kept: str, port: int) -> None:
    target = Target.read(url)

    assert (target.url, target.port) == (kept, port)
    assert Target.read(target.url).url == target.url


def test_user_and_password_are_sent_and_not_shown() -> None:
    target = Target.read("https://any%40mail:s%3Aecret@hooks.example/")

    assert base64.b64decode(target.authorization.removeprefix("Basic ")) == b"any@mail:s:ecret"
    assert target.url == "https://hooks.example/"
    assert "Basic" not in repr(target)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", "must begin with https://"),
        ("http://hooks.example/", "must begin with https://"),
        ("ftp://hooks.example/", "must begin with https://"),
        ("https:///path", "a host"),
        ("https://hooks.example:25/", "port"),
        ("https://hooks.example:0/", "port"),
        ("https://hooks.example:99999/", "no URL"),
        ("https://[::1/", "no URL"),
        ("https://a b.example/", "url"),
        ("https://hooks.example/" + "x" * 1000, "1000 characters"),
    ],
)
def test_what_cannot_be_a_target_says_why(url: str, words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        Target.read(url)


@pytest.mark.parametrize("url", ["http://127.0.0.1:5001/", "http://localhost/", "https://a.b:25/"])
def test_on_the_laptop_there_is_more(url: str) -> None:
    assert Target.read(url, with_private=True).url == url
