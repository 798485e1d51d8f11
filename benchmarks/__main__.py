"""`python -m benchmarks` runs all and writes benchmarks/RESULTS.md; `python -m benchmarks NAME` runs one."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from dataclasses import replace
from datetime import datetime
from importlib import import_module
from pathlib import Path

from benchmarks.measure import Options, machine, tell

NAMES = ("responses", "seal", "pages", "start")
RESULTS = Path(__file__).with_name("RESULTS.md")


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"some of {', '.join(NAMES)}; all without")
    parser.add_argument("--quick", action="store_true", help="small and without meaning: does it run?")
    parser.add_argument("--size", type=int, default=1_000_000, help="the most responses in a database")
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--folder", type=Path, help="a folder on the disk to measure (the temporary one)")
    told = parser.parse_args(arguments)
    if unknown := set(told.names) - set(NAMES):
        parser.error(f"no benchmark {', '.join(sorted(unknown))}")
    options = Options(told.folder or Path(), told.size, told.quick, told.seed, os.getenv("DATABASE_URL_TEST"))
    text = measured(told.names or NAMES, options, told.folder)
    print(text)
    if not told.names and not told.quick:
        RESULTS.write_text(text + "\n", encoding="utf-8")


def measured(names: tuple[str, ...], options: Options, folder: Path | None) -> str:
    """The benchmarks' tables as one page of Markdown."""
    parts = [
        "# Measured",
        (
            f"Written by `python -m benchmarks` on {datetime.now().astimezone().date().isoformat()}, seed {options.seed}. "
            "The machine is shared, so what counts is how figures of one run stand to each other."
        ),
        machine(),
    ]
    for name in names:
        tell(f"{name} …")
        with tempfile.TemporaryDirectory(prefix="survey-bench-", dir=folder) as own:
            tables = import_module(f"benchmarks.{name}").run(replace(options, folder=Path(own)))
        parts += [f"## {name}", *(table.markdown() for table in tables)]
    return "\n\n".join(parts)


if __name__ == "__main__":
    main(sys.argv[1:])
