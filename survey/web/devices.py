"""What doors for devices have in common: a key in a header, JSON both ways, a turn among batches, few guesses."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from threading import Semaphore
from typing import Any, cast

from flask import Response, current_app, json, jsonify, request

from survey.collect import Result
from survey.errors import NotJson, TemporarilyUnavailable, UnknownDevice
from survey.web.attempts import Attempts
from survey.web.context import now
from survey.web.errors import sentence_of

#: batches that one process takes at a time: devices can wait, people at a form can't
BATCHES = 3


def told(**parts: Any) -> Response:
    answer = jsonify(server_time=_time_told(), **parts)
    answer.cache_control.no_store = True
    return answer


def configured(configuration: dict[str, Any]) -> Response:
    """What a device is to know, under the name of its content; nothing where the device knows it."""
    answer = jsonify(server_time=_time_told(), **configuration)
    answer.set_etag(configuration["etag"])
    answer.cache_control.private = answer.cache_control.no_cache = True
    return cast(Response, answer.make_conditional(request))


def name_of(content: dict[str, Any]) -> str:
    """A name that another content does not have."""
    return sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]


def _time_told() -> str:
    return now().isoformat(timespec="milliseconds")


def body() -> bytes:
    if request.mimetype != "application/json":
        raise NotJson
    return request.get_data()


def shown_key() -> str:
    """The id and key that a device shows. Raises UnknownDevice."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "device":
        raise UnknownDevice
    return token.strip()


@contextmanager
def admitted() -> Iterator[None]:
    """A turn among the batches; a kiosk that finds none comes back within seconds, at a moment of its own."""
    turns = cast(Semaphore, current_app.extensions.setdefault("batches", Semaphore(BATCHES)))
    if not turns.acquire(blocking=False):
        raise TemporarilyUnavailable(seconds=2 + secrets.randbelow(8))
    try:
        yield
    finally:
        turns.release()


def attempts() -> Attempts:
    return cast(Attempts, current_app.extensions.setdefault("attempts", Attempts()))


def result_of(index: int, result: Result) -> dict[str, Any]:
    commented = "cut" if result.cut else "kept"
    return {
        "index": index,
        "id": result.id,
        "seq": result.seq,
        "outcome": result.outcome.value,
        "receipt": result.receipt,
        "code": result.code,
        "sentence": None if result.code is None else sentence_of(result.code),
        "comment": commented if result.commented else None,
    }
