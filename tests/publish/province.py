"""A small province with two closed years, to publish from: five agencies, two of them with few answers."""

from __future__ import annotations

import csv
import io
import random
from datetime import date, datetime
from importlib import resources

from survey import admit, collect, design, process, publish
from survey.account import Account
from survey.edition import Edition
from survey.publish import Proposal
from survey.quarantine import Doubt
from survey.response import Mode, Respondent, Response
from survey.store.database import Database
from tests.answering import rated

PACKAGE = resources.files("survey")
#: the agencies that are kept of the shipped catalogue
KEPT = ("son-la", "noi-vu", "03646", "03679", "03664", "04246")
TODAY = date(2027, 1, 20)
AT = 1_800_410_400

#: responses of each agency in 2026: many, many, some, few who agree, and hardly any
NUMBERS = {"03646": 160, "noi-vu": 120, "03679": 60, "03664": 14, "04246": 4}
EARLIER = {"03646": 60, "noi-vu": 50, "03679": 40}


def _only(name: str, column: str) -> str:
    """A file of the catalogue with the rows of the agencies that are kept."""
    text = (PACKAGE / "catalogue" / name).read_text(encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO(text)))
    file = io.StringIO()
    writer = csv.DictWriter(file, rows[0].keys())
    writer.writeheader()
    writer.writerows(row for row in rows if row[column] in (*KEPT, ""))
    return file.getvalue()


def load(db: Database, purpose: str = "real") -> None:
    catalogue = {
        file.name: file.read_text(encoding="utf-8")
        for file in (PACKAGE / "catalogue").iterdir()
        if file.name.endswith(".csv")
    }
    catalogue["agencies.csv"] = _only("agencies.csv", "code")
    catalogue["succession.csv"] = catalogue["succession.csv"].splitlines(keepends=True)[0]
    catalogue["counters.csv"] = _only("counters.csv", "receiver")
    catalogue["procedures.csv"] = _only("procedures.csv", "department")
    instruments = {
        file.name: file.read_text(encoding="utf-8")
        for file in (PACKAGE / "instruments").iterdir()
        if file.name.endswith(".toml")
    }
    waves = (PACKAGE / "catalogue" / "waves.toml").read_text(encoding="utf-8")
    design.dedicate(db, purpose)
    design.load(db, catalogue, instruments, waves, on=TODAY)


def responses(numbers: dict[str, int], year: int, rng: random.Random) -> list[Response]:
    """Answers of a year: those of the fourth agency all agree."""
    made = []
    for agency, number in numbers.items():
        for _ in range(number):
            day = date(year, rng.choice((7, 8, 10, 11, 12)), rng.randint(1, 28))
            steps = [5 if agency == "03664" else rng.choice((2, 3, 4, 4, 5, 5)) for _ in range(6)]
            mode = rng.choice((Mode.KIOSK, Mode.KIOSK, Mode.KIOSK, Mode.ONLINE))
            respondent = rng.choice((Respondent.CITIZEN, Respondent.BUSINESS))
            made.append(
                rated(
                    *steps,
                    agency=agency,
                    day=day,
                    mode=mode,
                    respondent=respondent,
                    counter=f"{agency}-1" if agency.isdecimal() else None,
                    weight=1.0,
                )
            )
    return made


def answer(db: Database, some: list[Response], on: date, doubt: Doubt | None = None) -> None:
    """Take in and seal."""
    at = datetime(on.year, on.month, on.day, 9)  # noqa: DTZ001 - the doors hand over local time
    if doubt is None:
        collect.submit_many(db, some, at=at)
    for response in some if doubt else ():
        collect.submit(db, response, at=at, doubt=doubt)
    process.seal_all(db, rng=random.Random(1), today=on)


def fill(db: Database) -> None:
    """Two years of answers, fifteen of them in doubt, all sealed in January."""
    rng = random.Random(20270120)
    answer(db, responses(EARLIER, 2025, rng), date(2026, 1, 5))
    answer(db, responses(NUMBERS, 2026, rng), date(2026, 12, 30))
    answer(db, responses({"03646": 15}, 2026, rng), date(2027, 1, 3), Doubt.SPEED)


def person(db: Database, name: str) -> Account:
    return admit.create(db, None, name=name, person="Lò Thị Lan", agency="son-la", address="", at=AT).account


def proposed(db: Database, by: Account, year: int = 2026, reason: str = "", root: str = "") -> Edition:
    proposal = Proposal("rating-short", year, by, reason=reason, root=root, address="https://example.org")
    return publish.propose(db, proposal, at=AT, today=TODAY)
