"""Reading kept counts: moments of domains, parts of families, tallies and products of a period."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Connection, Table, select

from survey.counts import ALL, RESPONSES, BlockSums, Moments, Parts, Products, Stratum, families_of, family_of
from survey.counts.domains import HEADLINES, crossed
from survey.counts.fold import CELL_FIELDS, grouped
from survey.counts.moving import CROSS_FIELDS, MOMENT_FIELDS, shared
from survey.counts.products import GROUPS, block_size
from survey.store import schema
from survey.store.bulk import chunks
from survey.store.cells import names
from survey.store.cells.folding import unpacked

Array = NDArray[np.float64]
Codes = NDArray[np.intp]


def strata(
    connection: Connection,
    wave: str,
    *,
    domains: Sequence[str],
    months: tuple[str, str],
    measures: Sequence[str] | None = None,
) -> dict[tuple[str, str], dict[str, Moments]]:
    """Moments of a period: (domain, measure) -> stratum -> moments.

    months: first and last month, both included · measures: None for all that the domains carry.
    """
    found: defaultdict[tuple[str, str], dict[str, Moments]] = defaultdict(dict)
    for (_, stratum, domain, measure), moments in _moments(connection, wave, domains, months, measures):
        found[domain, measure][stratum] = moments
    return dict(found)


def monthly(
    connection: Connection, wave: str, *, domains: Sequence[str], measure: str, months: tuple[str, str]
) -> dict[tuple[str, str], dict[str, Moments]]:
    """Moments of one measure by month: (domain, month) -> stratum -> moments."""
    found: defaultdict[tuple[str, str], dict[str, Moments]] = defaultdict(dict)
    rows = _moments(connection, wave, domains, months, [measure], by_month=True)
    for (month, stratum, domain, _), moments in rows:
        found[domain, month][stratum] = moments
    return dict(found)


def people(
    connection: Connection, wave: str, domains: Sequence[str], months: tuple[str, str]
) -> dict[str, dict[tuple[str, str], int]]:
    """How many people answered to each measure in each month: domain -> (measure, month) -> people."""
    numbers = names.known_domains(connection, domains)
    found: dict[str, dict[tuple[str, str], int]] = {domain: {} for domain in domains}
    families = sorted({family_of(domain) for domain in numbers})
    for held in _held(connection, wave, families, months, by_month=True):
        there = sorted({month for month, _ in held.labels})
        month = np.array([there.index(label[0]) for label in held.labels], dtype=np.intp)[held.label]
        for domain, number in numbers.items():
            mine = held.domain == number
            counted = grouped(held.sums[mine, :, 1], month[mine], len(there)).astype(np.int64)
            for at, place in zip(*(axis.tolist() for axis in np.nonzero(counted)), strict=True):
                key = (held.measures[place], there[at])
                found[domain][key] = found[domain].get(key, 0) + int(counted[at, place])
    return found


def heard(
    connection: Connection, wave: str, months: tuple[str, str], strata: Sequence[str] | None = None
) -> list[tuple[str, str]]:
    """The desks and days that are sampling units of a period. strata: None for all."""
    psu = schema.psu.c
    query = select(psu.label).where(psu.wave == wave, psu.month.between(*months))
    if strata is not None:
        query = query.where(psu.stratum.in_(strata))
    units = (label.rpartition(":") for label in connection.scalars(query))
    return [(desk, day) for desk, _, day in units]


def sampled(connection: Connection, wave: str, measure: str, months: tuple[str, str]) -> dict[str, int]:
    """All PSUs of each stratum in a period, from the measure that counts responses: stratum -> n_h."""
    every = strata(connection, wave, domains=[ALL], months=months, measures=[measure])
    return {stratum: m.psus for by in every.values() for stratum, m in by.items()}


def with_sampled(moments: Mapping[str, Moments], all_psus: Mapping[str, int]) -> tuple[Stratum, ...]:
    """Strata for the formulas: a domain's moments beside all PSUs of the strata it was looked for in."""
    return tuple(Stratum(m, all_psus[stratum]) for stratum, m in sorted(moments.items()))


def months(connection: Connection, wave: str) -> list[str]:
    """The months in which a wave has sealed responses, in order."""
    moment = schema.moment.c
    held = select(moment.month).where(*_of_families(connection, wave, [ALL])).distinct()
    return list(connection.scalars(held.order_by(moment.month)))


def _of_families(
    connection: Connection, wave: str, families: Sequence[str]
) -> tuple[ColumnElement[bool], ...]:
    """The rows of families in the moment table, by the beginning of its key: without layouts all would be walked."""
    moment = schema.moment.c
    held = list(names.layouts(connection))
    return moment.wave == wave, moment.layout.in_(held), moment.family.in_(families)


class _Held(NamedTuple):
    """Rows of the moment table of one layout, taken apart.

    label: (N,) numbers of (month, stratum) in `labels` · domain: (N,) · sums: (N, M, 13)
    """

    measures: tuple[str, ...]
    labels: list[tuple[str, str]]
    label: Codes
    domain: Codes
    sums: Array


def _held(
    connection: Connection, wave: str, families: Sequence[str], months: tuple[str, str], *, by_month: bool
) -> Iterable[_Held]:
    """What is kept of families in a period; months are "" unless they are asked for."""
    moment, layouts = schema.moment.c, names.layouts(connection)
    rows: defaultdict[int, list[tuple[tuple[str, str], bytes]]] = defaultdict(list)
    for some in chunks(families):
        query = select(moment.layout, moment.month, moment.stratum, moment.sums).where(
            *_of_families(connection, wave, some), moment.month.between(*months)
        )
        for layout, month, stratum, sums in connection.execute(query).all():
            rows[layout].append(((month if by_month else "", stratum), sums))
    for layout, found in rows.items():
        measures = layouts[layout]
        labels = list(dict.fromkeys(label for label, _ in found))
        number = {label: place for place, label in enumerate(labels)}
        parts = [unpacked(sums, 1 + len(measures) * MOMENT_FIELDS) for _, sums in found]
        all_rows = np.concatenate(parts)
        label = np.repeat([number[label] for label, _ in found], [len(part) for part in parts])
        sums = all_rows[:, 1:].reshape(-1, len(measures), MOMENT_FIELDS)
        yield _Held(measures, labels, label.astype(np.intp), all_rows[:, 0].astype(np.intp), sums)


def _moments(
    connection: Connection,
    wave: str,
    domains: Sequence[str],
    months: tuple[str, str],
    measures: Sequence[str] | None,
    *,
    by_month: bool = False,
) -> Iterable[tuple[tuple[str, str, str, str], Moments]]:
    """((month, stratum, domain, measure), moments) in order; a measure that nobody answered is not there."""
    numbers = names.known_domains(connection, domains)
    name_of = {number: name for name, number in numbers.items()}
    families = sorted({family_of(domain) for domain in numbers})
    found: list[tuple[tuple[str, str, str, str], Moments]] = []
    for held in _held(connection, wave, families, months, by_month=by_month):
        mine = np.flatnonzero(np.isin(held.domain, list(name_of)))
        size = int(held.domain.max(initial=0)) + 1
        at, entry = np.unique(held.label[mine] * size + held.domain[mine], return_inverse=True)
        wanted = [place for place, name in enumerate(held.measures) if measures is None or name in measures]
        sums = grouped(held.sums[mine][:, wanted], entry, len(at))
        there = sums[:, :, 0] > 0
        row, place = np.nonzero(there)
        columns = (*np.divmod(at[row], size), place, sums[there])
        for label, domain, measure, kept in zip(*(column.tolist() for column in columns), strict=True):
            key = (*held.labels[label], name_of[domain], held.measures[wanted[measure]])
            found.append((key, Moments.of(kept)))
    return sorted(found, key=lambda one: one[0])


# Parts: domains of one family together.


def parts(
    connection: Connection,
    wave: str,
    family: str,
    months: tuple[str, str],
    *,
    keys: Sequence[str] | None = None,
    psus: Mapping[str, int] | None = None,
) -> Parts:
    """The domains of a family side by side, in the index (or where there is none, in the responses).

    family: "agency", "mode", "field", "agency:03646/mode", "agency:03646/field" · keys: some of its
    domains · psus: all PSUs of each stratum in the period, read unless they are given. Cross moments of agencies and modes are kept; those of other families are taken from the
    cells of the PSUs in the family's strata, which costs by PSUs and not by responses: within an agency
    some hundreds for each counter and year.
    """
    every = psus or sampled(connection, wave, RESPONSES, months)
    family_strata = {stratum: number for number, stratum in enumerate(sorted(every))}
    label, domain, sums = _index_moments(connection, wave, family, months, family_strata)
    name_of = names.domain_names(connection, set(domain.tolist()))
    wanted = sorted(name for name in name_of.values() if keys is None or name in keys)
    key_of = {code: wanted.index(name) for code, name in name_of.items() if name in wanted}
    mine = np.isin(domain, list(key_of))
    key = np.array([key_of[code] for code in domain[mine].tolist()], dtype=np.intp)
    size = max(1, len(wanted))
    at, row = np.unique(label[mine] * size + key, return_inverse=True)
    stratum, key = np.divmod(at, size)
    read = _kept_crosses if crossed(family) else _crosses_of_cells
    in_stratum, first, second, products = read(connection, wave, family, months, family_strata, key_of)
    n = np.array([every[name] for name in family_strata], dtype=np.intp)
    moments = grouped(sums[mine], row, len(at))
    return Parts(tuple(wanted), stratum, key, moments, in_stratum, first, second, products, n)


def _index_moments(
    connection: Connection, wave: str, family: str, months: tuple[str, str], label_of: Mapping[str, int]
) -> tuple[Codes, Codes, Array]:
    """The stratum's and the domain's number of each row of a family, and its moments of the index (N, 13)."""
    labels, domains, sums = [np.zeros(0, np.intp)], [np.zeros(0, np.intp)], [np.zeros((0, MOMENT_FIELDS))]
    for held in _held(connection, wave, [family], months, by_month=False):
        labels.append(np.array([label_of[stratum] for _, stratum in held.labels], dtype=np.intp)[held.label])
        domains.append(held.domain)
        sums.append(held.sums[:, _index(held.measures)])
    return np.concatenate(labels), np.concatenate(domains), np.concatenate(sums)


def _index(measures: Sequence[str]) -> int:
    """The place of the headline measure: the index, or the responses where there is none."""
    return next((n for n, name in enumerate(measures) if name.startswith("index:")), 0)


_Pairs = tuple[Codes, Codes, Codes, Array]


def _kept_crosses(
    connection: Connection,
    wave: str,
    family: str,
    months: tuple[str, str],
    label_of: Mapping[str, int],
    key_of: Mapping[int, int],
) -> _Pairs:
    moment = schema.moment.c
    query = select(moment.stratum, moment.crosses).where(
        *_of_families(connection, wave, [family]), moment.month.between(*months)
    )
    found = [
        (label_of[s], unpacked(blob, 2 + CROSS_FIELDS)) for s, blob in connection.execute(query).all() if blob
    ]
    rows = np.concatenate([np.zeros((0, 2 + CROSS_FIELDS)), *(rows for _, rows in found)])
    label = np.repeat(np.array([s for s, _ in found], dtype=np.intp), [len(rows) for _, rows in found])
    inside = np.isin(rows[:, :2], list(key_of)).all(axis=1)
    rows, label = rows[inside], label[inside]
    ends = np.array([[key_of[int(a)], key_of[int(b)]] for a, b in rows[:, :2]], dtype=np.intp).reshape(-1, 2)
    return _summed_pairs(label, ends[:, 0], ends[:, 1], rows[:, 2:], len(key_of))


def _crosses_of_cells(
    connection: Connection,
    wave: str,
    family: str,
    months: tuple[str, str],
    label_of: Mapping[str, int],
    key_of: Mapping[int, int],
) -> _Pairs:
    """Cross moments from the cells by whole profile of the PSUs where the family has answers."""
    psu, cell, moment = schema.psu.c, schema.cell.c, schema.moment.c
    touched = select(moment.stratum).where(
        *_of_families(connection, wave, [family]), moment.month.between(*months)
    )
    query = (
        select(psu.stratum, cell.parts)
        .select_from(schema.psu.join(schema.cell, cell.psu == psu.id))
        .where(psu.wave == wave, psu.month.between(*months), psu.stratum.in_(touched.distinct()))
    )
    width = 1 + HEADLINES * CELL_FIELDS
    found = [(label_of[stratum], unpacked(blob, width)) for stratum, blob in connection.execute(query).all()]
    rows = np.concatenate([np.zeros((0, width)), *(rows for _, rows in found)])
    unit = np.repeat(np.arange(len(found)), [len(rows) for _, rows in found])
    key = _keys_of_profiles(connection, rows[:, 0].astype(np.intp), family, key_of)
    mine = key >= 0
    size = max(1, len(key_of))
    at, row = np.unique(unit[mine] * size + key[mine], return_inverse=True)
    sums = grouped(rows[mine, -CELL_FIELDS:], row, len(at))
    held, of = np.divmod(at, size)
    stratum = np.array([label for label, _ in found], dtype=np.intp)[held]
    return shared(stratum, held, of, sums)


def _keys_of_profiles(
    connection: Connection, profiles: Codes, family: str, key_of: Mapping[int, int]
) -> Codes:
    """For profiles by number (N,): the number of their domain of a family, -1 for none."""
    distinct, which = np.unique(profiles, return_inverse=True)
    known = names.profiles_of(connection, distinct.tolist())
    domain_of = [families_of(known[number]).get(family, "") for number in distinct.tolist()]
    numbers = names.known_domains(connection, sorted(set(domain_of)))
    keys = [key_of.get(numbers.get(domain, -1), -1) for domain in domain_of]
    return np.array(keys, dtype=np.intp)[which]


def _summed_pairs(label: Codes, first: Codes, second: Codes, sums: Array, size: int) -> _Pairs:
    """Pairs of numbers in strata, each once."""
    size = max(1, size)
    swap = first > second
    sums = np.where(swap[:, None], sums[:, [0, 1, 3, 2, 4]], sums)
    low, high = np.minimum(first, second), np.maximum(first, second)
    found, row = np.unique((label * size + low) * size + high, return_inverse=True)
    rest, b = np.divmod(found, size)
    a_label, a = np.divmod(rest, size)
    return a_label, a, b, grouped(sums, row, len(found))


# Tallies and products.


def tallies(
    connection: Connection, wave: str, *, domain: str, months: tuple[str, str]
) -> dict[str, dict[str, int]]:
    """Answers per outcome: measure -> outcome (step or missing reason) -> answers; only outcomes that occur."""
    found: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for outcomes, sums in _by_layout(connection, schema.tally, wave, domain, months):
        answers = sums.reshape(len(outcomes), 2)[:, 0].astype(int).tolist()
        for name, n in zip(outcomes, answers, strict=True):
            measure, outcome = name.split("\t")
            if n:
                found[measure][outcome] = found[measure].get(outcome, 0) + n
    return dict(found)


def products(
    connection: Connection, wave: str, agency: str | None = None, *, months: tuple[str, str]
) -> Products:
    """Products of answers of everybody, or of an agency, in a period; see `survey.counts.products`."""
    domain = ALL if agency is None else f"agency:{agency}"
    blocks: dict[str, BlockSums] = {}
    for names_of, sums in _by_layout(connection, schema.product, wave, domain, months):
        rest = sums.reshape(GROUPS, -1)
        for line in filter(None, names_of):
            name, *columns = line.split("\t")
            size = block_size(len(columns))
            own, rest = rest[:, :size], rest[:, size:]
            if own[:, 0].any():
                blocks[name] = BlockSums(tuple(columns), own)
    return Products(blocks)


def _by_layout(
    connection: Connection, table: Table, wave: str, domain: str, months: tuple[str, str]
) -> Iterable[tuple[tuple[str, ...], Array]]:
    """The names and the summed numbers of a domain in a period, for each layout that it was kept in."""
    layouts, number = names.layouts(connection), names.known_domains(connection, [domain])
    kept = table.c
    query = select(kept.layout, kept.sums).where(
        kept.wave == wave,
        kept.layout.in_(list(layouts)),
        kept.domain.in_(list(number.values())),
        kept.month.between(*months),
    )
    found: dict[int, Array] = {}
    for layout, blob in connection.execute(query):
        found[layout] = found.get(layout, 0.0) + np.frombuffer(blob, "<f8")
    return [(layouts[layout], sums) for layout, sums in sorted(found.items())]
