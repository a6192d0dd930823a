"""Who is calling, as headers and cookies tell it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from mayfly.accounts.models import Account
from mayfly.admission.callers import account_of, account_session_of, mailbox_holder, session_of
from mayfly.errors import CrossSite, InvalidInput, Unauthenticated
from mayfly.inboxes.access import Bearer, Owner
from mayfly.inboxes.models import Access, Inbox
from mayfly.kit.http.messages import Request
from mayfly.settings import Settings
from tests import samples
from tests.accounts.test_accounts_contract import an_account
from tests.functions.http import MemoryAssembly, event

PATH = "/api/user/mailbox"
WEEK = timedelta(days=7)


def logged_in(flows: MemoryAssembly) -> tuple[Account, str]:
    account = an_account(sessions={"s1": samples.NOW + WEEK})
    flows.adapters.accounts.add(account)
    token = flows.accounts.tokens.issue(account.id, "s1", samples.NOW + WEEK)
    return account, token.text


def session(flows: MemoryAssembly) -> tuple[Inbox, str]:
    inbox = samples.inbox(access=Access.TOKEN)
    flows.adapters.inboxes.create(inbox, flows.now())
    return inbox, flows.private_inboxes.tokens.issue(inbox, timedelta(hours=24)).text


def asked(method: str = "GET", **headers: str) -> Request:
    sent = {name.replace("_", "-"): text for name, text in headers.items()}
    return Request.read(event(method, PATH, headers=sent))


def test_an_account_is_known_by_bearer_token_and_by_cookie(flows: MemoryAssembly) -> None:
    account, token = logged_in(flows)

    assert account_of(asked(Authorization=f"Bearer {token}"), flows) == account
    assert account_of(asked(Cookie=f"a=b; token={token}; c=d"), flows) == account
    assert account_session_of(asked("POST", Cookie=f"token={token}"), flows).session == "s1"


def test_of_several_cookies_of_one_name_the_one_that_opens_something_counts(
    flows: MemoryAssembly,
) -> None:
    account, token = logged_in(flows)
    inbox, opens = session(flows)

    for cookies in (f"token=foreign; token={token}", f"token={token}; token=foreign; token="):
        assert account_of(asked(Cookie=cookies), flows) == account
    several = asked(Cookie=f"sessionToken=x.y.z; sessionToken={opens}")
    assert session_of(several, flows).inbox == inbox.id
    with pytest.raises(Unauthenticated):
        account_of(asked(Cookie="token=a; token=b"), flows)


def test_the_bearer_token_comes_before_the_cookie(flows: MemoryAssembly) -> None:
    account, token = logged_in(flows)

    assert account_of(asked(Authorization=f"Bearer {token}", Cookie="token=x"), flows) == account
    with pytest.raises(Unauthenticated):
        account_of(asked(Authorization="Bearer x", Cookie=f"token={token}"), flows)


@pytest.mark.parametrize(
    "obstacle", ["nothing", "expired", "logged out", "gone", "registered anew", "inbox", "session"]
)
def test_what_does_not_count_any_more_is_nobody(flows: MemoryAssembly, obstacle: str) -> None:
    account, token = logged_in(flows)
    accounts = flows.adapters.accounts
    headers = {"Cookie": f"token={token}"}
    if obstacle == "nothing":
        headers = {}
    if obstacle == "expired":
        flows.adapters.clock.advance(days=7)
    if obstacle == "logged out":
        accounts.save(account.without_session("s1"), account.revision)
    if obstacle in ("gone", "registered anew"):
        accounts.remove(account)
    if obstacle == "registered anew":
        accounts.add(an_account(sessions={"s1": samples.NOW + WEEK}))
    if obstacle == "inbox":
        headers = {"Cookie": f"token={session(flows)[1]}"}
    if obstacle == "session":
        headers = {"Cookie": f"sessionToken={session(flows)[1]}"}

    with pytest.raises(Unauthenticated):
        account_of(asked(**headers), flows)


def test_a_mailbox_is_asked_for_by_an_account_or_by_its_session(flows: MemoryAssembly) -> None:
    account, token = logged_in(flows)
    inbox, session_token = session(flows)
    own = str(inbox.id)

    def holder(mailbox: str = own, **headers: str) -> object:
        return mailbox_holder(asked(**headers), flows, mailbox)

    by_session = Bearer(own, flows.private_inboxes.tokens.read(session_token))
    assert holder(Cookie=f"sessionToken={session_token}") == by_session
    assert holder(Authorization=f"Bearer {session_token}") == by_session
    both = f"token={token}; sessionToken={session_token}"
    assert holder(Cookie=both) == by_session
    assert holder("another", Cookie=both) == Owner("another", str(account.id))
    assert holder(Authorization=f"Bearer {token}") == Owner(own, str(account.id))
    assert holder(Cookie=f"token={token}; sessionToken=x") == Owner(own, str(account.id))
    foreign = holder("another", Cookie=f"sessionToken={session_token}")
    assert foreign == Bearer("another", by_session.grant)


def test_nobody_asks_for_a_mailbox_without_a_token(flows: MemoryAssembly) -> None:
    for headers in ({}, {"Cookie": "sessionToken=x"}, {"Authorization": "Bearer x"}):
        with pytest.raises(Unauthenticated):
            mailbox_holder(asked(**headers), flows, "some-id")


FOREIGN = [
    {"Sec_Fetch_Site": "cross-site"},
    {"Sec_Fetch_Site": "same-site"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://api.example"},
    {"Origin": "https://evil.example", "Sec_Fetch_Site": "cross-site"},
]


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_another_site_cannot_write_with_the_cookies_of_who_looks_at_it(
    flows: MemoryAssembly, method: str, headers: dict[str, str]
) -> None:
    account, token = logged_in(flows)
    inbox, session_token = session(flows)

    for cookies in (f"token={token}", f"sessionToken={session_token}"):
        with pytest.raises(CrossSite):
            mailbox_holder(asked(method, Cookie=cookies, **headers), flows, str(inbox.id))
    bearer = asked(method, Authorization=f"Bearer {token}", **headers)
    assert account_of(bearer, flows) == account
    assert account_of(asked("GET", Cookie=f"token={token}", **headers), flows) == account


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://api.example"},
        {"Sec_Fetch_Site": "same-origin"},
        # Behind a proxy that changes the host, the browser still knows.
        {"Sec_Fetch_Site": "same-origin", "Origin": "https://front.example"},
        {"Sec_Fetch_Site": "none"},
        {"Sec_Fetch_Site": "same-site", "Origin": "https://web.example"},
    ],
    ids=str,
)
def test_our_own_pages_and_programs_can(flows: MemoryAssembly, headers: dict[str, str]) -> None:
    account, token = logged_in(flows)
    flows.restart(replace(Settings(), cors_origin=("https://web.example",)))

    assert account_of(asked("POST", Cookie=f"token={token}", **headers), flows) == account


@pytest.mark.parametrize(
    ("content_type", "is_taken"),
    [
        ("application/json", True),
        ("application/json; charset=utf-8", True),
        ("text/plain", False),
        ("application/x-www-form-urlencoded", False),
        ("multipart/form-data; boundary=application/json", False),
    ],
)
def test_with_a_cookie_a_body_that_is_sent_is_json(
    flows: MemoryAssembly, content_type: str, is_taken: bool
) -> None:
    account, token = logged_in(flows)
    request = asked("POST", Cookie=f"token={token}", Content_Type=content_type)

    if is_taken:
        assert account_of(request, flows) == account
    else:
        with pytest.raises(InvalidInput):
            account_of(request, flows)
