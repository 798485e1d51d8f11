"""Processing: from the inbox to the ledger and the counts, in one transaction, exactly once."""

from __future__ import annotations

import json
import logging
import random
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial

import numpy as np

from survey import asking, design, errors, invite
from survey.counts import Fold, fold
from survey.frame import WaveKind
from survey.quarantine import Group, Review
from survey.receipt import Keys, commit, leaf_hash, sign_checkpoint, tree_hash
from survey.response import Invitation, Sealed
from survey.store import agencies, cells, inbox, ledger, quarantine, responses, tokens, waves
from survey.store.agencies import Reference
from survey.store.database import Connection, Database, take_sealing_lock
from survey.store.inbox import Ready
from survey.store.ledger import Checkpoint

#: commitment, salt, content
Row = tuple[bytes, bytes, bytes]

log = logging.getLogger(__name__)

#: responses that one transaction seals at the most: it holds SQLite's write lock as long as that takes
BATCH = 4_000

#: how coarse the numbers of a day and of a week are told
_TENS = 10
#: what stands in the bytes of a response that came with a dossier's token
_INVITED = f'"invitation":"{Invitation.DOSSIER}"'.encode()

#: responses that a rebuild reads at a time
CHUNK = 20_000


@dataclass(frozen=True)
class Rebuilt:
    """What a rebuild found: responses read, and rows that differ from the kept ones by table."""

    responses: int
    differing: dict[str, int]
    broken_commitments: int
    root_matches: bool

    @property
    def equal(self) -> bool:
        """Whether the kept counts and the ledger follow from the responses."""
        return self.root_matches and not self.broken_commitments and not any(self.differing.values())


def seal(db: Database, *, rng: random.Random, today: date, at_least: int = 1, limit: int = BATCH) -> int:
    """Seal what waits: shuffle it, give positions, commit to it and fold it into the counts.

    What a batch adds to the counts is found before the database is locked, so that presses wait for the
    writing alone; it is found anew where somebody else was faster.

    Takes only the responses of places with `at_least` waiting ones, or that wait since an earlier
    day, and at the most `limit`. How many were sealed.
    """
    known = design.reference(db)
    look = partial(inbox.ready, at_least=at_least, today=today, limit=limit)
    with db.read() as connection:
        found = _found(connection, look, known)
    if not found.batch:
        return 0
    with db.write() as connection:
        take_sealing_lock(connection)
        if not found.holds(connection):
            found = _found(connection, look, known)
        if found.batch:
            inbox.remove(connection, found.batch)
            _append(connection, found.first, _shuffled(found.rows, rng), db.keys, today)
        for ref, made in found.folded:
            cells.fold_in(connection, made, ref)
        tokens.count_answered(connection, _answered(found.rows))
    return len(found.batch)


@dataclass(frozen=True)
class _Found:
    """What can be sealed and what it adds to the counts, as long as nobody else seals or judges some of it.

    first: the ledger's size, and so the first position · out: commitments that do not count
    """

    first: int
    batch: Sequence[Ready]
    out: set[bytes]
    folded: Sequence[tuple[str, Fold]]

    @property
    def rows(self) -> list[Row]:
        return [one.row for one in self.batch]

    def holds(self, connection: Connection) -> bool:
        return responses.count(connection) == self.first and _uncounted(connection, self.batch) == self.out


def _found(connection: Connection, look: Callable[[Connection], list[Ready]], known: Reference) -> _Found:
    first, batch = responses.count(connection), look(connection)
    out = _uncounted(connection, batch)
    folded = _folded(connection, [one.row for one in batch if one.row[0] not in out], known)
    return _Found(first, batch, out, list(folded))


def _append(connection: Connection, first: int, batch: Sequence[Row], keys: Keys, today: date) -> None:
    """Put a batch at the end of the ledger, from position `first` on, and sign its new root."""
    if first == 0:
        cells.state(connection)
    responses.append(connection, first, batch)
    size = first + len(batch)
    ledger.grow(connection, first, size)
    root = ledger.subtree(connection, 0, size)
    ledger.keep_checkpoint(connection, Checkpoint(size, root, today, sign_checkpoint(keys, size, root)))


def _answered(rows: Iterable[Row]) -> Counter[tuple[str, str, str]]:
    """How many of the responses came with a dossier's token, by wave, counter and month."""
    found = (Sealed.parse(content) for _, _, content in rows if _INVITED in content)
    return Counter((one.wave, one.counter, one.day[:7]) for one in found if one.counter)


def _shuffled(batch: Sequence[Row], rng: random.Random) -> list[Row]:
    """The batch in the order of numbers drawn for it: each order is as likely as any other."""
    drawn = np.frombuffer(rng.randbytes(8 * len(batch)), dtype=np.uint64)
    return [batch[place] for place in drawn.argsort().tolist()]


def seal_all(db: Database, *, rng: random.Random, today: date, at_least: int = 1) -> int:
    """Seal batch after batch until nothing is ready; how many were sealed.

    A batch that was not full took all that was ready. What has come since can wait: looking again at once
    would seal a few responses at a time for as long as people answer.
    """
    total = 0
    while (sealed := seal(db, rng=rng, today=today, at_least=at_least)) == BATCH:
        total += sealed
    return total + sealed


def _counted(connection: Connection, batch: Sequence[Row]) -> Iterator[Row]:
    """Those of (commitment, salt, content) rows that count."""
    out = quarantine.uncounted(connection, [commitment for commitment, _, _ in batch])
    return (row for row in batch if row[0] not in out)


def _uncounted(connection: Connection, batch: Sequence[Ready]) -> set[bytes]:
    return quarantine.uncounted(connection, [one.row[0] for one in batch])


def in_quarantine(db: Database) -> list[Group]:
    """What is in quarantine by place, day and doubt, with how alike its answers are."""
    with db.read() as connection:
        return [replace(group, alike=_alike(connection, group)) for group in quarantine.groups(connection)]


def _alike(connection: Connection, group: Group) -> int:
    rows = responses.rows(connection, quarantine.commitments(connection, group))
    frequent = Counter(json.dumps(Sealed.parse(content).answers, sort_keys=True) for _, _, content in rows)
    return max(frequent.values(), default=0)


def release(db: Database, group: Group, *, on: date) -> int:
    """Let a group count. Those that are sealed are counted at once, the others when they are sealed."""
    known = design.reference(db)
    with db.write() as connection:
        take_sealing_lock(connection)
        changed = quarantine.decide(connection, group, Review.RELEASED, on=on)
        _fold_in(connection, responses.rows(connection, changed), known)
        if changed:
            agencies.next_stamp(connection, on)
    return len(changed)


def set_aside(db: Database, group: Group, *, on: date) -> int:
    """Leave a waiting group in the ledger without counting it; it can still be released later."""
    with db.write() as connection:
        take_sealing_lock(connection)
        changed = quarantine.decide(connection, group, Review.SET_ASIDE, on=on)
        if changed:
            agencies.next_stamp(connection, on)
    return len(changed)


def _fold_in(connection: Connection, rows: Iterable[Row], known: Reference) -> None:
    """Count (commitment, salt, content) rows."""
    for ref, made in _folded(connection, rows, known):
        cells.fold_in(connection, made, ref)


def _folded(connection: Connection, rows: Iterable[Row], known: Reference) -> Iterator[tuple[str, Fold]]:
    """What (commitment, salt, content) rows add to the counts, by instrument.

    A commitment tells nothing, and so deals persons into groups.
    """
    by_instrument: defaultdict[str, tuple[list[Sealed], list[int]]] = defaultdict(lambda: ([], []))
    found = _weighted(connection, list(rows), known)
    draws = np.frombuffer(b"".join(commitment[:4] for commitment, _ in found), dtype=">u4").tolist()
    for (_, response), draw in zip(found, draws, strict=True):
        some, their_draws = by_instrument[response.instrument]
        some.append(response)
        their_draws.append(draw)
    for ref, (some, their_draws) in by_instrument.items():
        yield ref, fold(some, known.instruments[ref], their_draws)


def _weighted(connection: Connection, rows: Sequence[Row], known: Reference) -> list[tuple[bytes, Sealed]]:
    """The responses by commitment; those of household waves with their final weight, or left out without one.

    What an interviewer brought counts when the wave is weighted, and not before.
    """
    found = list(zip((row[0] for row in rows), Sealed.parse_all(row[2] for row in rows), strict=True))
    drawn = {code for code, wave in known.waves.items() if wave.kind is WaveKind.HOUSEHOLD}
    asked = [commitment for commitment, response in found if response.wave in drawn] if drawn else []
    if not asked:
        return found
    weights = waves.known_weights(connection, asked)
    return [
        (commitment, replace(response, weight=weights[commitment]) if response.wave in drawn else response)
        for commitment, response in found
        if response.wave not in drawn or commitment in weights
    ]


def count_wave(connection: Connection, wave: str, rows: Sequence[Row], known: Reference) -> None:
    """Count a household wave's responses with its newest weights, in the place of what was counted before.

    The caller holds the sealing lock.
    """
    cells.forget(connection, wave)
    _fold_in(connection, rows, known)


def checkpoint(db: Database) -> Checkpoint | None:
    """The ledger's newest signed root, None before the first sealing."""
    with db.read() as connection:
        return ledger.checkpoint(connection)


@dataclass(frozen=True)
class Counted:
    """Responses in the ledger: today's and the last seven days' sealings in tens, so that none stands out.

    today, week: rounded down to tens · ever: all of them
    """

    today: int
    week: int
    ever: int


def counted(db: Database, today: date) -> Counted:
    """How many responses were sealed today, within seven days, and ever."""
    with db.read() as connection:
        last = ledger.checkpoint(connection)
        ever = last.size if last else 0
        of_today = ever - ledger.size_before(connection, today)
        of_week = ever - ledger.size_before(connection, today - timedelta(days=6))
    return Counted(of_today // _TENS * _TENS, of_week // _TENS * _TENS, ever)


def waiting(db: Database) -> int:
    """How many responses wait to be sealed."""
    with db.read() as connection:
        return inbox.waiting_count(connection)


def rebuild(db: Database, *, replace: bool = False) -> Rebuilt:
    """Count every response anew, check its commitment, and compare with what is kept.

    replace: put the new counts in the place of the kept ones (for one that added a domain, say).
    Without it nothing is changed and the service goes on.
    """
    known = design.reference(db)
    opened = db.write() if replace else db.read()
    with opened as connection:
        if replace:
            take_sealing_lock(connection)
        last = ledger.checkpoint(connection)
        size = last.size if last else 0
        cells.shadow(connection)
        broken = 0
        answered: Counter[tuple[str, str, str]] = Counter()
        for chunk in responses.stream(connection, until=size, chunk=CHUNK):
            broken += sum(commit(salt, content) != commitment for commitment, salt, content in chunk)
            _fold_in(connection, _counted(connection, chunk), known)
            answered += _answered(chunk)
        differing = cells.differences(connection)
        differing["answered"] = len(set(answered.items()) ^ set(tokens.all_answered(connection).items()))
        if replace:
            cells.replace(connection)
            tokens.replace_answered(connection, answered)
            cells.state(connection)
        cells.unshadow(connection)
        matches = last is None or _root_anew(connection, size) == last.root
    return Rebuilt(size, differing, broken, matches)


def renew(db: Database) -> int:
    """Count anew where the kept counts are of an older edition; the responses that were counted."""
    with db.read() as connection:
        held = cells.edition(connection)
    return 0 if held == cells.EDITION else rebuild(db, replace=True).responses


def _root_anew(connection: Connection, size: int) -> bytes:
    """The ledger's root from its leaves alone, 2^16 of them at a time."""
    whole = 1 << 16
    roots = [
        tree_hash([leaf_hash(c) for c in responses.commitments(connection, start, min(start + whole, size))])
        for start in range(0, size, whole)
    ]
    return tree_hash(roots)


@dataclass(frozen=True)
class Sealing:
    """How soon to seal: a place's responses together once there are `at_least`, or the day is over.

    every: seconds between two looks at the inbox. Tokens are mixed by the same measure, and forgotten by day.
    """

    at_least: int = 10
    every: float = 2.0


def keep_sealing(
    db: Database, sealing: Sealing, *, rng: random.Random, today: Callable[[], date], stop: threading.Event
) -> None:
    """Seal what is ready, again and again until `stop` is set. A refusal is logged and tried again."""
    day = None
    while not stop.wait(sealing.every):
        try:
            on = today()
            seal_all(db, rng=rng, today=on, at_least=sealing.at_least)
            invite.mix(db, at_least=1 if on != day else sealing.at_least)
            if on != day:
                invite.forget(db, on=on)
                asking.take_turns(db, on=on)
            day = on
        except errors.Refusal as refusal:
            log.warning("sealing waits: %s", refusal.code)
        except Exception:
            log.exception("sealing failed and will be tried again")
