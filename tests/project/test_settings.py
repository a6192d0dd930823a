"""Settings: from the environment, and in their page."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from infra.local.settings import LaptopSettings
from mayfly.errors import InvalidInput
from mayfly.kit.dns.ports import name_servers
from mayfly.settings import Settings

PROGRAM = Path(__file__).parents[2] / "layers/core/python/mayfly"
PAGE = (Path(__file__).parents[2] / "docs/settings.md").read_text().splitlines()


def shown(default: object) -> str:
    if isinstance(default, tuple):
        default = ",".join(default)
    if isinstance(default, bool):
        default = "on" if default else "off"
    return f"`{default}`" if default != "" else ""


@pytest.mark.parametrize(
    "field", [*fields(Settings), *fields(LaptopSettings)], ids=lambda f: f.name
)
def test_every_setting_has_its_line_in_the_page(field) -> None:  # type: ignore[no-untyped-def]
    begin = f"| `{field.name.upper()}` | {shown(field.default)}"

    (line,) = [each for each in PAGE if each.startswith(begin.rstrip())]

    assert line.endswith(f"| {field.metadata['help']} |")


def test_settings_come_from_the_environment() -> None:
    settings = Settings.from_environment(
        {"DOMAINS": "Bücher.example, two.example", "PUBLIC_INBOXES": "off", "INBOX_MESSAGES": " 7 "}
    )

    assert settings.domains == ("xn--bcher-kva.example", "two.example")
    assert settings.public_inboxes is False
    assert settings.quota.messages == 7
    assert settings.table_name == "mayfly"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("INBOX_MESSAGES", "many"),
        ("PUBLIC_INBOXES", "perhaps"),
        ("DOMAINS", " , "),
        ("DOMAINS", "not a domain"),
        ("MESSAGE_LIFETIME_SECONDS", "60"),
        ("DOMAINS_PER_ACCOUNT", "-1"),
        *(("MAX_MAIL_BYTES", each) for each in ("0", "-1", "1023")),
        ("DNS_SERVERS", "dns.example"),
        ("DNS_SERVERS", "127.0.0.1:70000"),
        ("DNS_SERVERS", "127.0.0.1:dns"),
        ("HOSTED_ZONES", "Z1*"),
        ("CORS_ORIGIN", "https://a.example,https://b.example/"),
        *(("RATE_LIMIT_WINDOW", each) for each in ("0", "999", "-60000", "86400001", "1m")),
        *(("SMTP_TIMEOUT", each) for each in ("99", "-1", "60001", "30s")),
        ("CORS_ORIGIN", "https://a.example/"),
        ("CORS_ORIGIN", "a.example"),
        ("CORS_ORIGIN", "https://a.example:443"),
        ("CORS_ORIGIN", "null"),
        ("CORS_ORIGIN", "https://a.example'"),
        ("CORS_ORIGIN", "https://a.example\nX: y"),
        ("CORS_ORIGIN", "https://me@a.example"),
        ("CORS_ORIGIN", "https://*.example"),
        ("CORS_ORIGIN", "ftp://a.example"),
        ("SENDER_ADDRESS", "nobody"),
        ("SENDER_ADDRESS", "Mayfly <no-reply@mail.example>"),
        ("SENDER_ADDRESS", "a@mail.example, b@mail.example"),
        ("SENDER_ADDRESS", "*@mail.example"),
        ("SENDER_ADDRESS", "${aws:username}@mail.example"),
        ("SENDER_ADDRESS", "accounts@mayfly.example"),
    ],
)
def test_a_value_that_is_none_is_named(name: str, value: str) -> None:
    with pytest.raises(InvalidInput, match=name):
        Settings.from_environment({name: value})


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("", ""),
        (" No-Reply@Mail.Example ", "no-reply@mail.example"),
        ("accounts+new@mail.example", "accounts+new@mail.example"),
        ("noreply@mayfly.example", "noreply@mayfly.example"),
    ],
)
def test_a_sender_is_a_plain_address_that_nobody_can_take(text: str, address: str) -> None:
    assert Settings.from_environment({"SENDER_ADDRESS": text}).sender_address == address


def test_dns_servers_have_a_port_or_the_usual_one() -> None:
    texts = ("192.0.2.1", "127.0.0.1:5353", "2001:db8::1", "[::1]:5353")

    servers = name_servers(texts)

    assert servers == (
        ("192.0.2.1", 53),
        ("127.0.0.1", 5353),
        ("2001:db8::1", 53),
        ("::1", 5353),
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("INBOX_SENDER_SHARE", "0"),
        ("INBOX_SENDER_SHARE", "101"),
        ("SOCKET_SUBSCRIPTIONS", "0"),
        ("SOCKET_FRAMES", "-1"),
        ("SOCKET_ADDRESS_CONNECTIONS", "-1"),
    ],
)
def test_a_limit_that_makes_no_sense_is_named(name: str, value: str) -> None:
    with pytest.raises(InvalidInput, match=name):
        Settings.from_environment({name: value})


def test_all_settings_are_those_of_all_subjects() -> None:
    folders = {each.parent.name for each in PROGRAM.glob("*/settings.py")} - {"kit"}

    assert {f"mayfly.{each}.settings" for each in folders} == {
        each.__module__ for each in Settings.__bases__
    }


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("SOCKET_FRAMES", "-1", "SOCKET_FRAMES must be 0 (no limit) or more"),
        ("WAITS_AT_ONCE", "-1", "WAITS_AT_ONCE must be from 0 (nobody waits) to "),
        ("INBOX_SENDER_SHARE", "101", "INBOX_SENDER_SHARE must be from 1 to 100"),
        ("SMTP_TIMEOUT", "99", "SMTP_TIMEOUT must be from 100 to 60000, or 0 (the usual ones)"),
        ("HOSTED_ZONES", "Z1*", "HOSTED_ZONES: not the id of a zone: Z1*"),
        ("CORS_ORIGIN", "null", "CORS_ORIGIN must be * or origins"),
    ],
)
def test_a_value_that_is_none_is_answered_with_what_may_be(
    name: str, value: str, message: str
) -> None:
    with pytest.raises(InvalidInput, match=f"^{re.escape(message)}"):
        Settings.from_environment({name: value})
