"""The emulator's surroundings, without the emulator."""

import json
from pathlib import Path
from typing import Any

import pytest

from infra.emulator.cdk import Cdk
from infra.emulator.emulator import Emulator
from infra.emulator.place import Place
from infra.emulator.sending import NoActiveRule, Receiving
from infra.local.ses.accept import Submission

ROOT = Path(__file__).parents[2]
OUTPUTS = {
    "ApiUrl": "https://abc123.execute-api.us-east-1.amazonaws.com/live/",
    "SocketUrl": "wss://def456.execute-api.us-east-1.amazonaws.com/live",
}
MAIL = Submission("s@example.org", ("a@mayfly.example",), b"Subject: x\r\n\r\n", "c", "h", "SMTP")


class Ses:
    """The part of SES that says which rules are in force."""

    def __init__(self, *rules: dict[str, Any]) -> None:
        self._rules = list(rules)

    def describe_active_receipt_rule_set(self) -> dict[str, Any]:
        return {"Rules": self._rules} if self._rules else {}


class Kept:
    """A bucket and a topic."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.published: list[tuple[str, Any]] = []

    def put_object(self, *, Bucket: str, Key: str, Body: bytes) -> None:
        self.objects[f"{Bucket}/{Key}"] = Body

    def publish(self, *, TopicArn: str, Message: str) -> None:
        self.published.append((TopicArn, json.loads(Message)))


def a_rule(enabled: bool = True) -> dict[str, Any]:
    action = {"BucketName": "mails", "ObjectKeyPrefix": "in/", "TopicArn": "the topic"}
    return {"Enabled": enabled, "Actions": [{"S3Action": action}]}


def cdk(folder: Path) -> Cdk:
    return Cdk(Emulator(4566, folder), folder, {"sending": "true"})


def test_apis_are_reached_under_the_emulators_own_address(tmp_path: Path) -> None:
    place = Place.of(cdk(tmp_path), OUTPUTS, 2525, "mayfly.example")

    assert place.http == "https://127.0.0.1:4566/_aws/execute-api/abc123/live"
    assert place.websocket == "wss://127.0.0.1:4566/_aws/execute-api/def456/live"


def test_programs_find_what_people_are_told(tmp_path: Path) -> None:
    place = Place.of(cdk(tmp_path), OUTPUTS, 2525, "mayfly.example")

    place.write()

    assert Place.read(tmp_path) == place
    for told in (place.http, place.websocket, "127.0.0.1:2525", "you@mayfly.example"):
        assert told in place.text("you@mayfly.example")


def test_mail_goes_where_the_rule_in_force_says() -> None:
    kept = Kept()

    mail = Receiving(Ses(a_rule(enabled=False), a_rule()), kept, kept, ()).accept(MAIL)

    assert list(kept.objects) == [f"mails/in/{mail}"]
    ((topic, notice),) = kept.published
    assert topic == "the topic"
    assert notice["receipt"]["action"]["objectKey"] == f"in/{mail}"


@pytest.mark.parametrize(
    "ses", [Ses(), Ses(a_rule(enabled=False)), Ses({**a_rule(), "Actions": []})]
)
def test_without_a_rule_in_force_no_mail_is_taken(ses: Ses) -> None:
    kept = Kept()

    with pytest.raises(NoActiveRule):
        Receiving(ses, kept, kept, ()).accept(MAIL)

    assert kept.objects == {}


def test_the_cdks_command_line_is_locked_and_no_registry_is_named() -> None:
    folder = ROOT / "infra" / "deploying"
    asked = json.loads((folder / "package.json").read_text())["devDependencies"]["aws-cdk"]
    locked = json.loads((folder / "package-lock.json").read_text())["packages"]

    packages = {name: each for name, each in locked.items() if name}
    assert packages["node_modules/aws-cdk"]["version"] == asked
    for each in packages.values():
        assert each["integrity"].startswith("sha512-")
        assert "resolved" not in each


def test_the_emulator_is_locked_to_one_version() -> None:
    asked = (ROOT / "requirements" / "emulator.in").read_text().splitlines()
    locked = (ROOT / "requirements" / "emulator.txt").read_text()

    (pin,) = [line for line in asked if line.startswith("ministack==")]
    assert f"{pin} \\" in locked
    assert "http" not in locked.replace("httpcore", "")
