"""The operations of forwarding: where rules may forward mail to."""

from mayfly.accounts.models import Account
from mayfly.admission.callers import ACCOUNT, OWN_SITE
from mayfly.forwarding.schemas import (
    ConfirmedDestination,
    Destination,
    Destinations,
    ForwardingToken,
    RemovedDestination,
    WantedDestination,
)
from mayfly.kit.http.route import BAD_BODY, LOGIN, Call, Routes

_DESTINATIONS = "/api/user/forwarding"
_NO_PROOF = {404: "The token confirms nothing, or not any more"}
api = Routes("forwarding")


@api(
    "POST",
    _DESTINATIONS,
    "Ask a destination for forwarding",
    ACCOUNT,
    means="The destination, confirmed or not",
    status=201,
    errors={
        400: f"{BAD_BODY}, or no mail can go there",
        403: "This service sends no mail",
        409: "The account has as many destinations as it may have",
    },
    limit=LOGIN,
)
def ask_destination(call: Call[Account, WantedDestination]) -> Destination:
    """Mails a token there, good for a day. Who reads that mail confirms it; until then nothing is
    forwarded. Asked again, another token goes there and the one before is dead; one that is
    confirmed stays so.
    """
    limiter, wanted = call.flows.rate_limits.limiter, call.body
    limiter.try_registration(wanted.address)
    service = call.flows.forwarding.service
    return Destination.of(service.ask(call.caller, wanted.address, wanted.with_lists))


@api("GET", _DESTINATIONS, "List destinations of forwarding", ACCOUNT, means="All of them")
def list_destinations(call: Call[Account, None]) -> Destinations:
    return Destinations.of(call.flows.forwarding.service.of(call.caller))


@api(
    "DELETE",
    f"{_DESTINATIONS}/{{address}}",
    "Remove a destination of forwarding",
    ACCOUNT,
    means="Nothing is forwarded there any more",
    errors={404: "The account has no such destination"},
)
def remove_destination(call: Call[Account, None]) -> RemovedDestination:
    """Rules that name it go on, and forward nothing."""
    service = call.flows.forwarding.service
    return RemovedDestination(address=service.remove(call.caller, call.parameter("address")))


@api(
    "POST",
    "/api/forwarding/confirm",
    "Confirm a destination of forwarding",
    OWN_SITE,
    means="Mail is forwarded there from now on",
    errors=_NO_PROOF,
    limit=LOGIN,
)
def confirm_destination(call: Call[None, ForwardingToken]) -> ConfirmedDestination:
    """With the token that was mailed there, which is good once. A program that looks at links in
    mail confirms nothing: it takes a POST.
    """
    found = call.flows.forwarding.service.confirm(call.body.token)
    return ConfirmedDestination(address=found.address, confirmed=True)


@api(
    "POST",
    "/api/forwarding/stop",
    "End forwarding to a destination",
    OWN_SITE,
    means="Nothing is forwarded there any more",
    errors=_NO_PROOF,
    limit=LOGIN,
)
def stop_forwarding(call: Call[None, ForwardingToken]) -> ConfirmedDestination:
    """By who reads mail there, with the token that was mailed there; at any time."""
    found = call.flows.forwarding.service.stop(call.body.token)
    return ConfirmedDestination(address=found.address, confirmed=False)
