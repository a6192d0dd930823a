"""What a program waits for in a message, and how sure it may be of it.

What senders write for programs counts before what words say: a code bound to a domain
(https://wicg.github.io/sms-one-time-codes/), then an action of schema.org, then what
`mail.codes.find` finds. Nothing is fetched.
"""

import re
from collections.abc import Iterable

from mayfly.mail.codes.actions import actions_in
from mayfly.mail.codes.find import confirmation
from mayfly.mail.codes.models import ConfirmationLimits, Evidence, Where
from mayfly.mail.html.text import visible
from mayfly.mail.mime.models import ParsedMail

_HOST = r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,8}[a-z0-9-]{2,63}"
_BOUND = re.compile(rf"@{_HOST} #(?P<code>\S{{1,64}})(?: [@%]{_HOST})?", re.IGNORECASE)
_LINE_CHARS = 800
_PLACE = re.compile(r"https?://[^\s/][^\s]{0,4000}", re.IGNORECASE)


def code_of(mail: ParsedMail, limits: ConfirmationLimits) -> Evidence | None:
    """The code to type: that of a line `@host #code`, else the one that words name."""
    bound = _bound(mail.text[: limits.text_chars].splitlines())
    bound = bound or _bound(visible(mail.html[: limits.html_chars]).lines)
    if bound:
        return bound
    code = confirmation(mail.subject, mail.text, mail.html, limits).code
    return Evidence(code, Where.WORDS) if code else None


def link_of(mail: ParsedMail, limits: ConfirmationLimits) -> Evidence | None:
    """The link to open: where the mail's one ViewAction leads, else the one that words name.

    The handler of a ConfirmAction is none: it is not to be opened but sent to, by mail programs.
    """
    markup = mail.html[: limits.html_chars]
    targets = {each.href for each in actions_in(markup, limits.links, frozenset({"ViewAction"}))}
    if len(targets) == 1 and _PLACE.fullmatch(target := targets.pop()):
        return Evidence(target, Where.ACTION)
    link = confirmation(mail.subject, mail.text, mail.html, limits).link
    return Evidence(link, Where.WORDS) if link else None


def _bound(lines: Iterable[str]) -> Evidence | None:
    """The code of the lines of that form; none if there are two."""
    found = [_BOUND.fullmatch(each.strip()) for each in lines if len(each) < _LINE_CHARS]
    codes = {each["code"] for each in found if each and any(map(str.isdigit, each["code"]))}
    return Evidence(codes.pop(), Where.BOUND) if len(codes) == 1 else None
