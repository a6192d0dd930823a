"""How long each handler takes to import and to start, against `import boto3` and one client.

Started is imported, with its flows and their clients made, as Lambda does before the first event.
Fresh processes, warm disk, pyc present (compiled `unchecked-hash`).
"""

import compileall
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from py_compile import PycInvalidationMode

from mayfly.functions import FUNCTIONS

ROOT = Path(__file__).parent.parent
RUNS = 11
FLOOR = "import boto3; boto3.client('dynamodb', region_name='us-east-1')"


def figures() -> Iterator[dict[str, object]]:
    """One line a handler."""
    with tempfile.TemporaryDirectory() as folder:
        where = _shipped(Path(folder))
        for function in FUNCTIONS:
            code = f"import {function.handler.rpartition('.')[0]}"
            floor, imported, started = [], [], []
            for _ in range(RUNS):
                floor.append(_milliseconds(FLOOR, where))
                imported.append(_milliseconds(code, where))
                started.append(_milliseconds(code, where, AWS_LAMBDA_FUNCTION_NAME="bench"))
            base = statistics.median(floor)
            yield {
                "figure": f"import {function.name}",
                "import_to_boto3_and_a_client": round(statistics.median(imported) / base, 2),
                "start_to_boto3_and_a_client": round(statistics.median(started) / base, 2),
                "start_milliseconds": round(statistics.median(started)),
            }


def _shipped(folder: Path) -> Path:
    """The program and the handlers as Lambda gets them."""
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "layers/core/python", folder, dirs_exist_ok=True, ignore=ignore)
    shutil.copytree(ROOT / "functions", folder / "functions", ignore=ignore)
    compileall.compile_dir(folder, quiet=1, invalidation_mode=PycInvalidationMode.UNCHECKED_HASH)
    return folder


def _milliseconds(code: str, where: Path, **lambdas: str) -> float:
    timed = f"import time; t = time.perf_counter()\n{code}\nprint((time.perf_counter() - t) * 1000)"
    environment = (
        os.environ
        | lambdas
        | {
            "SOCKET_ENDPOINT": "http://127.0.0.1:9",
            "PYTHONPATH": str(where),
            "AWS_DEFAULT_REGION": "us-east-1",
            "POWERTOOLS_METRICS_NAMESPACE": "Mayfly",
        }
    )
    run = subprocess.run(
        [sys.executable, "-c", timed],
        env=environment,
        cwd=where,
        capture_output=True,
        text=True,
        check=True,
    )
    return float(run.stdout.splitlines()[-1])
