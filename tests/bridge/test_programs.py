"""curl, mbsync, neomutt, fetchmail and mpop read every mail."""

import mailbox
import re
from pathlib import Path

from tests.bridge.filled import Filled
from tests.bridge.programs import needed, private, run


@needed("curl")
def test_curl_has_every_byte_over_both(tmp_path: Path, filled: Filled) -> None:
    imap, pop3 = filled.laptop.imap_port, filled.laptop.pop3_port
    login = ("--silent", "--fail", "--user", f"{filled.address}:x")

    for number, raw in enumerate(filled.raws[:60], 1):
        by_imap = run(tmp_path, "curl", *login, f"imap://127.0.0.1:{imap}/INBOX;UID={number}")
        by_pop3 = run(tmp_path, "curl", *login, f"pop3://127.0.0.1:{pop3}/{number}")
        assert by_imap == raw
        assert by_pop3 == (raw if raw.endswith(b"\r\n") else raw + b"\r\n")


@needed("mbsync")
def test_mbsync_copies_every_mail_and_nothing_twice(tmp_path: Path, filled: Filled) -> None:
    (tmp_path / "mails").mkdir()
    private(
        tmp_path,
        ".mbsyncrc",
        f"""
IMAPAccount mayfly
Host 127.0.0.1
Port {filled.laptop.imap_port}
User {filled.address}
Pass x
SSLType None
AuthMechs *

IMAPStore far
Account mayfly

MaildirStore near
Path {tmp_path}/mails/
Inbox {tmp_path}/mails/inbox

Channel all
Far :far:
Near :near:
Patterns *
Sync Pull
Create Near
SyncState *
""",
    )

    run(tmp_path, "mbsync", "-q", "all")
    run(tmp_path, "mbsync", "-q", "all")

    assert_copied(tmp_path / "mails/inbox", filled.raws, refused=2)  # whose header does not end


def assert_copied(folder: Path, raws: list[bytes], refused: int = 0, mended: int = 0) -> None:
    """Every mail is in this Maildir, byte for byte but for the ends of its lines.

    What is in no lines at all, these programs bring into some: they are only counted.
    """
    copied = mailbox.Maildir(folder)
    found = [_OWN.sub(b"", copied.get_bytes(each)) for each in copied.keys()]  # noqa: SIM118
    assert len(found) == len(raws) - refused
    in_lines = {each.replace(b"\r\n", b"\n") for each in raws if not _ODD.search(each)}
    assert len(in_lines) > len(found) * 0.8
    assert len(in_lines - {*found}) <= refused + mended


_ODD = re.compile(rb"\x00|\r(?!\n)|(?<!\r)\n")
_OWN = re.compile(rb"^(X-TUID|Content-Length|Lines): .*\n", re.MULTILINE)  # what programs add


@needed("neomutt")
def test_neomutt_opens_the_inbox_and_copies_what_is_in_it(tmp_path: Path, filled: Filled) -> None:
    private(
        tmp_path,
        "muttrc",
        f"""
set imap_user="{filled.address}"
set imap_pass="x"
set ssl_starttls=no
set ssl_force_tls=no
set folder="imap://127.0.0.1:{filled.laptop.imap_port}/"
set spoolfile="+INBOX"
set mbox_type=Maildir
set confirmcreate=no confirmappend=no quit=yes wait_key=no timeout=1
set header_cache=""
set move=no
push "<tag-pattern>~A<enter><tag-prefix><copy-message>{tmp_path}/copied<enter><quit>"
""",
    )

    run(tmp_path, "script", "-qec", f"neomutt -F {tmp_path}/muttrc", "/dev/null")

    assert_copied(tmp_path / "copied", filled.raws, mended=2)  # whose header does not end


@needed("fetchmail")
def test_fetchmail_takes_every_mail_by_either_protocol(tmp_path: Path, filled: Filled) -> None:
    for protocol, port in (("imap", filled.laptop.imap_port), ("pop3", filled.laptop.pop3_port)):
        box = tmp_path / protocol
        box.mkdir()
        private(
            tmp_path,
            ".fetchmailrc",
            f"""
poll 127.0.0.1 protocol {protocol} port {port} auth password bad-header accept
  user "{filled.address}" password "x" keep fetchall no rewrite sslproto ''
  mda "cat > {box}/$$.eml"
""",
        )

        run(tmp_path, "fetchmail", "--nodetach", "--nosyslog", "--pidfile", str(tmp_path / "pid"))

        assert len([*box.iterdir()]) == len(filled.raws)


@needed("mpop")
def test_mpop_takes_every_mail_once(tmp_path: Path, filled: Filled) -> None:
    (tmp_path / "mails").mkdir()
    for name in ("new", "cur", "tmp"):
        (tmp_path / "mails" / name).mkdir()
    private(
        tmp_path,
        ".mpoprc",
        f"""
account default
host 127.0.0.1
port {filled.laptop.pop3_port}
tls off
auth user
user {filled.address}
password x
keep on
received_header off
delivery maildir {tmp_path}/mails
uidls_file {tmp_path}/seen
""",
    )

    run(tmp_path, "mpop", "--quiet")
    run(tmp_path, "mpop", "--quiet")

    assert_copied(tmp_path / "mails", filled.raws)
