"""Strangers who have to work first, solving with ALTCHA's own library."""

import base64
import json
from typing import Any

import altcha.v2
import pytest

from mayfly.settings import Settings
from tests.functions.http import Api, MemoryAssembly
from tests.memory import Memory

COST = 10
WANTED = {"mode": "generated", "token_ttl_seconds": 600}
CREATING: list[tuple[str, dict[str, Any]]] = [
    ("/api/emails", {}),
    ("/v1/inboxes", WANTED),
    ("/api/session", {}),
    ("/api/users/register", {"email": "user@example.com", "password": "a long phrase of mine"}),
]
JSON = {"Content-Type": "application/json"}


@pytest.fixture
def working() -> Api:
    return Api(MemoryAssembly(Memory(), Settings(proof_of_work=COST)))


def challenge(api: Api) -> Any:
    return api.call("GET", "/api/proof-of-work").json


def solved(document: Any) -> dict[str, Any]:
    solution = altcha.v2.solve_challenge(altcha.v2.Challenge.from_dict(document))
    assert solution is not None
    return {"challenge": document, "solution": solution.to_dict()}


def sent(payload: object) -> dict[str, str]:
    text = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return {**JSON, "X-Altcha": base64.b64encode(text).decode()}


@pytest.mark.parametrize(("path", "body"), CREATING)
def test_who_solves_a_challenge_gets_an_inbox_and_who_does_not_none(
    working: Api, path: str, body: dict[str, Any]
) -> None:
    refused = working.call("POST", path, body=body, headers=JSON)
    taken = working.call("POST", path, body=body, headers=sent(solved(challenge(working))))

    assert (refused.status, refused.code) == (403, "PROOF_OF_WORK_REQUIRED")
    assert "GET /api/proof-of-work" in refused.json["error"]["message"]
    assert taken.status == 201


def test_altchas_library_reads_our_signature_as_its_own(working: Api) -> None:
    document = challenge(working)
    parameters = document["parameters"]
    canonical = altcha.v2._canonical_json(parameters)

    assert json.dumps(parameters, sort_keys=True, separators=(",", ":")) == canonical


def test_a_solution_counts_once(working: Api) -> None:
    headers = sent(solved(challenge(working)))

    told = [working.call("POST", "/api/emails", body={}, headers=headers) for _ in range(2)]

    assert [each.status for each in told] == [201, 403]
    assert "used already" in told[1].json["error"]["message"]


def test_a_challenge_ends(working: Api) -> None:
    headers = sent(solved(challenge(working)))
    working.flows.adapters.clock.advance(minutes=10)

    answer = working.call("POST", "/api/emails", body={}, headers=headers)

    assert answer.status == 403
    assert "has ended" in answer.json["error"]["message"]


def easier(payload: dict[str, Any]) -> None:
    payload["challenge"]["parameters"]["cost"] = 1


def longer(payload: dict[str, Any]) -> None:
    payload["challenge"]["parameters"]["expiresAt"] += 3600


def another_key(payload: dict[str, Any]) -> None:
    payload["challenge"]["parameters"]["data"] = {"kid": "unknown"}


def wrong(payload: dict[str, Any]) -> None:
    payload["solution"]["counter"] += 1


def unsigned(payload: dict[str, Any]) -> None:
    payload["challenge"]["signature"] = ""


@pytest.mark.parametrize("change", [easier, longer, another_key, wrong, unsigned])
def test_what_was_changed_does_not_count(working: Api, change: Any) -> None:
    payload = solved(challenge(working))
    change(payload)

    answer = working.call("POST", "/api/emails", body={}, headers=sent(payload))

    assert (answer.status, answer.code) == (403, "PROOF_OF_WORK_REQUIRED")
    assert not working.flows.adapters.spent_proofs.spent


@pytest.mark.parametrize(
    "payload",
    [b"", b"{", b"[]", b"\xff\xfe", b"{}" * 2000, b'{"challenge":null,"solution":null}'],
)
def test_what_is_no_payload_is_a_clear_400_or_403(working: Api, payload: bytes) -> None:
    answer = working.call("POST", "/api/emails", body={}, headers=sent(payload))

    assert answer.status == (400 if payload else 403)
    assert "X-Altcha" in answer.json["error"]["message"]


@pytest.mark.parametrize(
    ("name", "value"), [("cost", 10**9), ("cost", 0), ("nonce", "zz"), ("salt", "ab" * 999)]
)
def test_parameters_out_of_bounds_are_a_400_before_anything_is_derived(
    working: Api, name: str, value: object
) -> None:
    payload = solved(challenge(working))
    payload["challenge"]["parameters"][name] = value

    assert working.call("POST", "/api/emails", body={}, headers=sent(payload)).status == 400


def test_a_session_that_goes_on_needs_no_work(working: Api) -> None:
    headers = sent(solved(challenge(working)))
    token = working.call("POST", "/api/session", body={}, headers=headers).json["sessionToken"]

    again = working.call(
        "POST", "/api/session", body={}, headers={"Authorization": f"Bearer {token}"}
    )

    assert again.status == 200


def test_without_the_setting_there_is_no_challenge_and_no_work(api: Api) -> None:
    assert api.call("GET", "/api/proof-of-work").status == 404
    assert api.call("POST", "/api/emails", body={}).status == 201
