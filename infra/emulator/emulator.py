"""The emulator's process: started on a free port of loopback, ended with whoever started it."""

import json
import os
import socket
import ssl
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

ROOT = Path(__file__).parents[2]
ENVIRONMENT = ROOT / ".venv-emulator"
HOST = "127.0.0.1"
REGION = "us-east-1"
ACCOUNT = "000000000000"
_NAMES = ("localhost", f"*.execute-api.{REGION}.amazonaws.com", "*.cloudfront.net")
_START_SECONDS = 60.0
_END_SECONDS = 10.0
_PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "SYSTEMROOT")


class EmulatorFailed(Exception):
    """It did not start; the message has the end of its log."""


@dataclass(frozen=True, slots=True)
class Emulator:
    """Where it is, and what a client needs to reach it."""

    port: int
    folder: Path

    @property
    def endpoint(self) -> str:
        """What `AWS_ENDPOINT_URL` is set to."""
        return f"https://{HOST}:{self.port}"

    @property
    def certificate(self) -> Path:
        """What clients have to trust."""
        return self.folder / "tls" / "certificate.pem"

    @property
    def log(self) -> Path:
        """What it writes."""
        return self.folder / "emulator.log"

    def environment(self) -> dict[str, str]:
        """Variables for AWS's command lines and libraries: this account, and no other."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": "test",  # the account's root
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": REGION,
            "AWS_REGION": REGION,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CA_BUNDLE": str(self.certificate),
            "NODE_EXTRA_CA_CERTS": str(self.certificate),
            "NO_PROXY": f"{HOST},localhost",
        }

    def client(self, service: str) -> Any:
        """A client with all permissions of the account."""
        return boto3.Session(
            aws_access_key_id="test", aws_secret_access_key="test", region_name=REGION
        ).client(
            service,
            endpoint_url=self.endpoint,
            verify=str(self.certificate),
            config=Config(
                connect_timeout=5,
                read_timeout=60,
                signature_version="s3v4" if service == "s3" else None,
                s3={"addressing_style": "path"},
                proxies={},
                account_id_endpoint_mode="disabled",
            ),
        )


@contextmanager
def running(folder: Path) -> Iterator[Emulator]:
    """A running one that keeps what it has to keep in the folder; EmulatorFailed if it cannot."""
    emulator = Emulator(_free_port(), folder)
    _python("infra.emulator.certificate", str(folder / "tls"), *_NAMES)
    (folder / "tmp").mkdir(exist_ok=True)
    with (
        emulator.log.open("wb") as log,
        subprocess.Popen(
            [str(ENVIRONMENT / "bin" / "python"), "-m", "infra.emulator.launcher"],
            cwd=ROOT,
            env=_variables(emulator),
            stdin=subprocess.PIPE,  # it ends when this does
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl-C is for us
        ) as process,
    ):
        try:
            _wait_until_it_answers(emulator, process)
            yield emulator
        finally:
            _end(process)


def _variables(emulator: Emulator) -> dict[str, str]:
    certificate = str(emulator.certificate)
    passed_on = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return passed_on | {
        "AUTH": "true",  # each function has its own role's permissions and no other
        "USE_SSL": "1",
        "MINISTACK_SSL_CERT": certificate,
        "MINISTACK_SSL_KEY": str(emulator.folder / "tls" / "key.pem"),
        # The functions' processes trust nothing else, either.
        "AWS_CA_BUNDLE": certificate,
        "SSL_CERT_FILE": certificate,
        "REQUESTS_CA_BUNDLE": certificate,
        "BIND_HOST": HOST,
        "GATEWAY_PORT": str(emulator.port),
        "MINISTACK_REGION": REGION,
        "TMPDIR": str(emulator.folder / "tmp"),
        "SFTP_ENABLED": "0",
        "IOT_MTLS_ENABLED": "0",
        "LAMBDA_EXECUTOR": "local",
    }


def _wait_until_it_answers(emulator: Emulator, process: "subprocess.Popen[bytes]") -> None:
    context = ssl.create_default_context(cafile=str(emulator.certificate))
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context)
    )
    ends_at = time.monotonic() + _START_SECONDS
    while time.monotonic() < ends_at and process.poll() is None:
        try:
            with opener.open(f"{emulator.endpoint}/_ministack/health", timeout=5) as answer:
                json.load(answer)
                return
        except OSError:
            time.sleep(0.1)
    log = emulator.log.read_text(errors="replace")[-2000:]
    raise EmulatorFailed(f"the emulator did not start:\n{log}")


def _end(process: "subprocess.Popen[bytes]") -> None:
    # It ends with its input, at once: nothing of it is kept.
    assert process.stdin is not None
    process.stdin.close()
    try:
        process.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()


def _python(module: str, *arguments: str) -> None:
    command = [str(ENVIRONMENT / "bin" / "python"), "-m", module, *arguments]
    subprocess.run(command, cwd=ROOT, check=True)


def _free_port() -> int:
    with socket.create_server((HOST, 0)) as taken:
        port: int = taken.getsockname()[1]
        return port
