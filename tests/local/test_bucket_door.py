"""The bucket from outside: what was signed in this run is answered, and nothing else."""

import http.client
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.config import Config

from infra.local.account import REGION
from infra.local.apigateway.own_names import OwnNames
from infra.local.moto.links import read_object
from infra.local.moto.server import Cloud, client
from infra.local.s3.server import BucketDoor
from infra.local.s3.signatures import AccessKey
from mayfly.settings import Settings
from mayfly.storage.s3 import Bucket
from tests.engine import on_engine
from tests.file_form import multipart
from tests.local.conftest import DEADLINE, Loop, listener

KEY, CONTENT = "files/a b+é.bin", bytes(range(256)) * 40
PAGE = "http://127.0.0.1:5000"


@cache
def session() -> Any:
    """It remembers the description of S3, which is large."""
    return boto3.Session(region_name=REGION)


@dataclass
class Reply:
    status: int
    headers: Any
    body: bytes

    @property
    def kind(self) -> str:
        found = re.search(rb"<Code>(\w+)</Code>", self.body)
        return found[1].decode() if found else ""


@dataclass
class Door:
    """A door in front of a bucket with one file, and who has its key."""

    port: int
    bucket: str
    access_key: AccessKey
    stored: Any
    now: list[datetime] = field(default_factory=lambda: [datetime.now(UTC)])

    def signer(self, access_key: AccessKey | None = None) -> Any:
        key = access_key or self.access_key
        return session().client(
            "s3",
            aws_access_key_id=key.id,
            aws_secret_access_key=key.secret,
            endpoint_url=f"http://127.0.0.1:{self.port}",
            config=Config(signature_version="s3v4"),
        )

    def link(self, call: str = "get_object", key: str = KEY, **more: Any) -> str:
        wanted = {"Bucket": self.bucket, "Key": key} | more
        url: str = self.signer().generate_presigned_url(call, wanted, ExpiresIn=60)
        return url

    def form(self, size: int = 5, key: str = "outgoing/up", **more: Any) -> dict[str, str]:
        signed = self.signer(more.pop("access_key", None)).generate_presigned_post(
            self.bucket, key, Conditions=[["content-length-range", size, size]], ExpiresIn=60
        )
        fields: dict[str, str] = signed["fields"]
        return fields

    def ask(self, method: str, target: str, body: bytes | None = None, **headers: str) -> Reply:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=DEADLINE)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            connection.request(method, target, body, named)
            answer = connection.getresponse()
            return Reply(answer.status, answer.headers, answer.read())
        finally:
            connection.close()

    def follow(self, url: str, method: str = "GET", **headers: str) -> Reply:
        parts = urlsplit(url)
        return self.ask(method, f"{parts.path}?{parts.query}", None, **headers)

    def upload(self, fields: dict[str, str], content: bytes, **headers: str) -> Reply:
        kind, body = multipart(fields, content)
        return self.ask("POST", f"/{self.bucket}", body, Content_Type=kind, **headers)

    def content(self, key: str) -> bytes:
        found: bytes = self.stored.get_object(Bucket=self.bucket, Key=key)["Body"].read()
        return found


@pytest.fixture(params=["moto", "engine"])
def stored(request: pytest.FixtureRequest, settings: Settings) -> Iterator[tuple[Any, Any]]:
    """A client of the bucket, and what answers for its links."""
    if request.param == "moto":
        cloud: Cloud = request.getfixturevalue("cloud")
        yield client("s3", cloud.endpoint), read_object
        return
    with on_engine(settings) as clients:
        yield clients["s3"], clients["s3"].read


@pytest.fixture
def door(loop: Loop, stored: tuple[Any, Any], settings: Settings) -> Iterator[Door]:
    where, bucket = listener(), settings.mail_bucket
    s3, read = stored
    s3.put_object(Bucket=bucket, Key=KEY, Body=CONTENT)
    found = Door(where.getsockname()[1], bucket, AccessKey.random(), s3)
    served = BucketDoor(
        bucket,
        found.access_key,
        read,
        lambda key, content: s3.put_object(Bucket=bucket, Key=key, Body=content),
        100_000,
        lambda: found.now[0],
        OwnNames(cors_origins=(PAGE,), page_port=5000),
    )
    with loop.inside(served.serving(where)):
        yield found


def test_a_signed_link_gives_the_file_with_the_name_it_says(door: Door) -> None:
    said = 'attachment; filename="a.bin"'

    reply = door.follow(door.link(ResponseContentDisposition=said))

    assert (reply.status, reply.body) == (200, CONTENT)
    assert reply.headers["Content-Disposition"] == said


def test_a_link_may_be_asked_for_as_a_whole_url(door: Door) -> None:
    reply = door.ask("GET", door.link())

    assert (reply.status, reply.body) == (200, CONTENT)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_token_that_is_sent_along_is_refused_as_by_s3(door: Door, method: str) -> None:
    link = door.link({"GET": "get_object", "HEAD": "head_object"}[method])

    assert door.follow(link, method, Authorization="Bearer x").status == 400
    assert door.follow(link, method).status == 200


def test_a_part_of_the_file_can_be_asked_for(door: Door) -> None:
    reply = door.follow(door.link(), Range="bytes=10-19")

    assert (reply.status, reply.body) == (206, CONTENT[10:20])


def test_a_link_that_was_signed_for_a_head_tells_the_size_only(door: Door) -> None:
    reply = door.follow(door.link("head_object"), "HEAD")

    assert (reply.status, reply.body) == (200, b"")
    assert reply.headers["Content-Length"] == str(len(CONTENT))


@pytest.mark.parametrize(("method", "other"), [("GET", "HEAD"), ("HEAD", "GET")])
def test_the_services_links_are_for_the_method_that_asked(
    door: Door, method: str, other: str
) -> None:
    link = Bucket(door.signer(), door.bucket).link(KEY, "a.bin", "application/pdf", method)

    replies = [door.follow(link, each) for each in (method, other)]

    assert [each.status for each in replies] == [200, 403]
    assert replies[0].headers["Content-Type"] == "application/pdf"
    assert "a.bin" in replies[0].headers["Content-Disposition"]
    assert replies[0].headers["Content-Length"] == str(len(CONTENT))


def changed(pattern: str, instead: str) -> Callable[[str], str]:
    return lambda url: re.sub(pattern, instead, url, count=1)


@pytest.mark.parametrize(
    "forge",
    [
        changed(r"\?.*", ""),
        changed(r"X-Amz-Signature=\w{4}", "X-Amz-Signature=0000"),
        changed(r"&X-Amz-Signature=\w+", ""),
        changed(r"X-Amz-Expires=60", "X-Amz-Expires=600"),
        changed(r"X-Amz-Expires=60", "X-Amz-Expires=0x3c"),
        changed(r"files/[^?]*", "raw/other"),
        changed(r"\?", "?acl&"),
        changed(r"\?", "?response-content-type=text%2Fhtml&"),
        changed(r"SignedHeaders=host", "SignedHeaders=host%3Bx-a"),
        changed(r"$", "&X-Amz-Expires=600"),
        changed(r"$", "&X-Amz-Signature=x"),
        changed(r"/mayfly-mail/", "//mayfly-mail/"),
        changed(r"/mayfly-mail/", "/mayfly-mail/../mayfly-mail/"),
        changed(r"/mayfly-mail/[^?]*", "/moto-api/data.json"),
        changed(r"Algorithm=AWS4-HMAC-SHA256", "Algorithm=AWS4-ECDSA-P256-SHA256"),
        changed(r"X-Amz-Date=\d+T", "X-Amz-Date=29990101T"),
        lambda url: re.sub(r"20\d{6}(?=/|T)", "99999999", url.replace("%2F", "/")),
    ],
)
def test_a_link_that_was_not_signed_as_it_is_gives_nothing(
    door: Door, forge: Callable[[str], str]
) -> None:
    forged = forge(door.link())

    reply = door.follow(forged)

    assert forged != door.link()
    assert (reply.status, reply.kind) == (403, "AccessDenied")


def test_a_link_of_another_run_gives_nothing(door: Door) -> None:
    other = door.signer(AccessKey(door.access_key.id, "another secret"))
    stranger = door.signer(AccessKey.random())

    replies = [
        door.follow(each.generate_presigned_url("get_object", {"Bucket": door.bucket, "Key": KEY}))
        for each in (other, stranger)
    ]

    assert [each.status for each in replies] == [403, 403]


def test_a_link_ends_when_it_says(door: Door) -> None:
    link = door.link()

    door.now[0] += timedelta(seconds=61)
    late = door.follow(link)
    door.now[0] -= timedelta(days=1)
    early = door.follow(link)

    assert (late.status, early.status) == (403, 403)


@pytest.mark.parametrize("method", ["HEAD", "PUT", "DELETE", "PATCH", "POST", "OPTIONS"])
def test_a_link_is_for_the_method_that_was_signed(door: Door, method: str) -> None:
    reply = door.follow(door.link(), method)

    assert reply.status in (403, 405)
    assert door.content(KEY) == CONTENT


@pytest.mark.parametrize("call", ["put_object", "delete_object"])
def test_links_that_change_something_are_not_answered(door: Door, call: str) -> None:
    reply = door.follow(door.link(call), {"put_object": "PUT", "delete_object": "DELETE"}[call])

    assert (reply.status, reply.kind) == (405, "MethodNotAllowed")
    assert door.content(KEY) == CONTENT


def test_a_signed_call_in_a_header_is_no_way_in(door: Door) -> None:
    with pytest.raises(Exception, match=r"AccessDenied|403|Method"):
        door.signer().list_objects_v2(Bucket=door.bucket)
    with pytest.raises(Exception, match=r"AccessDenied|403|Method"):
        door.signer().list_buckets()


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/moto-api/reset"),
        ("GET", "/moto-api/data.json"),
        ("POST", "/"),
        ("GET", "/mayfly-mail"),
        ("GET", "/mayfly-mail/?list-type=2"),
        ("GET", "/mayfly-mail/files/a"),
        ("POST", "/123456789012/mayfly-notices"),
    ],
)
def test_nothing_else_of_aws_is_there(door: Door, method: str, path: str) -> None:
    target = {"X_Amz_Target": "secretsmanager.GetSecretValue"}
    scope = "Credential=laptop/20260101/us-east-1/secretsmanager/aws4_request"
    signed = {"Authorization": f"AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature=x"}

    reply = door.ask(method, path, b"{}" if method == "POST" else None, **(target | signed))

    assert reply.status == 403
    assert door.content(KEY) == CONTENT


def test_a_signed_form_stores_a_file(door: Door) -> None:
    reply = door.upload(door.form(), b"hello", Origin=PAGE)

    assert (reply.status, reply.headers["Access-Control-Allow-Origin"]) == (204, PAGE)
    assert door.content("outgoing/up") == b"hello"


def without(name: str) -> Callable[[dict[str, str]], None]:
    def forge(fields: dict[str, str]) -> None:
        del fields[name]

    return forge


def with_value(name: str, value: str) -> Callable[[dict[str, str]], None]:
    return lambda fields: fields.update({name: value})


@pytest.mark.parametrize(
    "forge",
    [
        with_value("key", "files/a b+é.bin"),
        with_value("key", "outgoing/${filename}"),
        with_value("x-amz-signature", "0" * 64),
        with_value("acl", "public-read"),
        with_value("success_action_redirect", "https://elsewhere.example"),
        with_value("policy", "e30="),
        with_value("KEY", "raw/other"),
        without("policy"),
        without("key"),
        without("x-amz-signature"),
        without("x-amz-date"),
    ],
)
def test_a_form_that_was_not_signed_as_it_is_stores_nothing(
    door: Door, forge: Callable[[dict[str, str]], None]
) -> None:
    fields = door.form()
    forge(fields)

    reply = door.upload(fields, b"hello")

    assert (reply.status, reply.kind) == (403, "AccessDenied")
    listed = door.stored.list_objects_v2(Bucket=door.bucket)["Contents"]
    assert [each["Key"] for each in listed] == [KEY]
    assert door.content(KEY) == CONTENT


def test_a_form_ends_when_it_says_and_belongs_to_its_run(door: Door) -> None:
    fields, foreign = door.form(), door.form(access_key=AccessKey.random())

    of_another_run = door.upload(foreign, b"hello")
    door.now[0] += timedelta(seconds=61)
    late = door.upload(fields, b"hello")

    assert (of_another_run.status, late.status) == (403, 403)


@pytest.mark.parametrize("content", [b"hell", b"hello!", b"x" * 50_000])
def test_a_file_of_another_size_is_refused(door: Door, content: bytes) -> None:
    reply = door.upload(door.form(5), content)

    assert reply.status in (400, 413)
    assert door.stored.list_objects_v2(Bucket=door.bucket)["KeyCount"] == 1


def test_a_form_that_is_larger_than_any_file_is_refused_before_it_is_read(door: Door) -> None:
    kind, _ = multipart(door.form(), b"")
    connection = http.client.HTTPConnection("127.0.0.1", door.port, timeout=DEADLINE)

    connection.putrequest("POST", f"/{door.bucket}")
    connection.putheader("Content-Type", kind)
    connection.putheader("Content-Length", "1000000000")
    connection.endheaders()
    status = connection.getresponse().status
    connection.close()

    assert status == 413


def test_a_field_that_is_no_file_may_not_be_large(door: Door) -> None:
    reply = door.upload({"x-more": "x" * 50_000} | door.form(), b"hello")

    assert reply.status == 413


@pytest.mark.parametrize("body", [b"", b"--b", b"nothing of the kind", b"--b\r\n\r\n--b--\r\n"])
def test_what_is_no_form_is_a_400(door: Door, body: bytes) -> None:
    kind = "multipart/form-data; boundary=b"

    reply = door.ask("POST", f"/{door.bucket}", body, Content_Type=kind)

    assert reply.status == 400


@pytest.mark.parametrize(
    "host", ["elsewhere.example", "localhost:5000", "127.0.0.1:1", "mayfly.example"]
)
def test_another_name_is_not_answered(door: Door, host: str) -> None:
    reply = door.follow(door.link(), Host=host)

    assert reply.status in (403, 421)
    assert CONTENT not in reply.body


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null", "http://127.0.0.1:3000"])
def test_a_page_of_another_origin_writes_nothing(door: Door, origin: str) -> None:
    written = door.upload(door.form(), b"hello", Origin=origin)
    asked = door.ask(
        "OPTIONS", f"/{door.bucket}", Origin=origin, Access_Control_Request_Method="POST"
    )

    assert [each.status for each in (written, asked)] == [403, 403]
    assert not any("Access-Control-Allow-Origin" in each.headers for each in (written, asked))


@pytest.mark.parametrize("origin", ["null", PAGE, "https://elsewhere.example"])
def test_a_page_that_has_a_signed_link_reads_it_as_from_the_bucket_in_the_cloud(
    door: Door, origin: str
) -> None:
    """After a redirect from the API the page's origin is `null`; the signature lets it in."""
    link = door.link()
    path = link.partition(f":{door.port}")[2]

    replies = [
        door.follow(link, Origin=origin),
        door.follow(door.link("head_object"), "HEAD", Origin=origin),
        door.ask("OPTIONS", path, Origin=origin, Access_Control_Request_Method="GET"),
    ]
    unsigned = door.ask("GET", path.partition("?")[0], Origin=origin)

    assert [each.status for each in replies] == [200, 200, 200]
    for each in replies:
        assert each.headers["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in each.headers
        assert "Content-Disposition" in each.headers["Access-Control-Expose-Headers"]
    asked = door.ask(
        "OPTIONS", path.partition("?")[0], Origin=origin, Access_Control_Request_Method="GET"
    )

    for each in (unsigned, asked):
        assert each.status == 403
        assert "Access-Control-Allow-Origin" not in each.headers


def test_a_page_of_ours_may_ask_first_for_a_form(door: Door) -> None:
    asked = door.ask(
        "OPTIONS", f"/{door.bucket}", Origin=PAGE, Access_Control_Request_Method="POST"
    )

    assert (asked.status, asked.headers["Access-Control-Allow-Origin"]) == (200, PAGE)
