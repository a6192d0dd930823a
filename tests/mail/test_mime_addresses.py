"""Address headers, in order and out of order."""

import pytest

from mayfly.mail.mime.addresses import mailboxes


@pytest.mark.parametrize(
    ("octets", "found"),
    [
        ("a@x.org", [("", "a@x.org")]),
        ("<a@x.org>", [("", "a@x.org")]),
        ("A B <a@x.org>", [("A B", "a@x.org")]),
        ('"B, A" <a@x.org>', [("B, A", "a@x.org")]),
        ("B, A <a@x.org>", [("B, A", "a@x.org")]),
        ("a@x.org <a@x.org>", [("a@x.org", "a@x.org")]),
        ("a@x.org, b@x.org;c@x.org", [("", "a@x.org"), ("", "b@x.org"), ("", "c@x.org")]),
        ("Shop; Home <a@x.org>", [("Shop; Home", "a@x.org")]),
        ("Shop; a@x.org", [("", "a@x.org"), ("", "Shop")]),
        ("g: a@x.org; B; C <c@x.org>", [("", "a@x.org"), ("B; C", "c@x.org")]),
        ("@@@", [("@@@", "")]),
        ("<@@@>", [("@@@", "")]),
        ("Shop <@@x.org>", [("Shop", "")]),
        ("a@", [("a@", "")]),
        ("A (the first) <a@x.org>", [("A", "a@x.org")]),
        ("a@x.org (A (really))", [("A (really)", "a@x.org")]),
        ("A a@x.org", [("A", "a@x.org")]),
        ("Team: a@x.org, B <b@x.org>;", [("", "a@x.org"), ("B", "b@x.org")]),
        ("undisclosed-recipients:;", []),
        ("<@relay.org,@next.org:a@x.org>", [("", "a@x.org")]),
        ("<mailto:a@x.org>", [("", "a@x.org")]),
        ("<<a@x.org>>", [("", "a@x.org")]),
        ("A <a@x.org", [("A", "a@x.org")]),
        ('"A <a@x.org>', [("A", "a@x.org")]),
        ("A (B <a@x.org>", [("A (B", "a@x.org")]),
        ("A <a @ x.org>", [("A", "a@x.org")]),
        ('"a b"@x.org', [("", '"a b"@x.org')]),
        ("root", [("", "root")]),
        ("root, admin", [("", "root"), ("", "admin")]),
        ("A B", [("A B", "")]),
        ("a@x.org b@x.org", [("", "a@x.org"), ("", "b@x.org")]),
        ("P(A \\) c) <p(his)@x.org(host)>", [("P", "p@x.org")]),
        ("", []),
        (",,, ,", []),
        ("<>", []),
        ("=?utf-8?q?J=C3=BC, B?= <a@x.org>", [("Jü, B", "a@x.org")]),
        ('"=?utf-8?q?J=C3=BC?=" <a@x.org>', [("Jü", "a@x.org")]),
        ("=?utf-8?q?A_<a=40x.org>?=", [("A", "a@x.org")]),
        ("A <a@[192.0.2.1]>", [("A", "a@[192.0.2.1]")]),
    ],
)
def test_header_names_its_mailboxes(octets: str, found: list[tuple[str, str]]) -> None:
    assert [(mailbox.name, mailbox.address) for mailbox in mailboxes(octets, 10)] == found


def test_list_is_read_up_to_one_over_the_limit() -> None:
    assert len(mailboxes("a@x.org," * 50, 10)) == 11
