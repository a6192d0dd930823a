"""Where everything is once it is deployed: for people as text, for programs as a file."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from infra.emulator.cdk import Cdk
from infra.emulator.emulator import Emulator

FILE = "place.json"


@dataclass(frozen=True, slots=True)
class Place:
    """Addresses as a client on this machine uses them, and the emulator behind them.

    `context` is what the stack was deployed with.
    """

    http: str
    websocket: str
    smtp_port: int
    domain: str
    port: int
    folder: str
    page: str = ""
    context: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, cdk: Cdk, outputs: Mapping[str, str], smtp_port: int, domain: str) -> Self:
        """From what the stack tells."""
        emulator = cdk.emulator
        return cls(
            _reachable(emulator, outputs["ApiUrl"]),
            _reachable(emulator, outputs["SocketUrl"]).replace("https:", "wss:"),
            smtp_port,
            domain,
            emulator.port,
            str(emulator.folder),
            outputs.get("PageUrl", ""),
            cdk.context,
        )

    @classmethod
    def read(cls, folder: Path) -> Self:
        """What `write` wrote there."""
        return cls(**json.loads((folder / FILE).read_text()))

    def write(self) -> None:
        """Keep it in the folder, for programs."""
        (Path(self.folder) / FILE).write_text(json.dumps(asdict(self)))

    @property
    def emulator(self) -> Emulator:
        """The emulator behind it."""
        return Emulator(self.port, Path(self.folder))

    def text(self, address: str) -> str:
        """What `make cloud` prints; `address` is one to try."""
        return "\n".join(self._lines(address))

    def _lines(self, address: str) -> Iterator[str]:
        yield "Mayfly is deployed to an emulator of AWS. Ctrl-C ends it, and nothing is kept."
        yield ""
        yield f"  mail       127.0.0.1:{self.smtp_port} (SMTP)"
        yield f"  domain     {self.domain}"
        yield f"  API        {self.http}/api"
        yield f"  WebSocket  {self.websocket}"
        if self.page:
            yield f"  page       {self.page} (is here, and not in the DNS)"
        yield f"  AWS        {self.emulator.endpoint} (stack Mayfly)"
        yield f"  trust      {self.emulator.certificate}"
        yield f"  log        {self.emulator.log}"
        yield ""
        yield f"An address to try: {address}"
        yield ""
        yield f"  .venv/bin/python -m infra.local send {address} --port {self.smtp_port}"
        trusting = f"curl --cacert {self.emulator.certificate}"
        yield f"  {trusting} {self.http}/api/emails/{address}/messages"


def _reachable(emulator: Emulator, url: str) -> str:
    """The same API under the emulator's own address: AWS's host names lead to AWS."""
    parts = urlsplit(url)
    api = (parts.hostname or "").partition(".")[0]
    return f"{emulator.endpoint}/_aws/execute-api/{api}{parts.path.rstrip('/')}"
