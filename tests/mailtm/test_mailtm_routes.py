"""mail.tm's operations: what each answers, in both forms, and what it refuses."""

import json

import pytest

from mayfly import limits
from mayfly.inboxes.ids import InboxId
from mayfly.inboxes.models import Quota
from mayfly.rate_limits.service import RateLimits
from mayfly.settings import Settings
from tests.functions.http import MemoryAssembly
from tests.mailtm.conftest import ADDRESS, PASSWORD, RAW, SETTINGS, Account, Client
from tests.memory import Memory

ANYTHING = "*/*"
AXIOS = "application/json, text/plain, */*"
LINKED = "application/ld+json; charset=utf-8"


def test_an_account_is_an_inbox_at_the_chosen_name(client: Client, memory: Memory) -> None:
    made = client.call("POST", "/accounts", body={"address": ADDRESS, "password": PASSWORD}).json

    assert made == {
        "id": made["id"],
        "address": ADDRESS,
        "quota": limits.INBOX_BYTES,
        "used": 0,
        "isDisabled": False,
        "isDeleted": False,
        "createdAt": made["createdAt"],
        "updatedAt": made["createdAt"],
    }
    kept = memory.inboxes.get(InboxId.parse(made["id"]))
    assert kept.token_hash.startswith("$argon2id$")
    assert PASSWORD not in kept.token_hash


def test_a_token_opens_the_account_until_it_ends(client: Client, memory: Memory) -> None:
    account = client.make()

    assert client.call("GET", "/me", token=account.token).json["id"] == account.id
    assert client.call("GET", "/accounts/{id}", account.id, token=account.token).status == 200
    opened = client.flows.private_inboxes.tokens.read(account.token)
    memory.clock.now = opened.expires_at
    refused = client.call("GET", "/me", token=account.token)
    assert (refused.status, refused.json) == (401, {"code": 401, "message": "Expired JWT Token"})


def test_lists_are_arrays_for_json_and_collections_for_all_else(client: Client) -> None:
    account = client.make()
    message = client.receive(account)
    plain = client.call("GET", "/messages", token=account.token)

    for accept in (ANYTHING, AXIOS, "application/ld+json", ""):
        linked = client.call("GET", "/messages", token=account.token, accept=accept)

        assert linked.headers["Content-Type"] == LINKED
        found = linked.json
        assert found["@context"] == "/contexts/Message"
        assert found["@type"] == "hydra:Collection"
        assert found["hydra:totalItems"] == 1
        own = {"@id": f"/messages/{message}", "@type": "Message"}
        assert found["hydra:member"] == [own | plain.json[0]]
    assert plain.headers["Content-Type"] == "application/json"
    assert list(plain.json[0]) == [
        *("id", "accountId", "msgid", "from", "to", "subject", "intro", "seen", "isDeleted"),
        *("hasAttachments", "size", "downloadUrl", "sourceUrl", "createdAt", "updatedAt"),
    ]


def test_a_message_has_all_that_was_read_of_the_mail(client: Client) -> None:
    account = client.make()
    message = client.receive(account)

    found = client.call("GET", "/messages/{id}", message, token=account.token).json

    assert found["accountId"] == f"/accounts/{account.id}"
    assert found["msgid"] == "<one@shop.example>"
    assert found["from"] == {"name": "Hidden Sender", "address": "hidden-sender@shop.example"}
    assert found["to"] == [{"name": "Victim", "address": ADDRESS}]
    assert found["cc"] == [{"name": "", "address": "other@shop.example"}]
    assert found["text"] == "hidden-body ä"
    assert found["html"] == ["<p>hidden-body</p>"]
    (attached,) = found["attachments"]
    assert attached == {
        "id": "1",
        "filename": "report.pdf",
        "contentType": "application/pdf",
        "disposition": "attachment",
        "transferEncoding": "base64",
        "related": False,
        "size": 9,
        "downloadUrl": f"/messages/{message}/attachment/1",
    }
    assert found["hasAttachments"] is True


def test_a_mail_is_downloaded_byte_for_byte_and_shown_as_text(client: Client) -> None:
    account = client.make()
    message = client.receive(account)

    raw = client.call("GET", "/messages/{id}/download", message, token=account.token)
    part = client.call(
        "GET", "/messages/{id}/attachment/{attachmentId}", message, "1", token=account.token
    )
    source = client.call("GET", "/sources/{id}", message, token=account.token).json

    assert raw.headers["Content-Type"] == "message/rfc822"
    assert raw.content.endswith(RAW)
    assert part.content == b"PDF-bytes"
    assert source["data"] == raw.content.decode()
    assert source["downloadUrl"] == f"/messages/{message}/download"


def test_a_source_that_is_too_large_has_its_headers(client: Client) -> None:
    account = client.make()
    large = b"Subject: large\r\n\r\n" + b"\x01" * (limits.MAX_ANSWER_BYTES // 2)

    for name, raw in (("escaped", large), ("linked", large + large)):
        message = client.receive(account, name, raw)

        shown = client.call("GET", "/sources/{id}", message, token=account.token)

        assert shown.status == 200
        assert "Subject: large" in shown.json["data"]
        assert len(shown.content) < limits.MAX_ANSWER_BYTES


def test_a_message_that_is_too_large_is_cut(client: Client) -> None:
    account = client.make()
    message = client.receive(account, raw=b"Subject: large\r\n\r\n" + b"\x01" * 1_000_000)

    found = client.call("GET", "/messages/{id}", message, token=account.token)

    assert len(found.content) < limits.MAX_ANSWER_BYTES
    assert set(found.json["text"]) == {"\x01"}


def test_a_page_has_thirty_messages_newest_first(client: Client) -> None:
    account = client.make()
    for number in range(64):
        client.flows.receive(b"Subject: %d\r\n\r\n" % number, ADDRESS, name=f"mail-{number}")

    pages = [
        client.call("GET", "/messages", token=account.token, page=number).json
        for number in range(1, 5)
    ]

    subjects = [[each["subject"] for each in page] for page in pages]
    assert subjects == [
        [str(each) for each in range(63, 33, -1)],
        [str(each) for each in range(33, 3, -1)],
        ["3", "2", "1", "0"],
        [],
    ]


def test_a_page_far_behind_is_found() -> None:
    memory = Memory(quota=Quota(2000, limits.INBOX_BYTES))
    client = Client(MemoryAssembly(memory, settings=SETTINGS))
    account = client.make()
    for number in range(1, 1082):
        client.flows.receive(b"Subject: %d\r\n\r\n" % number, ADDRESS, name=f"mail-{number}")

    page = client.call("GET", "/messages", token=account.token, page=36).json

    assert [each["subject"] for each in page] == [str(each) for each in range(31, 1, -1)]


def test_a_collection_says_which_pages_there_are(client: Client) -> None:
    account = client.make()
    for number in range(31):
        client.flows.receive(b"Subject: %d\r\n\r\n" % number, ADDRESS, name=f"mail-{number}")

    second = client.call("GET", "/messages", token=account.token, accept=ANYTHING, page=2).json

    assert second["hydra:totalItems"] == 31
    assert len(second["hydra:member"]) == 1
    assert second["hydra:view"] == {
        "@id": "/messages?page=2",
        "@type": "hydra:PartialCollectionView",
        "hydra:first": "/messages?page=1",
        "hydra:last": "/messages?page=2",
        "hydra:previous": "/messages?page=1",
    }


@pytest.mark.parametrize("page", ["0", "-1", "x", "10000000"])
def test_what_is_no_page_is_refused(client: Client, page: str) -> None:
    account = client.make()

    refused = client.call("GET", "/messages", token=account.token, page=page)

    assert refused.status == 400
    assert refused.json["detail"].startswith("page must be a whole number")


def test_domains_are_listed_and_shown(client: Client) -> None:
    listed = client.call("GET", "/domains", accept=ANYTHING, page=1).json["hydra:member"]

    names = [each["domain"] for each in listed]
    assert names == list(client.flows.settings.domains)
    shown = client.call("GET", "/domains/{id}", listed[0]["id"], accept=ANYTHING).json
    assert shown == {"@context": "/contexts/Domain"} | listed[0]
    assert client.call("GET", "/domains", page=2).json == []
    assert client.call("GET", "/domains/{id}", "x").status == 404


def test_a_message_is_marked_and_deleted(client: Client) -> None:
    account = client.make()
    message = client.receive(account)

    for sent, seen in (({"seen": True}, True), ({"seen": False, "else": 1}, False), (None, True)):
        marked = client.call("PATCH", "/messages/{id}", message, body=sent, token=account.token)

        assert marked.json == {"seen": seen}
        listed = client.call("GET", "/messages", token=account.token).json
        assert listed[0]["seen"] is seen
    gone = client.call("DELETE", "/messages/{id}", message, token=account.token)
    assert (gone.status, gone.content) == (204, b"")
    assert client.call("GET", "/messages", token=account.token).json == []
    refused = client.call("GET", "/messages/{id}", message, token=account.token)
    assert refused.status == 404
    assert refused.json["hydra:description"] == refused.json["detail"] == "no such message"


def test_what_is_no_mark_is_a_violation(client: Client) -> None:
    account = client.make()
    message = client.receive(account)

    refused = client.call(
        "PATCH", "/messages/{id}", message, body={"seen": "yes"}, token=account.token
    )

    assert refused.status == 422
    assert refused.json["violations"][0]["propertyPath"] == "seen"


def test_an_account_is_deleted_with_all_it_held(client: Client) -> None:
    account = client.make()
    message = client.receive(account)

    gone = client.call("DELETE", "/accounts/{id}", account.id, token=account.token)

    assert (gone.status, gone.content) == (204, b"")
    assert client.call("GET", "/me", token=account.token).status == 404
    assert client.call("GET", "/messages/{id}", message, token=account.token).status == 404
    sent = {"address": ADDRESS, "password": PASSWORD}
    assert client.call("POST", "/token", body=sent).status == 401
    assert client.call("POST", "/accounts", body=sent).json["detail"] == (
        "address: This value is already used."
    )


IMPOSSIBLE = {
    "no address": ({"password": PASSWORD}, "address"),
    "a number": ({"address": 1, "password": PASSWORD}, "address"),
    "blank": ({"address": " ", "password": PASSWORD}, "address"),
    "no password": ({"address": ADDRESS}, "password"),
    "no host": ({"address": "victim", "password": PASSWORD}, "address"),
    "another's domain": ({"address": "a.b@elsewhere.example", "password": PASSWORD}, "address"),
    "a short name": ({"address": "ab@mayfly.example", "password": PASSWORD}, "address"),
    "a tag": ({"address": "abc+d@mayfly.example", "password": PASSWORD}, "address"),
    "reserved": ({"address": "postmaster@mayfly.example", "password": PASSWORD}, "address"),
    "a short password": ({"address": ADDRESS, "password": "k2Vq8"}, "password"),
    "a long password": ({"address": ADDRESS, "password": "k2Vq8z" * 22}, "password"),
    "half a character": ({"address": "\ud800ab@mayfly.example", "password": PASSWORD}, "address"),
    "an endless name": ({"address": f"{'a' * 2000}@mayfly.example", "password": "k2V"}, "address"),
    "a common password": ({"address": ADDRESS, "password": "Correct Horse"}, "password"),
}


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_what_cannot_be_is_a_violation_of_its_field(client: Client, name: str) -> None:
    sent, field = IMPOSSIBLE[name]

    refused = client.call("POST", "/accounts", body=sent)

    assert refused.status == 422, refused.content
    found = refused.json
    assert found["@type"] == "ConstraintViolationList"
    assert [each["propertyPath"] for each in found["violations"]] == [field]
    assert found["detail"] == f"{field}: {found['violations'][0]['message']}"


def test_an_address_that_is_taken_is_a_violation(client: Client) -> None:
    client.make()

    refused = client.call(
        "POST", "/accounts", body={"address": ADDRESS.upper(), "password": "another"}
    )

    assert refused.status == 422
    assert refused.json["detail"] == "address: This value is already used."


def test_a_password_may_be_the_name_only_where_addresses_are_public(memory: Memory) -> None:
    sent = {"address": "abcdefghij@mayfly.example", "password": "ABCDEFGHIJ"}
    closed = Settings(facades=("mailtm",), public_inboxes=False)

    refused = Client(MemoryAssembly(memory, settings=closed)).call("POST", "/accounts", body=sent)

    assert refused.status == 422
    assert refused.json["violations"][0]["propertyPath"] == "password"
    open_ = Client(MemoryAssembly(memory, settings=Settings(facades=("mailtm",))))
    assert open_.call("POST", "/accounts", body=sent).status == 201


def test_no_account_is_made_where_private_inboxes_are_off(memory: Memory) -> None:
    closed = Settings(facades=("mailtm",), private_inboxes=False)

    refused = Client(MemoryAssembly(memory, settings=closed)).call(
        "POST", "/accounts", body={"address": ADDRESS, "password": PASSWORD}
    )

    assert refused.status == 403
    assert "PRIVATE_INBOXES" in refused.json["detail"]


def test_work_is_asked_for_where_it_is_elsewhere(memory: Memory) -> None:
    asking = Settings(facades=("mailtm",), proof_of_work=1000)

    refused = Client(MemoryAssembly(memory, settings=asking)).call(
        "POST", "/accounts", body={"address": ADDRESS, "password": PASSWORD}
    )

    assert refused.status == 403
    assert "solved challenge" in refused.json["detail"]


def test_a_body_that_is_no_object_is_refused(client: Client) -> None:
    for body in ("[]", "{", '{"address": "a", "address": "b"}'):
        assert client.call("POST", "/accounts", body=body).status == 400
    assert client.call("POST", "/accounts", body="x" * 100_000).status == 413


WRONG = {
    "another password": {"address": ADDRESS, "password": "k2Vq8Z"},
    "an endless password": {"address": ADDRESS, "password": "k" * 2000},
    "no such inbox": {"address": "nobody@mayfly.example", "password": PASSWORD},
    "no address": {"address": "nobody", "password": PASSWORD},
    "a public address": {"address": "public@mayfly.example", "password": PASSWORD},
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_login_is_always_the_same(client: Client, name: str) -> None:
    client.make()

    refused = client.call("POST", "/token", body=WRONG[name])

    assert refused.status == 401
    assert refused.json == {"code": 401, "message": "Invalid credentials."}
    assert refused.headers["WWW-Authenticate"] == "Bearer"


def test_a_login_without_a_field_is_a_violation(client: Client) -> None:
    assert client.call("POST", "/token", body={"address": ADDRESS}).status == 422


def test_guesses_at_a_name_are_limited_whatever_tag_follows(client: Client) -> None:
    client.make()
    client.flows.rates = RateLimits(1000, {}, 1000)
    guess = {"address": ADDRESS, "password": "wrong!"}

    for number in range(limits.LOGIN_FAILURES):
        tagged = guess | {"address": f"victim.one+{number}@mayfly.example"}
        assert client.call("POST", "/token", body=tagged).status == 401

    refused = client.call("POST", "/token", body=guess)
    assert refused.status == 429
    assert "LOGIN_FAILURES" in refused.json["detail"]
    assert int(refused.headers["Retry-After"]) > 0


def test_the_token_of_a_private_inbox_is_as_good(client: Client) -> None:
    made = client.api.call("POST", "/v1/inboxes", body={"mode": "generated"}).json

    shown = client.call("GET", "/me", token=made["access_token"]).json

    assert (shown["id"], shown["address"]) == (made["inbox_id"], made["email_address"])


def test_a_chosen_password_does_not_open_where_guesses_are_not_limited(client: Client) -> None:
    client.make()

    refused = client.api.call(
        "POST", "/v1/inboxes:login", body={"email": ADDRESS, "password": PASSWORD}
    )

    assert refused.status == 401


def test_what_is_gone_is_not_called_json(client: Client) -> None:
    account = client.make()

    gone = client.call("DELETE", "/accounts/{id}", account.id, token=account.token)

    assert gone.headers["Content-Type"] == "text/plain"


def test_a_client_that_calls_itself_a_page_is_answered(client: Client) -> None:
    page = {"Origin": "https://page.example", "Sec-Fetch-Site": "cross-site"}

    made = client.api.call(
        "POST", "/mailtm/accounts", body={"address": ADDRESS, "password": PASSWORD}, headers=page
    )

    assert made.status == 201


def test_events_are_not_offered(client: Client) -> None:
    refused = client.call("GET", "/.well-known/mercure", topic="/accounts/x")

    assert refused.status == 501
    assert refused.json["detail"] == "Mayfly does not offer GET /mailtm/.well-known/mercure"


def test_what_the_service_does_not_tell_is_not_told(client: Client) -> None:
    client.flows.mailtm.service = None  # type: ignore[assignment]

    failed = client.call("POST", "/accounts", body={"address": ADDRESS, "password": PASSWORD})

    assert failed.status == 500
    assert json.loads(failed.content)["detail"] == "The service failed to answer"


def test_accounts_stay_apart(client: Client) -> None:
    first = client.make()
    message = client.receive(first)
    second = client.make("somebody.else@mayfly.example", "p9Lm3x")
    assert isinstance(second, Account)

    assert client.call("GET", "/messages", token=second.token).json == []
    assert client.call("GET", "/messages/{id}", message, token=second.token).status == 404
