"""What cannot be answered of statistics."""

from mayfly.errors import InvalidInput


class TooManyRollups(InvalidInput):
    """There is more than one answer may read."""

    def __init__(self, most: int) -> None:
        super().__init__(
            f"from and to: there are more than {most} days and domains in between; ask for a"
            " shorter time"
        )
