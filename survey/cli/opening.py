"""What every command begins with: the database it works on, and refusals told in one sentence."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, NoReturn

import click

from survey import config, design, errors
from survey.store import database

demo_option = click.option("--demo", is_flag=True, help="Use the database of the simulated year.")


def told(command: Callable[..., None]) -> Callable[..., None]:
    """Tell a refusal in its sentence and leave with 1, without a traceback."""

    @wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> None:
        try:
            command(*args, **kwargs)
        except errors.BadData as refusal:
            stop(str(refusal))
        except errors.Refusal as refusal:
            stop(f"{_SENTENCES.get(refusal.code, refusal.code)} ({refusal})")
        except OSError as fault:
            stop(f"{fault.filename or 'the disk'}: {fault.strerror}")

    return wrapped


_SENTENCES = {
    errors.WrongDatabase.code: "Real and simulated data never share a database.",
    errors.TemporarilyUnavailable.code: "The database can't be used now: it is locked, full, damaged or not there.",
    errors.WrongSchema.code: "The database is not that of this version: `survey setup` makes a new one and "
    "brings an older one up; one of a newer version needs that version.",
    errors.PdfPartsMissing.code: "PDF documents can't be made here: install libpango-1.0-0, libpangoft2-1.0-0 and "
    "libharfbuzz-subset0. The HTML needs nothing.",
    errors.PlanOutOfRange.code: "No plan can be made with these numbers.",
    errors.UnknownWave.code: "There is no such wave.",
    errors.UnknownAgency.code: "There is no such agency.",
    errors.UnknownCounter.code: "There is no such counter.",
    errors.UnknownDevice.code: "There is no such kiosk; `survey kiosk list` prints all.",
    errors.UnknownAccount.code: "There is no account of this name.",
    errors.NameTaken.code: "Another account has this name.",
    errors.AddressTaken.code: "Another account has this e-mail address.",
    errors.BadName.code: "A name to sign in with has 3 to 80 small letters without marks, digits, dots, hyphens or @; "
    "a person's name 1 to 100 letters.",
    errors.BadAddress.code: "That is no e-mail address.",
    errors.UnknownRole.code: "There is no such part; `survey account grant --help` lists them.",
    errors.UnknownEdition.code: "There is no such edition; `survey publish list` prints all.",
    errors.PeriodOpen.code: "The period is not over yet, or answers of it are not sealed.",
    errors.NothingToPublish.code: "Nobody answered in this period.",
    errors.CheckpointMoved.code: "The checkpoint is not the one that was meant, or not of this ledger.",
    errors.EditionProposed.code: "A proposal of this edition waits for a decision already.",
    errors.NotProposed.code: "The edition was decided on before and does not change any more.",
    errors.SamePerson.code: "Whoever proposed an edition does not publish it.",
    errors.ReasonMissing.code: "A revision needs a reason (--reason).",
    errors.TooFewChanged.code: "Fewer than ten people lie between this revision and an earlier one: their "
    "difference would tell what those people said. Wait for more answers.",
    errors.FiguresDiffer.code: "A figure does not follow from the counts that would be published.",
    errors.BadBundle.code: "The file is no whole bundle of an edition.",
    errors.BundleNewer.code: "The bundle was made by a newer version: check it with that one.",
    errors.BundlePath.code: "The bundle holds a link, a path that leads out of it, or one name twice.",
    errors.BundleTooLarge.code: "A file of the bundle unpacks to far more than it should.",
    errors.AuditBroken.code: "The audit does NOT follow: this entry was changed, or one before it is missing.",
}


def stop(sentence: str) -> NoReturn:
    click.echo(sentence, err=True)
    sys.exit(1)


@contextmanager
def opened_store(demo: bool) -> Iterator[database.Database]:
    settings = config.read(simulated=demo)
    db = design.opened(settings.database_url, settings.keys, settings.purpose)
    try:
        yield db
    finally:
        db.dispose()
