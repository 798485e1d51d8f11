"""From a fresh copy to a running service and running tests: the scripts, and what they install."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = ["run", "test", ".ci/run", "bin/platform.sh", "bin/parts.sh"]
LOCKS = ["bootstrap", "run", "develop"]


def start(*command: str, **surroundings: str) -> subprocess.CompletedProcess[str]:
    """Run a script of the house as an operator would, with some variables of the environment set."""
    return subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, **surroundings},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def refuses(told: subprocess.CompletedProcess[str], *words: str) -> bool:
    """One sentence on stderr that names what is wrong, a status that says so, and no traceback."""
    lines = told.stderr.splitlines()
    return told.returncode != 0 and len(lines) == 1 and all(word in lines[0] for word in words)


def program(folder: Path, name: str, body: str) -> Path:
    """A small program to stand in for one of the machine's."""
    path = folder / name
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return path


def ahead(folder: Path) -> str:
    return f"{folder}:{os.environ['PATH']}"


@pytest.fixture
def fresh_copy(tmp_path: Path) -> Path:
    """The files of the set-up without the environment an earlier start has made."""
    for name in ["run", "test", "bin", "requirements", "setup.cfg", "pyproject.toml"]:
        source, target = ROOT / name, tmp_path / "copy" / name
        target.parent.mkdir(exist_ok=True)
        (shutil.copytree if source.is_dir() else shutil.copy)(source, target)
    return tmp_path / "copy"


def start_copy(copy: Path, **surroundings: str) -> subprocess.CompletedProcess[str]:
    return start(str(copy / "run"), **{"SURVEY_INSTANCE": str(copy / "instance"), **surroundings})


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_script_is_sound_bash(script: str) -> None:
    assert start("bash", "-n", script).returncode == 0


@pytest.mark.parametrize("script", ["run", "test", ".ci/run"])
def test_a_script_that_is_started_by_name_may_be_started(script: str) -> None:
    assert os.access(ROOT / script, os.X_OK)


def test_help_tells_every_option_and_starts_nothing() -> None:
    told = start("./run", "--help", PYTHON="/bin/false")
    assert told.returncode == 0
    assert all(option in told.stdout for option in ("--demo", "--port", "--host", "--help"))


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["--prot", "8000"], "--prot"),
        (["--port"], "--port"),
        (["--port", "0"], "0"),
        (["--port=65536"], "65536"),
        (["--port", "8000; id"], "8000; id"),
        (["--host", "nowhere.invalid"], "nowhere.invalid"),
    ],
)
def test_a_wrong_option_gets_one_sentence(arguments: list[str], word: str) -> None:
    assert refuses(start("./run", *arguments), word)


def test_a_port_in_use_gets_one_sentence_before_anything_is_set_up(fresh_copy: Path) -> None:
    with socket.socket() as neighbour:
        neighbour.bind(("127.0.0.1", 0))
        neighbour.listen()
        port = str(neighbour.getsockname()[1])
        told = start(str(fresh_copy / "run"), "--port", port, SURVEY_INSTANCE=str(fresh_copy / "instance"))
    assert refuses(told, port, "--port")
    assert not (fresh_copy / ".venv").exists()


def test_a_python_that_is_too_old_is_named(tmp_path: Path) -> None:
    old = program(tmp_path, "python3.9", "exit 1")
    assert refuses(start("./run", PYTHON=str(old)), str(old), "3.11")


def test_a_python_that_is_not_there_is_named() -> None:
    assert refuses(start("./run", PYTHON="/nowhere/python3"), "/nowhere/python3", "3.11")


def test_a_machine_with_no_new_python_is_told_how_to_name_one(tmp_path: Path) -> None:
    for name in ["python3", "python3.11", "python3.12", "python3.13", "python3.14"]:
        program(tmp_path, name, "exit 1")
    told = start("./run", PATH=ahead(tmp_path), PYTHON="")
    assert refuses(told, "3.11", "PYTHON=")


def test_a_folder_that_cannot_be_written_in_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    folder = str(tmp_path / "file" / "instance")
    assert refuses(start("./run", SURVEY_INSTANCE=folder), folder, "SURVEY_INSTANCE")


def test_a_full_disk_is_told_before_anything_is_installed(fresh_copy: Path, tmp_path: Path) -> None:
    full = (
        "echo Filesystem 1024-blocks Used Available Capacity Mounted; echo disk 9000000 8900000 99000 99% /"
    )
    program(tmp_path, "df", full)
    told = start_copy(fresh_copy, PATH=ahead(tmp_path))
    assert refuses(told, "99 MB", "500 MB")
    assert not (fresh_copy / ".venv").exists()


def test_a_missing_network_is_one_sentence_and_a_log(fresh_copy: Path) -> None:
    nowhere = "http://127.0.0.1:9/"
    told = start_copy(
        fresh_copy,
        PIP_INDEX_URL=nowhere,
        PIP_EXTRA_INDEX_URL=nowhere,
        PIP_CONFIG_FILE=os.devnull,
        PIP_FIND_LINKS="",
        PIP_NO_CACHE_DIR="1",
    )
    assert refuses(told, "network", ".venv/set-up.log")
    assert (fresh_copy / ".venv" / "set-up.log").read_text()
    assert not list((fresh_copy / ".venv").glob("*.sha256"))


def in_platform(copy: Path, commands: str) -> subprocess.CompletedProcess[str]:
    return start("bash", "-euc", f"cd '{copy}' && . bin/platform.sh && {commands}")


def stamped(copy: Path, *levels: str) -> None:
    """Make the copy look set up, by an environment that would tell if it were set up again."""
    (copy / ".venv" / "bin").mkdir(parents=True)
    (copy / ".venv" / ".place").write_text(f"{copy}\n")
    program(copy / ".venv" / "bin", "python", "exit 0")
    for level in levels:
        assert in_platform(copy, f"fingerprint {level} > .venv/.{level}.sha256").returncode == 0


def test_a_second_start_installs_nothing(fresh_copy: Path) -> None:
    stamped(fresh_copy, "run")
    assert in_platform(fresh_copy, "PYTHON=/bin/false install run").returncode == 0


def test_what_the_tests_installed_serves_too(fresh_copy: Path) -> None:
    stamped(fresh_copy, "run", "develop")
    assert in_platform(fresh_copy, "PYTHON=/bin/false install run").returncode == 0


@pytest.mark.parametrize("change", ["requirements/run.txt", "setup.cfg"])
def test_a_changed_requirement_is_installed(fresh_copy: Path, change: str) -> None:
    stamped(fresh_copy, "run")
    with (fresh_copy / change).open("a") as requirements:
        requirements.write("\n")
    assert refuses(in_platform(fresh_copy, "PYTHON=/bin/false install run"), "3.11")


def test_a_moved_folder_gets_a_new_environment(fresh_copy: Path) -> None:
    stamped(fresh_copy, "run")
    moved = fresh_copy.rename(fresh_copy.with_name("moved"))
    assert refuses(in_platform(moved, "PYTHON=/bin/false install run"), "3.11")


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_file_pins_and_hashes_every_package(lock: str) -> None:
    text = (ROOT / "requirements" / f"{lock}.txt").read_text()
    packages = re.split(r"\n(?=[a-z])", text)
    assert packages
    for package in packages:
        assert re.match(r"[a-z0-9._-]+==[0-9]", package), package
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", package), package


@pytest.mark.parametrize("name", [f"{lock}.{end}" for lock in LOCKS for end in ("in", "txt")])
def test_requirements_name_no_host_and_no_folder(name: str) -> None:
    lines = (ROOT / "requirements" / name).read_text().splitlines()
    told = [line for line in lines if not line.lstrip().startswith("#")]
    assert not [
        line for line in told if re.search(r"://|^--?(index|extra|find|trusted|e\b|f\b|i\b)|[ @]\.?/", line)
    ]


def pins(lock: str) -> Mapping[str, str]:
    text = (ROOT / "requirements" / f"{lock}.txt").read_text()
    return dict(re.findall(r"^([a-z0-9._-]+==\S+)( ;.*)? \\$", text, re.MULTILINE))


def test_the_tests_run_on_the_versions_that_serve() -> None:
    assert pins("run").items() <= pins("develop").items()


def test_pyproject_holds_the_build_system_alone() -> None:
    lines = (ROOT / "pyproject.toml").read_text().splitlines()
    assert len(lines) == 3
    assert lines[0] == "[build-system]"


def make(target: str) -> subprocess.CompletedProcess[str]:
    return start("make", "--dry-run", "--no-print-directory", target)


def test_make_alone_lists_every_command() -> None:
    listed = start("make", "--no-print-directory").stdout
    phony = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert phony
    assert all(f"make {target} " in listed for target in phony[1].split())
    assert all(make(target).returncode == 0 for target in phony[1].split())
