"""What every ServiceMailer must do."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError
from moto.sesv2.models import sesv2_backends

from infra.local.account import ACCOUNT
from infra.local.engine.ses import Ses
from mayfly.errors import MailNotSent
from mayfly.kit.ports import ServiceMailer
from mayfly.kit.ses import SesServiceMailer
from mayfly.mail.address import Address
from mayfly.settings import Settings
from tests.aws import REGION, SIDES, on_side
from tests.kit.fakes import FakeServiceMailer

SENDER = "no-reply@mail.example"
ANN = Address.parse("ann+shop@bücher.example")


@dataclass
class Office:
    """The port under test, what went out, and how it stops working."""

    postman: ServiceMailer
    sent: Callable[[], list[tuple[str, str, str]]]
    close: Callable[[], object]


@pytest.fixture(params=SIDES)
def office(request: pytest.FixtureRequest) -> Iterator[Office]:
    if request.param == "fake":
        fake = FakeServiceMailer()
        yield Office(
            fake,
            lambda: [(str(each.recipient), each.subject, each.text) for each in fake.sent],
            lambda: setattr(fake, "is_down", True),
        )
        return
    with on_side(Settings()) as clients:
        client = clients["sesv2"]
        client.create_email_identity(EmailIdentity="mail.example")
        yield Office(
            SesServiceMailer(lambda: client, SENDER),
            lambda: sent_by(client),
            lambda: client.delete_email_identity(EmailIdentity="mail.example"),
        )


def sent_by(client: Any) -> list[tuple[str, str, str]]:
    if isinstance(client, Ses):
        assert {each.source for each in client.sent.all()} <= {SENDER}
        return [(each.recipients[0], each.subject, each.text) for each in client.sent.all()]
    mails = sesv2_backends[ACCOUNT][REGION].core_backend.sent_messages
    assert {each.source for each in mails} <= {SENDER}
    return [(each.destinations["ToAddresses"][0], each.subject, each.body) for each in mails]


def test_a_mail_goes_out_as_it_was_written(office: Office) -> None:
    office.postman.send(ANN, "Grüße", "Two lines,\nand a “quote”.\n")

    assert office.sent() == [(str(ANN), "Grüße", "Two lines,\nand a “quote”.\n")]


def test_what_is_not_taken_is_told(office: Office) -> None:
    office.close()

    with pytest.raises(MailNotSent) as refused:
        office.postman.send(ANN, "Hello", "There")

    assert office.sent() == []
    assert "ann" not in str(refused.value)


def test_a_service_that_cannot_be_reached_is_told_likewise() -> None:
    class Client:
        def send_email(self, **arguments: Any) -> Any:
            raise EndpointConnectionError(endpoint_url="https://email.example")

    with pytest.raises(MailNotSent):
        SesServiceMailer(Client, SENDER).send(ANN, "Hello", "There")


def test_what_becomes_of_it_is_published_in_the_service_s_own_name() -> None:
    asked: list[dict[str, Any]] = []

    class Client:
        def send_email(self, **arguments: Any) -> None:
            asked.append(arguments)

    SesServiceMailer(Client, SENDER).send(ANN, "Hello", "There")
    SesServiceMailer(Client, SENDER, "Mayfly-sending").send(ANN, "Hello", "There")

    assert "ConfigurationSetName" not in asked[0]
    assert asked[1]["ConfigurationSetName"] == "Mayfly-sending"
    assert asked[1]["EmailTags"] == [
        {"Name": "mayfly-account", "Value": "service"},
        {"Name": "mayfly-mail", "Value": "service"},
        {"Name": "mayfly-round", "Value": "1"},
    ]


@pytest.mark.parametrize(
    ("address", "subject"),
    [
        ('"a, b"@c.example', "Hello"),
        ('"a> <b"@c.example', "Hello"),
        ("=?utf-8?q?a=0D=0Ab?=@c.example", "Hello"),
        ("ann@c.example", "Hello\r\nBcc: x@y.example"),
        ("ann@c.example", "Hello\u2028"),
    ],
)
def test_what_could_be_read_as_another_mail_does_not_go_out(address: str, subject: str) -> None:
    postman = SesServiceMailer(lambda: pytest.fail("nothing to send"), SENDER)

    with pytest.raises(MailNotSent):
        postman.send(Address.parse(address), subject, "There")


def test_no_client_is_made_before_the_first_mail() -> None:
    SesServiceMailer(lambda: pytest.fail("not asked for yet"), SENDER)
