"""A client that a generator writes from what the laptop describes can be imported, and works."""

import base64
import json
import os
import subprocess
import sys
from pathlib import Path

from tests.local import generated_client
from tests.local.mayfly import mayfly

SECONDS = 120.0
MAIL = (
    b"From: shop@example.org\r\nSubject: Your order \xc3\xa9\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
    b"--b\r\nContent-Type: text/plain\r\n\r\nHello\r\n"
    b"--b\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n"
    b'Content-Disposition: attachment; filename="a.png"\r\n\r\niVBORw0KGgr//gA=\r\n--b--\r\n'
)


def run(command: list[str], folder: Path, **given: str) -> subprocess.CompletedProcess[bytes]:
    """With the tools of this environment in front: the generator formats with ours."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "PATH": path, "PYTHONPATH": str(folder), **given},
        capture_output=True,
        timeout=SECONDS,
        check=False,
        input=MAIL,
    )


def test_a_generated_client_can_be_imported_and_called(tmp_path: Path) -> None:
    generator = str(Path(sys.executable).with_name("openapi-python-client"))
    with mayfly() as service:
        (tmp_path / "openapi.json").write_bytes(service.fetch("/openapi.json"))
        where = ["--path", "openapi.json", "--output-path", generated_client.PACKAGE]
        made = run([generator, "generate", *where, "--meta", "none", "--fail-on-warning"], tmp_path)
        assert made.returncode == 0, (made.stdout + made.stderr).decode()

        script = Path(generated_client.__file__)
        port = str(service.smtp_port)
        called = run([sys.executable, str(script), service.http, port], tmp_path)
        assert called.returncode == 0, called.stderr.decode()

    told = json.loads(called.stdout)
    assert told["modules"] > 100
    assert base64.b64decode(told["raw"]).endswith(MAIL)
    assert base64.b64decode(told["attachment"]) == b"\x89PNG\r\n\x1a\n\xff\xfe\x00"
    assert told["received"].endswith("+00:00")
    assert told["bulk"] == {"ids": [1], "delete": True}
    assert (told["subject"], told["health"], told["error"]) == ("Your order é", "OK", "NOT_FOUND")
    assert told["docs"] > 10_000
    assert told["deleted"] is True
