"""The least a Flask application does, on the server of the service: a form of one field, and a way on."""

from __future__ import annotations

import sys

from flask import Flask, redirect
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server
from werkzeug.wrappers import Response

PAGE = '<form method="post"><input type="hidden" name="response" value="1"></form>'


def create_app() -> Flask:
    app = Flask(__name__)

    @app.get("/")
    def form() -> str:
        return PAGE

    @app.post("/")
    def submit() -> Response:
        return redirect("/", 303)

    return app


def main(_host: str, address: str, _port: str, port: str) -> None:
    """As `survey serve` does it: `--host ADDRESS --port PORT`."""
    Server(
        "benchmarks.hello:create_app",
        factory=True,
        address=address,
        port=int(port),
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=8,
        log_access=False,
        log_level=LogLevels.warning,
    ).serve()


if __name__ == "__main__":
    main(*sys.argv[1:])
