"""From the inbox to the ledger and the counts: exactly once, in no order, and provable afterwards."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import text

from survey import collect, process
from survey.counts import ALL, RESPONSES
from survey.instrument import Missing
from survey.quarantine import Doubt
from survey.receipt import leaf_hash, tree_hash
from survey.response import Mode, Sealed
from survey.store import cells, inbox, ledger, responses
from survey.store.database import Connection, Database
from tests.answering import rated
from tests.conftest import NOW, TODAY, Chance


def press(province: Database, times: int, **more: Any) -> None:
    for _ in range(times):
        collect.submit(province, rated(**more), at=NOW)


def sealed(province: Database) -> list[Sealed]:
    with province.read() as connection:
        size = responses.count(connection)
        return [Sealed.parse(c) for rows in responses.stream(connection, until=size) for _, _, c in rows]


TABLES = ("cell", "moment", "tally", "product")


def tables(province: Database) -> dict[str, list[tuple[Any, ...]]]:
    """The kept counts as they are stored."""
    with province.read() as connection:
        return {
            name: sorted(
                tuple(bytes(v) if isinstance(v, memoryview) else v for v in row)
                for row in connection.execute(text(f"SELECT * FROM {name}"))
            )
            for name in TABLES
        }


def test_sealing_takes_everything_once(province: Database, chance: Chance) -> None:
    press(province, 12)
    assert process.seal_all(province, rng=chance, today=TODAY) == 12
    assert process.seal_all(province, rng=chance, today=TODAY) == 0
    assert (process.waiting(province), len(sealed(province))) == (0, 12)


def test_a_press_stays_private_among_ten_of_its_counter(province: Database, chance: Chance) -> None:
    press(province, 9)
    press(province, 10, counter="03664-1", agency="03664")
    assert process.seal(province, rng=chance, today=TODAY, at_least=10) == 10
    assert {response.counter for response in sealed(province)} == {"03664-1"}
    press(province, 1)
    assert process.seal(province, rng=chance, today=TODAY, at_least=10) == 10


def test_what_comes_while_a_batch_is_sealed_waits_for_the_next_look(
    province: Database, chance: Chance, monkeypatch: pytest.MonkeyPatch
) -> None:
    batches = iter([process.BATCH, process.BATCH, 3, 3, 3])
    monkeypatch.setattr(process, "seal", lambda *_, **__: next(batches))
    assert process.seal_all(province, rng=chance, today=TODAY) == 2 * process.BATCH + 3
    assert list(batches) == [3, 3]


def test_when_the_day_is_over_the_few_are_sealed_too(province: Database, chance: Chance) -> None:
    press(province, 3)
    assert process.seal(province, rng=chance, today=TODAY, at_least=10) == 0
    assert process.seal(province, rng=chance, today=TODAY + timedelta(days=1), at_least=10) == 3


def test_the_order_of_the_ledger_is_not_the_order_of_the_presses(province: Database, chance: Chance) -> None:
    steps = [1] * 20 + [5] * 20
    for step in steps:
        collect.submit(province, rated(step), at=NOW)
    process.seal_all(province, rng=chance, today=TODAY)
    kept = [response.answers["overall"] for response in sealed(province)]
    assert sorted(map(str, kept)) == sorted(map(str, steps))
    assert kept not in (steps, steps[::-1])


def test_counting_again_counts_nothing(province: Database, chance: Chance) -> None:
    press(province, 5)
    process.seal_all(province, rng=chance, today=TODAY)
    before = tables(province)
    process.seal_all(province, rng=chance, today=TODAY)
    assert tables(province) == before


def test_sealing_in_many_batches_counts_as_sealing_in_one(province: Database, chance: Chance) -> None:
    """The moments of a unit that grows over days are those of the whole unit."""
    days = [TODAY - timedelta(days=n % 3) for n in range(24)]
    for number, day in enumerate(days):
        step = Missing.DONT_KNOW if number % 7 == 0 else 1 + number % 5
        collect.submit(
            province, rated(5, step if not isinstance(step, Missing) else 3, 4, 2, 5, 1, day=day), at=NOW
        )
        if number % 4 == 3:
            process.seal_all(province, rng=chance, today=TODAY)
    kept = tables(province)
    rebuilt = process.rebuild(province, replace=True)
    assert rebuilt.equal and rebuilt.responses == 24
    assert tables(province) == kept
    with province.read() as connection:
        assert cells.sampled(connection, "rating-short", RESPONSES, ("2026-11", "2026-11")) == {"03646": 3}


def test_several_sealers_take_turns(province: Database) -> None:
    press(province, 40)
    with ThreadPoolExecutor(4) as sealers:
        counts = list(
            sealers.map(lambda seed: process.seal_all(province, rng=Chance(seed), today=TODAY), range(4))
        )
    assert sum(counts) == 40 == len(sealed(province))
    assert process.rebuild(province).equal


def between_looking_and_locking(monkeypatch: pytest.MonkeyPatch, meanwhile: Callable[[], object]) -> None:
    """Have something happen after the next sealing has looked at the inbox, and before it locks the database."""
    ready, todo = inbox.ready, [meanwhile]

    def looked(connection: Connection, **asked: Any) -> list[inbox.Ready]:
        found = ready(connection, **asked)
        if todo:
            todo.pop()()
        return found

    monkeypatch.setattr(inbox, "ready", looked)


def test_who_was_overtaken_seals_what_is_left(
    province: Database, chance: Chance, monkeypatch: pytest.MonkeyPatch
) -> None:
    press(province, 20)
    first = partial(process.seal, province, rng=Chance(2), today=TODAY, limit=12)
    between_looking_and_locking(monkeypatch, first)
    assert process.seal(province, rng=chance, today=TODAY) == 8
    assert (process.waiting(province), len(sealed(province))) == (0, 20)
    between_looking_and_locking(monkeypatch, partial(press, province, 3))
    assert process.seal(province, rng=chance, today=TODAY) == 0
    assert process.seal(province, rng=chance, today=TODAY) == 3
    assert process.rebuild(province).equal


def test_what_is_released_while_it_is_sealed_counts_once(
    province: Database, chance: Chance, monkeypatch: pytest.MonkeyPatch
) -> None:
    press(province, 2)
    collect.submit(province, rated(), at=NOW, doubt=Doubt.SPEED)
    (group,) = process.in_quarantine(province)
    between_looking_and_locking(monkeypatch, partial(process.release, province, group, on=TODAY))
    assert process.seal(province, rng=chance, today=TODAY) == 3
    rebuilt = process.rebuild(province)
    assert rebuilt.equal
    with province.read() as connection:
        whole = cells.strata(connection, "rating-short", domains=[ALL], months=("2026-11", "2026-11"))
    assert sum(m.people for m in whole[ALL, RESPONSES].values()) == 3


def test_presses_during_sealing_are_neither_lost_nor_doubled(province: Database) -> None:
    stop = threading.Event()
    sealing = process.Sealing(at_least=1, every=0.001)
    sealer = threading.Thread(
        target=process.keep_sealing,
        args=(province, sealing),
        kwargs={"rng": Chance(1), "today": lambda: TODAY, "stop": stop},
    )
    sealer.start()
    with ThreadPoolExecutor(4) as presses:
        list(presses.map(lambda _: collect.submit(province, rated(), at=NOW), range(60)))
    stop.set()
    sealer.join()
    process.seal_all(province, rng=Chance(2), today=TODAY)
    assert len(sealed(province)) == 60
    assert process.rebuild(province).equal


def test_what_fails_half_way_leaves_everything_as_it_was(
    province: Database, chance: Chance, monkeypatch: pytest.MonkeyPatch
) -> None:
    press(province, 5)

    def fail(*_: object) -> None:
        raise RuntimeError("half way")

    with monkeypatch.context() as patch:
        patch.setattr(ledger, "keep_checkpoint", fail)
        with pytest.raises(RuntimeError):
            process.seal(province, rng=chance, today=TODAY)
    assert (process.waiting(province), sealed(province)) == (5, [])
    assert process.seal(province, rng=chance, today=TODAY) == 5


@pytest.mark.parametrize("size", [1, 255, 256, 257, 600])
def test_the_root_is_that_of_all_leaves(province: Database, chance: Chance, size: int) -> None:
    """Also over the borders of the subtrees that are kept, whatever the batches."""
    collect.submit_many(province, (rated() for _ in range(size)), at=NOW)
    limit = max(1, size // 3)
    while process.seal(province, rng=chance, today=TODAY, limit=limit):
        pass
    with province.read() as connection:
        leaves = [leaf_hash(c) for c in responses.commitments(connection, 0, size)]
        last = ledger.checkpoint(connection)
        assert last is not None
        assert (last.size, last.root) == (size, tree_hash(leaves))
        for start, end in ((0, size), (0, size // 2 or 1), (256, 512), (512, 600)):
            if end <= size:
                assert ledger.subtree(connection, start, end) == tree_hash(leaves[start:end])


def test_a_changed_answer_is_found(province: Database, chance: Chance) -> None:
    press(province, 3)
    process.seal_all(province, rng=chance, today=TODAY)
    forged = replace(sealed(province)[1], answers={"overall": 1}).canonical()
    with province.write() as connection:
        connection.execute(text("UPDATE response SET content = :c WHERE position = 1"), {"c": forged})
    found = process.rebuild(province)
    assert found.broken_commitments == 1
    assert found.differing["cell"] and not found.equal


def test_a_swapped_commitment_is_found_by_the_root(province: Database, chance: Chance) -> None:
    press(province, 3)
    process.seal_all(province, rng=chance, today=TODAY)
    with province.write() as connection:
        connection.execute(text("UPDATE response SET commitment = :c WHERE position = 2"), {"c": b"x" * 32})
    found = process.rebuild(province)
    assert not found.root_matches and found.broken_commitments == 1


@pytest.mark.parametrize("table", TABLES)
def test_a_changed_count_is_found_and_mended(province: Database, chance: Chance, table: str) -> None:
    press(province, 3)
    press(province, 2, mode=Mode.ONLINE, counter=None)
    process.seal_all(province, rng=chance, today=TODAY)
    before = tables(province)
    with province.write() as connection:
        connection.execute(text(f"DELETE FROM {table}"))
    assert process.rebuild(province).differing[table] == len(before[table])
    assert process.rebuild(province, replace=True).differing[table]
    assert process.rebuild(province).equal
    assert tables(province) == before


def test_an_empty_database_follows_from_nothing(province: Database) -> None:
    assert process.rebuild(province).equal
    assert process.checkpoint(province) is None
