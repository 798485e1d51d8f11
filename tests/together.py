"""Several who ask for the same at once."""

from __future__ import annotations

import threading
from collections.abc import Callable


def three_ask(ask: Callable[[Callable[[], str]], object]) -> tuple[int, list[object]]:
    """How often "value" is made where two more ask for it while the first makes it, and what the three are told.

    ask: asks for what is made by its argument
    """
    begun, go, made, told = threading.Event(), threading.Event(), list[str](), list[object]()

    def make() -> str:
        made.append("made")
        begun.set()
        go.wait()
        return "value"

    threads = [threading.Thread(target=lambda: told.append(ask(make))) for _ in range(3)]
    threads[0].start()
    begun.wait()
    for thread in threads[1:]:
        thread.start()
    go.set()
    for thread in threads:
        thread.join()
    return len(made), told
