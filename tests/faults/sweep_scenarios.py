"""The hourly sweep: a notice was lost, and a mail is over whose raw object is still there."""

from datetime import UTC, datetime, timedelta

from mayfly import limits
from mayfly.assembly import Assembly
from tests.faults.inbox_scenarios import delete_the_message
from tests.faults.scenario import Scenario, given_inboxes, given_mail, noted
from tests.faults.world import World, followed, handed_over, swept

LOST = b"To: ann@mayfly.example\r\nSubject: lost\r\n\r\nHello\r\n"


def sweeping() -> Scenario:
    def arrange(world: World) -> None:
        # The bucket has a clock of its own; rows keep no more than milliseconds of ours.
        now = datetime.now(UTC).replace(microsecond=0)
        world.clock.now = now
        given_inboxes(world, "ann", created_at=now, expires_at=now + timedelta(hours=24))
        given_mail(world, "ann", name="over", at=now)
        delete_the_message(world, "ann")
        assert followed(world, world.process())
        world.put_raw("over")
        world.put_raw("mail-1", LOST)
        world.clock.advance(seconds=limits.SWEEP_AFTER.total_seconds() + 60)

    def act(world: World, process: Assembly) -> bool:
        return swept(world, process) and handed_over(world, process)

    def check(world: World) -> None:
        assert world.objects() == ["raw/mail-1"]
        (message,) = world.process().messages.reader.page("ann@mayfly.example", 10).messages
        assert message.summary.recovered
        assert world.process().adapters.inboxes.get(noted(world, "ann").id).sequence == 2
        assert world.process().retention.sweeper.sweep().recovered == 0

    return Scenario(act, arrange, check, stride=3)


SWEEPS: dict[str, Scenario] = {"sweeping": sweeping()}
