"""Exports: one is made in parts, and one is wiped with its inbox, while a call fails."""

import io
import json
import zipfile
from dataclasses import replace
from datetime import timedelta

from functions.export_mail.handler import make
from mayfly import limits
from mayfly.assembly import Assembly
from mayfly.exports.models import ExportFormat, ExportStatus, of_inbox
from tests.faults.scenario import Scenario, given_inboxes, given_mail, noted
from tests.faults.world import RAW, World, followed

BULK = RAW + bytes(range(256)) * 5000
"""Larger than what it is packed to, and than a part of an mbox."""


def _begin(world: World, form: ExportFormat) -> None:
    given_inboxes(world, "ann", expires_at=world.clock() + timedelta(days=1))
    for name in ("one", "two", "three", "four", "five", "six"):
        given_mail(world, "ann", name=name, raw=BULK)
    process = world.process()
    inbox = process.adapters.inboxes.get(noted(world, "ann").id)
    service = replace(process.exports.service, jobs=_Jobs())
    world.notes["export"] = service.begin(of_inbox(inbox.id), [inbox], form)


class _Jobs:
    """The queue is played by the scenario."""

    def give(self, holder: str, export: str) -> None:
        """The scenario knows it."""


def _made(world: World, process: Assembly) -> bool:
    """The queue hands it over, again and again, until it is done or fails."""
    export = world.notes["export"]
    process.exports.maker = replace(process.exports.maker, part_bytes=5 * limits.MIB)
    body = json.dumps({"holder": export.holder, "export": export.id})
    record = {"messageId": "1", "body": body}
    for _ in range(5):
        if not make({"Records": [record]}, process, timedelta(0))["batchItemFailures"]:
            return True
    return False


def exporting(form: ExportFormat) -> Scenario:
    def check(world: World) -> None:
        export = world.notes["export"]
        found = world.process().exports.service.show(export.holder, export.id)
        assert (found.status, found.messages, found.missing) == (ExportStatus.DONE, 6, 0)
        (key,) = [each for each in world.objects() if each.startswith("exports/")]
        answer = world.client("s3").get_object(Bucket=world.settings.mail_bucket, Key=key)
        content = answer["Body"].read()
        assert len(content) == found.size_bytes
        if form is ExportFormat.ZIP:
            with zipfile.ZipFile(io.BytesIO(content)) as file:
                mails = [file.read(each) for each in file.namelist() if each.endswith(".eml")]
            assert mails == [BULK] * 6
        else:
            assert content.count(BULK) == 6

    return Scenario(_made, lambda world: _begin(world, form), check, stride=5)


def wiping() -> Scenario:
    def arrange(world: World) -> None:
        _begin(world, ExportFormat.MBOX)
        process = world.process()
        process.exports.maker = replace(process.exports.maker, part_bytes=5 * limits.MIB)
        export = world.notes["export"]
        assert not process.exports.maker.make(export.holder, export.id, timedelta(0))
        inbox = noted(world, "ann")
        process.adapters.inboxes.close(inbox.id, world.clock())

    def check(world: World) -> None:
        assert _made(world, world.process())
        assert not [each for each in world.objects() if each.startswith("exports/")]
        assert world.process().adapters.exports.last(world.notes["export"].holder) is None

    return Scenario(followed, arrange, check, stride=4)


EXPORTS: dict[str, Scenario] = {
    "exporting as mbox": exporting(ExportFormat.MBOX),
    "exporting as zip": exporting(ExportFormat.ZIP),
    "wiping an export": wiping(),
}
