"""KMS, Secrets Manager, SES, Scheduler and Route 53, beyond what the contracts say of them."""

import hashlib
import itertools
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from moto.kms.models import kms_backends

from infra.local.account import ACCOUNT, REGION, queue_arn
from infra.local.engine.clients import Engine
from infra.local.engine.errors import Unsupported
from infra.local.engine.kms import ID, Kms
from mayfly.settings import Settings
from tests.aws import client, on_moto
from tests.engine import SIGNER
from tests.local.engine.refusals import code_of

ALIAS, CONTEXT = "alias/mayfly-test", {"batch": "b-1"}
NOW = datetime(2027, 1, 15, 8, tzinfo=UTC)


@pytest.fixture
def engine() -> Iterator[Engine]:
    with closing(Engine(None, "mayfly", SIGNER, NOW.timestamp)) as engine:
        yield engine


def kms(kept: str = "kept") -> Kms:
    made = Kms()
    made.make_key(ALIAS, kept)
    return made


def test_what_is_sealed_opens_in_the_next_run_with_its_context_only() -> None:
    made = kms().generate_data_key(KeyId=ALIAS, KeySpec="AES_256", EncryptionContext=CONTEXT)
    sealed = made["CiphertextBlob"]

    opened = kms().decrypt(CiphertextBlob=sealed, EncryptionContext=CONTEXT)

    assert opened["Plaintext"] == made["Plaintext"]
    assert len(made["Plaintext"]) == 32
    changed = bytes([*sealed[:-1], sealed[-1] ^ 1])
    for key, blob, context in (
        (kms(), sealed, {"batch": "b-2"}),
        (kms(), sealed, None),
        (kms("another"), sealed, CONTEXT),
        (kms(), changed, CONTEXT),
        (kms(), sealed[:40], CONTEXT),
        (kms(), b"", CONTEXT),
    ):
        refused = code_of(key.decrypt, CiphertextBlob=blob, EncryptionContext=context)
        assert refused == "InvalidCiphertextException"


def make_password_key(moto: Any, kept: str) -> None:
    """As version 0.2.0 made it in moto: always with the same id, its material a hash."""
    made = moto.create_key(Description="Seals the passwords of generated inboxes")
    keys = kms_backends[ACCOUNT][REGION].keys
    key = keys[ID] = keys.pop(made["KeyMetadata"]["KeyId"])
    key.arn, key.id = key.arn.replace(key.id, ID), ID
    key.key_material = hashlib.sha256(kept.encode()).digest()
    moto.create_alias(AliasName=ALIAS, TargetKeyId=ID)


def test_what_version_0_2_0_sealed_opens() -> None:
    with on_moto(Settings()):
        moto = client("kms")
        make_password_key(moto, "kept")
        sealed = moto.encrypt(KeyId=ALIAS, Plaintext=b"a secret", EncryptionContext=CONTEXT)

        ours = kms().decrypt(
            CiphertextBlob=sealed["CiphertextBlob"], KeyId=ALIAS, EncryptionContext=CONTEXT
        )
        back = kms().encrypt(KeyId=ALIAS, Plaintext=b"more", EncryptionContext=CONTEXT)
        theirs = moto.decrypt(CiphertextBlob=back["CiphertextBlob"], EncryptionContext=CONTEXT)

    assert ours["Plaintext"] == b"a secret"
    assert theirs["Plaintext"] == b"more"


def test_a_key_that_is_not_there_and_what_is_too_long_are_told() -> None:
    refused = code_of(kms().encrypt, KeyId="alias/never", Plaintext=b"a")
    other = kms()
    other.make_key("alias/other", "other", "00000000-0000-4000-8000-000000000000")
    sealed = other.encrypt(KeyId="alias/other", Plaintext=b"a")["CiphertextBlob"]

    assert refused == "NotFoundException"
    for plain in (b"", b"a" * 4097):
        assert code_of(kms().encrypt, KeyId=ALIAS, Plaintext=plain) == "ValidationException"
    foreign = code_of(other.decrypt, CiphertextBlob=sealed, KeyId=ALIAS)
    assert foreign == "IncorrectKeyException"


def test_a_secret_has_two_versions(engine: Engine) -> None:
    secrets = engine.secrets
    secrets.create_secret(Name="s")
    get = secrets.get_secret_value
    assert code_of(get, SecretId="s") == "ResourceNotFoundException"
    assert code_of(get, SecretId="never") == "ResourceNotFoundException"

    for value in "abc":
        secrets.put_secret_value(SecretId="s", SecretString=value)

    assert get(SecretId="s")["SecretString"] == "c"
    assert get(SecretId="s", VersionStage="AWSPREVIOUS")["SecretString"] == "b"


def test_what_is_sent_waits_for_who_carries_it(tmp_path: Path) -> None:
    with closing(Engine(tmp_path, "mayfly", SIGNER)) as engine:
        told: list[str] = []
        engine.ses.sent.when_added(lambda: told.append("first run"))
        assert told == []
        made = send(engine.ses, b"raw")
        send(engine.ses, b"later")
        assert told == ["first run"] * 2

    with closing(Engine(tmp_path, "mayfly", SIGNER)) as engine:
        engine.ses.sent.when_added(lambda: told.append("second run"))
        (sent, later) = engine.ses.sent.all()
        engine.ses.sent.remove(sent.id)

        assert told[2:] == ["second run"]
        assert engine.ses.sent.all() == [later]
    assert (sent.id, sent.raw, sent.tags) == (made["MessageId"], b"raw", {"n": "v"})
    assert (sent.source, sent.recipients) == ("a@mine.example", ("b@x.example", "c@x.example"))


def send(ses: Any, raw: bytes) -> Any:
    return ses.send_email(
        FromEmailAddress="a@mine.example",
        Destination={"BccAddresses": ["b@x.example", "c@x.example"]},
        Content={"Raw": {"Data": raw}},
        EmailTags=[{"Name": "n", "Value": "v"}],
        ConfigurationSetName="set",
    )


def test_what_cannot_be_sent_is_told(engine: Engine) -> None:
    ses = engine.ses
    with pytest.raises(Unsupported, match="Template"):
        ses.send_email(FromEmailAddress="a@mine.example", Destination={}, Content={"Template": {}})
    many = {"ToAddresses": ["a@b.example"] * 51}
    refused = code_of(
        ses.send_email, FromEmailAddress="a@b.example", Destination=many, Content={"Raw": {}}
    )
    assert refused == "BadRequestException"
    assert ses.sent.all() == []


def schedule(scheduler: Any, name: str, at: datetime, **more: Any) -> None:
    request = {
        "GroupName": "mails",
        "ScheduleExpression": f"at({at:%Y-%m-%dT%H:%M:%S})",
        "ScheduleExpressionTimezone": "UTC",
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "ActionAfterCompletion": "DELETE",
        "Target": {"Arn": queue_arn("q"), "RoleArn": "r", "Input": f"order {name}"},
    }
    scheduler.create_schedule(Name=name, **request | more)


def test_schedules_are_due_once_in_their_order_also_after_a_restart(tmp_path: Path) -> None:
    with closing(Engine(tmp_path, "mayfly", SIGNER)) as engine:
        engine.scheduler.create_schedule_group(Name="mails")
        for name, minutes in (("late", 9), ("second", 2), ("first", 1), ("gone", 1)):
            schedule(engine.scheduler, name, NOW + timedelta(minutes=minutes))
        engine.scheduler.delete_schedule(Name="gone", GroupName="mails")

    with closing(Engine(tmp_path, "mayfly", SIGNER)) as engine:
        scheduler = engine.scheduler
        assert scheduler.due(NOW) == []
        assert scheduler.next_due() == NOW + timedelta(minutes=1)

        due = scheduler.due(NOW + timedelta(minutes=2))

        assert [(each.name, each.body) for each in due] == [
            ("first", "order first"),
            ("second", "order second"),
        ]
        assert {each.queue_arn for each in due} == {queue_arn("q")}
        assert scheduler.due(NOW + timedelta(minutes=2)) == []
        assert [each["Name"] for each in scheduler.list_schedules()["Schedules"]] == ["late"]


def test_a_schedule_is_set_once(engine: Engine) -> None:
    scheduler = engine.scheduler
    scheduler.create_schedule_group(Name="mails")
    schedule(scheduler, "a", NOW, ClientToken="a")
    schedule(scheduler, "a", NOW, ClientToken="a")

    with pytest.raises(scheduler.exceptions.ConflictException):
        schedule(scheduler, "a", NOW, ClientToken="b")
    with pytest.raises(scheduler.exceptions.ResourceNotFoundException):
        schedule(scheduler, "a", NOW, GroupName="never")
    with pytest.raises(scheduler.exceptions.ResourceNotFoundException):
        scheduler.delete_schedule(Name="never", GroupName="mails")
    with pytest.raises(scheduler.exceptions.ValidationException):
        schedule(scheduler, "b", NOW, ScheduleExpression="at(2027-13-01T00:00:00)")
    with pytest.raises(Unsupported, match="rate"):
        schedule(scheduler, "b", NOW, ScheduleExpression="rate(1 hour)")
    with pytest.raises(Unsupported, match="FlexibleTimeWindow"):
        schedule(scheduler, "b", NOW, FlexibleTimeWindow={"Mode": "FLEXIBLE"})


def test_a_batch_of_records_is_written_whole_or_not_at_all(engine: Engine) -> None:
    route53 = engine.route53
    zone = route53.create_hosted_zone(Name="example", CallerReference="1")["HostedZone"]["Id"]

    def change(*changes: tuple[str, str]) -> dict[str, Any]:
        sets = [
            {
                "Action": action,
                "ResourceRecordSet": {
                    "Name": name,
                    "Type": "TXT",
                    "TTL": 60,
                    "ResourceRecords": [{"Value": '"x"'}],
                },
            }
            for action, name in changes
        ]
        return {"HostedZoneId": zone, "ChangeBatch": {"Changes": sets}}

    write = route53.change_resource_record_sets
    write(**change(("CREATE", "b.example"), ("CREATE", "*.a.example"), ("CREATE", "example")))

    for bad in (("CREATE", "b.example."), ("DELETE", "never.example")):
        assert code_of(write, **change(("UPSERT", "c.example"), bad)) == "InvalidChangeBatch"
    listed = route53.list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
    names = [each["Name"] for each in listed]
    assert names == ["example.", "\\052.a.example.", "b.example."]
    missing = code_of(route53.get_hosted_zone, Id="Z0")
    assert missing == "NoSuchHostedZone"


def test_there_is_one_client_of_each_service_and_none_of_others(engine: Engine) -> None:
    names = ("dynamodb", "kms", "route53", "s3", "scheduler", "secretsmanager", "sesv2")

    for name in (*names, "sns", "sqs"):
        assert engine.client(name, config=None) is engine.client(name)
        with pytest.raises((Unsupported, NotImplementedError, AttributeError)):
            engine.client(name).no_such_call()
    with pytest.raises(Unsupported, match="lambda"):
        engine.client("lambda")
    sockets = object()
    engine.add("apigatewaymanagementapi", sockets)
    assert engine.client("apigatewaymanagementapi", endpoint_url="x") is sockets


def test_classes_of_errors_are_the_same_wherever_they_are_made(engine: Engine) -> None:
    for one, other in itertools.combinations((engine.s3, engine.sqs, engine.kms), 2):
        assert one.exceptions.NoSuchKey is other.exceptions.NoSuchKey
