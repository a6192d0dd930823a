"""The operations of public addresses."""

from mayfly.addresses.schemas import (
    Address,
    AddressStatus,
    DeletedAddress,
    NewAddress,
    WantedAddress,
)
from mayfly.admission.callers import ACCESS_TOKEN
from mayfly.admission.limits import making
from mayfly.kit.http.route import ANYONE, BAD_BODY, CREATE, Call, Routes
from mayfly.proof_of_work.routes import NO_PROOF, PROOF_PARAMETER, check_proof
from mayfly.rate_limits.models import Client

_ADDRESS = "/api/emails/{email}"
NO_ADDRESS = "There is no active address of this name: it never was, has expired or is deleted"
_NOT_FOUND = {400: "This is no e-mail address", 404: NO_ADDRESS}
api = Routes("addresses")


@api(
    "POST",
    "/api/emails",
    "Create an address",
    ANYONE,
    means="The new address",
    status=201,
    headers={"Location": "The address's URL"},
    errors={
        400: f"{BAD_BODY}, or the domain is none of ours",
        403: f"This service makes no public addresses, or has no active mail domain; or {NO_PROOF}",
    },
    query=[PROOF_PARAMETER],
    limit=CREATE,
)
def create_address(call: Call[None, WantedAddress]) -> NewAddress:
    """Its name is random and cannot be chosen: it is the key to its mail."""
    check_proof(call.request, call.flows)
    with making(call.flows, Client.at(call.request.client)):
        made = call.flows.inboxes.service.make(call.body.domain)
    call.created(f"/api/emails/{made.inbox.address}")
    return NewAddress.of(made.inbox, access_token=made.access_token)


@api("GET", _ADDRESS, "Show an address", ANYONE, means="The address is active", errors=_NOT_FOUND)
def show_address(call: Call[None, None]) -> Address:
    return Address.of(call.flows.inboxes.service.show(call.parameter("email")))


@api(
    "DELETE",
    _ADDRESS,
    "Delete an address",
    ACCESS_TOKEN,
    means="It is gone, with all it held",
    errors=_NOT_FOUND,
)
def delete_address(call: Call[str, None]) -> DeletedAddress:
    """Works after the address has expired, too, to delete the messages it still shows."""
    inbox = call.flows.inboxes.service.close(call.parameter("email"), call.caller)
    return DeletedAddress(email=str(inbox.address))


@api(
    "GET",
    f"{_ADDRESS}/status",
    "Show what an address holds",
    ANYONE,
    means="The address is active",
    errors=_NOT_FOUND,
)
def address_status(call: Call[None, None]) -> AddressStatus:
    return AddressStatus.of(call.flows.inboxes.service.show(call.parameter("email")))
