"""Numbers for names: domains, PSUs, profiles and layouts get one the first time they are met.

Only a sealing (or a rebuild that replaces) adds names, under the sealing lock, so the next number is
known without asking for it.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from itertools import chain
from typing import Any

from sqlalchemy import Connection, Table, func, select

from survey.counts import Profile, PsuKey
from survey.store import schema
from survey.store.bulk import chunks, fetch, insert, marks

#: the columns of a profile, one of which is a word of SQL
_PROFILE = ", ".join(f'"{name}"' for name in Profile._fields)
_OF_PROFILE = ", ".join(f'profile."{name}"' for name in Profile._fields)
_SAME_PROFILE = " AND ".join(f'profile."{name}" = sought."{name}"' for name in Profile._fields)


def domains(connection: Connection, codes: Iterable[str]) -> dict[str, int]:
    """The numbers of domains, new ones added."""
    wanted = sorted(set(codes))
    known = known_domains(connection, wanted)
    new = [code for code in wanted if code not in known]
    return known | _added(connection, schema.domain, [(code,) for code in new], new)


def known_domains(connection: Connection, codes: Sequence[str]) -> dict[str, int]:
    """The numbers of those domains that are known."""
    known: dict[str, int] = {}
    for some in chunks(codes):
        query = f"SELECT code, id FROM domain WHERE code IN ({marks(some)})"
        known |= dict(fetch(connection, query, some))
    return known


def domain_names(connection: Connection, numbers: Collection[int]) -> dict[int, str]:
    """The domains of numbers."""
    known: dict[int, str] = {}
    for some in chunks(sorted(numbers)):
        query = f"SELECT id, code FROM domain WHERE id IN ({marks(some)})"
        known |= dict(fetch(connection, query, some))
    return known


def psus(connection: Connection, units: Iterable[PsuKey]) -> dict[PsuKey, int]:
    """The numbers of PSUs, new ones added."""
    wanted = sorted(set(units))
    known = known_psus(connection, wanted)
    new = [unit for unit in wanted if unit not in known]
    return known | _added(connection, schema.psu, new, new)


def known_psus(connection: Connection, units: Sequence[PsuKey]) -> dict[PsuKey, int]:
    """The numbers of those PSUs that are known."""
    by_wave: defaultdict[str, set[str]] = defaultdict(set)
    for unit in units:
        by_wave[unit.wave].add(unit.psu)
    known = {}
    for wave, labels in by_wave.items():
        for some in chunks(sorted(labels)):
            query = (
                f"SELECT wave, month, stratum, label, id FROM psu WHERE wave = ? AND label IN ({marks(some)})"
            )
            for row in fetch(connection, query, (wave, *some)):
                known[PsuKey._make(row[:4])] = int(row[4])
    return known


def profiles(connection: Connection, wanted: Sequence[Profile]) -> dict[Profile, int]:
    """The numbers of profiles, new ones added. Looked for in their order, one by one: there may be any number."""
    known: dict[Profile, int] = {}
    ordered = sorted(set(wanted))
    for some in chunks(ordered):
        sought = ", ".join([f"({marks(Profile._fields)})"] * len(some))
        query = (
            f"WITH sought ({_PROFILE}) AS (VALUES {sought})"
            f" SELECT profile.id, {_OF_PROFILE} FROM sought JOIN profile ON {_SAME_PROFILE}"
        )
        rows = fetch(connection, query, list(chain.from_iterable(some)))
        known |= {Profile._make(row[1:]): int(row[0]) for row in rows}
    new = [profile for profile in ordered if profile not in known]
    return known | _added(connection, schema.profile, new, new)


def profiles_of(connection: Connection, numbers: Collection[int]) -> dict[int, Profile]:
    """The profiles of numbers."""
    known: dict[int, Profile] = {}
    for some in chunks(sorted(numbers)):
        query = f"SELECT id, {_PROFILE} FROM profile WHERE id IN ({marks(some)})"
        known |= {row[0]: Profile._make(row[1:]) for row in fetch(connection, query, some)}
    return known


def layout(connection: Connection, names: Sequence[str]) -> int:
    """The number of a layout, added if it is new."""
    text = "\n".join(names)
    digest = hashlib.sha256(text.encode()).hexdigest()
    known = connection.scalar(select(schema.layout.c.id).where(schema.layout.c.digest == digest))
    return known or int(_added(connection, schema.layout, [(digest, text)], [digest])[digest])


def layouts(connection: Connection) -> dict[int, tuple[str, ...]]:
    """Every layout: number -> names. There are a few for each instrument."""
    found = connection.execute(select(schema.layout.c.id, schema.layout.c.names))
    return {number: tuple(names.split("\n")) for number, names in found}


def _added(
    connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]], names: Sequence[Any]
) -> dict[Any, int]:
    if not rows:
        return {}
    first = (connection.scalar(select(func.max(table.c.id))) or 0) + 1
    insert(connection, table, [(number, *row) for number, row in enumerate(rows, first)])
    return {name: number for number, name in enumerate(names, first)}
