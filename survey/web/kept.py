"""Pages and charts that were made once and are shown to many: bounded, and dropped oldest first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from contextlib import AbstractContextManager
from threading import Lock, RLock
from typing import Any

from flask import Response, current_app, request

#: pages and charts that one process keeps; the largest are some 200 KB
MOST = 2048


class Kept:
    """Values by key, each made of something: when that is replaced by what does not equal it, the value is made anew.

    Who asks while another makes the same value waits for it.
    """

    def __init__(self, most: int = MOST) -> None:
        self.most = most
        self._values: OrderedDict[Hashable, tuple[object, Any]] = OrderedDict()
        self._making: dict[Hashable, RLock] = {}
        self._lock = Lock()

    def get(
        self,
        key: Hashable,
        make: Callable[[], Any],
        *,
        of: object = None,
        turn: AbstractContextManager[None] | None = None,
    ) -> Any:
        """The value for `key` that was made of this or of its equal, or a new one. turn: in which it is made"""
        known = self._known(key, of)
        if known is None:
            with turn or self._one(key):
                known = self._known(key, of) or (make(),)
                self._put(key, of, *known)
        return known[0]

    def _one(self, key: Hashable) -> RLock:
        """What only one of those holds who make the same value."""
        with self._lock:
            return self._making.setdefault(key, RLock())

    def _known(self, key: Hashable, of: object) -> tuple[Any] | None:
        with self._lock:
            known = self._values.get(key)
            if known is not None:
                self._values.move_to_end(key)
        return (known[1],) if known is not None and (known[0] is of or known[0] == of) else None

    def _put(self, key: Hashable, of: object, value: Any) -> None:
        """Keep a value as the one that was used last."""
        with self._lock:
            self._values[key] = (of, value)
            self._values.move_to_end(key)
            while len(self._values) > self.most:
                self._making.pop(self._values.popitem(last=False)[0], None)


def kept(
    key: Hashable,
    make: Callable[[], Any],
    *,
    of: object = None,
    turn: AbstractContextManager[None] | None = None,
) -> Any:
    """The value that this application keeps for `key`, made now if there is none."""
    return current_app.extensions["kept"].get(key, make, of=of, turn=turn)


def cacheable(answer: Response) -> Response:
    """Let caches keep an answer that is asked for again before it is shown again (RFC 9111)."""
    answer.cache_control.public = True
    answer.cache_control.no_cache = True
    answer.add_etag()
    answer.make_conditional(request)
    return answer
