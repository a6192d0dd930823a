"""Write rules as a Sieve script (RFC 5228), to take them to another mail service."""

from collections.abc import Iterator, Sequence

from msgspec import UnsetType

from mayfly.messages.folders import Folder
from mayfly.rules.models import AddressPart, Flag
from mayfly.rules.schemas import Action, AddressTest, EnvelopeTest, HeaderTest, Rule, Test

_FOLDERS = {
    Folder.INBOX: "INBOX",
    Folder.ARCHIVE: "Archive",
    Folder.TRASH: "Trash",
    Folder.SPAM: "Spam",
}
_FLAGS = {Flag.SEEN: "\\Seen", Flag.FLAGGED: "\\Flagged"}


def script(rules: Sequence[Rule]) -> str:
    """The rules as one script, which begins with what it requires.

    Rules that are switched off, and what Sieve has no word for (`webhook`), are comments. Here a
    message has one folder, and the last action that names one counts; there it would be filed in
    each of them.
    """
    lines = [line for rule in rules for line in _rule(rule)]
    needed = sorted({name for rule in rules if rule.enabled for name in _needed(rule)})
    head = [f"require {_list(needed)};", ""] if needed else []
    return "\r\n".join([*head, *lines, ""])


def _rule(rule: Rule) -> Iterator[str]:
    yield f"# rule:[{rule.name}]"
    actions = [line for action in rule.then for line in _action(action)]
    test = "true" if isinstance(rule.if_, UnsetType) else _test(rule.if_)
    lines = [f"if {test} {{", *(f"    {line}" for line in actions), "}"]
    yield from lines if rule.enabled else (f"# {line}" for line in lines)


def _test(test: Test) -> str:
    match test.word:
        case "allof" | "anyof" as word:
            inner = test.allof if word == "allof" else test.anyof
            assert not isinstance(inner, UnsetType)
            return f"{word} ({', '.join(map(_test, inner))})"
        case "not":
            assert not isinstance(test.not_, UnsetType)
            return f"not {_test(test.not_)}"
        case "header":
            assert not isinstance(test.header, UnsetType)
            return _compared("header", test.header, _list(test.header.names))
        case "address":
            assert not isinstance(test.address, UnsetType)
            return _compared("address", test.address, _list(test.address.names))
        case "envelope":
            assert not isinstance(test.envelope, UnsetType)
            return _compared("envelope", test.envelope, _text(test.envelope.address))
        case "size":
            assert not isinstance(test.size, UnsetType)
            over, under = test.size.over, test.size.under
            return f"size :under {under}" if isinstance(over, UnsetType) else f"size :over {over}"
    assert not isinstance(test.exists, UnsetType)
    return f"exists {_list(test.exists)}"


def _compared(word: str, test: HeaderTest | AddressTest | EnvelopeTest, names: str) -> str:
    part = "" if isinstance(test, HeaderTest) or test.part is AddressPart.ALL else f" :{test.part}"
    return f"{word}{part} :{test.match} {names} {_list(test.values)}"


def _action(action: Action) -> Iterator[str]:
    match action.word:
        case "fileinto":
            assert not isinstance(action.fileinto, UnsetType)
            yield f"fileinto {_text(_FOLDERS[action.fileinto])};"
        case "flag":
            flags = () if isinstance(action.flag, UnsetType) else action.flag
            yield f"addflag {_list([_FLAGS[each] for each in flags])};"
        case "redirect":
            yield f"redirect :copy {_text(str(action.redirect))};"
        case "webhook":
            yield f"# webhook {str(action.webhook)!r}"
        case word:
            yield f"{word};"


def _needed(rule: Rule) -> Iterator[str]:
    """The extensions of Sieve that it uses (RFC 5228 section 3.2)."""
    words = {"fileinto": "fileinto", "flag": "imap4flags", "redirect": "copy"}
    yield from (words[each.word] for each in rule.then if each.word in words)
    if not isinstance(rule.if_, UnsetType):
        yield from _envelopes(rule.if_)


def _envelopes(test: Test) -> Iterator[str]:
    if not isinstance(test.envelope, UnsetType):
        yield "envelope"
    for tests in (test.allof, test.anyof):
        if not isinstance(tests, UnsetType):
            for each in tests:
                yield from _envelopes(each)
    if not isinstance(test.not_, UnsetType):
        yield from _envelopes(test.not_)


def _list(texts: Sequence[str]) -> str:
    written = [_text(each) for each in texts]
    return written[0] if len(written) == 1 else f"[{', '.join(written)}]"


def _text(text: str) -> str:
    """A quoted string: backslash and quote are written with a backslash (section 2.4.2)."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
