"""The rules of the kiosk's outbox, as survey/static/offline/queue.js has them; tests/browser/outbox.json holds the two together."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

Entry = Mapping[str, Any]

#: entries in one request at the most
BATCH = 50
#: entries in one request whose times are told so that others can be placed among them, at the most
MARKS = 200
#: milliseconds before the first retry, and at the most
FIRST_PAUSE, LONGEST_PAUSE = 2_000, 300_000


def next_after(*known: int | None) -> int:
    """The number of a device's next entry: beyond every number that is remembered anywhere."""
    return max((number for number in known if number is not None), default=0) + 1


def batch(
    entries: Iterable[Entry], *, answering: str | None = None, passed: Collection[str] = (), most: int = BATCH
) -> list[Entry]:
    """What is sent next, in order; the entry that somebody is answering waits, those passed over had their turn."""
    sendable = [entry for entry in entries if entry["id"] != answering and entry["id"] not in passed]
    return sorted(sendable, key=lambda entry: entry["seq"])[:most]


def bounds(entries: Iterable[Entry], most: int = MARKS) -> list[Entry]:
    """The first and the last entry of each session of the app, in order: what others' times are told by."""
    ordered = sorted(entries, key=lambda entry: entry["seq"])
    at = [None, *(entry["time"]["session"] for entry in ordered), None]
    found = [entry for n, entry in enumerate(ordered, 1) if at[n] != at[n - 1] or at[n] != at[n + 1]]
    return found[-most:]


def settle(sent: Sequence[Entry], results: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """Numbers of entries that the server holds, and entries that it refused for good, with their code."""
    heard = {result["id"]: result for result in results}
    settled: dict[str, list[Any]] = {"held": [], "refused": []}
    for entry in sent:
        result = heard.get(entry["id"], {})
        if result.get("outcome") in {"kept", "known"}:
            settled["held"].append(entry["seq"])
        if result.get("outcome") == "refused":
            settled["refused"].append({**entry, "code": result.get("code") or "refused"})
    return settled


def after(status: int, size: int) -> str:
    """What to do about an answer that is no list of results, to a batch of this size."""
    if status in {401, 403}:
        return "stop"
    if status in {400, 413, 422}:
        return "parts" if size > 1 else "aside"
    if status == 500:
        return "parts" if size > 1 else "pass"
    return "wait"


def pause(failures: int, chance: float, asked: float = 0) -> float:
    """Milliseconds to wait after failures in a row."""
    if failures == 0:
        return 0
    doubled = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(failures - 1, 20))
    return float(max(asked, doubled * (0.5 + chance / 2)))


def renumbered(entries: Sequence[Entry], first: int) -> list[Entry]:
    """The same entries under another device."""
    ordered = batch(entries, most=len(entries))
    return [{**entry, "seq": first + index} for index, entry in enumerate(ordered)]
