"""Debian's Dovecot on loopback, with mailboxes in Maildirs: it needs no rights, and keeps nothing.

Skips where it is not installed, unless `CI` is set: there it has to be.
"""

import grp
import os
import pwd
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.certificates import authority

HOST, NAME = "127.0.0.1", "pop.example.com"
USER, PASSWORD = "ann@example.com", "pa$$ wörd {x}"
_PATHS = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/lib/dovecot"
_SECONDS = 20


@dataclass
class Dovecot:
    """The ports that it listens on, and where the mailboxes lie."""

    plain: int
    secure: int
    folder: Path

    def put(self, mails: Sequence[bytes], user: str = USER) -> None:
        """Put these mails into the user's mailbox, in their order; lines end with LF on disk."""
        new = self.folder / "mail" / user / "new"
        for number, raw in enumerate(mails):
            file = new / f"{1_700_000_000 + number}.mail.example"
            file.write_bytes(raw.replace(b"\r\n", b"\n"))
            os.chown(file, *_OWNER)
            os.utime(file, (1_700_000_000 + number,) * 2)

    def count(self, user: str = USER) -> int:
        """How many mails are there."""
        mails = self.folder / "mail" / user
        return sum(1 for part in ("new", "cur") for _ in (mails / part).iterdir())


@contextmanager
def dovecot(*users: str, name: str = NAME) -> Iterator[Dovecot]:
    """A running one of this name, with mailboxes of these users, all of the same password."""
    program = shutil.which("dovecot", path=_PATHS)
    if program is None:
        if os.environ.get("CI"):
            pytest.fail("dovecot-pop3d is needed here")
        pytest.skip("dovecot is not installed (dovecot-pop3d)")
    # pytest's own folders are for root alone, where root runs it.
    with TemporaryDirectory(prefix="mayfly-dovecot-") as folder:
        yield from _running(program, Path(folder), users or (USER,), name)


def _running(program: str, own: Path, users: Sequence[str], name: str) -> Iterator[Dovecot]:
    plain, secure = _free_ports(2)
    own.chmod(0o755)
    (own / "run").mkdir(parents=True)
    for each in users:
        for part in ("new", "cur", "tmp"):
            (own / "mail" / each / part).mkdir(parents=True)
    for path in [own, *own.rglob("*")]:
        os.chown(path, *_OWNER)
    authority().server(own, name)
    certificate = own / f"{name}.30.pem"
    certificate.chmod(0o644)
    (own / "users").write_text("".join(f"{each}:{{PLAIN}}{PASSWORD}\n" for each in users))
    (own / "users").chmod(0o644)
    configuration = own / "dovecot.conf"
    configuration.write_text(
        _CONFIGURATION.format(
            own=own,
            plain=plain,
            secure=secure,
            user=_USER,
            group=_GROUP,
            login=_LOGIN,
            certificate=certificate,
        )
    )
    log = (own / "log").open("w")
    process = subprocess.Popen([program, "-F", "-c", str(configuration)], stdout=log, stderr=log)
    try:
        _wait(plain, own)
        yield Dovecot(plain, secure, own)
    finally:
        process.terminate()
        try:
            process.wait(_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        log.close()


def _account() -> tuple[str, str]:
    """Who owns the mailboxes: whoever runs the tests, but root, whom Dovecot refuses."""
    name = "nobody" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    return name, grp.getgrgid(pwd.getpwnam(name).pw_gid).gr_name


_USER, _GROUP = _account()
_LOGIN = "daemon" if os.geteuid() == 0 else _USER
_OWNER = (pwd.getpwnam(_USER).pw_uid, pwd.getpwnam(_USER).pw_gid)
_CONFIGURATION = """
base_dir = {own}/run
state_dir = {own}/run
log_path = {own}/dovecot.log
protocols = pop3
listen = 127.0.0.1
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {login}
first_valid_uid = 1
ssl = yes
ssl_cert = <{certificate}
ssl_key = <{certificate}
disable_plaintext_auth = yes
auth_mechanisms = plain
auth_failure_delay = 0
mail_location = maildir:{own}/mail/%u
maildir_stat_dirs = no
maildir_broken_filename_sizes = yes
service pop3-login {{
  chroot =
  inet_listener pop3 {{
    port = {plain}
  }}
  inet_listener pop3s {{
    port = {secure}
  }}
}}
service anvil {{
  chroot =
}}
passdb {{
  driver = passwd-file
  args = {own}/users
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={own}/mail/%u
}}
"""


def _free_ports(count: int) -> list[int]:
    listening = [socket.create_server((HOST, 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in listening]
    for each in listening:
        each.close()
    return ports


def _wait(port: int, own: Path) -> None:
    ends_at, waiting = time.monotonic() + _SECONDS, threading.Event()
    while time.monotonic() < ends_at:
        try:
            socket.create_connection((HOST, port), 1).close()
            return
        except OSError:
            waiting.wait(0.05)
    raise AssertionError((own / "log").read_text() + _told(own / "dovecot.log"))


def _told(file: Path) -> str:
    return file.read_text() if file.exists() else ""
