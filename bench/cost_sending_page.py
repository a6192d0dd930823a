"""The parts of docs/cost.md on sending and on the page."""

from collections.abc import Iterator

from bench import cost_words, prices
from bench.cost_assumptions import MILLION, SENDING_ALARMS, SENT_DAYS
from bench.cost_inputs import Measured
from bench.cost_sending import SERVICES, Sending, standing_to_send
from bench.cost_table import dollars, table
from bench.cost_visits import Visits


def sending(measured: Measured) -> Iterator[str]:
    """What it costs to send."""
    sent = {name: Sending(mail) for name, mail in measured.sent.items()}
    yield "## A million mails sent"
    yield ""
    yield "Dollars for a million mails that accounts send, to one recipient each, by SES."
    yield ""
    yield from table(
        ("mail", *SERVICES, "without SES", "all"),
        (
            (
                name,
                *(dollars(each * MILLION) for each in mail.dollars().values()),
                dollars((mail.total() - mail.dollars()["SES"]) * MILLION),
                dollars(mail.total() * MILLION),
            )
            for name, mail in sent.items()
        ),
    )
    yield cost_words.SENDING.format(
        essentials=f"{prices.SES_SENT_ESSENTIALS * 1000:.2f}",
        attached=f"{prices.SES_ATTACHED_GB:.2f}",
        days=SENT_DAYS,
        standing=dollars(standing_to_send()),
        alarms=SENDING_ALARMS,
    )


def visits(measured: Measured) -> Iterator[str]:
    """What it costs to look at the page."""
    opened = Visits(measured.web)
    yield cost_words.VISITS.format(
        requests=measured.web.requests,
        first=dollars(opened.first * MILLION),
        first_kb=round(measured.web.first_bytes / 1000),
        again=dollars(opened.again * MILLION),
        request=dollars(opened.request * MILLION),
        deployment=f"${opened.deployment:.4f}",
    )
