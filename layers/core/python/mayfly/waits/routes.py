"""What the operations that wait for a message have in common, whatever kind of inbox it is."""

from collections.abc import Callable
from typing import Any

from mayfly.admission.limits import as_waited, waiting
from mayfly.inboxes.access import InboxRef
from mayfly.kit.http.messages import Answer, json_answer
from mayfly.kit.http.route import Call
from mayfly.messages.service import Admitted
from mayfly.waits.arrivals import await_message
from mayfly.waits.models import Arrival
from mayfly.waits.sought import Sought, read_sought

ABOUT = (
    "Take `after` before you trigger the mail, 0 for a new inbox, and nothing is missed. Time that"
    " is over is an answer (`timeout`), not an error: ask again with `after` from `seq`."
)


def answer_waited(
    call: Call[Any, None],
    ref: InboxRef,
    shown: Callable[[Arrival], object],
    again: Admitted | None = None,
    whole: bool = False,
    sought: Sought | None = None,
) -> Answer:
    """Wait for what the query says, or for what is `sought`, and answer with what it came to."""
    request, flows = call.request, call.flows
    sought = sought or read_sought(request.query)
    with waiting(request, flows) as turn:
        arrival = await_message(flows.messages.search, ref, sought, turn, again, whole)
    return as_waited(json_answer(shown(arrival)), turn)
