"""What the logs hold of all that went well, where Lambda has a log level of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from infra.cloud.functions.environment import powertools_environment

ROOT = Path(__file__).parents[2]
LINES = """
from functions.sqs_batch import each_alone
from aws_lambda_powertools import Logger
logger = Logger()
logger.info("went well")
logger.warning("went wrong")
"""


@pytest.mark.parametrize(
    ("log_sample", "said"),
    [(0, ["went wrong"]), (100, ["went well", "went wrong"])],
)
def test_lambdas_own_level_does_not_undo_the_sample(log_sample: int, said: list[str]) -> None:
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "layers" / "core" / "python")]),
        "AWS_LAMBDA_LOG_LEVEL": "INFO",  # as Lambda sets it where logs are JSON
        "AWS_LAMBDA_LOG_FORMAT": "JSON",
        **powertools_environment("sweep", log_sample),
    }

    ended = subprocess.run(
        [sys.executable, "-c", LINES], env=environment, capture_output=True, text=True, check=True
    )

    assert [json.loads(line)["message"] for line in ended.stdout.splitlines()] == said
