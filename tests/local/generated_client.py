"""What a program does that was written with a generated client (`python generated_client.py URL`).

It runs beside a package which a generator made; see `test_generated_client`.
Everything there is imported, and what the calls gave goes to standard output as JSON.
"""

import base64
import importlib
import json
import pkgutil
import smtplib
import sys
from typing import Any

PACKAGE = "generated_client_of_mayfly"


def main(base_url: str, smtp_port: int, mail: bytes) -> dict[str, Any]:
    """Receive the mail at a new address, take it apart, and delete the address."""
    package = importlib.import_module(PACKAGE)
    modules = [each.name for each in pkgutil.walk_packages(package.__path__, f"{PACKAGE}.")]
    made = {name.removeprefix(f"{PACKAGE}."): importlib.import_module(name) for name in modules}
    call, models = Calls(made, package.Client(base_url=base_url)), made["models"]
    new = call("addresses.create_address", body=models.WantedAddress())
    with smtplib.SMTP("127.0.0.1", smtp_port, timeout=30) as connection:
        connection.sendmail("sender@example.org", [new.email], mail)
    (line,) = call("messages.list_messages", new.email, after=0, wait=20)
    shown = call("messages.show_message", line.id)
    attachment = call("messages.download_attachment", line.id, shown.attachments[0].id)
    raw = _base64(call("messages.raw_message", line.id))
    bearer = Calls(made, package.AuthenticatedClient(base_url=base_url, token=new.access_token))
    gone = bearer("addresses.delete_address", new.email)
    return {
        "modules": len(modules),
        "subject": line.subject,
        "received": line.received_at.isoformat(),
        "raw": raw,
        "attachment": _base64(attachment),
        "docs": len(call("service.docs_file", "swagger-ui.css").payload.read()),
        "bulk": models.BulkChange(ids=[1], delete=True).to_dict(),
        "health": call("service.health").status,
        "deleted": gone.deleted,
        "error": call("addresses.show_address", new.email).error.code,
    }


class Calls:
    """Operations by the module they are in, with this client."""

    def __init__(self, modules: dict[str, Any], client: Any) -> None:
        self._modules = modules
        self._client = client

    def __call__(self, operation: str, *path: str, **named: Any) -> Any:
        """What the answer was made into."""
        return self._modules[f"api.{operation}"].sync(*path, client=self._client, **named)


def _base64(file: Any) -> str:
    return base64.b64encode(file.payload.read()).decode()


if __name__ == "__main__":
    told = main(sys.argv[1], int(sys.argv[2]), sys.stdin.buffer.read())
    json.dump(told, sys.stdout)
