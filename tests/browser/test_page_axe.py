"""The page's main states, looked through by axe for what keeps people from using them."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from infra.local.dns.server import NameServer
from tests.browser.conftest import Visiting
from tests.browser.states import COUNT, NO_RELAY_YET, states
from tests.browser.visits import NEEDS_CHROMIUM, PHONE, Visit

pytestmark = NEEDS_CHROMIUM
GRAVE = {"serious", "critical"}


def grave(visit: Visit) -> list[str]:
    """What keeps people from using the page as it stands, by axe's judgement."""
    found = Axe().run(visit.page).response["violations"]
    return [
        f"{each['id']}: {node['target']} {node['failureSummary']}"
        for each in found
        if each["impact"] in GRAVE
        for node in each["nodes"]
    ]


@pytest.mark.parametrize(
    "options",
    [{"color_scheme": "light"}, {"color_scheme": "dark"}, PHONE],
    ids=["light", "dark", "phone"],
)
def test_axe_finds_nothing_grave(
    visiting: Visiting, names: NameServer, options: dict[str, Any]
) -> None:
    visit = visiting(bypass_csp=True, reduced_motion="reduce", **options).open()
    visit.witness.expect(NO_RELAY_YET)

    found = {state: grave(visit) for state in states(visit, names)}

    assert {state: each for state, each in found.items() if each} == {}
    assert len(found) == COUNT
