"""What every MailIdentities must do."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from mayfly.aws.mail_identities import SesMailIdentities
from mayfly.blueprint.settings import Settings
from mayfly.domain.claim import IdentityStatus
from mayfly.domain.errors import IdentitiesUnavailable
from mayfly.ports.domains import MailIdentities
from tests.aws import on_moto
from tests.fakes.dns import FakeMailIdentities


@dataclass
class Office:
    """The port under test, and which domains the service knows."""

    identities: MailIdentities
    known: Callable[[], list[str]]


@pytest.fixture(params=["fake", "moto"])
def office(request: pytest.FixtureRequest) -> Iterator[Office]:
    if request.param == "fake":
        fake = FakeMailIdentities()
        yield Office(fake, lambda: list(fake.kept))
        return
    with on_moto(Settings()) as clients:
        client = clients["sesv2"]

        def listed() -> list[str]:
            return [
                each["IdentityName"] for each in client.list_email_identities()["EmailIdentities"]
            ]

        yield Office(SesMailIdentities(lambda: client), listed)


def test_a_domain_is_made_known_once_and_keeps_its_tokens(office: Office) -> None:
    first = office.identities.ensure("shop.example")
    again = office.identities.ensure("shop.example")
    other = office.identities.ensure("other.example")

    assert first == again
    assert len(set(first.tokens)) == 3 and not set(first.tokens) & set(other.tokens)
    assert first.zone == "dkim.amazonses.com"
    assert sorted(office.known()) == ["other.example", "shop.example"]


def test_a_domain_is_forgotten_and_forgetting_it_again_is_no_error(office: Office) -> None:
    office.identities.ensure("shop.example")

    office.identities.remove("shop.example")
    office.identities.remove("shop.example")

    assert office.known() == []


class Scripted:
    """SES as it answers where moto does not: by method, an answer or an error."""

    def __init__(self, **answers: Any) -> None:
        self.answers = answers
        self.asked: list[str] = []

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def answer(**arguments: Any) -> Any:
            self.asked.append(name)
            found = self.answers[name]
            found = found.pop(0) if isinstance(found, list) else found
            if isinstance(found, Exception):
                raise found
            return found

        return answer


def refusal(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code}}, "SES")


def told(status: str, **more: Any) -> dict[str, Any]:
    dkim = {"Tokens": ["a", "b", "c"], "SigningHostedZone": "dkim.eu-x.amazonses.com"}
    mail_from = {"MailFromDomain": "bounce.shop.example"}
    return {"VerificationStatus": status, "DkimAttributes": dkim, "MailFromAttributes": mail_from}


@pytest.mark.parametrize(
    ("status", "meaning"),
    [
        ("SUCCESS", IdentityStatus.VERIFIED),
        ("FAILED", IdentityStatus.FAILED),
        ("PENDING", IdentityStatus.PENDING),
        ("NOT_STARTED", IdentityStatus.PENDING),
        ("TEMPORARY_FAILURE", IdentityStatus.PENDING),
    ],
)
def test_the_status_and_the_zone_are_what_ses_says(status: str, meaning: IdentityStatus) -> None:
    ses = Scripted(get_email_identity=told(status))

    identity = SesMailIdentities(lambda: ses).ensure("shop.example")

    assert (identity.status, identity.zone) == (meaning, "dkim.eu-x.amazonses.com")
    assert ses.asked == ["get_email_identity"]


def test_who_is_slower_to_make_it_finds_what_the_other_made() -> None:
    ses = Scripted(
        get_email_identity=[refusal("NotFoundException"), told("PENDING")],
        create_email_identity=refusal("AlreadyExistsException"),
    )

    assert SesMailIdentities(lambda: ses).ensure("shop.example").tokens == ("a", "b", "c")


@pytest.mark.parametrize("answer", [{}, refusal("BadRequestException")])
def test_a_mail_from_domain_that_is_not_set_is_set_if_it_can_be(answer: Any) -> None:
    ses = Scripted(
        get_email_identity=told("PENDING") | {"MailFromAttributes": {}},
        put_email_identity_mail_from_attributes=answer,
    )

    identity = SesMailIdentities(lambda: ses).ensure("shop.example")

    assert identity.tokens == ("a", "b", "c")
    assert ses.asked[-1] == "put_email_identity_mail_from_attributes"


@pytest.mark.parametrize(
    "error", [refusal("TooManyRequestsException"), EndpointConnectionError(endpoint_url="x")]
)
def test_what_ses_does_not_do_is_told(error: Exception) -> None:
    ses = Scripted(get_email_identity=error, delete_email_identity=error)
    identities = SesMailIdentities(lambda: ses)

    with pytest.raises(IdentitiesUnavailable):
        identities.ensure("shop.example")
    with pytest.raises(IdentitiesUnavailable):
        identities.remove("shop.example")
