"""The bench of a mail's path."""

from bench.path import figures


def test_each_step_of_a_mails_path_is_measured() -> None:
    lines = list(figures(turns=1, mails=12))

    assert [line["figure"] for line in lines] == [
        f"path: {step}"
        for step in (
            *("accept", "notice", "find", "raw", "content", "summarise", "deliver", "log"),
            "keep_content",
            *("inbound_mail", "inbound_mail in tens", "table_events", "table_events in tens"),
            "both functions",
        )
    ]
    assert all(line.keys() > {"milliseconds_per_mail"} for line in lines)
