"""API Gateway's events as requests, and answers as events."""

import base64
import gzip
import json
from typing import Any

import pytest

from mayfly import limits
from mayfly.errors import BodyTooLarge, InvalidInput, Unauthenticated, UnknownEncoding
from mayfly.kit.http.messages import Answer, Request, json_answer


def event(**changes: object) -> dict[str, Any]:
    told: dict[str, Any] = {
        "resource": "/api/emails/{email}",
        "path": "/api/emails/a%40b.example",
        "httpMethod": "GET",
        "headers": {"Host": "api.example", "X-Forwarded-Proto": "https"},
        "queryStringParameters": None,
        "pathParameters": {"email": "a%40b.example"},
        "requestContext": {"path": "/live/api/emails/a%40b.example", "requestId": "r"},
        "body": None,
        "isBase64Encoded": False,
    }
    return told | changes


def request(**changes: object) -> Request:
    return Request.read(event(**changes))


def body(document: object) -> str:
    return base64.b64encode(json.dumps(document).encode()).decode()


@pytest.mark.parametrize(
    ("came", "is_"),
    [
        ("a%40b.example", "a@b.example"),
        ("a@b.example", "a@b.example"),
        ("a%2Bshop@b.example", "a+shop@b.example"),
        ("a+shop@b.example", "a+shop@b.example"),
        ("%C3%A9@b.example", "é@b.example"),
    ],
)
def test_path_parameters_are_read_encoded_or_not(came: str, is_: str) -> None:
    assert request(pathParameters={"email": came}).parameters["email"] == is_


@pytest.mark.parametrize(
    ("path", "base"),
    [
        ("/live/api/emails/a%40b.example", "https://api.example/live"),
        ("/api/emails/a%40b.example", "https://api.example"),
        ("/live/mail/api/emails/a%40b.example", "https://api.example/live/mail"),
    ],
)
def test_the_base_url_has_the_stage_that_the_caller_used(path: str, base: str) -> None:
    assert request(requestContext={"path": path}).base_url == base


def test_header_names_are_read_in_any_case() -> None:
    assert request(headers={"AUTHORIZATION": "bearer abc-_.~+/=="}).token == "abc-_.~+/=="


@pytest.mark.parametrize("text", ["", "abc", "Basic abc", "Bearer", "Bearer a b", "Bearer é"])
def test_what_is_no_bearer_token_is_refused(text: str) -> None:
    with pytest.raises(Unauthenticated):
        _ = request(headers={"Authorization": text}).token


def test_a_body_is_read_in_base64_and_as_text() -> None:
    assert request(body=body({"domain": "é"}), isBase64Encoded=True).document("domain") == {
        "domain": "é"
    }
    assert request(body='{"domain":"x"}').document("domain") == {"domain": "x"}


@pytest.mark.parametrize("nothing", [None, "", "  "])
def test_no_body_is_an_empty_object(nothing: str | None) -> None:
    assert request(body=nothing).document("domain") == {}


@pytest.mark.parametrize(
    ("text", "is_base64", "says"),
    [
        ("{", False, "not JSON"),
        ("domain=x", False, "not JSON"),
        ("[" * 60_000, False, "nested too deep"),
        ("/w==", True, "not JSON"),
        ("!!", True, "not JSON"),
        ("e30=", False, "not JSON"),
        (base64.b64encode('{"domain":"x"}'.encode("utf-16")).decode(), True, "not JSON"),
        ('{"domain":NaN}', False, "not JSON"),
        ('{"domain":-Infinity}', False, "not JSON"),
        ('{"domain":"\ud800"}', False, "not JSON"),
        ('{"domain":"a","domain":"b"}', False, "the field 'domain' is there twice"),
        ('{"domain":{"x":1,"x":1}}', False, "the field 'x' is there twice"),
        ("[]", False, "JSON object"),
        ("null", False, "JSON object"),
        ('{"email": "me@x.example"}', False, "unknown field 'email'; possible: domain"),
    ],
)
def test_a_body_that_cannot_be_says_why(text: str, is_base64: bool, says: str) -> None:
    with pytest.raises(InvalidInput, match=says):
        request(body=text, isBase64Encoded=is_base64).document("domain")


def test_a_byte_order_mark_is_not_part_of_the_body() -> None:
    sent = base64.b64encode(b'\xef\xbb\xbf{"domain":"x"}').decode()

    assert request(body=sent, isBase64Encoded=True).document("domain") == {"domain": "x"}


@pytest.mark.parametrize(
    ("content_type", "is_named"),
    [
        ("application/x-www-form-urlencoded", True),
        ("multipart/form-data; boundary=x", True),
        ("text/plain", True),
        ("Application/JSON; charset=utf-8", False),
        ("application/merge-patch+json", False),
        ("", False),
    ],
)
def test_what_a_form_sends_is_named_as_the_mistake(content_type: str, is_named: bool) -> None:
    headers = {"Content-Type": content_type}

    with pytest.raises(InvalidInput) as refused:
        request(body="domain=x", headers=headers).document("domain")

    assert ("it was sent as" in str(refused.value)) is is_named


def test_json_is_read_whatever_it_is_called() -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}

    assert request(body='{"domain":"x"}', headers=headers).document("domain") == {"domain": "x"}


@pytest.mark.parametrize("is_base64", [True, False])
def test_a_large_body_is_refused_before_it_is_read(is_base64: bool) -> None:
    text = json.dumps({"domain": "x" * limits.MAX_REQUEST_BYTES})
    sent = base64.b64encode(text.encode()).decode() if is_base64 else text

    with pytest.raises(BodyTooLarge):
        request(body=sent, isBase64Encoded=is_base64).document("domain")


def test_every_answer_has_the_security_and_cors_headers() -> None:
    headers = json_answer({"a": "é"}).event(request(), ("*",))["headers"]

    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert "X-Next-Cursor" in headers["Access-Control-Expose-Headers"]
    assert headers["Content-Type"] == "application/json"


def test_what_goes_over_tls_says_that_all_shall() -> None:
    plain = request(headers={"x-forwarded-proto": "http", "host": "127.0.0.1"})
    encrypted = request(headers={"x-forwarded-proto": "https", "host": "api.example"})

    told = [json_answer({}).event(each, ("*",))["headers"] for each in (plain, encrypted)]

    assert "Strict-Transport-Security" not in told[0]
    assert told[1]["Strict-Transport-Security"] == "max-age=31536000"


def test_one_allowed_origin_varies_by_origin() -> None:
    headers = json_answer({}).event(request(), ("https://mail.example",))["headers"]

    assert headers["Access-Control-Allow-Origin"] == "https://mail.example"
    assert "Origin" in headers["Vary"]


def test_small_json_goes_as_text_and_bytes_as_base64() -> None:
    small = json_answer({"a": "é"}).event(request(), ("*",))
    binary = Answer(200, b"\xff\x00", {"Content-Type": "image/png"}).event(request(), ("*",))

    assert (small["body"], small["isBase64Encoded"]) == ('{"a":"é"}', False)
    assert (base64.b64decode(binary["body"]), binary["isBase64Encoded"]) == (b"\xff\x00", True)


def test_large_json_is_compressed_for_those_who_can_read_it() -> None:
    document = {"body": "x" * 10_000}
    plain = json_answer(document).event(request(), ("*",))
    packed = json_answer(document).event(request(headers={"accept-encoding": "br, gzip"}), ("*",))

    assert json.loads(plain["body"]) == document
    assert "Accept-Encoding" in plain["headers"]["Vary"]
    assert packed["headers"]["Content-Encoding"] == "gzip"
    assert json.loads(gzip.decompress(base64.b64decode(packed["body"]))) == document


def test_the_largest_answer_stays_below_what_lambda_can_give() -> None:
    """6 MB, counted in the JSON that the function's answer is itself."""
    worst = json_answer({"body": '"' * (limits.MAX_ANSWER_BYTES // 2 - 100)})

    given = worst.event(request(), ("*",))

    assert len(json.dumps(given)) < 6 * 1024 * 1024


def test_head_has_the_headers_and_no_body() -> None:
    given = json_answer({"a": 1}).event(request(httpMethod="HEAD"), ("*",))

    assert given["body"] == ""
    assert given["headers"]["Content-Type"] == "application/json"


@pytest.mark.parametrize(
    ("sent", "value"),
    [
        ("token=abc", "abc"),
        ("a=1; token=abc; b=2", "abc"),
        ('token="abc"', "abc"),
        ("sessiontoken=abc", ""),
        ("token", ""),
        ("", ""),
    ],
)
def test_a_cookie_is_found_by_its_name(sent: str, value: str) -> None:
    assert request(headers={"Cookie": sent}).cookie("token") == value


def test_the_client_is_who_the_gateway_saw() -> None:
    seen = request(
        headers={"X-Forwarded-For": "198.51.100.1"},
        requestContext={"path": "/", "identity": {"sourceIp": "192.0.2.7"}},
    )

    assert seen.client == "192.0.2.7"


def test_a_list_that_came_in_several_lines_is_one() -> None:
    several = request(
        headers={"cookie": "b=2", "Accept-Encoding": "br", "authorization": "Bearer b"},
        multiValueHeaders={
            "Cookie": ["token=old"],
            "cookie": ["token=new; a=1", "b=2"],
            "Accept-Encoding": ["gzip", "br"],
            "Accept": ["application/json", "*/*"],
            "authorization": ["Bearer a", "Bearer b"],
        },
    )

    assert several.cookies("token") == ["old", "new"]
    assert several.cookie("b") == "2"
    assert several.accepts_gzip()
    assert not several.accepts_only_json()
    assert several.token == "b"


def test_each_cookie_of_an_answer_has_its_own_header() -> None:
    told = Answer(204, cookies=("a=1", "b=2")).event(request(), ("*",))

    assert told["multiValueHeaders"] == {"Set-Cookie": ["a=1", "b=2"]}


def test_only_a_named_origin_may_send_cookies() -> None:
    name = "Access-Control-Allow-Credentials"

    assert name not in Answer(200).event(request(), ("*",))["headers"]
    assert Answer(200).event(request(), ("https://page.example",))["headers"][name] == "true"


@pytest.mark.parametrize(
    ("accepted", "is_packed"),
    [
        ("gzip", True),
        ("br;q=1.0, GZIP;q=0.5", True),
        ("x-gzip", True),
        ("identity;q=0.5, gzip", True),
        ("gzip;q=0.5, identity;q=0.5", True),
        ("identity, gzip;q=0.5", False),
        ("*;q=0.1, identity;q=0.2", False),
        ("*", True),
        ("gzip;q=0", False),
        ("gzip; q=0.000, *", False),
        ("*;q=0", False),
        ("identity", False),
        ("not-gzip", False),
        ("gzip;q=none", False),
        ("", False),
    ],
)
def test_what_is_not_accepted_is_not_compressed(accepted: str, is_packed: bool) -> None:
    answer = json_answer({"text": "x" * 5000})

    packed = answer.event(request(headers={"accept-encoding": accepted}), ("*",))

    assert ("Content-Encoding" in packed["headers"]) is is_packed


def test_a_body_that_is_compressed_is_refused_whatever_is_in_it() -> None:
    for encoding in ("gzip", "br", "x"):
        with pytest.raises(UnknownEncoding):
            request(headers={"content-encoding": encoding}, body="{}").document()
    assert request(headers={"content-encoding": "Identity"}, body="{}").document() == {}


def test_a_text_in_another_charset_is_answered_as_its_bytes() -> None:
    content = "größe".encode("latin-1")
    answer = Answer(200, content, {"Content-Type": "text/plain; charset=iso-8859-1"})

    given = answer.event(request(), ())

    assert given["isBase64Encoded"] is True
    assert base64.b64decode(given["body"]) == content


def test_a_loose_document_keeps_fields_that_nobody_knows() -> None:
    sent = request(body=body({"IDs": ["a"], "Else": 1}), isBase64Encoded=True)

    assert sent.loose_document() == {"IDs": ["a"], "Else": 1}
    assert request().loose_document() == {}
    with pytest.raises(InvalidInput, match="JSON object"):
        request(body=body([1]), isBase64Encoded=True).loose_document()
    with pytest.raises(BodyTooLarge):
        request(body="{" * limits.MAX_REQUEST_BYTES * 2).loose_document()
