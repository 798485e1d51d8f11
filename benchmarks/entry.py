"""What a trained clerk keys for a sheet of paper, and what the service does with it."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta

from benchmarks.answers import TODAY, province
from benchmarks.attacker import NOON
from benchmarks.measure import Options, Table, ratio, seconds, whole
from survey import collect, design, paper
from survey.account import Account
from survey.admit import create
from survey.instrument import Instrument, Kind
from survey.paper import SERIAL_KEYS, Typed, serial
from survey.store.database import Database

#: keys an hour of clerks who enter numbers: a usual requirement, and of fast ones
SPEEDS = (8_000, 12_000)
SHEETS = 200


def run(options: Options) -> list[Table]:
    db = province(f"sqlite:///{options.folder / 'entry.sqlite3'}")
    forms = list(design.reference(db).instruments.values())
    table = Table(
        "Keys for one sheet",
        (
            "questionnaire",
            "questions",
            "serial",
            "answers and context",
            "keys in all",
            "keys a question",
            "by mouse or touch",
            *(f"sheets an hour at {whole(speed)} keys" for speed in SPEEDS),
        ),
        tuple(_row(form) for form in forms),
        (
            "with a script the last digit sends the sheet; without one, Enter is one key more",
            "by mouse or touch: a press for each question, two for who came and who helped, one to send, and the serial as well",
            "speeds are assumed: what office work asks of clerks who key numbers; nobody was timed",
        ),
    )
    taken = _entered(db, 20 if options.quick else SHEETS)
    db.dispose()
    return [table, taken]


def _row(form: Instrument) -> tuple[str, ...]:
    digits = paper.length(form)
    keys = SERIAL_KEYS + digits
    pressed = SERIAL_KEYS + len([i for i in form.items if i.kind is not Kind.CHOICES]) + 3
    return (
        f"`{form.ref}`",
        str(len(form.items)),
        str(SERIAL_KEYS),
        str(digits),
        str(keys),
        ratio(keys / len(form.items)),
        str(pressed),
        *(whole(speed / keys) for speed in SPEEDS),
    )


def _entered(db: Database, number: int) -> Table:
    """Sheets a second through both entries and into the inbox, beside one plain commit for each entry."""
    clerks = [_clerk(db, name) for name in ("lan.lo", "minh.vi")]
    rng = random.Random(1)
    made = collect.issue_batch(
        db, "03646-1", wave="rating-short", sheets_=number, percent=100, language="vi", on=TODAY
    )

    def enter(clerk: Account) -> Callable[[], None]:
        def all_sheets() -> None:
            for sheet in range(1, number + 1):
                typed = Typed(serial(made.number, sheet)[4:], "55455510", TODAY - timedelta(days=1))
                collect.enter(db, made.number, typed, by=clerk.id, at=NOON, rng=rng)

        return all_sheets

    def commits() -> None:
        for place in range(number):
            with db.write_in_turn() as connection:
                connection.exec_driver_sql("REPLACE INTO about VALUES ('bench', ?)", (str(place),))

    plain = number / seconds(commits)
    first, second = (number / seconds(enter(clerk)) for clerk in clerks)
    return Table(
        "Sheets a second, one clerk, SQLite",
        ("what", "a second", "beside a commit of one row"),
        (
            ("first entry", whole(first), ratio(first / plain)),
            ("second entry, and handing on", whole(second), ratio(second / plain)),
            ("baseline: a commit of one row", whole(plain), "1.00"),
        ),
    )


def _clerk(db: Database, name: str) -> Account:
    return create(db, None, name=name, person=name, agency="son-la", address="", at=1).account
