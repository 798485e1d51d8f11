"""The catalogue's shelf: agencies, counters, fields, procedures, targets, waves and instruments."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, Table, select, tuple_

from survey import errors
from survey.agency import (
    Agency,
    Catalogue,
    Counter,
    Edge,
    Event,
    Field,
    Procedure,
    PublishedFigure,
    Reform,
    Status,
    Target,
)
from survey.frame import Wave, WaveKind
from survey.instrument import Instrument
from survey.store import about, schema
from survey.store.database import Database
from survey.succession import Succession


@dataclass(frozen=True)
class Reference:
    """The catalogue as the service holds it in memory, by code. It changes only by loading."""

    agencies: Mapping[str, Agency]
    counters: Mapping[str, Counter]
    fields: Mapping[str, Field]
    procedures: Mapping[str, Procedure]
    targets: tuple[Target, ...]
    published: tuple[PublishedFigure, ...]
    reforms: tuple[Reform, ...]
    waves: Mapping[str, Wave]
    instruments: Mapping[str, Instrument]
    #: wave -> the versions of its instrument that it asks or has asked
    versions: Mapping[str, frozenset[str]]
    succession: Succession

    @cached_property
    def catalogue(self) -> Catalogue:
        """The rows that the catalogue's files hold."""
        return Catalogue(
            agencies=tuple(self.agencies.values()),
            counters=tuple(self.counters.values()),
            fields=tuple(self.fields.values()),
            procedures=tuple(self.procedures.values()),
            targets=self.targets,
            published=self.published,
            reforms=self.reforms,
            succession=self.succession.edges,
        )

    @cached_property
    def children(self) -> Mapping[str, tuple[Agency, ...]]:
        """Agency code -> the agencies right below it, in the order of the catalogue."""
        below: dict[str, list[Agency]] = {}
        for agency in self.agencies.values():
            if agency.parent is not None:
                below.setdefault(agency.parent, []).append(agency)
        return {code: tuple(agencies) for code, agencies in below.items()}

    def under(self, root: str, code: str) -> bool:
        """Tell whether the agency `code` is `root` or lies below it."""
        at: str | None = code
        while at is not None:
            if at == root:
                return True
            agency = self.agencies.get(at)
            at = agency.parent if agency else None
        return False

    def line(self, code: str) -> tuple[str, ...]:
        """The agency `code` and all above it, the root last."""
        found = [code]
        while (agency := self.agencies.get(found[-1])) is not None and agency.parent is not None:
            found.append(agency.parent)
        return tuple(found)

    @property
    def headline(self) -> Wave | None:
        """The wave that the home page shows."""
        return next((wave for wave in self.waves.values() if wave.headline), None)

    def wave(self, code: str) -> Wave:
        if code not in self.waves:
            raise errors.UnknownWave(wave=code)
        return self.waves[code]

    def agency(self, code: str) -> Agency:
        if code not in self.agencies:
            raise errors.UnknownAgency(agency=code)
        return self.agencies[code]


def reference(db: Database, parse: Callable[[str, str], Instrument]) -> Reference:
    """The catalogue in memory, read again after something was loaded.

    parse: makes an instrument from its name and text, as `formats.instrument.parse` does.
    """

    def make() -> Reference:
        with db.read() as connection:
            return _read(connection, parse)

    kept: Reference = db.kept("reference", about.catalogue_stamp(db), make)
    return kept


def instrument_text(connection: Connection, ref: str) -> str:
    """A questionnaire as it was loaded, to the letter."""
    return str(connection.scalar(select(schema.instrument.c.content).where(schema.instrument.c.ref == ref)))


def load(connection: Connection, catalogue: Catalogue) -> int:
    """Bring the catalogue's tables to these rows; how many rows were new or changed.

    Rows that are no longer in the files stay: codes are never reused, and answers refer to them. Rows
    that people changed here stay as they made them.
    """
    own = set(connection.execute(select(schema.edited.c.file, schema.edited.c.key)).all())
    changed = 0
    for file, table, rows in _tables(catalogue, _agency_rows(catalogue.agencies, 0)):
        changed += put(connection, table, [row for row in rows if (file, row_key(table, row)) not in own])
    return changed


def change(connection: Connection, catalogue: Catalogue, file: str, keys: Collection[str]) -> None:
    """Bring those rows of one file to what the catalogue says, and keep in mind that people did so here."""
    for name, table, rows in _tables(catalogue, _placed(connection, catalogue.agencies)):
        if name == file:
            put(connection, table, [row for row in rows if row_key(table, row) in keys])
    put(connection, schema.edited, [{"file": file, "key": key} for key in keys])


def _tables(
    catalogue: Catalogue, agency_rows: list[dict[str, Any]]
) -> Iterable[tuple[str, Table, list[dict[str, Any]]]]:
    """Every file's table and rows, in an order in which references are known."""
    yield "agencies.csv", schema.agency, agency_rows
    yield "fields.csv", schema.field, [_renamed(f) for f in catalogue.fields]
    yield "counters.csv", schema.counter, [_row(c) for c in catalogue.counters]
    yield "procedures.csv", schema.procedure, [_renamed(p) for p in catalogue.procedures]
    yield "targets.csv", schema.target, [_row(t) | {"groups": list(t.groups)} for t in catalogue.targets]
    yield "published.csv", schema.published_figure, [_row(p) for p in catalogue.published]
    yield "reforms.csv", schema.reform, [_row(r) for r in catalogue.reforms]
    edges = [_row(e) | {"share": str(e.share), "event": e.event.value} for e in catalogue.succession]
    yield "succession.csv", schema.succession, edges


def row_key(table: Table, row: Mapping[str, Any]) -> str:
    """What tells a row of a file from all others, as `formats.catalogue.key_of` writes it."""
    if table is schema.published_figure:
        return f"{row['place']} {row['year']} {row['indicator']}"
    if table is schema.succession:
        return f"{row['predecessor']} {row['successor']} {row['on'].isoformat()}"
    return str(row["code"])


def add_agencies(connection: Connection, rated: Sequence[Agency]) -> int:
    """Add agencies that a wave brings along, after those there are; how many were new or changed."""
    return put(connection, schema.agency, _placed(connection, rated))


def _placed(connection: Connection, agencies: Sequence[Agency]) -> list[dict[str, Any]]:
    """Agencies as rows: known ones in their places, the others behind all."""
    known = select(schema.agency.c.code, schema.agency.c.place)
    places = dict(connection.execute(known).all())
    rows = _agency_rows(agencies, max(places.values(), default=-1) + 1)
    for row in rows:
        row["place"] = places.get(row["code"], row["place"])
    return rows


def load_instruments(connection: Connection, texts: Mapping[str, tuple[str, str]]) -> int:
    """Add instruments (`code@version` -> (digest, text)); how many were new.

    Raises `errors.BadData` for a known version with another content: versions are immutable.
    """
    known = dict(connection.execute(select(schema.instrument.c.ref, schema.instrument.c.digest)).all())
    faults = [
        f"{ref}: this version is loaded with another content; a changed questionnaire is a new version"
        for ref, (digest, _) in texts.items()
        if ref in known and known[ref] != digest
    ]
    if faults:
        raise errors.BadData(faults)
    rows = [
        {"ref": ref, "digest": digest, "content": content}
        for ref, (digest, content) in texts.items()
        if ref not in known
    ]
    return put(connection, schema.instrument, rows)


def load_waves(connection: Connection, waves: Sequence[Wave]) -> int:
    """Add or change waves, and remember every instrument they had; how many were new or changed."""
    changed = put(connection, schema.wave, [_row(wave) | {"title": dict(wave.title)} for wave in waves])
    asked = [{"wave": wave.code, "instrument": wave.instrument} for wave in waves]
    return max(changed, put(connection, schema.wave_instrument, asked))


def put(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> int:
    """Insert or update rows by primary key, touching only those that differ; how many differed."""
    key = tuple(table.primary_key.columns)

    def at(row: Mapping[Any, Any]) -> tuple[Any, ...]:
        return tuple(row[column.name] for column in key)

    known = {at(row): row for row in connection.execute(select(table)).mappings()}
    added = [row for row in rows if at(row) not in known]
    changed = [
        row for row in rows if (old := known.get(at(row))) and any(old[name] != row[name] for name in row)
    ]
    if added:
        connection.execute(table.insert(), added)
    for row in changed:
        connection.execute(table.update().where(tuple_(*key) == tuple_(*at(row))).values(**row))
    return len(added) + len(changed)


def _row(noun: Any) -> dict[str, Any]:
    """A frozen value as a row: its fields by name."""
    return {f.name: getattr(noun, f.name) for f in dataclasses.fields(noun)}


def _agency_rows(agencies: Sequence[Agency], first: int) -> list[dict[str, Any]]:
    return [_row(agency) | {"place": first + i} for i, agency in enumerate(_parents_first(agencies))]


def _renamed(noun: Field | Procedure) -> dict[str, Any]:
    row = _row(noun)
    row["target_group"] = row.pop("group")
    return row


def _parents_first(agencies: Iterable[Agency]) -> list[Agency]:
    left = {agency.code: agency for agency in agencies}
    ordered: list[Agency] = []
    while left:
        ready = [a for a in left.values() if a.parent not in left]
        if not ready:
            raise errors.BadData([f"agencies: {code} lies below itself" for code in left])
        ordered += ready
        for agency in ready:
            del left[agency.code]
    return ordered


def _read(connection: Connection, parse: Callable[[str, str], Instrument]) -> Reference:
    def rows(table: Table, *order: str) -> list[dict[str, Any]]:
        found = connection.execute(select(table).order_by(*(table.c[name] for name in order)))
        names = tuple(found.keys())
        return [_as_noun(dict(zip(names, row, strict=True))) for row in found]

    def by_code(nouns: Iterable[Any]) -> dict[str, Any]:
        return {noun.code: noun for noun in nouns}

    versions: dict[str, frozenset[str]] = {}
    for wave, ref in connection.execute(select(schema.wave_instrument)):
        versions[wave] = versions.get(wave, frozenset()) | {ref}
    return Reference(
        versions=versions,
        agencies=by_code(Agency(**_without(row, "place")) for row in rows(schema.agency, "place", "code")),
        counters=by_code(Counter(**row) for row in rows(schema.counter, "code")),
        fields=by_code(Field(**row) for row in rows(schema.field, "code")),
        procedures=by_code(Procedure(**row) for row in rows(schema.procedure, "code")),
        targets=tuple(
            Target(**row | {"groups": tuple(row["groups"])}) for row in rows(schema.target, "year", "code")
        ),
        published=tuple(
            PublishedFigure(**row) for row in rows(schema.published_figure, "place", "indicator", "year")
        ),
        reforms=tuple(Reform(**row) for row in rows(schema.reform, "code")),
        succession=Succession(
            tuple(
                Edge(**row | {"share": Fraction(row["share"]), "event": Event(row["event"])})
                for row in rows(schema.succession, "on", "predecessor", "successor")
            )
        ),
        waves=by_code(Wave(**row | {"kind": WaveKind(row["kind"])}) for row in rows(schema.wave, "code")),
        instruments={
            row["ref"]: parse(f"{row['ref']}.toml", row["content"]) for row in rows(schema.instrument, "ref")
        },
    )


def _as_noun(row: dict[str, Any]) -> dict[str, Any]:
    if "status" in row:
        row["status"] = Status(row["status"])
    if "target_group" in row:
        row["group"] = row.pop("target_group")
    return row


def _without(row: dict[str, Any], name: str) -> dict[str, Any]:
    row.pop(name)
    return row


def next_stamp(connection: Connection, on: date) -> None:
    """Tell every process that holds the catalogue in memory to read it again."""
    about.write(connection, about.CATALOGUE, _after(about.read(connection, about.CATALOGUE), on))


def next_stamp_after(connection: Connection, seen: str, on: date) -> None:
    """The same for somebody who saw the stamp `seen`. Raises `errors.CatalogueChanged` if there is another."""
    if not about.moved(connection, about.CATALOGUE, seen, _after(seen, on)):
        raise errors.CatalogueChanged


def _after(stamp: str | None, on: date) -> str:
    count = int((stamp or "0 ").split()[0])
    return f"{count + 1} {on.isoformat()}"
