"""What each handler imports and the CPU that takes, against `import boto3` and one client.

Started is imported, with its services and their clients made, as Lambda does before the first
event.
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
                floor.append(_taken(FLOOR, where)[0])
                imported.append(_taken(code, where))
                started.append(_taken(code, where, AWS_LAMBDA_FUNCTION_NAME="bench"))
            base = statistics.median(floor)
            yield {
                "figure": f"import {function.name}",
                "import_to_boto3_and_a_client": round(_milliseconds(imported) / base, 2),
                "start_to_boto3_and_a_client": round(_milliseconds(started) / base, 2),
                "import_cpu_milliseconds": round(_milliseconds(imported)),
                "start_cpu_milliseconds": round(_milliseconds(started)),
                "modules": imported[0][1],
                "modules_started": started[0][1],
            }


def _milliseconds(taken: list[tuple[float, int]]) -> float:
    return statistics.median(each for each, _ in taken)


def _shipped(folder: Path) -> Path:
    """The program and the handlers as Lambda gets them."""
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "layers/core/python", folder, dirs_exist_ok=True, ignore=ignore)
    shutil.copytree(ROOT / "functions", folder / "functions", ignore=ignore)
    compileall.compile_dir(folder, quiet=1, invalidation_mode=PycInvalidationMode.UNCHECKED_HASH)
    return folder


def _taken(code: str, where: Path, **lambdas: str) -> tuple[float, int]:
    """Milliseconds of CPU, and how many modules there are then."""
    timed = f"import sys, time; t = time.process_time()\n{code}\n"
    timed += "print((time.process_time() - t) * 1000, len(sys.modules))"
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
    milliseconds, modules = run.stdout.splitlines()[-1].split()
    return float(milliseconds), int(modules)
