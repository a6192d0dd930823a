"""The page and the mail frame, wherever they are served, as a browser sees them."""

import json
from urllib.parse import urlsplit

import pytest

from functions.page_files.handler import page_files
from infra.local.apigateway.page import WEB
from infra.page_headers import PageOrigins, mail_headers, page_headers
from mayfly.page import files as page
from mayfly.page.edge import HOST_HEADER, SECRET_HEADER, VIEWER_HEADER
from tests.cloud.target import JSON, Answer, Target

pytestmark = [pytest.mark.cloud, pytest.mark.needs("page")]
FILES = sorted(page_files(WEB))


def surroundings(target: Target) -> PageOrigins:
    told = json.loads(target.visit(f"{target.page}/{page.CONFIG}").content)
    return PageOrigins(told["socketUrl"], told["mailOrigin"])


def has(answer: Answer, headers: dict[str, str]) -> bool:
    found = {name.lower(): value for name, value in answer.headers.items()}
    return all(found.get(name.lower()) == value for name, value in headers.items())


@pytest.mark.parametrize("name", FILES or [page.INDEX])
def test_a_file_comes_with_its_type_and_headers_from_its_origin(target: Target, name: str) -> None:
    around = surroundings(target)
    of_mails = name in page.MAIL_FILES

    answer = target.visit(f"{around.mail_origin if of_mails else target.page}/{name}")

    assert answer.status == 200
    assert answer.content == page_files(WEB)[name]
    assert has(answer, mail_headers(name) if of_mails else page_headers(around))
    kind = page.content_type(name)
    assert kind is not None
    assert has(answer, {"Content-Type": kind, "Cache-Control": page.CACHE_CONTROL})
    if target.page.startswith("https:"):
        assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]


def test_the_page_is_at_the_root_and_knows_its_socket(target: Target) -> None:
    around = surroundings(target)

    assert target.visit(f"{target.page}/").content == (WEB / page.INDEX).read_bytes()
    # The emulator's APIs are told by their own names, and reached by another.
    api = urlsplit(around.socket_url).netloc.partition(".")[0]
    assert api in target.websocket
    assert urlsplit(around.mail_origin).netloc != urlsplit(target.page).netloc


@pytest.mark.needs("two origins")
def test_neither_origin_serves_what_is_the_others(target: Target) -> None:
    around = surroundings(target)

    answers = [
        *(
            target.visit(f"{around.mail_origin}/{name}")
            for name in ("", "index.html", "config.json")
        ),
        *(target.visit(f"{target.page}/{name}") for name in sorted(page.MAIL_FILES)),
        target.visit(f"{target.page}/mail/mail.html"),
        target.visit(f"{around.mail_origin}/api/emails", "POST"),
    ]

    assert {answer.status for answer in answers} == {403}


def test_the_api_answers_under_the_pages_name_and_links_there(target: Target) -> None:
    made = target.visit(f"{target.page}/api/emails", "POST")

    location = made.headers["Location"]
    assert made.status == 201
    assert location.startswith(f"{target.page}/api/emails/")
    assert target.visit(location).json["email"] == made.json["email"]
    assert target.visit(f"{target.page}/docs").status == 200
    assert target.visit(f"{target.page}/api/nothing").json["error"]["code"] == "NOT_FOUND"


def test_a_cookie_of_the_page_speaks_for_who_has_it_from_the_page_only(target: Target) -> None:
    who = {
        "email": f"{target.new_address()['email']}.example",
        "password": "a phrase for the tests",
    }
    target.visit(f"{target.page}/api/users/register", "POST", who, **JSON)
    begun = target.visit(f"{target.page}/api/users/login", "POST", who, **JSON)
    cookie = begun.headers["Set-Cookie"].partition(";")[0]

    def made_from(origin: str) -> int:
        sent = {"Cookie": cookie, "Origin": origin, **JSON}
        return target.visit(f"{target.page}/api/user/mailbox/create", "POST", {}, **sent).status

    assert ("; Secure" in begun.headers["Set-Cookie"]) == target.page.startswith("https:")
    assert target.visit(f"{target.page}/api/users/me", Cookie=cookie).status == 200
    assert made_from("https://elsewhere.example") == 403
    assert made_from(target.page) == 201


def test_what_somebody_says_of_themselves_counts_for_nothing(target: Target) -> None:
    forged = {SECRET_HEADER: "a guess", VIEWER_HEADER: "198.51.100.1", HOST_HEADER: "evil.example"}

    through = target.visit(f"{target.page}/api/emails", "POST", **forged)
    direct = target.visit(f"{target.http}/api/emails", "POST", **forged)

    assert through.headers["Location"].startswith(f"{target.page}/")
    assert "evil.example" not in direct.headers["Location"]
