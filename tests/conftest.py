"""What every test starts from: no AWS but moto, and no environment of the person who runs it."""

from collections import defaultdict

import pytest
from hypothesis import settings

# Examples are judged by what comes out, not by how busy the machine is.
settings.register_profile("mayfly", deadline=None)
settings.load_profile("mayfly")

pytest_plugins = ("tests.worlds", "tests.deployments")


@pytest.fixture(autouse=True)
def _no_real_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    monkeypatch.setenv("AWS_ACCOUNT_ID_ENDPOINT_MODE", "disabled")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("MAYFLY_CONFIG", "")


SHOWN = 10


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the slowest files, with what their tests set up; workers' reports end up here too."""
    seconds: defaultdict[str, float] = defaultdict(float)
    for reports in terminalreporter.stats.values():
        for each in reports:
            if isinstance(each, pytest.TestReport):
                seconds[each.nodeid.partition("::")[0]] += each.duration
    terminalreporter.section(f"slowest {SHOWN} files")
    for name in sorted(seconds, key=seconds.__getitem__, reverse=True)[:SHOWN]:
        terminalreporter.write_line(f"{seconds[name]:8.2f}s {name}")
