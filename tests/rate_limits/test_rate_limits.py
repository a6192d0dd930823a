"""How often one client may ask."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import pytest

from mayfly.errors import InvalidInput, RateLimited
from mayfly.kit.http.route import ADMIN, CREATE, FETCH, LOGIN
from mayfly.limits import ADDRESS_COUNTED_TOGETHER, LOGIN_FAILURES, VERIFICATION_MAILS
from mayfly.rate_limits.models import Client
from mayfly.rate_limits.service import ALL, RateLimiter, RateLimits
from mayfly.settings import Settings
from tests.memory import Memory
from tests.setting_names import RATE_LIMITS

ANN, BOB = Client("account", "ann"), Client("account", "bob")


@pytest.fixture
def memory() -> Memory:
    return Memory()


def limiter_over(
    memory: Memory, requests: int = 100, groups: Mapping[str, int] | None = None, failures: int = 5
) -> RateLimiter:
    groups = {CREATE: 5, FETCH: 30, LOGIN: 10, ADMIN: 60} if groups is None else groups
    return RateLimiter(memory.request_counts, RateLimits(requests, groups, failures), memory.clock)


def test_the_settings_are_the_documents_table() -> None:
    limits = RateLimits.of(Settings())

    assert limits == RateLimits(100, {CREATE: 5, FETCH: 30, LOGIN: 10, ADMIN: 60}, 5, 300, 200, 10)


def test_what_is_left_goes_down_and_starts_anew(memory: Memory) -> None:
    limiter = limiter_over(memory)

    left = [limiter.admit(ANN, "") for _ in range(3)]
    memory.clock.advance(minutes=1)
    anew = limiter.admit(ANN, "")

    assert [each.remaining for each in left if each] == [99, 98, 97]
    assert anew is not None
    assert anew.remaining == 99
    assert anew.resets_at == memory.clock.now.replace(minute=2)


def test_the_window_is_a_setting_and_the_refusal_says_how_long_it_is(memory: Memory) -> None:
    settings = Settings(rate_limit_requests=3, rate_limit_window=900_000)
    limiter = RateLimiter(memory.request_counts, RateLimits.of(settings), memory.clock)
    for _ in range(3):
        limiter.admit(ANN, "")
    memory.clock.advance(minutes=14)

    with pytest.raises(RateLimited, match=r"3 requests in 900 s .*RATE_LIMIT_REQUESTS") as refused:
        limiter.admit(ANN, "")
    memory.clock.advance(minutes=1)
    anew = limiter.admit(ANN, "")

    assert refused.value.retry_after == 60
    assert anew is not None and anew.remaining == 2


def test_the_limit_with_the_least_share_left_is_told(memory: Memory) -> None:
    limiter = limiter_over(memory, requests=10, groups={FETCH: 5})
    for _ in range(8):
        limiter.admit(ANN, "")

    told = limiter.admit(ANN, FETCH)

    assert told is not None
    assert (told.limit, told.remaining) == (10, 1)


@pytest.mark.parametrize(
    ("group", "limit", "says"),
    [
        ("", 100, "100 requests a minute"),
        (CREATE, 5, "5 requests that make inboxes a minute"),
        (FETCH, 30, "30 requests for lists of messages a minute"),
        (LOGIN, 10, "10 logins a minute"),
        (ADMIN, 60, "60 admin requests a minute"),
    ],
)
def test_one_more_than_a_limit_is_refused_by_its_name(
    memory: Memory, group: str, limit: int, says: str
) -> None:
    limiter = limiter_over(memory)
    memory.clock.advance(seconds=20)
    for _ in range(limit):
        limiter.admit(ANN, group)

    with pytest.raises(RateLimited, match=says) as refused:
        limiter.admit(ANN, group)

    assert refused.value.retry_after == 40
    assert refused.value.allowance is not None
    assert (refused.value.allowance.limit, refused.value.allowance.remaining) == (limit, 0)
    assert limiter.admit(BOB, group)


def test_all_groups_together_are_bounded(memory: Memory) -> None:
    limiter = limiter_over(memory, requests=10)
    for _ in range(8):
        limiter.admit(ANN, FETCH)
    for _ in range(2):
        limiter.admit(ANN, CREATE)

    with pytest.raises(RateLimited, match="10 requests a minute"):
        limiter.admit(ANN, CREATE)


def test_refused_requests_count(memory: Memory) -> None:
    limiter = limiter_over(memory, requests=1)

    for _ in range(3):
        try:
            limiter.admit(ANN, FETCH)
        except RateLimited:
            continue

    (row,) = memory.request_counts.rows.values()
    assert row[ALL] == 3


def test_requests_without_a_narrow_limit_are_written_some_at_a_time(memory: Memory) -> None:
    limiter = limiter_over(memory, requests=52)

    left = [limiter.admit(ANN, "") for _ in range(52)]

    assert [each.remaining for each in left if each] == list(range(51, -1, -1))
    assert memory.request_counts.calls == 52 // ADDRESS_COUNTED_TOGETHER
    with pytest.raises(RateLimited):
        limiter.admit(ANN, "")


def test_another_process_is_late_by_those_few(memory: Memory) -> None:
    one, other = (limiter_over(memory, requests=50) for _ in range(2))
    for _ in range(ADDRESS_COUNTED_TOGETHER + 1):
        one.admit(ANN, "")

    told = other.admit(ANN, FETCH)

    assert told is not None
    assert told.remaining == 50 - ADDRESS_COUNTED_TOGETHER - 1


def test_zero_is_no_limit(memory: Memory) -> None:
    only_create = limiter_over(memory, requests=0, groups={CREATE: 2}, failures=0)

    free = [only_create.admit(ANN, group) for group in ("", FETCH, LOGIN) for _ in range(500)]
    for _ in range(2):
        only_create.admit(ANN, CREATE)
    only_create.note_failure(ANN)

    assert set(free) == {None}
    assert memory.request_counts.calls == 2
    with pytest.raises(RateLimited):
        only_create.admit(ANN, CREATE)


def test_failures_alone_can_be_limited(memory: Memory) -> None:
    limiter = limiter_over(memory, requests=0, groups={}, failures=2)

    for _ in range(2):
        assert limiter.admit(ANN, ADMIN) is None
        limiter.note_failure(ANN)

    with pytest.raises(RateLimited, match="2 wrong passwords or keys"):
        limiter.admit(ANN, LOGIN)
    assert limiter.admit(ANN, FETCH) is None
    assert limiter.admit(BOB, LOGIN) is None


def test_where_failures_are_not_limited_names_are_not_either(memory: Memory) -> None:
    limiter = limiter_over(memory, failures=0)

    assert [limiter.trials.login("a@x.example") for _ in range(50)] == [None] * 50
    assert memory.request_counts.calls == 0


def test_who_has_guessed_too_often_is_told_over_which_time(memory: Memory) -> None:
    limiter = limiter_over(memory)
    for _ in range(LOGIN_FAILURES):
        limiter.trials.login("a@x.example")

    with pytest.raises(RateLimited, match=r"10 wrong passwords .* within 15 minutes"):
        limiter.trials.login("a@x.example")


def test_who_has_registered_too_often_is_told_over_which_time(memory: Memory) -> None:
    limiter = limiter_over(memory)
    for _ in range(VERIFICATION_MAILS):
        limiter.try_registration("a@x.example")

    with pytest.raises(RateLimited, match="3 mails to this address within 60 minutes"):
        limiter.try_registration("a+b@x.example")


def test_of_guesses_sent_at_once_no_more_are_looked_at(memory: Memory) -> None:
    limiter = limiter_over(memory)

    def guess(_: int) -> bool:
        try:
            limiter.trials.login("a@x.example")
        except RateLimited:
            return False
        return True

    with ThreadPoolExecutor(16) as pool:
        looked_at = sum(pool.map(guess, range(100)))

    assert looked_at == LOGIN_FAILURES


def test_a_login_that_ends_in_the_next_window_is_taken_back_in_its_own(memory: Memory) -> None:
    limiter = limiter_over(memory)

    window = limiter.trials.login("a@x.example")
    memory.clock.advance(minutes=20)
    assert window is not None
    limiter.trials.undo(window)

    assert list(memory.request_counts.rows.values()) == [{"failures": 0}]


@pytest.mark.parametrize("name", [*RATE_LIMITS, "mails_per_day", "inboxes_per_day"])
def test_a_limit_below_zero_is_refused(name: str) -> None:
    with pytest.raises(InvalidInput, match=name.upper()):
        Settings.from_environment({name.upper(): "-1"})
