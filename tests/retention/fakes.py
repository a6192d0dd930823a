"""The sweep's place in a variable."""

from mayfly.retention.ports import Round


class FakeRounds:
    """What was kept last."""

    def __init__(self) -> None:
        self.kept: Round | None = None

    def last(self, first: Round) -> Round:
        return self.kept or first

    def keep(self, last: Round) -> None:
        self.kept = last
