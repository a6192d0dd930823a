"""Local parts of addresses: names that sound like people, and those that nobody may have."""

import re
from collections.abc import Callable

from mayfly.errors import InvalidInput

_ROLES = """
    abuse admin administrator ftp hostmaster info marketing news noc postmaster root sales security
    ssladmin ssladministrator sslwebmaster support sysadmin usenet uucp webmaster www
    autoreply bounce bounces daemon donotreply donotrespond listserv maildaemon mailer mailerdaemon
    majordomo nobody noreply noresponse notification notifications returns unsubscribe
    billing compliance contact customercare customerservice customersupport dmarc
    dpo fraud gdpr hello help helpdesk invoices legal mail newsletter newsletters payments payroll
    phishing privacy service servicedesk services spam tlsrpt verification
    moderator operator superuser webmail
    """
RESERVED_LOCAL_PARTS = frozenset(_ROLES.split())
"""Nobody's inbox, whoever asks: mail to these is for whoever runs the domain.

RFC 2142 sections 3 to 6, those that certificates have been given out by (CA/Browser Forum,
section 3.2.2.4.4), senders that take no answer, and what people expect to reach an operator.
Dots, hyphens and underscores make no other name.
"""
_BETWEEN = str.maketrans("", "", "._-")

_FIRST = """
    ada adele agnes alan albert alice alma amelie andre anita anna anton arthur astrid august
    aurora beatrice benno bertha bianca boris bruno carl carla carmen cecil celia chloe clara
    clemens conrad cora dana daniel daphne david dora edgar edith elena elias elinor ella emil emma
    enid erik erna esther ethan eva felix fiona flora frank freda fritz gemma georg gilda gloria
    greta gustav hanna harald hazel heidi helen henry hilda hugo ida igor ines ingrid irene iris
    isaac ivan ivy jacob jana jasper jean jenny joan jonas josef judith julia karen karl kate
    klara konrad kurt lara laura leah lena leo lilian lina linus louis lucia lucy luis luna magda
    malte mara marc maria marlene martha martin mathilda max mia mila milan mona nadia nils nina
    noah nora olga oliver oscar otto paul paula petra philip pia quentin rahel ralf rita robin
    rosa ruben ruth sally samuel sandra sarah selma simon sofia stella sven sylvia tara theo
    thomas tilda tina tom tove ulla ursula vera victor viola walter wanda wilma yara yvonne zoe
    """
FIRST_NAMES = tuple(_FIRST.split())
_LAST = """
    abbott adler alder anders archer ashby baker barlow barton becker bell bennett berg birch
    bishop blake bloom bolton bower brandt brook burns butler calder carter castell chandler clark
    clement cole cooper craft crane croft dale dalton dawson dean dexter drake duncan ebert eder
    elliot ellis engel ernst evers faber fabian fairley falk farmer feldman ferris field fisher
    fleming forster foster fowler frost fuller gardner garland gibbs glover goodwin graham granger
    greene gruber hale hall hansen harper hart haynes hayward heller hill hobbs holland holm
    holt hooper horn hudson hunter irving jansen jarvis jordan judd karlsen keller kent kerr king
    kirby knight koch lake lambert lane larkin larsen law lehmann lind linden lloyd lorenz lowell
    lund marsh mason mayer meadows mercer miller mitchell moore morgan morris moss muller nash
    neumann newton nolan north norton oakley olsen orchard osborn page palmer parker peters pine
    porter potter preston quill ramsey reed reeves richter rivers roth rowan sander saunders schmidt
    sharp shaw shepherd simmons sommer spencer stark steiner stone sutter swift tanner taylor
    thorn tucker turner urban vale vogel wagner walker waller ward watson weaver weber webster
    wells west wheeler whitman wilder winkler winter wolf wood wright yates york young ziegler
    """
LAST_NAMES = tuple(_LAST.split())
_RANDOM_BYTES = 8
_NUMBERS = (range(10, 100), range(1000, 10_000))
"""Two digits sound best; once a name of that kind was taken, four find a free one."""


def friendly_local_part(entropy: Callable[[int], bytes], attempt: int = 0) -> str:
    """A local part as `sarah.mitchell42`; with `attempt` above 0 from a larger choice.

    3 million names at first, 300 million then. They can be guessed: they are for inboxes
    that a token opens.
    """
    numbers = _NUMBERS[min(attempt, len(_NUMBERS) - 1)]
    number = int.from_bytes(entropy(_RANDOM_BYTES), "big")
    number, first = divmod(number, len(FIRST_NAMES))
    number, last = divmod(number, len(LAST_NAMES))
    return f"{FIRST_NAMES[first]}.{LAST_NAMES[last]}{numbers[number % len(numbers)]}"


_CHOSEN = re.compile(r"(?!.*[._-]{2})[a-z0-9][a-z0-9._-]{1,62}[a-z0-9]")


def chosen_local_part(alias: str, runs_domain: bool = False) -> str:
    """The local part that somebody chose; InvalidInput for one that nobody may have.

    Reserved ones are for whoever runs the domain.

    Letters that look alike in other scripts, plus tags and quoted names stay out: a chosen name is
    one that people read, and it must be the same for all of them.
    """
    local = alias.strip().lower()
    if not _CHOSEN.fullmatch(local):
        raise InvalidInput(
            "alias must have 3 to 64 characters: letters a to z, digits, and between them single"
            " dots, hyphens and underscores"
        )
    if is_reserved(local) and not runs_domain:
        raise InvalidInput("this alias is reserved; choose another")
    return local


def is_reserved(local: str) -> bool:
    """Whether nobody may take this local part, with whatever plus tag or case."""
    return local.lower().partition("+")[0].translate(_BETWEEN) in RESERVED_LOCAL_PARTS
