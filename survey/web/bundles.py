"""Editions to take away: the bundle, and each file in it at an address that stays."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator

from flask import Blueprint, Response, url_for
from werkzeug.utils import redirect
from werkzeug.wrappers import Response as AnyResponse

from survey import publish
from survey.edition import Edition
from survey.errors import PageNotFound
from survey.store.database import Database
from survey.web.context import YEAR, store

blueprint = Blueprint("bundles", __name__, url_prefix="/editions/<code>")

#: bytes that are sent at a time
_CHUNK = 1 << 18
#: shown in a browser as they are; all else is something to keep
_SHOWN = ("application/json", "text/csv", "text/plain", "application/pdf", "application/ld+json")


@blueprint.get("/r<int:revision>.zip")
def whole(code: str, revision: int) -> Response:
    """The bundle, as it was signed."""
    edition = publish.edition(store(), code, revision)
    answer = Response(publish.stream(store(), edition), mimetype="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="{edition.file_name}"'
    answer.content_length = edition.length
    return _lasting(answer, edition.digest)


@blueprint.get("/r<int:revision>/<path:name>")
def file(code: str, revision: int, name: str) -> Response:
    """One file of the bundle. It never changes: whoever has it need not ask again."""
    edition = publish.edition(store(), code, revision)
    entry = publish.entry(store(), edition, name)
    if entry is None:
        raise PageNotFound
    answer = Response(_pieces(store(), edition, name), mimetype=entry.media_type)
    answer.content_length = entry.length
    if entry.media_type not in _SHOWN:
        answer.headers["Content-Disposition"] = f'attachment; filename="{name.rpartition("/")[2]}"'
    return _lasting(answer, entry.digest)


@blueprint.get("/latest/<path:name>")
def latest(code: str, name: str) -> AnyResponse:
    """To the file in the newest revision."""
    revision = publish.latest(store(), code).revision
    return redirect(url_for("bundles.file", code=code, revision=revision, name=name), 302)


def _pieces(db: Database, edition: Edition, name: str) -> Iterator[bytes]:
    with publish.bundle(db, edition) as reader, reader.stream(name) as opened:
        while some := opened.read(_CHUNK):
            yield some


def _lasting(answer: Response, digest: str) -> Response:
    answer.set_etag(digest)
    answer.cache_control.public = True
    answer.cache_control.immutable = True
    answer.cache_control.max_age = YEAR
    answer.headers["Repr-Digest"] = f"sha-256=:{_base64(digest)}:"
    return answer


def _base64(digest: str) -> str:
    return b64encode(bytes.fromhex(digest)).decode()
