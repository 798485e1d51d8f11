"""The installed service as an operator starts it: a process of its own over an instance folder."""

from __future__ import annotations

import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

SURVEY = str(Path(sys.executable).with_name("survey"))

#: tests and loads answer faster than people, and many at one place; that is no fault there
AS_FAST_AS_PROGRAMS = {
    "SURVEY_FORM_SECONDS": "0",
    "SURVEY_BROWSER_BUDGET": "1000000",
    "SURVEY_PLACE_BUDGET": "1000000",
}

SECONDS_TO_SET_UP = 240.0
SECONDS_TO_START = 90.0
SECONDS_TO_STOP = 10.0


class ServerFailed(Exception):
    """The process ended or did not answer in time; the message is what it told."""


@dataclass(frozen=True)
class Server:
    """A running service: its address, without a slash at the end, and the folder it writes in."""

    url: str
    instance: Path
    process: subprocess.Popen[bytes] | Forked


#: has loaded what the service is made of, once: a server that begins as its copy starts in a tenth of the time
NURSERY = multiprocessing.get_context("forkserver")
NURSERY.set_forkserver_preload(["tests.serving", "survey.cli.serve", "survey.factory", "granian.server"])


class Forked:
    """A server that began as a copy of the nursery; it is asked as a process started by command is."""

    def __init__(self, arguments: Sequence[str], surroundings: Mapping[str, str], log: Path) -> None:
        self._process = NURSERY.Process(target=_serve, args=(list(arguments), dict(surroundings), str(log)))
        self._process.start()

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        return self._process.exitcode

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> None:
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired("survey serve", timeout or 0.0)


def _serve(arguments: list[str], surroundings: dict[str, str], log: str) -> None:
    """What the command `survey` does, in a process that leads a group of its own."""
    from survey.cli import main  # noqa: PLC0415 - for whoever is the copy alone

    os.setsid()
    with open(log, "ab") as told:  # noqa: PTH123 - a descriptor is wanted
        os.dup2(told.fileno(), 1)
        os.dup2(told.fileno(), 2)
    os.environ.clear()
    os.environ.update(surroundings)
    multiprocessing.set_start_method("fork", force=True)  # the server makes its worker as it does elsewhere
    main(["serve", *arguments])


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def environment(instance: Path, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """This process's environment, with the service's settings replaced by those of the instance."""
    own = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("SURVEY_") and name not in {"DATABASE_URL", "DEMO_DATABASE_URL"}
    }
    return {**own, **AS_FAST_AS_PROGRAMS, "SURVEY_INSTANCE": str(instance), **(more or {})}


def set_up(instance: Path, *options: str, settings: Mapping[str, str] | None = None) -> None:
    """Make the secrets and the database, as `survey setup` does it."""
    subprocess.run(
        [SURVEY, "setup", *options],
        env=environment(instance, settings),
        check=True,
        stdout=subprocess.DEVNULL,
        timeout=SECONDS_TO_SET_UP,
    )


@contextmanager
def serving(
    instance: Path,
    *options: str,
    settings: Mapping[str, str] | None = None,
    command: Sequence[str] = (SURVEY, "serve"),
    port: int | None = None,
    path: str = "/",
    forked: bool = False,
) -> Iterator[Server]:
    """Serve over an `instance` that is set up until the block ends; ready once `path` is answered.

    Raises `ServerFailed`.
    """
    port = port or free_port()
    log = instance / "server.log"
    arguments = [*options, "--host", "127.0.0.1", "--port", str(port)]
    surroundings = environment(instance, settings)
    process = (
        Forked(arguments, surroundings, log)
        if forked
        else _started([*command, *arguments], surroundings, log)
    )
    server = Server(f"http://127.0.0.1:{port}", instance, process)
    try:
        wait_until_answering(server, path, log)
        yield server
    finally:
        stop(process)


def _started(command: Sequence[str], surroundings: Mapping[str, str], log: Path) -> subprocess.Popen[bytes]:
    with log.open("ab") as told:
        return subprocess.Popen(
            command, env=surroundings, stdout=told, stderr=subprocess.STDOUT, start_new_session=True
        )


def wait_until_answering(server: Server, path: str, log: Path) -> None:
    end = time.monotonic() + SECONDS_TO_START
    while not is_answering(server.url + path):
        if server.process.poll() is not None or time.monotonic() > end:
            raise ServerFailed(f"the server does not answer at {server.url}:\n{log.read_text()}")
        time.sleep(0.02)


def is_answering(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=SECONDS_TO_START):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def stop(process: subprocess.Popen[bytes] | Forked) -> None:
    """End the server with its workers, which are its process group."""
    if process.returncode is not None:
        return
    os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(SECONDS_TO_STOP)
    except subprocess.TimeoutExpired:
        kill(process)


def kill(process: subprocess.Popen[bytes] | Forked) -> None:
    """End the server and its workers at this very moment: nothing of theirs is run any more."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
