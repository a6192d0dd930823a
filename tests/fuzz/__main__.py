"""`make fuzz`: tries to break the parser's promises for so many seconds.

With atheris it is led by coverage; `--by damage` needs nothing but the tests' packages. What broke
a promise is written to `.fuzz/broken`.
"""

import argparse
import hashlib
import sys
import time
from pathlib import Path

FOLDER = Path(".fuzz")
INSTRUMENTED = "mayfly.mail"
SLOW_SECONDS = 5  # one mail of 100 KB; libFuzzer keeps whatever takes longer
RSS_MB = 1024
MEMORY_EVERY = 50  # tracing is slow


def try_one(octets: bytes) -> None:
    """Raises if a promise is broken; the mail is kept."""
    from tests.fuzz.promises import agrees_with_the_standard_library, keeps_its_promises

    try:
        keeps_its_promises(octets)
        agrees_with_the_standard_library(octets)
    except BaseException:
        name = hashlib.sha256(octets).hexdigest()[:16]
        (FOLDER / "broken").mkdir(parents=True, exist_ok=True)
        (FOLDER / "broken" / f"{name}.eml").write_bytes(octets)
        print(f"BROKEN PROMISE: {FOLDER}/broken/{name}.eml", file=sys.stderr)
        raise


def by_damage(seconds: int, seed: int) -> int:
    """How many mails were tried."""
    from tests.fuzz.promises import costs_little_memory
    from tests.fuzz.seeds import damaged_mails, seeds

    ends_at, tried = time.monotonic() + seconds, 0
    for octets in damaged_mails(seeds(), seed):
        if time.monotonic() >= ends_at:
            return tried
        try_one(octets)
        if tried % MEMORY_EVERY == 0:
            costs_little_memory(octets)
        tried += 1
    return tried


def by_coverage(seconds: int, seed: int) -> None:
    """Led by what each mail reaches in the parser; ends the process."""
    import atheris

    with atheris.instrument_imports(include=[INSTRUMENTED]):
        from tests.fuzz.seeds import MAX_SEED_BYTES, seeds

    folder = FOLDER / "mails"
    folder.mkdir(parents=True, exist_ok=True)
    for each in seeds():
        (folder / hashlib.sha256(each).hexdigest()[:16]).write_bytes(each)
    options = [
        *(f"-max_total_time={seconds}", f"-seed={seed}", f"-timeout={SLOW_SECONDS}"),
        *(f"-rss_limit_mb={RSS_MB}", f"-max_len={MAX_SEED_BYTES}", "-len_control=0"),
        *(f"-artifact_prefix={FOLDER}/", str(folder)),
    ]
    atheris.Setup([sys.argv[0], *options], lambda octets: try_one(bytes(octets)))
    atheris.Fuzz()


def main(arguments: list[str]) -> None:
    """Go by coverage, or begin with what was broken before and go on by damage."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("--seconds", type=int, default=3600)
    parser.add_argument("--seed", type=int, default=1 + time.time_ns() % 1_000_000)
    parser.add_argument("--by", choices=("coverage", "damage"), default="coverage")
    asked = parser.parse_args(arguments)
    print(f"{asked.seconds} s by {asked.by}, seed {asked.seed}", flush=True)
    if asked.by == "coverage":
        by_coverage(asked.seconds, asked.seed)
    for each in sorted((FOLDER / "broken").glob("*")):
        try_one(each.read_bytes())
    print(f"{by_damage(asked.seconds, asked.seed)} mails kept every promise")


if __name__ == "__main__":
    main(sys.argv[1:])
