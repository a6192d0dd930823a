"""The engine's store: one transaction a turn, and nothing leaves before it is safe."""

import asyncio
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from infra.local.engine.store import NotKept, Store
from mayfly.errors import InvalidInput
from tests.local.conftest import DEADLINE

TABLE = "CREATE TABLE IF NOT EXISTS numbers (number INTEGER PRIMARY KEY) WITHOUT ROWID;"


@pytest.fixture(params=["memory", "folder"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    with closing(Store(tmp_path if request.param == "folder" else None, TABLE)) as made:
        yield made


def add(store: Store, number: int) -> None:
    with store.writing() as file:
        file.execute("INSERT INTO numbers VALUES (?)", (number,))


def numbers(store: Store) -> list[int]:
    with store.reading() as file:
        return [number for (number,) in file.execute("SELECT number FROM numbers")]


def test_a_block_without_a_loop_is_kept_at_its_end(store: Store) -> None:
    add(store, 1)
    assert store.is_settled
    assert numbers(store) == [1]


def test_nested_blocks_are_one(store: Store) -> None:
    with store.writing():
        add(store, 1)
        assert not store.is_settled
        add(store, 2)
    assert numbers(store) == [1, 2]


def test_what_is_kept_in_a_folder_is_there_again(tmp_path: Path) -> None:
    with closing(Store(tmp_path, TABLE)) as store:
        add(store, 1)
    with closing(Store(tmp_path, TABLE)) as store:
        assert numbers(store) == [1]


def test_a_folder_is_for_one_process(tmp_path: Path) -> None:
    with (
        closing(Store(tmp_path, TABLE)),
        pytest.raises(InvalidInput, match="another Mayfly"),
    ):
        Store(tmp_path, TABLE)


def test_a_failing_statement_takes_its_turn_along(store: Store) -> None:
    forgotten: list[bool] = []
    store.when_forgotten(lambda: forgotten.append(True))
    with pytest.raises(NotKept), store.writing() as file:
        file.execute("INSERT INTO numbers VALUES (1)")
        file.execute("INSERT INTO numbers VALUES (1)")
    assert numbers(store) == []
    assert forgotten == [True]
    add(store, 2)
    assert numbers(store) == [2]


def test_what_is_written_in_one_turn_of_the_loop_is_one_transaction(store: Store) -> None:
    told: list[str] = []

    async def written() -> None:
        with store.grouped():
            add(store, 1)
            add(store, 2)
            store.afterwards(lambda: told.append("after"))
            assert not store.is_settled
            assert not told
            await store.settled()
            assert told == ["after"]
            assert store.is_settled

    asyncio.run(written())
    assert numbers(store) == [1, 2]


def test_a_thread_waits_until_what_it_wrote_is_safe(store: Store) -> None:
    safe: list[bool] = []

    async def written() -> None:
        def work() -> None:
            for number in range(20):
                add(store, number)
                safe.append(True)

        with store.grouped():
            await asyncio.gather(*(asyncio.to_thread(work) for _ in range(1)))

    asyncio.run(written())
    assert len(safe) == 20
    assert numbers(store) == list(range(20))


def test_those_that_wait_for_a_turn_hear_that_it_failed(store: Store) -> None:
    told: list[str] = []

    async def writes_and_waits() -> None:
        add(store, 1)
        store.afterwards(lambda: told.append("of a turn that failed"))
        await store.settled()

    async def fails() -> None:
        add(store, 1)  # the key is there

    async def written() -> None:
        with store.grouped():
            ended = await asyncio.gather(writes_and_waits(), fails(), return_exceptions=True)
            assert [type(each) for each in ended] == [NotKept, NotKept]
            await asyncio.to_thread(add, store, 3)
            await store.settled()

    asyncio.run(written())
    assert numbers(store) == [3]
    assert not told


def test_nobody_waits_for_what_does_not_last(store: Store) -> None:
    async def written() -> None:
        with store.grouped():
            with store.writing(lasting=False) as file:
                file.execute("INSERT INTO numbers VALUES (1)")
            await store.settled()
            assert not store.is_settled
            add(store, 2)
            await store.settled()
            assert store.is_settled

    asyncio.run(written())
    assert numbers(store) == [1, 2]


def test_a_log_that_cannot_be_copied_into_the_file_keeps_nobody_waiting(tmp_path: Path) -> None:
    folder, away = tmp_path / "data", tmp_path / "away"

    def no_way_back(descriptor: int) -> None:
        folder.rename(away)  # the log is there; the file cannot be opened once more

    async def large() -> None:
        with closing(Store(folder, TABLE, synchronise=no_way_back)) as store, store.grouped():
            with store.writing() as file:
                file.execute("CREATE TABLE large (content BLOB)")
                file.execute("INSERT INTO large VALUES (zeroblob(20000000))")
            await asyncio.wait_for(store.settled(), DEADLINE)

    asyncio.run(large())
