"""The JSON of a message's diagnostics: the way that the mail says it took."""

from mayfly.kit.http.schema import array, or_null, record, text, time
from mayfly.kit.http.times import stamp
from mayfly.mail.diagnostics import Diagnostics
from mayfly.messages.schemas import without_recipients
from mayfly.messages.schemas_emails import Document


def diagnostics(found: Diagnostics) -> Document:
    """The hops, first one first, and the faults of the headers."""
    return {
        "hops": [
            {
                "from": without_recipients(hop.from_),
                "by": without_recipients(hop.by),
                "with": without_recipients(hop.with_),
                "date": stamp(hop.date) if hop.date else None,
                "delaySeconds": hop.delay_seconds,
            }
            for hop in found.hops
        ],
        "defects": list(found.defects),
    }


SCHEMA = record(
    {
        "hops": array(
            record(
                {
                    "from": text("Who handed the mail over"),
                    "by": text("Who took it"),
                    "with": text(examples=["ESMTPS"]),
                    "date": or_null(time()),
                    "delaySeconds": {"type": "number", "description": "Since the hop before"},
                }
            ),
            "The relays of the mail, the first one first; all but the last may be invented",
        ),
        "defects": array(text()),
    },
    "What the headers tell beyond the message",
)
