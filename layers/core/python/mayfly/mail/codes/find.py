"""What a message is there for when it is there to confirm something: its code, and its link.

No model and no network is used: the same message gives the same answer.
"""

from mayfly.mail.codes.actions import actions_in
from mayfly.mail.codes.codes import code_in
from mayfly.mail.codes.links import link_in, places_of_html, places_of_text
from mayfly.mail.codes.models import Confirmation, ConfirmationLimits
from mayfly.mail.html.text import visible

__all__ = ["Confirmation", "ConfirmationLimits", "confirmation"]


def confirmation(subject: str, text: str, html: str, limits: ConfirmationLimits) -> Confirmation:
    """What the reader of this message is to type or to open, if it clearly says so.

    A code stands with words that name it so; a link says, or its surroundings do, that it confirms
    an address, an account or a login, or sets a password. Where two have as good a claim, neither
    is given. It says nothing of whether the mail is honest.
    """
    lines = text[: limits.text_chars].splitlines()
    page = visible(html[: limits.html_chars])
    code = code_in(subject, [page.lines, lines], limits.numbers)
    link = link_in(subject, places_of_html(page.lines, page.links, limits.links))
    if link is None:
        actions = actions_in(html[: limits.html_chars], limits.links)
        link = link_in(subject, places_of_html([], actions, limits.links))
    if link is None:
        link = link_in(subject, places_of_text(lines, limits.links))
    return Confirmation(code, link)
