"""Who sent a mail, for the share of an inbox that one sender may have."""

import hashlib

from mayfly.domains.models import registrable
from mayfly.messages.models import Verdicts

UNPROVEN = "unproven"
NULL = "null"
_KEY_CHARS = 6
_JUDGED = frozenset({"PASS", "FAIL", "GRAY", "PROCESSING_FAILED"})


def sender_key(envelope: str | None, from_address: str, verdicts: Verdicts) -> str:
    """Six hexadecimal digits that stand for whoever the mail counts for.

    That is the registrable domain of its From where DMARC passed, else that of its envelope where
    SPF passed, all null senders together being one. All other mail counts for one sender as well:
    its domains can be made up, as many as one likes. Where nobody judges (the laptop), the envelope
    is believed. `envelope` is None where it is not known.
    """
    return hashlib.sha256(_sender(envelope, from_address, verdicts).encode()).hexdigest()[
        :_KEY_CHARS
    ]


def _sender(envelope: str | None, from_address: str, verdicts: Verdicts) -> str:
    if verdicts.dmarc == "PASS":
        return _domain(from_address)
    if verdicts.spf == "PASS" and envelope is not None:
        return _domain(envelope)
    if _JUDGED & {verdicts.spf, verdicts.dkim, verdicts.dmarc}:
        return UNPROVEN
    return _domain(from_address if envelope is None else envelope)


def _domain(address: str) -> str:
    domain = address.strip("<> ").rpartition("@")[2]
    # A space keeps the names of the groups apart from those of domains.
    return f"domain {registrable(domain)}" if domain else NULL
