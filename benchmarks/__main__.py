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

NAMES = (
    "responses",
    "kiosks",
    "faults",
    "seal",
    "pages",
    "desk",
    "edition",
    "start",
    "phone",
    "comments",
    "coverage",
    "waves",
    "formulas",
    "attacker",
    "tokens",
    "entry",
)
RESULTS = Path(__file__).with_name("RESULTS.md")
HEAD = """# Measured

Written by `python -m benchmarks`. The machine was shared with other work, so what counts is how figures of
one table stand to each other; absolute ones vary with what else ran."""


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"some of {', '.join(NAMES)}; all without")
    parser.add_argument("--quick", action="store_true", help="small and without meaning: does it run?")
    parser.add_argument("--write", action="store_true", help="put what NAME found into RESULTS.md too")
    parser.add_argument("--size", type=int, default=1_000_000, help="the most responses in a database")
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--folder", type=Path, help="a folder on the disk to measure (the temporary one)")
    told = parser.parse_args(arguments)
    if unknown := set(told.names) - set(NAMES):
        parser.error(f"no benchmark {', '.join(sorted(unknown))}")
    options = Options(told.folder or Path(), told.size, told.quick, told.seed, os.getenv("DATABASE_URL_TEST"))
    measured = {name: section(name, options, told.folder) for name in told.names or NAMES}
    print("\n\n".join(measured.values()))
    if told.write or not (told.names or told.quick):
        known = sections(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
        page = [HEAD, *({**known, **measured}[name] for name in NAMES if name in {**known, **measured})]
        RESULTS.write_text("\n\n".join(page) + "\n", encoding="utf-8")


def section(name: str, options: Options, folder: Path | None) -> str:
    """One benchmark's tables under its name, and when and where they were measured."""
    tell(f"{name} …")
    with tempfile.TemporaryDirectory(prefix="survey-bench-", dir=folder) as own:
        tables = import_module(f"benchmarks.{name}").run(replace(options, folder=Path(own)))
    where = f"{datetime.now().astimezone().date().isoformat()}, seed {options.seed}: {machine()}"
    return "\n\n".join([f"## {name}", where, *(table.markdown() for table in tables)])


def sections(page: str) -> dict[str, str]:
    """The sections of a page of results by their names."""
    parts = (part.strip() for part in page.split("\n## ")[1:])
    return {part.split("\n")[0]: f"## {part}" for part in parts}


if __name__ == "__main__":
    main(sys.argv[1:])
