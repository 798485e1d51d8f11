"""The service put together: settings are read, the store is opened, the doors are hung."""

from __future__ import annotations

import atexit
import gc
import random
import threading
from collections.abc import Callable
from functools import cache, partial
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import Rule

from survey import clock, config, design, process, web
from survey.config import Settings
from survey.outbound import Hook
from survey.reply import rounds
from survey.reply.alerts import Post
from survey.store import database

#: new objects after which garbage is looked for among them: sealing makes some for every response
OBJECTS = 20_000


class Address(Rule):
    """A route whose addresses are put together by code that is compiled for the first of them: few are ever needed."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compiled = cache(partial(super()._compile_builder, append_unknown))
        return lambda rule, /, **values: compiled()(rule, **values)


class Service(Flask):
    """Flask without the question, asked eight times a request, whether a function is a coroutine: none is."""

    url_rule_class = Address

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        return func


def create_app(settings: Settings | None = None) -> Flask:
    """The service over one database.

    Raises `errors.BadSettings`, and the refusals of `design.opened`.
    """
    settings = settings or config.read()
    db = design.opened(settings.database_url, settings.keys, settings.purpose)
    app = Service("survey", instance_path=str(settings.instance))
    app.config.update(SECRET_KEY=settings.session_key, SETTINGS=settings)
    app.extensions["store"] = db
    if settings.behind_proxy:
        app.config["SESSION_COOKIE_SECURE"] = True
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=0, x_proto=1, x_host=1)  # type: ignore[method-assign]
    web.hang(app)
    if settings.seal_here:
        _work_in_background(app, settings)
    return app


def served() -> Flask:
    """The service in a process that does nothing else."""
    return _settled(create_app())


def served_demo() -> Flask:
    """The same over the simulated year."""
    return _settled(create_app(config.read(simulated=True)))


def _settled(app: Flask) -> Flask:
    """Once all is there that lasts: read the catalogue, and settle down."""
    design.reference(app.extensions["store"])
    settle()
    return app


def settle() -> None:
    """Set up a process for a long life: what is there by now is no garbage.

    The catalogue alone is a hundred thousand objects. To go through them again and again, in search of circles,
    took a sixth of the time of sealing, and presses waited for it.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS, 20, 20)


def _post(settings: Settings) -> Post:
    """How letters and calls leave; without a public address, letters say where the service is at home."""
    return Post(settings.public_url or "http://localhost:8000", settings.mailbox, Hook.outside())


def _work_in_background(app: Flask, settings: Settings) -> None:
    """Seal and go round in threads of this process; several such processes take turns by their locks."""
    db: database.Database = app.extensions["store"]
    stop = threading.Event()
    sealing = process.Sealing(at_least=settings.seal_at_least, every=settings.seal_every)
    chance = random.SystemRandom()
    threads = [
        threading.Thread(
            target=process.keep_sealing,
            args=(db, sealing),
            kwargs={"rng": chance, "today": clock.today, "stop": stop},
            name="sealing",
            daemon=True,
        ),
        threading.Thread(
            target=rounds.keep_going_round,
            args=(db,),
            kwargs={"rng": chance, "now": clock.now, "post": _post(settings), "stop": stop},
            name="rounds",
            daemon=True,
        ),
    ]

    def finish() -> None:
        stop.set()
        for thread in threads:
            thread.join()

    db.on_dispose(finish)
    atexit.register(db.dispose)
    for thread in threads:
        thread.start()
