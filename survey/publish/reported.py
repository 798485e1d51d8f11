"""The report of an edition: its figures as its bundle holds them, in the nouns that a live report has."""

from __future__ import annotations

import json
from dataclasses import dataclass

from survey.edition import Edition
from survey.formats import archive
from survey.publish import catalogue, tables
from survey.publish.rebuilt import Rebuilder
from survey.report import Changes, ReformPlan, Report, Voice
from survey.store import editions as shelf
from survey.store.database import Database

PARAMETERS = "parameters.json"


@dataclass(frozen=True)
class Reported:
    """What the document of an edition is made of. name: the edition's, with its revision"""

    name: str
    report: Report
    changes: Changes
    plan: ReformPlan
    voice: Voice | None


def of_edition(db: Database, edition: Edition) -> Reported:
    """The report of the whole, every agency's change, and the plan, from nothing but the bundle."""
    with db.read() as connection, shelf.Bundle(connection, edition) as file:
        reader = archive.opened(file)
        parameters = json.loads(reader.read(PARAMETERS))
        name = f"{parameters['instrument']}.toml"
        text = reader.read(f"instrument/{name}").decode()
        known = catalogue.loaded(reader.read(catalogue.NAME), name, text)
        return reported(edition.name, Rebuilder(tables.read(reader, parameters), known))


def reported(name: str, rebuilder: Rebuilder) -> Reported:
    """What the document is made of, from released counts."""
    changes = rebuilder.changes()
    return Reported(name, changes.report, changes, ReformPlan(changes.report, ()), rebuilder.voice)
