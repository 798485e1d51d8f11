"""The report of an edition: its figures as its bundle holds them, in the nouns that a live report has."""

from __future__ import annotations

import json
from dataclasses import replace

from survey.analyse.groups import GROUPS
from survey.edition import Edition
from survey.publish import bundling, catalogue, reading, tables
from survey.publish.rebuilt import Rebuilder
from survey.report import Changes, ReformPlan, Report
from survey.store.database import Database


def of_edition(db: Database, edition: Edition) -> tuple[Report, Changes, ReformPlan]:
    """The report of the whole, every agency's change, and the plan, from nothing but the bundle."""
    with reading.bundle(db, edition) as reader:
        parameters = json.loads(reader.read(bundling.PARAMETERS))
        name = f"{parameters['instrument']}.toml"
        text = reader.read(f"instrument/{name}").decode()
        known = catalogue.loaded(reader.read(catalogue.NAME), name, text)
        rebuilder = Rebuilder(tables.read(reader, parameters), known)
        changes = rebuilder.changes()
        found = rebuilder.groups()
    groups = tuple(replace(f, label=GROUPS[f.domain[6:]]) for f in found if f.domain[6:] in GROUPS)
    report = replace(
        changes.report,
        groups=groups,
        fields=tuple(f for f in found if f.domain.startswith("field:")),
        kinds=tuple(f for f in found if f.domain.startswith("kind:")),
    )
    return report, Changes(report, changes.comparisons), ReformPlan(report, ())
