"""What every MailIdentities must do."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from mayfly.domains.models import REFUSED, IdentitiesUnavailable, IdentityStatus
from mayfly.domains.ports import MailIdentities
from mayfly.domains.ses import SesMailIdentities
from mayfly.settings import Settings
from tests.aws import on_moto
from tests.domains.fakes_dns import FakeMailIdentities


@dataclass
class Office:
    """The port under test, which domains the service knows, and others that make them known."""

    identities: MailIdentities
    known: Callable[[], list[str]]
    made_by_others: Callable[[str], object]


@pytest.fixture(params=["fake", "moto"])
def office(request: pytest.FixtureRequest) -> Iterator[Office]:
    if request.param == "fake":
        fake = FakeMailIdentities()
        yield Office(fake, lambda: [*fake.kept, *fake.foreign], fake.foreign.add)
        return
    with on_moto(Settings()) as clients:
        client = clients["sesv2"]
        yield Office(
            SesMailIdentities(lambda: client, "mine"),
            lambda: _listed(client),
            lambda name: client.create_email_identity(EmailIdentity=name),
        )


def _listed(ses: Any) -> list[str]:
    return [each["IdentityName"] for each in ses.list_email_identities()["EmailIdentities"]]


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


def test_what_others_have_there_is_refused_and_stays(office: Office) -> None:
    office.made_by_others("other.example")

    assert office.identities.ensure("other.example") == REFUSED
    office.identities.remove("other.example")

    assert office.known() == ["other.example"]
    assert office.identities.ensure("other.example") == REFUSED


@pytest.mark.parametrize(
    "tags",
    [
        [],
        [{"Key": "mayfly:stack", "Value": "theirs"}],
        [{"Key": "mayfly:stack", "Value": "Mine"}],
        [{"Key": "mayfly:Stack", "Value": "mine"}],
        [{"Key": "stack", "Value": "mine"}],
    ],
)
def test_an_identity_without_our_tag_is_left_as_it_is(tags: list[dict[str, str]]) -> None:
    with on_moto(Settings()) as clients:
        ses = clients["sesv2"]
        ses.create_email_identity(EmailIdentity="shop.example", Tags=tags)
        ses.put_email_identity_mail_from_attributes(
            EmailIdentity="shop.example", MailFromDomain="theirs.shop.example"
        )
        before = _shown(ses)

        identities = SesMailIdentities(lambda: ses, "mine")
        identity = identities.ensure("shop.example")
        identities.remove("shop.example")

        assert identity == REFUSED
        assert _shown(ses) == before


def test_two_stacks_in_one_account_do_not_touch_each_others_identities() -> None:
    with on_moto(Settings()) as clients:
        ses = clients["sesv2"]
        mine, theirs = (SesMailIdentities(lambda: ses, each) for each in ("mine", "theirs"))
        mine.ensure("shop.example")
        theirs.ensure("other.example")
        before = _shown(ses)

        assert theirs.ensure("shop.example") == REFUSED
        theirs.remove("shop.example")

        assert _shown(ses) == before
        mine.remove("other.example")
        assert sorted(_listed(ses)) == ["other.example", "shop.example"]
        mine.remove("shop.example")
        assert _listed(ses) == ["other.example"]


def _shown(ses: Any) -> Any:
    shown = ses.get_email_identity(EmailIdentity="shop.example")
    del shown["ResponseMetadata"]
    return shown


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
    return {
        "VerificationStatus": status,
        "DkimAttributes": dkim,
        "MailFromAttributes": mail_from,
        "Tags": [{"Key": "mayfly:stack", "Value": "mine"}],
    }


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

    identity = SesMailIdentities(lambda: ses, "mine").ensure("shop.example")

    assert (identity.status, identity.zone) == (meaning, "dkim.eu-x.amazonses.com")
    assert ses.asked == ["get_email_identity"]


def test_who_is_slower_to_make_it_finds_what_the_other_made() -> None:
    ses = Scripted(
        get_email_identity=[refusal("NotFoundException"), told("PENDING")],
        create_email_identity=refusal("AlreadyExistsException"),
    )

    assert SesMailIdentities(lambda: ses, "mine").ensure("shop.example").tokens == ("a", "b", "c")


@pytest.mark.parametrize("code", ["NotFoundException", "AccessDeniedException"])
def test_what_the_role_may_not_see_is_made_or_else_refused(code: str) -> None:
    """A role that may see its own only is refused where there is none, as where it is another's."""
    made = told("PENDING") | {"VerifiedForSendingStatus": False}
    del made["VerificationStatus"], made["Tags"]
    free = Scripted(get_email_identity=refusal(code), create_email_identity=made)
    taken = Scripted(
        get_email_identity=refusal(code), create_email_identity=refusal("AlreadyExistsException")
    )

    assert SesMailIdentities(lambda: free, "mine").ensure("shop.example").tokens == ("a", "b", "c")
    assert SesMailIdentities(lambda: taken, "mine").ensure("shop.example") == REFUSED
    SesMailIdentities(lambda: taken, "mine").remove("shop.example")
    assert "delete_email_identity" not in taken.asked


@pytest.mark.parametrize(
    "code", ["AccessDeniedException", "BadRequestException", "LimitExceededException"]
)
def test_a_name_that_ses_does_not_take_looks_as_one_that_others_have(code: str) -> None:
    ses = Scripted(
        get_email_identity=refusal("NotFoundException"), create_email_identity=refusal(code)
    )

    assert SesMailIdentities(lambda: ses, "mine").ensure("shop.example") == REFUSED


@pytest.mark.parametrize("answer", [{}, refusal("BadRequestException")])
def test_a_mail_from_domain_that_is_not_set_is_set_if_it_can_be(answer: Any) -> None:
    ses = Scripted(
        get_email_identity=told("PENDING") | {"MailFromAttributes": {}},
        put_email_identity_mail_from_attributes=answer,
    )

    identity = SesMailIdentities(lambda: ses, "mine").ensure("shop.example")

    assert identity.tokens == ("a", "b", "c")
    assert ses.asked[-1] == "put_email_identity_mail_from_attributes"


@pytest.mark.parametrize(
    "error", [refusal("TooManyRequestsException"), EndpointConnectionError(endpoint_url="x")]
)
def test_what_ses_does_not_do_is_told(error: Exception) -> None:
    ses = Scripted(get_email_identity=error, delete_email_identity=error)
    identities = SesMailIdentities(lambda: ses, "mine")

    with pytest.raises(IdentitiesUnavailable):
        identities.ensure("shop.example")
    with pytest.raises(IdentitiesUnavailable):
        identities.remove("shop.example")
