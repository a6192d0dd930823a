"""Each flow, with each of its AWS calls failing in each way, and then tried again.

Who tries again is who does so in the deployment: the queue, the stream, the client, the next hour.
How many calls there are is counted while nothing fails, so that a call that is added to a flow is
covered by itself.
"""

import os
from functools import lru_cache

import pytest

from tests.faults import invariants
from tests.faults.account_scenarios import ACCOUNTS
from tests.faults.account_socket_scenarios import ACCOUNT_SOCKETS
from tests.faults.admin_scenarios import ADMINS
from tests.faults.breaker_scenarios import BREAKER
from tests.faults.domain_scenarios import DOMAINS_OF_ACCOUNTS
from tests.faults.export_scenarios import EXPORTS
from tests.faults.inbox_scenarios import INBOXES
from tests.faults.key_scenarios import API_KEYS
from tests.faults.pop3_scenarios import POP3
from tests.faults.relay_scenarios import RELAYS
from tests.faults.scenario import Scenario
from tests.faults.script import Fault, Script
from tests.faults.sending_scenarios import SENDING
from tests.faults.sides import ENGINE, MOTO
from tests.faults.socket_scenarios import SOCKETS
from tests.faults.stats_scenarios import STATS
from tests.faults.sweep_scenarios import SWEEPS
from tests.faults.template_scenarios import TEMPLATES_KEPT
from tests.faults.webhook_scenarios import WEBHOOKS
from tests.faults.world import followed, world

ON_MOTO = ("receiving for three",)
"""What runs on moto as well; the breaker's do so only, as the engine has no use for its calls."""
MOST_CALLS = 500  # no flow comes near
SCENARIOS = (
    INBOXES
    | SOCKETS
    | SWEEPS
    | STATS
    | EXPORTS
    | ACCOUNTS
    | ACCOUNT_SOCKETS
    | ADMINS
    | DOMAINS_OF_ACCOUNTS
    | API_KEYS
    | RELAYS
    | POP3
    | SENDING
    | TEMPLATES_KEPT
    | WEBHOOKS
    | BREAKER
)

REFUSALS = (Fault.THROTTLED, Fault.BROKEN, Fault.UNREACHABLE, Fault.DENIED)
"""Nothing was done, and an exception says so: they take turns, unless all are asked for."""
ONE_BY_ONE = os.environ.get("MAYFLY_FAULTS") == "all"
FAULTS: list[tuple[Fault, ...]] = [(each,) for each in Fault if ONE_BY_ONE or each not in REFUSALS]
if not ONE_BY_ONE:
    FAULTS.append(REFUSALS)


PLACES = [(ENGINE, name) for name in SCENARIOS if name not in BREAKER]
PLACES += [(MOTO, name) for name in (*ON_MOTO, *BREAKER)]


@pytest.mark.parametrize("faults", FAULTS, ids="/".join)
@pytest.mark.parametrize(("side", "name"), PLACES)
def test_whichever_call_fails_it_comes_right_when_it_is_tried_again(
    side: str, name: str, faults: tuple[Fault, ...]
) -> None:
    scenario = SCENARIOS[name]
    stride = _stride(scenario, faults)
    first = 1 + FAULTS.index(faults) % stride  # so that together they meet every call
    calls = _calls(side, scenario, Fault.IN_THE_WAY in faults)

    for turn, at in enumerate(range(first, calls + 1, stride)):
        fails(side, scenario, Script(faults[turn % len(faults)], at))


@lru_cache(maxsize=2)
def _calls(side: str, scenario: Scenario, only_writes: bool) -> int:
    """How many there are that may fail, when none does."""
    script = Script(Fault.IN_THE_WAY if only_writes else Fault.BROKEN)
    fails(side, scenario, script)
    assert len(script.calls) < MOST_CALLS
    return len(script.calls)


def _stride(scenario: Scenario, faults: tuple[Fault, ...]) -> int:
    """Every how many calls one fails: unless all are asked for, each meets some of the faults."""
    if ONE_BY_ONE:
        return max(1, scenario.stride // 4)
    if Fault.IN_THE_WAY in faults:  # only writes count
        return max(1, scenario.stride // 2)
    return max(scenario.stride, min(2 * scenario.stride, len(FAULTS)))


def fails(side: str, scenario: Scenario, script: Script) -> None:
    """See all come right after the call that the script lets fail, if it does."""
    with world(side) as here:
        scenario.arrange(here)
        done = here.attempt(scenario.act, script)
        here.notes["met"] = met = script.met
        here.notes["fault"] = script.fault
        assert done or met, "failed by itself"
        assert done or script.fault is not Fault.IN_THE_WAY, f"did not give way at {met}"
        again = scenario.again or scenario.act
        assert done or here.attempt(again, Script()), f"not mended after {met}"
        assert followed(here, here.process())
        try:
            invariants.check(here)
            scenario.check(here)
        except AssertionError as error:
            raise AssertionError(f"call {script.at}, {met}: {script.fault}") from error
