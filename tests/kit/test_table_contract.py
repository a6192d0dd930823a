"""What the table makes of DynamoDB's answers that ask for patience."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from mayfly.errors import Contended
from mayfly.kit.dynamodb.table import ATTEMPTS, BATCH_GET, BATCH_WRITE, Table

KEYS = [{"pk": "inbox#a", "sk": f"message#{number}"} for number in range(3)]


class Busy:
    """A client that answers as it is told, one answer a call; the last one again and again."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.asked: list[dict[str, Any]] = []

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(**request: Any) -> Any:
            self.asked.append(request)
            answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
            if isinstance(answer, Exception):
                raise answer
            return answer

        return call


@pytest.fixture
def pauses() -> list[float]:
    return []


def refused(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": ""}}, "PutItem")


def image(number: int) -> dict[str, Any]:
    return {"pk": {"S": "inbox#a"}, "sk": {"S": f"message#{number}"}}


def unread(*numbers: int) -> dict[str, Any]:
    keys = {"Keys": [image(number) for number in numbers], "ConsistentRead": True}
    return {"UnprocessedKeys": {"t": keys} if numbers else {}}


def undeleted(*numbers: int) -> dict[str, Any]:
    left = [{"DeleteRequest": {"Key": image(number)}} for number in numbers]
    return {"UnprocessedItems": {"t": left} if numbers else {}}


def test_rows_that_were_left_unread_are_asked_for_again(pauses: list[float]) -> None:
    client = Busy(
        {"Responses": {}} | unread(0, 1, 2),
        {"Responses": {"t": [image(0), image(2)]}} | unread(1),
        {"Responses": {"t": [image(1)]}} | unread(),
    )

    rows = Table(client, "t", pauses.append).get_all(KEYS)

    assert sorted(row["sk"] for row in rows) == ["message#0", "message#1", "message#2"]
    assert [len(each["RequestItems"]["t"]["Keys"]) for each in client.asked] == [3, 3, 1]
    assert len(pauses) == 2


def test_rows_that_were_left_undeleted_are_deleted_again(pauses: list[float]) -> None:
    client = Busy(undeleted(0, 1, 2), undeleted(1), undeleted())

    Table(client, "t", pauses.append).delete_all(KEYS)

    assert [len(each["RequestItems"]["t"]) for each in client.asked] == [3, 3, 1]
    assert len(pauses) == 2


def test_what_stays_unprocessed_is_given_up(pauses: list[float]) -> None:
    reads = Busy({"Responses": {}} | unread(0))
    writes = Busy(undeleted(0))

    with pytest.raises(Contended):
        Table(reads, "t", pauses.append).get_all(KEYS)
    with pytest.raises(Contended):
        Table(writes, "t", pauses.append).delete_all(KEYS)

    assert (len(reads.asked), len(writes.asked)) == (ATTEMPTS, ATTEMPTS)
    assert max(pauses) <= 1


def test_many_rows_go_in_as_few_calls_as_dynamodb_takes(pauses: list[float]) -> None:
    client = Busy({"Responses": {}})

    Table(client, "t", pauses.append).get_all(KEYS * BATCH_GET)
    Table(client, "t", pauses.append).delete_all(KEYS * BATCH_WRITE)

    assert [len(each["RequestItems"]["t"]) for each in client.asked[3:]] == [BATCH_WRITE] * 3
    assert [len(each["RequestItems"]["t"]["Keys"]) for each in client.asked[:3]] == [BATCH_GET] * 3


def test_a_write_waits_for_a_transaction_on_its_row(pauses: list[float]) -> None:
    client = Busy(refused("TransactionConflictException"), {})

    written = Table(client, "t", pauses.append).put({"pk": "a", "sk": "b"})

    assert written
    assert len(pauses) == 1


def test_a_write_that_meets_transactions_all_the_time_can_be_tried_again(
    pauses: list[float],
) -> None:
    client = Busy(refused("TransactionConflictException"))
    table = Table(client, "t", pauses.append)

    for write in (lambda: table.update(KEYS[0]), lambda: table.take(KEYS[0])):
        with pytest.raises(Contended):
            write()

    assert len(client.asked) == 2 * ATTEMPTS


def test_a_condition_that_is_not_met_is_an_answer_and_any_other_refusal_a_failure(
    pauses: list[float],
) -> None:
    unmet = Busy(refused("ConditionalCheckFailedException"))
    denied = Busy(refused("AccessDeniedException"))

    assert not Table(unmet, "t", pauses.append).delete(KEYS[0])
    with pytest.raises(ClientError):
        Table(denied, "t", pauses.append).delete(KEYS[0])

    assert pauses == []
