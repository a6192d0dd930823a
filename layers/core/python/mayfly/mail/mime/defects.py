"""What may be wrong with a mail: every name that `defects` can have, and what it means."""

from collections.abc import Mapping

DEFECTS: Mapping[str, str] = {
    "raw-only": "Nothing could be read: a fault of Mayfly. The raw mail is kept",
    "bad-header-line": "Lines among the headers that are none; they are left out",
    "missing-blank-line": "The body begins without an empty line after the headers",
    "too-many-headers": "Headers beyond the limit are left out",
    "header-block-too-long": "Headers beyond the limit are left out; the body is read",
    "header-too-long": "A header is cut; which one follows",
    "repeated-header": "A header stands there again that may not; the first counts. Which follows",
    "too-many-addresses": "Addresses beyond the limit are left out; which header follows",
    "too-many-entries": "Entries beyond the limit are left out; which header follows",
    "bad-date": "The Date names no moment",
    "unknown-zone": "The zone of the Date is missing or not known: it is taken for UTC",
    "part-bad-header-line": "The same as above, in the headers of a part",
    "part-missing-blank-line": "The same as above, in the headers of a part",
    "part-too-many-headers": "The same as above, in the headers of a part",
    "part-header-block-too-long": "The same as above, in the headers of a part",
    "missing-boundary": "A multipart names no boundary that can be one; what looks so is taken",
    "boundary-not-found": "The boundary of a multipart does not stand in it: it is one text",
    "missing-close-boundary": "A multipart has no end",
    "text-with-boundary": "A text names a boundary and has it: it is read as a multipart",
    "too-deep": "Multiparts within multiparts beyond the limit are one file",
    "too-many-parts": "Parts beyond the limit are left out",
    "unknown-encoding": "An unknown transfer encoding; the bytes stay as they are",
    "bad-base64": "Base64 is damaged; what can be read is given. The part follows",
    "bad-uuencode": "Uuencoded text has no beginning; the bytes stay as they are",
    "unknown-charset": "A charset that nobody knows; it is guessed. Its name follows",
    "wrong-charset": "The bytes are not of their charset; it is guessed. Its name follows",
    "text-cut": "The text is longer than the limit",
    "html-cut": "The HTML is longer than the limit",
}
"""By name. After some a colon follows, and what it is about: `unknown-charset:klingon`."""
