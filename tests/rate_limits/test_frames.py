"""How much one connection and one client address may ask of the WebSocket."""

import pytest

from mayfly import limits
from mayfly.errors import RateLimited
from mayfly.rate_limits.frames import Caller, FrameLimiter
from tests.memory import Memory
from tests.watchers import limiter_over

ONE = Caller("c1", "address")
OTHER = Caller("c2", "address")
ELSEWHERE = Caller("c3", "elsewhere")


@pytest.fixture
def memory() -> Memory:
    return Memory()


def admitted(limiter: FrameLimiter, caller: Caller, frames: int, *, is_cheap: bool = False) -> int:
    count = 0
    for _ in range(frames):
        try:
            limiter.admit(caller, is_cheap=is_cheap)
        except RateLimited:
            continue
        count += 1
    return count


def test_a_connection_has_so_many_frames_a_minute(memory: Memory) -> None:
    limiter = limiter_over(memory, socket_frames=20, socket_address_frames=50)

    assert admitted(limiter, ONE, 30) == 20
    with pytest.raises(RateLimited, match=r"\(SOCKET_FRAMES\)") as refused:
        limiter.admit(ONE, is_cheap=True)
    assert refused.value.retry_after == 60
    assert admitted(limiter, OTHER, 20) == 20
    memory.clock.advance(minutes=1)
    assert admitted(limiter, ONE, 20) == 20


def test_all_connections_of_an_address_have_so_many_together(memory: Memory) -> None:
    limiter = limiter_over(memory, socket_frames=20, socket_address_frames=30)

    assert admitted(limiter, ONE, 20) + admitted(limiter, OTHER, 20) == 30
    with pytest.raises(RateLimited, match=r"\(SOCKET_ADDRESS_FRAMES\)"):
        limiter.admit(OTHER, is_cheap=False)
    with pytest.raises(RateLimited, match=r"\(SOCKET_ADDRESS_FRAMES\)"):
        limiter.connect(Caller("new", "address"))
    assert admitted(limiter, ELSEWHERE, 20) == 20


def test_several_processes_count_together(memory: Memory) -> None:
    first, second = (limiter_over(memory, socket_frames=20) for _ in range(2))

    both = admitted(first, ONE, 15) + admitted(second, ONE, 15)

    assert 20 <= both <= 22  # each knows late of a tenth of the cap, at most


def test_pings_are_counted_ten_at_a_time_and_still_limited(memory: Memory) -> None:
    limiter = limiter_over(memory, socket_frames=200, socket_address_frames=1000)

    assert admitted(limiter, ONE, 100, is_cheap=True) == 100
    assert memory.request_counts.calls == 2 * 100 / limits.FRAMES_COUNTED_TOGETHER
    assert 100 + admitted(limiter, ONE, 300, is_cheap=True) == 200


def test_few_frames_are_counted_one_by_one_where_few_are_possible(memory: Memory) -> None:
    limiter = limiter_over(memory, socket_frames=5)

    assert admitted(limiter, ONE, 10, is_cheap=True) == 5


def test_who_is_known_to_be_over_is_refused_without_a_count(memory: Memory) -> None:
    limiter = limiter_over(memory, socket_frames=20)
    admitted(limiter, ONE, 21)
    before = memory.request_counts.calls

    assert admitted(limiter, ONE, 1000) == 0

    assert memory.request_counts.calls == before


def test_who_goes_on_past_a_limit_is_to_be_ended(memory: Memory) -> None:
    limiter = limiter_over(memory)

    said = [limiter.refused(ONE) for _ in range(limits.REFUSED_FRAMES)]

    assert said == [False] * (limits.REFUSED_FRAMES - 1) + [True]
    assert not limiter.refused(OTHER)


def replayed(limiter: FrameLimiter, caller: Caller, inbox: str, messages: int) -> bool:
    try:
        limiter.admit_replay(caller, inbox, messages)
    except RateLimited:
        return False
    return True


def test_no_replay_begins_past_the_messages_of_a_connection(memory: Memory) -> None:
    limiter = limiter_over(memory, socket_replayed=100)

    assert [replayed(limiter, ONE, f"{n}@x", 40) for n in range(5)] == [True] * 3 + [False] * 2
    with pytest.raises(RateLimited, match=r"\(SOCKET_REPLAYED\)"):
        limiter.admit_replay(ONE, "other@x", 1)
    assert replayed(limiter, OTHER, "a@x", 40)


def test_no_replay_begins_past_the_messages_of_an_address(memory: Memory) -> None:
    limiter = limiter_over(memory, socket_replayed=100, socket_address_replayed=150)

    callers = [Caller(f"c{n}", "address") for n in range(4)]
    assert [replayed(limiter, each, "a@x", 80) for each in callers] == [True] * 2 + [False] * 2
    with pytest.raises(RateLimited, match=r"\(SOCKET_ADDRESS_REPLAYED\)"):
        limiter.admit_replay(callers[0], "b@x", 1)


def test_a_replay_longer_than_the_limit_is_possible_once(memory: Memory) -> None:
    limiter = limiter_over(memory, socket_replayed=10)

    assert replayed(limiter, ONE, "a@x", 5000)
    assert not replayed(limiter, ONE, "b@x", 1)


def test_one_inbox_is_replayed_to_a_connection_only_so_often(memory: Memory) -> None:
    limiter = limiter_over(memory, socket_replays=3)

    assert [replayed(limiter, ONE, "a@x", 1) for _ in range(5)] == [True] * 3 + [False] * 2
    with pytest.raises(RateLimited, match=r"\(SOCKET_REPLAYS\)"):
        limiter.admit_replay(ONE, "a@x", 1)
    assert replayed(limiter, ONE, "b@x", 1)
    assert replayed(limiter, OTHER, "a@x", 1)


def test_without_limits_nothing_is_counted(memory: Memory) -> None:
    nothing = ("frames", "address_frames", "replayed", "address_replayed", "replays")
    limiter = limiter_over(memory, **{f"socket_{each}": 0 for each in nothing})

    assert admitted(limiter, ONE, 500) == 500
    assert replayed(limiter, ONE, "a@x", 5000)
    limiter.connect(ONE)
    assert memory.request_counts.calls == 0


def test_frames_that_cost_something_are_written_five_at_a_time(memory: Memory) -> None:
    limiter = limiter_over(memory, socket_frames=100, socket_address_frames=100)

    assert admitted(limiter, ONE, 100) == 100
    assert memory.request_counts.calls == 2 * 20
