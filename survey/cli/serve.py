"""The service over HTTP."""

from __future__ import annotations

import socket

import click

from survey.cli.opening import demo_option, opened_store, stop, told


@click.command()
@demo_option
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option(
    "--threads",
    type=click.IntRange(1, 256),
    default=32,
    show_default=True,
    help="Requests that are worked on at once.",
)
@told
def serve(demo: bool, host: str, port: int, threads: int) -> None:
    """Serve over HTTP: one process with threads, as the group commit on SQLite needs."""
    from granian.constants import Interfaces  # noqa: PLC0415 - slow to import, and only needed here
    from granian.log import LogLevels  # noqa: PLC0415
    from granian.server import Server  # noqa: PLC0415

    with opened_store(demo):  # a database that can't be served is told here, in one sentence
        address = _address(host, port)
    Server(
        "survey.factory:served_demo" if demo else "survey.factory:served",
        factory=True,
        address=address,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=threads,
        log_access=False,
        log_level=LogLevels.error,
        process_name="hai-long",
    ).serve()


def _address(host: str, port: int) -> str:
    """The address of a host, if nobody listens there: the server itself would share the port with them."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        socket.create_server(address, family=family).close()
    except OSError as fault:
        stop(f"Port {port} of {host} can't be used: {fault.strerror}.")
    return str(address[0])
