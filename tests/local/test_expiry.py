"""The look for expired rows, which lets others use moto in between."""

from infra.local.dynamodb.ttl import Expiry
from infra.local.moto.guard import alone, observed
from infra.local.moto.server import Cloud, table_inside
from mayfly.settings import Settings

PARTITIONS = 1000


def test_others_may_use_moto_while_expired_rows_are_looked_for(
    cloud: Cloud, settings: Settings
) -> None:
    _filled(settings, ttl=1001)
    turns: list[None] = []

    with observed(lambda: turns.append(None)):
        removed = Expiry(settings.table_name, cloud, lambda: 1000.0).remove()

    assert removed == 0
    assert len(turns) > 4


def test_all_that_is_expired_goes_in_one_look(cloud: Cloud, settings: Settings) -> None:
    _filled(settings, ttl=999)
    expiry = Expiry(settings.table_name, cloud, lambda: 1000.0)

    looks = [expiry.step(), expiry.step()]

    with alone():
        assert not table_inside(settings.table_name).items
    assert looks == [True, False]


def _filled(settings: Settings, ttl: int) -> None:
    with alone():
        table = table_inside(settings.table_name)
        for number in range(PARTITIONS):
            table.put_item(
                {"pk": {"S": f"inbox#{number}"}, "sk": {"S": "inbox"}, "ttl": {"N": str(ttl)}}
            )
