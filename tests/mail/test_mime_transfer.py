"""Transfer encodings: bytes, and how many they are without holding them."""

import base64
import binascii
import random

import pytest

from mayfly.mail.mime.transfer import decoded_size, encoding_name, part_bytes

ENCODINGS = ["base64", "quoted-printable", "uuencode", "binary"]
PAYLOAD = random.Random(5).randbytes(700_001)


def uuencoded(payload: bytes) -> bytes:
    lines = [binascii.b2a_uu(payload[at : at + 45]) for at in range(0, len(payload), 45)]
    return b"begin 644 x\n" + b"".join(lines) + b"`\nend\n"


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("", "binary"),
        ("8BIT", "binary"),
        ("Base64", "base64"),
        (' "base64" (comment)', "base64"),
        ("quoted-printable;", "quoted-printable"),
        ("x-uuencode", "uuencode"),
        ("rot13", ""),
    ],
)
def test_header_names_an_encoding(header: str, name: str) -> None:
    assert encoding_name(header) == name


@pytest.mark.parametrize("ending", range(4))
def test_base64_of_any_length_comes_back(ending: int) -> None:
    payload = PAYLOAD[: len(PAYLOAD) - ending]
    encoded = base64.encodebytes(payload)

    assert part_bytes(encoded, "base64") == payload
    assert decoded_size(encoded, 0, len(encoded), "base64") == (len(payload), True)


def test_quoted_printable_in_windows_is_what_it_is_in_one_piece() -> None:
    encoded = binascii.b2a_qp(PAYLOAD[:300_000], istext=False)

    assert part_bytes(encoded, "quoted-printable") == PAYLOAD[:300_000]
    assert decoded_size(encoded, 0, len(encoded), "quoted-printable")[0] == 300_000


def test_uuencode_comes_back() -> None:
    encoded = uuencoded(PAYLOAD)

    assert part_bytes(encoded, "uuencode") == PAYLOAD
    assert decoded_size(encoded, 0, len(encoded), "uuencode") == (len(PAYLOAD), True)


@pytest.mark.parametrize(
    ("encoded", "decoded", "sound"),
    [
        (b"QUJD", b"ABC", True),
        (b"QUJDRA", b"ABCD", True),
        (b"QUJDR", b"ABC", False),
        (b"QU*JD", b"ABC", False),
        (b"QUJDRA==\nfooter of a list", b"ABCD", False),
        (b"QUJDRA==\nRUZHSA==\nSUo=", b"ABCDEFGHIJ", True),
        (b"QUJDRA==RUZHSA==SUo=", b"ABCDEFGHIJ", True),
        (b"QUJDRA==\nRUZHSA==\n-- \nAda", b"ABCDEFGH", False),
        (b"QUJDRA==\nAda O", b"ABCD", False),
        (b"QUJDRA==\r\n \t\r\n", b"ABCD", True),
        (b"", b"", True),
        (b"====", b"", True),
    ],
)
def test_damaged_base64_gives_what_it_holds(encoded: bytes, decoded: bytes, sound: bool) -> None:
    assert part_bytes(encoded, "base64") == decoded
    assert decoded_size(encoded, 0, len(encoded), "base64") == (len(decoded), sound)


def test_what_follows_padding_is_read_on_as_far_as_it_is_quartets() -> None:
    encoded = b"QUJDRA==" + b"QUJD" * 200_000

    assert part_bytes(encoded, "base64") == b"ABCD" + b"ABC" * 200_000
    assert decoded_size(encoded, 0, len(encoded), "base64") == (600_004, True)


def test_pieces_without_end_are_read_up_to_a_limit_and_named() -> None:
    encoded = b"QQ==\n" * 200_000

    size, sound = decoded_size(encoded, 0, len(encoded), "base64")

    assert 10_000 < size < 100_000
    assert size == len(part_bytes(encoded, "base64"))
    assert not sound


@pytest.mark.parametrize(
    ("encoded", "decoded"),
    [
        (b"one=  \r\ntwo", b"onetwo"),
        (b"one \t \r\ntwo\t\ntail  ", b"one\r\ntwo\ntail"),
        (b"kept=20\r\nkept=09 \r\n", b"kept \r\nkept\t\r\n"),
        (b"one= ", b"one"),
    ],
)
def test_blanks_at_line_ends_are_of_the_transport(encoded: bytes, decoded: bytes) -> None:
    assert part_bytes(encoded, "quoted-printable") == decoded
    assert decoded_size(encoded, 0, len(encoded), "quoted-printable") == (len(decoded), True)


def test_uuencode_without_a_begin_line_is_left_as_it_is() -> None:
    assert part_bytes(b"no such thing", "uuencode") == b"no such thing"
    assert decoded_size(b"no such thing", 0, 13, "uuencode") == (13, False)


def test_unknown_encoding_is_left_as_it_is() -> None:
    assert part_bytes(b"=41", "rot13") == b"=41"


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_size_is_the_number_of_bytes_whatever_they_are(encoding: str) -> None:
    chance = random.Random(7)
    alphabets = (b"QUJD\r\n=*", b"=4\r\n 1A", b"begin 644 x\nM!#`\n", bytes(range(256)))

    for _ in range(300):
        letters = chance.choice(alphabets)
        body = b"begin 644 x\n" * chance.randrange(2)
        body += bytes(chance.choices(letters, k=chance.randrange(400)))
        body *= chance.choice((1, 1, 1, 2000))
        size, _ = decoded_size(body, 3, max(3, len(body) - 2), encoding)
        assert size == len(part_bytes(body[3 : max(3, len(body) - 2)], encoding))
