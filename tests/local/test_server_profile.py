"""`PROFILE=server`: what a server that strangers reach does otherwise than a laptop."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from infra.local import profile
from infra.local.announcement import Addresses, announcement, own_names
from infra.local.configuration import HERE, Configuration
from infra.local.listeners import Listeners
from infra.local.rights import give_up_root
from infra.local.settings import LaptopSettings
from infra.local.smtp.certificate import Certificate
from mayfly.errors import InvalidInput
from mayfly.settings import Settings
from tests.certificates import authority
from tests.local.mayfly import ROOT, command, environment

HOST_FILES = ROOT / "infra/local/host"
SERVER = {"PROFILE": "server", "DATA": "/nowhere/mayfly", "RUN_AS": "nobody"}
PAGE = {"PAGE_URL": "https://mail.example", "FILES_URL": "https://files.mail.example"}


def test_an_unknown_profile_is_named() -> None:
    with pytest.raises(InvalidInput, match=r"^PROFILE must be laptop or server, not 'cloud'"):
        Configuration.read({"PROFILE": "cloud"})


def test_a_server_has_a_deployments_limits() -> None:
    server = Configuration.read(SERVER).functions
    kept = {"cors_origin", "waits_at_once", "daily_budget_usd"}

    for name in map(str.lower, HERE):
        if name not in kept:
            assert getattr(server, name) == getattr(Settings(), name), name
    assert server.sending is False
    assert Configuration.read(SERVER | {"SENDING": "on"}).functions.sending is True


def test_a_server_has_a_folder() -> None:
    with pytest.raises(InvalidInput, match=r"^DATA: PROFILE=server"):
        Configuration.read({"PROFILE": "server", "RUN_AS": "nobody"})


def test_root_without_another_user_is_refused() -> None:
    root = LaptopSettings(profile="server", data="x")

    with pytest.raises(InvalidInput, match=r"^RUN_AS: PROFILE=server does not run as root"):
        profile.check(root, uid=lambda: 0)
    profile.check(root, uid=lambda: 1000)


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"PAGE_URL": "https://mail.example"}, "FILES_URL"),
        ({"FILES_URL": "https://files.example"}, "FILES_URL"),
        (PAGE | {"FILES_URL": "https://mail.example:443"}, "FILES_URL"),
        (PAGE | {"FILES_URL": "files.example"}, "FILES_URL"),
        (PAGE | {"SMTP_SERVER_NAME": "two names"}, "SMTP_SERVER_NAME"),
        (PAGE | {"PROXY": "perhaps"}, "PROXY"),
    ],
)
def test_names_that_do_not_fit_together_are_named(settings: dict[str, str], named: str) -> None:
    with pytest.raises(InvalidInput, match=f"^{named}"):
        Configuration.read(SERVER | settings)


def test_names_follow_from_the_page_and_the_domain() -> None:
    read = Configuration.read(SERVER | PAGE | {"DOMAINS": "mail.example,b.example"})

    assert read.functions.socket_url == "wss://mail.example/ws"
    assert read.laptop.smtp_server_name == "mail.example"
    assert Configuration.read({}).laptop.smtp_server_name == "mayfly.localhost"


def test_the_pages_name_and_origin_are_let_in_without_another_setting() -> None:
    read = Configuration.read(SERVER | PAGE)
    listeners = Listeners.open(LaptopSettings(smtp_server_port=0, http_port=0, ws_port=0))
    names = own_names(read, listeners)
    listeners.close()

    door = names.at(5000)
    assert door.authorities["mail.example"] == "mail.example"
    assert "files.mail.example" not in door.authorities
    assert "https://mail.example" in door.origins
    assert "https://files.mail.example" not in door.origins


def test_nothing_secret_and_no_address_is_announced() -> None:
    at = Addresses("0.0.0.0", 25, "http://127.0.0.1:1", "ws://127.0.0.1:2", "the key")

    told = announcement(at, Configuration.read(SERVER | PAGE))

    assert "the key" not in told
    assert "/nowhere/mayfly/admin-key" in told
    assert "An address to try" not in told


@pytest.mark.parametrize("user", ["no-such-user", "root"])
def test_a_user_that_cannot_be_taken_is_named(user: str) -> None:
    with pytest.raises(InvalidInput, match=r"^RUN_AS"):
        give_up_root(user)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_root_becomes_the_user_for_good_before_it_touches_the_folder() -> None:
    """In a child: there is no way back."""
    text = (
        "import os\nfrom infra.local.rights import _become\nimport pwd\n"
        "entry = pwd.getpwnam('nobody')\n_become(entry)\n"
        "assert os.getresuid() == (entry.pw_uid,) * 3 and 0 not in os.getgroups()\n"
        "try: os.setuid(0)\nexcept PermissionError: print('for good')"
    )

    done = subprocess.run(
        [sys.executable, "-c", text], cwd=ROOT, env=environment(), capture_output=True, text=True
    )

    assert done.stdout == "for good\n", done.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="only root is refused")
def test_a_start_as_root_says_what_to_set(tmp_path: Path) -> None:
    done = command(PROFILE="server", DATA=str(tmp_path / "data"))

    assert done.returncode == 2
    assert done.stderr.startswith("RUN_AS: ")
    assert not (tmp_path / "data").exists()


def pem(folder: Path, days: int) -> str:
    """A file with a certificate and its key."""
    authority().server(folder, "mx.example", days=days)
    return (folder / f"mx.example.{days}.pem").read_text()


def test_a_certificate_is_read_again_when_it_changes_once_a_minute(tmp_path: Path) -> None:
    file, clock = tmp_path / "used.pem", [0.0]
    file.write_text(pem(tmp_path, 30))
    kept = Certificate(str(file), "", now=lambda: clock[0])
    first = kept.context()

    file.write_text(pem(tmp_path, 31) + "\n")
    soon = kept.context()
    clock[0] += 60
    later = kept.context()

    assert soon is first
    assert later is not first
    clock[0] += 60
    assert kept.context() is later


def test_a_broken_certificate_changes_nothing_and_is_spoken_of_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "used.pem"
    file.write_text(pem(tmp_path, 30))
    kept = Certificate(str(file), "", now=lambda: 0.0)
    first = kept.context()

    file.write_text("nothing")
    kept.reload()
    kept.reload()
    file.unlink()
    kept.reload()

    assert kept.context() is first
    assert [each.getMessage()[:34] for each in caplog.records] == [
        "the certificate stays the old one:"
    ] * 2
    file.write_text(pem(tmp_path, 31))
    kept.reload()
    assert kept.context() is not first


def test_a_certificate_that_the_user_cannot_read_is_named(tmp_path: Path) -> None:
    file = tmp_path / "used.pem"
    file.write_text(pem(tmp_path, 30))
    kept = Certificate(str(file), "")
    file.unlink()

    with pytest.raises(
        InvalidInput, match=r"^SMTP_TLS_CERT: .*cannot be read as mayfly \(RUN_AS\)"
    ):
        kept.check_renewal("mayfly")


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_the_units_are_what_systemd_understands(tmp_path: Path) -> None:
    units = []
    for file in HOST_FILES.glob("mayfly*.[st]*"):
        copy = tmp_path / file.name
        copy.write_text(file.read_text().replace("/opt/mayfly/.venv/bin/python", "/bin/true"))
        units.append(str(copy))

    done = subprocess.run(
        ["systemd-analyze", "verify", *units], capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert len(units) == 3


@pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx is not installed")
def test_the_configuration_is_what_nginx_understands(tmp_path: Path) -> None:
    (tmp_path / "both.pem").write_text(pem(tmp_path, 30))
    (tmp_path / "nginx.conf").write_text(nginx_conf(tmp_path))

    done = subprocess.run(
        ["nginx", "-t", "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr


def nginx_conf(folder: Path) -> str:
    """Ours within what a distribution puts around it, with a certificate of the tests."""
    live = "/etc/letsencrypt/live/mail.example"
    own = (HOST_FILES / "nginx.conf").read_text()
    for name in ("fullchain", "privkey"):
        own = own.replace(f"{live}/{name}.pem", str(folder / "both.pem"))
    return f"pid {folder}/pid;\nerror_log stderr;\nevents {{}}\nhttp {{\n{own}\n}}\n"


@pytest.mark.skipif(shutil.which("caddy") is None, reason="Caddy is not installed")
def test_the_configuration_is_what_caddy_understands(tmp_path: Path) -> None:
    done = subprocess.run(
        ["caddy", "adapt", "--adapter", "caddyfile", "--config", str(HOST_FILES / "Caddyfile")],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
    )

    assert done.returncode == 0, done.stderr


def test_the_environment_file_is_taken_as_it_is() -> None:
    lines = (HOST_FILES / "mayfly.env").read_text().splitlines()
    told = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    told = {name: value for name, value in told.items() if not name.startswith("SMTP_TLS")}

    assert Configuration.read(SERVER | told).functions.page_url == "https://mail.example"
