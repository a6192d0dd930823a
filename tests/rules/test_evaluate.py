"""What rules decide: RFC 5228's examples, and random rules against an evaluator that is naive."""

import re
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mayfly import limits
from mayfly.kit.http.schemas import read
from mayfly.mail.mime.parser import parse
from mayfly.messages.folders import Folder
from mayfly.receiving.models import DropReason
from mayfly.rules.evaluate import TOO_COSTLY, decide
from mayfly.rules.globs import glob
from mayfly.rules.models import Decision, Envelope, TriedMail
from mayfly.rules.schemas import Rule, Rules

RAW = (
    b"Received: by mx\r\nFrom: Coyote <coyote@desert.example.org>\r\n"
    b"To: roadrunner@acme.example.com, Bird <bird@acme.example.com>\r\n"
    b"Cc: hidden@acme.example.com\r\nSubject: I have a present for you\r\n"
    b"List-Id: <toons.example.org>\r\nX-Empty: \r\nResent-From: Fox <fox@forest.example>\r\n\r\n"
    b"Look, I'm sorry about the whole anvil thing.\r\n"
)


def mail(raw: bytes = RAW, sender: str | None = "coyote@desert.example.org") -> TriedMail:
    return TriedMail(
        parse(raw, limits.MIME), Envelope(sender, ("ann+shop@mayfly.example",)), len(raw)
    )


def rules(*documents: object) -> tuple[Rule, ...]:
    return read({"rules": list(documents)}, Rules).checked()


def rule(test: object, *then: object, name: str = "a") -> dict[str, object]:
    asked = {} if test is None else {"if": test}
    return {"name": name, "then": list(then or [{"fileinto": "archive"}]), **asked}


def decided(*documents: object, tried: TriedMail | None = None) -> Decision:
    return decide([rules(*documents)], tried or mail())


def holds(test: object, tried: TriedMail | None = None) -> bool:
    return decided(rule(test), tried=tried).filing.folder is Folder.ARCHIVE


def header(name: str, match: str, *values: str) -> dict[str, object]:
    return {"header": {"names": [name], "match": match, "values": list(values)}}


def address(name: str, match: str, value: str, part: str = "all") -> dict[str, object]:
    test = {"names": [name], "match": match, "values": [value], "part": part}
    return {"address": test}


def envelope(which: str, value: str, part: str = "all") -> dict[str, object]:
    return {"envelope": {"address": which, "match": "is", "values": [value], "part": part}}


@pytest.mark.parametrize(
    ("test", "held"),
    [
        (header("subject", "is", "i HAVE a present for you"), True),
        (header("subject", "is", "I have a present"), False),
        (header("SUBJECT", "contains", "nothing", "Present"), True),
        (header("subject", "matches", "*present*"), True),
        (header("subject", "matches", "present"), False),
        (header("subject", "matches", "? have * for yo?"), True),
        (header("x-empty", "is", ""), True),
        (header("x-empty", "matches", "?"), False),
        (header("x-missing", "contains", ""), False),
        # RFC 5228 section 5.1: display names are not compared.
        (address("from", "is", "coyote@desert.example.org"), True),
        (address("from", "contains", "Coyote <"), False),
        (address("from", "is", "desert.example.org", "domain"), True),
        (address("to", "is", "bird", "localpart"), True),
        (address("resent-from", "is", "fox@forest.example"), True),
        (envelope("from", "coyote@desert.example.org"), True),
        (envelope("to", "ann+shop@mayfly.example"), True),
        (envelope("to", "mayfly.example", "domain"), True),
        ({"size": {"over": len(RAW)}}, False),
        ({"size": {"over": len(RAW) - 1}}, True),
        ({"size": {"under": len(RAW)}}, False),
        ({"size": {"under": len(RAW) + 1}}, True),
        ({"exists": ["from", "LIST-ID"]}, True),
        ({"exists": ["from", "x-missing"]}, False),
        ({"not": {"exists": ["x-missing"]}}, True),
        ({"allof": [{"exists": ["from"]}, {"exists": ["x-missing"]}]}, False),
        ({"anyof": [{"exists": ["x-missing"]}, {"exists": ["from"]}]}, True),
        (None, True),
    ],
)
def test_tests_hold_as_sieve_has_it(test: object, held: bool) -> None:
    assert holds(test) is held


def test_the_null_sender_is_the_empty_text_and_an_unknown_one_is_none() -> None:
    for null in ("", "<>"):
        assert holds(envelope("from", ""), mail(sender=null))
    assert not holds(envelope("from", ""), mail(sender=None))
    assert holds({"not": envelope("from", "")}, mail(sender=None))


def test_without_a_rule_that_matches_an_email_is_kept_where_it_comes_in() -> None:
    for each in (decided(), decided(rule({"exists": ["x-missing"]}, {"discard": True}))):
        assert (each.dropped, each.filing.folder) == (None, None)


def test_a_rule_that_is_switched_off_is_not_looked_at() -> None:
    assert decided({**rule(None, {"discard": True}), "enabled": False}).steps == ()


def test_actions_of_several_rules_add_up_and_the_last_folder_counts() -> None:
    found = decided(
        rule(None, {"fileinto": "trash"}, {"flag": ["seen"]}, name="a"),
        rule(None, {"flag": ["flagged"]}, {"redirect": "b@c.example"}, name="b"),
        rule(
            None, {"fileinto": "archive"}, {"webhook": "w1"}, {"redirect": "b@c.example"}, name="c"
        ),
    ).filing

    assert (found.folder, found.is_read, found.is_flagged) == (Folder.ARCHIVE, True, True)
    assert (found.forwards, found.webhooks) == (("b@c.example",), ("w1",))
    assert found.rules == ("a", "b", "c")


def test_a_destination_is_one_however_rules_spell_it() -> None:
    found = decided(
        rule(None, {"redirect": "b@c.example"}, {"redirect": "other@c.example"}, name="a"),
        rule(None, {"redirect": "Bob <B@C.example>"}, name="b"),
    ).filing

    assert found.forwards == ("Bob <B@C.example>", "other@c.example")


def test_stop_ends_its_rule_all_others_and_the_mailboxs_own() -> None:
    domain = rules(rule(None, {"fileinto": "trash"}, {"stop": True}, {"flag": ["seen"]}))
    own = rules(rule(None, {"discard": True}))

    found = decide([domain, own], mail())

    assert (found.dropped, found.filing.folder, found.filing.is_read) == (None, Folder.TRASH, False)


@pytest.mark.parametrize("kept", [{"keep": True}, {"fileinto": "trash"}])
def test_discard_gives_way_to_what_files_the_email_before_or_after(kept: object) -> None:
    assert decided(rule(None, {"discard": True})).dropped is DropReason.DISCARDED
    assert decided(rule(None, {"discard": True}, kept)).dropped is None
    assert decided(rule(None, kept, {"discard": True})).dropped is None


@pytest.mark.parametrize("needs", [{"redirect": "b@c.example"}, {"webhook": "w1"}])
def test_what_is_forwarded_or_told_is_kept_in_the_trash_if_it_is_discarded(needs: object) -> None:
    found = decided(rule(None, needs, {"discard": True}))

    assert (found.dropped, found.filing.folder) == (None, Folder.TRASH)


def test_rules_that_would_cost_too_much_end_and_the_email_is_kept() -> None:
    dear = "?" * 250 + "x"
    tests = [header("subject", "matches", dear) for _ in range(limits.RULE_DEPTH)]
    long = b"".join(b"Subject: " + b"y" * 900 + b"\r\n" for _ in range(100))

    found = decided(
        rule(None, {"flag": ["seen"]}, name="cheap"),
        rule({"anyof": tests}, name="dear"),
        rule(None, {"discard": True}, name="after"),
        tried=mail(long + RAW),
    )

    assert [each.trouble for each in found.steps] == ["", TOO_COSTLY]
    assert (found.dropped, found.filing.is_read) == (None, True)


def test_trouble_in_the_domains_rules_keeps_what_the_mailboxs_would_discard() -> None:
    broken = rules(rule(header("subject", "is", "x"), name="broken"))
    tried = TriedMail(None, Envelope(None, ()), 1)  # type: ignore[arg-type]  # nothing can look

    found = decide([broken, rules(rule(None, {"discard": True}))], tried)

    assert found.dropped is None
    assert [bool(each.trouble) for each in found.steps] == [True, False]


# A naive evaluator: what the RFC says, with regular expressions and no thought of the price.

LETTERS = "aAbé*?\\."


def naive_glob(pattern: str, text: str) -> bool:
    wanted, at = "", 0
    while at < len(pattern):
        character = pattern[at]
        if character == "\\" and at + 1 < len(pattern):
            at += 1
            wanted += re.escape(pattern[at])
        else:
            wanted += {"*": ".*", "?": "."}.get(character, re.escape(character))
        at += 1
    return re.fullmatch(wanted, text, re.DOTALL) is not None


@given(st.text(LETTERS.lower(), max_size=12), st.text(LETTERS.lower(), max_size=14))
def test_patterns_cover_what_a_regular_expression_would(pattern: str, text: str) -> None:
    assert glob(pattern).covers(text) is naive_glob(pattern, text)


@given(
    st.lists(st.sampled_from(["*", "?", "a", "b", "ab"]), max_size=10).map("".join), st.text("ab")
)
def test_patterns_of_many_stars_do_too(pattern: str, text: str) -> None:
    assert glob(pattern).covers(text) is naive_glob(pattern, text)


HEADERS = {"subject": ["aab", "b*b"], "x-a": ["AbA"], "x-none": []}
GIVEN = b"Subject: aab\r\nX-A: AbA\r\nSubject: b*b\r\n\r\nbody"
SIZE = len(GIVEN)


def _headers() -> st.SearchStrategy[Any]:
    compared = st.fixed_dictionaries(
        {
            "names": st.lists(st.sampled_from(sorted(HEADERS)), min_size=1, max_size=2),
            "match": st.sampled_from(["is", "contains", "matches"]),
            "values": st.lists(st.text("aAb*?\\", max_size=4), min_size=1, max_size=2),
        }
    )
    return st.fixed_dictionaries({"header": compared})


def _tests() -> st.SearchStrategy[Any]:
    leaves = st.one_of(
        _headers(),
        st.sampled_from([SIZE - 1, SIZE, SIZE + 1]).flatmap(
            lambda n: st.sampled_from([{"size": {"over": n}}, {"size": {"under": n}}])
        ),
        st.lists(st.sampled_from(sorted(HEADERS)), min_size=1, max_size=2).map(
            lambda names: {"exists": names}
        ),
    )
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            inner.map(lambda test: {"not": test}),
            st.lists(inner, min_size=1, max_size=3).map(lambda tests: {"allof": tests}),
            st.lists(inner, min_size=1, max_size=3).map(lambda tests: {"anyof": tests}),
        ),
        max_leaves=6,
    ).filter(lambda test: _depth(test) <= limits.RULE_DEPTH)


def _depth(test: Any) -> int:
    ((word, inner),) = test.items()
    if word == "not":
        return 1 + _depth(inner)
    return 1 + max(map(_depth, inner)) if word in ("allof", "anyof") else 1


def naive(test: Any) -> bool:
    ((word, inner),) = test.items()
    match word:
        case "not":
            return not naive(inner)
        case "allof":
            return all([naive(each) for each in inner])
        case "anyof":
            return any([naive(each) for each in inner])
        case "exists":
            return all(HEADERS[name] for name in inner)
        case "size":
            return bool(inner["over"] < SIZE if "over" in inner else inner["under"] > SIZE)
    texts = [text.lower() for name in inner["names"] for text in HEADERS[name]]
    pairs = [(text, value.lower()) for text in texts for value in inner["values"]]
    match inner["match"]:
        case "is":
            return any(text == value for text, value in pairs)
        case "contains":
            return any(value in text for text, value in pairs)
    return any(naive_glob(value, text) for text, value in pairs)


_ACTIONS = st.lists(
    st.sampled_from(
        [
            {"fileinto": "archive"},
            {"fileinto": "spam"},
            {"keep": True},
            {"discard": True},
            {"stop": True},
            {"flag": ["seen"]},
            {"flag": ["flagged", "seen"]},
            {"redirect": "b@c.example"},
        ]
    ),
    min_size=1,
    max_size=3,
)


def naive_decision(documents: Sequence[Any]) -> tuple[object, ...]:
    """Folder, seen, flagged, forwarded; or that it is dropped."""
    done: list[Any] = []
    for each in documents:
        if "if" in each and not naive(each["if"]):
            continue
        done += each["then"]
        if {"stop": True} in each["then"]:
            kept = each["then"].index({"stop": True})
            done = done[: len(done) - len(each["then"]) + kept]
            break
    folders = [each.get("fileinto", "inbox") for each in done if each.keys() & {"fileinto", "keep"}]
    forwarded = {"redirect": "b@c.example"} in done
    if {"discard": True} in done and not folders:
        if not forwarded:
            return ("dropped",)
        folders = ["trash"]
    flags = {flag for each in done for flag in each.get("flag", ())}
    return (folders[-1] if folders else None, "seen" in flags, "flagged" in flags, forwarded)


@given(st.lists(st.fixed_dictionaries({"then": _ACTIONS}, optional={"if": _tests()}), max_size=4))
def test_random_rules_decide_as_the_naive_evaluator_does(documents: list[Any]) -> None:
    named = [{"name": f"{number}", **each} for number, each in enumerate(documents)]

    found = decide([rules(*named)], TriedMail(parse(GIVEN, limits.MIME), Envelope(None, ()), SIZE))

    filing = found.filing
    expected = naive_decision(named)
    if found.dropped:
        assert expected == ("dropped",)
    else:
        forwarded = bool(filing.forwards)
        assert expected == (filing.folder, filing.is_read, filing.is_flagged, forwarded)
