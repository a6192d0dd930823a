"""Which messages of a mailbox belong together."""

import time
from datetime import timedelta

import pytest

from mayfly.inboxes.ids import MailKey, MessageId
from mayfly.mailboxes.threads import base_subject, stands_alone, thread_keys, thread_number
from mayfly.messages.models import Message
from mayfly.receiving.models import thread_id
from tests import samples

INBOX = samples.inbox().id


def mail(
    number: int, name: str = "", subject: str = "", refers_to: tuple[str, ...] = ()
) -> Message:
    """A message as it is kept: `name` is its Message-ID, `refers_to` its References."""
    key = f"key-{number}"
    own = thread_id(name, key)
    thread = thread_id(*refers_to, name, key)
    summary = samples.summary(
        subject=subject, thread_id=thread, own_thread_id="" if own == thread else own
    )
    expires_at = samples.NOW + timedelta(days=1)
    return Message(MessageId(INBOX, number, MailKey(key)), summary, expires_at)


def threads(*messages: Message) -> list[set[int]]:
    """The numbers of those that belong together."""
    found: dict[str, set[int]] = {}
    for number, key in thread_keys(messages).items():
        found.setdefault(key, set()).add(number)
    return sorted(found.values(), key=min)


@pytest.mark.parametrize(
    ("subject", "base", "is_reply"),
    [
        ("Lunch", "lunch", False),
        ("Re: Lunch", "lunch", True),
        ("RE: re :  Lunch", "lunch", True),
        ("Re[2]: Lunch", "lunch", True),
        ("Re^3: Lunch", "lunch", True),
        ("Re(12): Lunch", "lunch", True),
        ("Fwd: Fw: Lunch", "lunch", True),
        ("AW: WG: Lunch", "lunch", True),
        ("SV: VS: Lunch", "lunch", True),
        ("TR : RÉF: Lunch", "lunch", True),
        ("Ynt: İLT: Odp: Lunch", "lunch", True),
        ("回复\uff1a转发: Lunch", "lunch", True),
        ("Ответ: Lunch", "lunch", True),
        ("[team] Re: [team] Lunch", "lunch", True),
        ("[team] Lunch", "lunch", False),
        ("[a] [b] Lunch [c]", "lunch [c]", False),
        ("[team]", "[team]", False),
        ("[a] [b]", "[b]", False),
        ("Re: [team]", "[team]", True),
        ("Lunch (fwd)", "lunch", True),
        ("Lunch (FWD) (fwd)", "lunch", True),
        ("[Fwd: Re: Lunch]", "lunch", True),
        ("Re: [fwd: [Fwd: [team] Lunch]]", "lunch", True),
        ("  Big \t\r\n  LUNCH ", "big lunch", False),
        ("Straße", "strasse", False),
        ("Reply: Lunch", "reply: lunch", False),
        ("Regarding Re: Lunch", "regarding re: lunch", False),
        ("Re Lunch", "re lunch", False),
        ("[unclosed Re: Lunch", "[unclosed re: lunch", False),
        ("", "", False),
        ("Re:", "", True),
        ("Re: [Fwd: ]", "", True),
        (" (fwd)", "", True),
    ],
)
def test_what_counts_of_a_subject(subject: str, base: str, is_reply: bool) -> None:
    assert base_subject(subject) == (base, is_reply)


@pytest.mark.parametrize(
    "unit", ["Re: ", "[a] ", "[", "]", "[fwd:", "(fwd)", "Re[", "re ", "[]", " ", "fwd", "Re:[a]"]
)
def test_no_subject_takes_long(unit: str) -> None:
    subject = (unit * 300)[:300]

    began = time.process_time()
    for _ in range(20):
        base_subject(subject)

    assert time.process_time() - began < 0.5


def test_a_reply_is_in_the_thread_of_what_it_refers_to() -> None:
    question, other = mail(1, "<a@x>", "Lunch"), mail(2, "<b@x>", "Lunch")
    answer = mail(3, "<c@x>", "Something else", refers_to=("<a@x>",))

    assert threads(question, other, answer) == [{1, 3}, {2}]


def test_a_chain_of_in_reply_to_leads_to_its_beginning() -> None:
    messages = [mail(1, "<1@x>")]
    messages += [mail(n, f"<{n}@x>", refers_to=(f"<{n - 1}@x>",)) for n in range(2, 6)]

    assert threads(*messages) == [{1, 2, 3, 4, 5}]


def test_replies_to_a_mail_that_is_not_here_belong_together() -> None:
    first, second = (mail(n, f"<{n}@x>", refers_to=("<gone@x>",)) for n in (1, 2))

    assert threads(first, second) == [{1, 2}]


def test_the_order_in_which_they_are_given_changes_nothing() -> None:
    messages = [
        mail(1, "<a@x>", "Lunch"),
        mail(2, "<b@x>", "Re: Lunch"),
        mail(3, "<c@x>", refers_to=("<b@x>",)),
        mail(4, "<d@x>", "AW: Lunch"),
    ]

    assert thread_keys(messages) == thread_keys(messages[::-1])
    assert threads(*messages) == [{1, 2, 3, 4}]


def test_a_reply_without_references_joins_by_its_subject() -> None:
    assert threads(
        mail(1, "<a@x>", "Lunch"), mail(2, "<b@x>", "Dinner"), mail(3, "<c@x>", "AW: [team] LUNCH")
    ) == [{1, 3}, {2}]


def test_it_joins_the_newest_before_it() -> None:
    old, new = mail(1, "<a@x>", "Your code"), mail(2, "<b@x>", "Your code")
    reply, later = mail(3, "<c@x>", "Re: Your code"), mail(4, "<d@x>", "Your code")

    assert threads(old, new, reply, later) == [{1}, {2, 3}, {4}]


def test_the_same_subject_alone_joins_nothing() -> None:
    assert threads(*(mail(n, f"<{n}@x>", "Your code") for n in (1, 2, 3))) == [{1}, {2}, {3}]


def test_a_reply_with_references_does_not_join_by_its_subject() -> None:
    assert threads(
        mail(1, "<a@x>", "Lunch"), mail(2, "<b@x>", "Re: Lunch", refers_to=("<elsewhere@x>",))
    ) == [{1}, {2}]


@pytest.mark.parametrize("subject", ["", "Re:", "Re: Fwd: ", "[fwd: ]"])
def test_empty_subjects_never_join(subject: str) -> None:
    assert threads(*(mail(n, f"<{n}@x>", subject) for n in (1, 2, 3))) == [{1}, {2}, {3}]


def test_mails_without_a_message_id_stay_apart() -> None:
    assert threads(mail(1, subject="Hello"), mail(2, subject="Hello"), mail(3)) == [{1}, {2}, {3}]


def test_a_reply_to_a_mail_without_a_message_id_joins_by_its_subject() -> None:
    assert threads(mail(1, subject="Hello"), mail(2, subject="Re: Hello")) == [{1, 2}]


def test_mails_that_refer_to_each_other_in_a_circle_are_one_thread() -> None:
    circle = [mail(n, f"<{n}@x>", refers_to=(f"<{n % 3 + 1}@x>",)) for n in (1, 2, 3)]
    outside = mail(4, "<4@x>", refers_to=("<2@x>",))

    assert threads(*circle, outside) == [{1, 2, 3, 4}]
    assert thread_keys([*circle, outside])[4] == thread_keys(circle)[1]
    early = mail(0, "<0@x>", refers_to=("<3@x>",))
    assert thread_keys([*circle, early])[0] == thread_keys(circle)[1]


def test_a_mail_that_refers_to_itself_is_a_thread() -> None:
    assert threads(mail(1, "<a@x>", refers_to=("<a@x>",)), mail(2, "<b@x>")) == [{1}, {2}]


def test_a_circle_through_subjects_and_references_ends() -> None:
    early = mail(1, "<a@x>", "Lunch", refers_to=("<b@x>",))
    late = mail(2, "<b@x>", "Re: Lunch")

    assert threads(early, late) == [{1, 2}]


def test_where_two_mails_have_one_message_id_the_one_that_starts_a_thread_counts() -> None:
    resent = mail(1, "<a@x>", refers_to=("<z@x>",))
    first, reply = mail(2, "<a@x>", "Lunch"), mail(3, "<c@x>", refers_to=("<a@x>",))

    keys = thread_keys([resent, first, reply])

    assert stands_alone(first)
    assert keys[2] == keys[3] == first.summary.thread_id != keys[1]


def test_who_stands_alone_has_its_own_key_whatever_else_there_is() -> None:
    alone = mail(5, "<e@x>", "Lunch")
    others = [
        mail(1, "<a@x>", "Lunch"),
        mail(6, "<e@x>", "Re: Lunch"),
        mail(7, "<e@x>", "Fw: Lunch"),
    ]

    assert stands_alone(alone) and not stands_alone(others[1])
    assert thread_keys([alone, *others])[5] == alone.summary.thread_id


def test_a_thread_keeps_its_key_when_its_middle_is_gone() -> None:
    root = mail(1, "<a@x>")
    middle = mail(2, "<b@x>", refers_to=("<a@x>",))
    last = mail(3, "<c@x>", refers_to=("<a@x>", "<b@x>"))

    assert thread_keys([root, middle, last])[3] == thread_keys([last])[3]


def test_a_thousand_messages_that_hang_on_each_other_take_no_time() -> None:
    chain = [mail(n, f"<{n}@x>", "Re: x", refers_to=(f"<{n + 1}@x>",)) for n in range(1, 1001)]

    began = time.process_time()
    found = threads(*chain)

    assert found == [set(range(1, 1001))]
    assert time.process_time() - began < 0.5


def test_the_number_of_a_thread_fits_into_javascript() -> None:
    numbers = {thread_number(mail(n, f"<{n}@x>").summary.thread_id) for n in range(200)}

    assert len(numbers) == 200
    assert all(0 <= each < 2**53 for each in numbers)
    assert thread_number("abcdefghijklmnop") == thread_number("abcdefghijklmnop")
