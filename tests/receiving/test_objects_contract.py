"""What every RawMails, PartFiles and Contents must do."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mayfly import limits
from mayfly.errors import BodyTooLarge, MessageNotFound, ObjectsNotDeleted, RawMailMissing
from mayfly.kit.dynamodb.keys import TTL_ATTRIBUTE, content_key
from mayfly.mail.mime.parser import parse
from mayfly.messages.models import Content
from mayfly.storage.s3 import Bucket, S3RawMails
from tests import samples
from tests.memory import FakeRawMails
from tests.worlds import World

RAW = (
    b"From: =?utf-8?q?J=C3=B6rg?= <joerg@example.net>\r\nTo: a@mayfly.example, B <b@x.example>\r\n"
    b"Date: Thu, 1 Jan 2026 12:00:00 +0100\r\nMessage-ID: <1@example.net>\r\n"
    b"References: <0@example.net>\r\nList-Unsubscribe: <https://example.net/u>\r\n"
    b"Subject: Hallo\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n"
    b"--x\r\n\r\nGr\xfc\xdfe\r\n--x\r\nContent-Type: text/html\r\n\r\n<p>Hi\r\n"
    b"--x\r\nContent-Type: image/png; name=a.png\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    b"AAAA\r\n--x--\r\n"
)


def content(raw: bytes = RAW) -> Content:
    return Content(parse(raw, limits.MIME), "raw/mail-1", len(raw), "0" * 64)


def test_a_raw_mail_is_read_byte_for_byte(world: World) -> None:
    raw = bytes(range(256)) * 50
    world.put_raw("raw/a", raw)

    assert world.raw_mails.size("raw/a") == len(raw)
    assert world.raw_mails.read("raw/a", len(raw)) == raw
    assert world.raw_mails.read_range("raw/a", 100, 300) == raw[100:300]
    assert world.raw_mails.read_range("raw/a", 5, 5) == b""
    assert world.raw_mails.read_range("raw/a", len(raw) - 3, len(raw) + 9) == raw[-3:]


def test_a_raw_mail_over_the_cap_is_not_read(world: World) -> None:
    world.put_raw("raw/a", b"x" * 11)

    with pytest.raises(BodyTooLarge, match="11"):
        world.raw_mails.read("raw/a", 10)


def test_a_raw_mail_that_is_not_there_says_so(world: World) -> None:
    with pytest.raises(RawMailMissing):
        world.raw_mails.read("raw/none", 10)
    with pytest.raises(RawMailMissing):
        world.raw_mails.read_range("raw/none", 0, 10)
    with pytest.raises(RawMailMissing):
        world.raw_mails.size("raw/none")


def test_deleting_raw_mails_twice_is_no_error(world: World) -> None:
    world.put_raw("raw/a", b"x")

    world.raw_mails.delete(["raw/a", "raw/never"])
    world.raw_mails.delete(["raw/a"])
    world.raw_mails.delete([])

    with pytest.raises(RawMailMissing):
        world.raw_mails.read("raw/a", 10)


@dataclass
class Stubborn:
    """S3 that keeps some objects for a while, and says so in an answer of 200."""

    refusals: dict[str, int]
    gone: list[str] = field(default_factory=list)
    calls: int = 0

    def delete_objects(self, Bucket: str, Delete: dict[str, Any]) -> dict[str, Any]:
        self.calls += 1
        errors = []
        for key in (each["Key"] for each in Delete["Objects"]):
            if self.refusals.get(key, 0):
                self.refusals[key] -= 1
                errors.append({"Key": key, "Code": "InternalError", "Message": "We stumbled"})
            else:
                self.gone.append(key)
        return {"Errors": errors} if errors else {}


def test_objects_that_s3_did_not_delete_are_tried_again() -> None:
    s3 = Stubborn({"raw/b": 2})

    Bucket(s3, "mails").delete(["raw/a", "raw/b", "raw/c"])

    assert sorted(s3.gone) == ["raw/a", "raw/b", "raw/c"]
    assert s3.calls == 3


def test_objects_that_stay_are_told_without_their_names() -> None:
    s3 = Stubborn({"raw/b": 100, "raw/1001": 1})

    with pytest.raises(ObjectsNotDeleted, match="kept 1 objects: InternalError") as told:
        Bucket(s3, "mails").delete(["raw/a", "raw/b", *(f"raw/{n}" for n in range(998))])

    assert "raw/b" not in str(told.value)
    assert "raw/997" in s3.gone


def test_raw_mails_are_listed_by_their_keys_in_portions(world: World) -> None:
    assert isinstance(world.raw_mails, (FakeRawMails, S3RawMails))
    raw_mails: Any = _in_twos(world.raw_mails)
    world.clock.now = datetime.now(UTC)
    for name in "dbcae":
        world.put_raw(f"raw/{name}", b"xx")

    portions = [[each.key[4:] for each in portion] for portion in raw_mails.listed("")]

    assert portions == [["a", "b"], ["c", "d"], ["e"]]
    ((first, _), (last,)) = raw_mails.listed("raw/b")
    assert (first.key, last.key, first.size_bytes) == ("raw/c", "raw/e", 2)
    assert abs(first.stored_at - world.clock()) < timedelta(minutes=1)
    assert list(raw_mails.listed("raw/e")) == []


def _in_twos(raw_mails: FakeRawMails | S3RawMails) -> FakeRawMails | S3RawMails:
    if isinstance(raw_mails, S3RawMails):
        return replace(raw_mails, portion=2)
    raw_mails.portion = 2
    return raw_mails


def test_an_attachment_is_unpacked_once_and_linked(world: World) -> None:
    made = []

    def unpack() -> bytes:
        made.append(1)
        return b"content"

    first = world.part_files.link("mail/1", unpack, "a b.pdf", "application/pdf")
    second = world.part_files.link("mail/1", unpack, "a b.pdf", "application/pdf")
    world.part_files.delete(["mail/1", "mail/2"])
    world.part_files.link("mail/1", unpack, "a b.pdf", "application/pdf")

    assert "mail/1" in first and "mail/1" in second
    assert len(made) == 2


def test_content_is_kept_as_it_was_read(world: World) -> None:
    mail = samples.accepted().mail

    world.contents.put(mail, content(), samples.NOW)

    assert world.contents.get(mail) == content()


def test_content_too_large_for_a_row_is_kept_whole(world: World) -> None:
    mail = samples.accepted().mail
    noise = "".join(chr(0x4E00 + (n * 7919) % 20000) for n in range(60_000)).encode()
    large = content(b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + noise)

    world.contents.put(mail, large, samples.NOW)

    assert world.contents.get(mail) == large
    world.contents.delete(mail)
    with pytest.raises(MessageNotFound):
        world.contents.get(mail)


def test_content_that_is_not_there_is_no_message(world: World) -> None:
    mail = samples.accepted().mail
    world.contents.put(mail, content(), samples.NOW)

    world.contents.delete(mail)
    world.contents.delete(mail)

    with pytest.raises(MessageNotFound):
        world.contents.get(mail)


def test_a_repeated_put_of_content_writes_the_same(world: World) -> None:
    mail = samples.accepted().mail
    world.contents.put(mail, content(), samples.NOW)

    world.contents.put(mail, replace(content(), sha256="1" * 64), samples.NOW)

    assert world.contents.get(mail).sha256 == "1" * 64


def test_content_is_kept_for_longer_and_never_for_less(world: World) -> None:
    mail, unknown = samples.accepted().mail, samples.accepted("unknown").mail
    end = samples.NOW + timedelta(days=3)
    world.contents.put(mail, content(), end)

    for when in (end + timedelta(days=27), end):
        world.contents.keep(mail, when)
    world.contents.keep(unknown, end)

    assert world.contents.get(mail) == content()
    with pytest.raises(MessageNotFound):
        world.contents.get(unknown)
    if world.table is not None:
        ttl = world.table.get(content_key(mail))[TTL_ATTRIBUTE]
        assert ttl == (end + timedelta(days=27)).timestamp()
