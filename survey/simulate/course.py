"""What became of what simulated people wrote: cases in every state, disputes and their rulings, invitations, a burst."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from survey import admit, collect, process, reply
from survey.account import Account
from survey.admit import Given
from survey.case import Case, Move
from survey.dispute import LEAST, Reason
from survey.response import Response
from survey.roles import Grant, Role
from survey.simulate import visits, written
from survey.simulate.answers import RECENT, Filled
from survey.store.database import Database

#: the name to sign in with, and what the account may do
NAME, ROLES = (
    "xem-thu",
    (
        Role.HEAD,
        Role.REVIEWER,
        Role.ANALYST,
        Role.OFFICER,
        Role.SURVEY_LEAD,
        Role.METHODOLOGIST,
        Role.AUDITOR,
    ),
)
ROOT = "son-la"

#: cases, and agencies that most of them are about
CASES, AGENCIES = 96, 10

#: the part of cases that nobody answers, that is claimed done, and of those confirmed and opened again
UNANSWERED, CLAIMED, CONFIRMED, REOPENED = 0.12, 0.8, 0.6, 0.2

#: disputes of an agency each: how many days, reason, words, and the ruling (None: not decided yet)
DISPUTES: tuple[tuple[int, Reason, str, bool | None], ...] = (
    (3, Reason.TEST, "Hôm đó tập huấn, cán bộ bấm thử thiết bị.", True),
    (1, Reason.WRONG_OFFICE, "Đoàn khách đến nhầm quầy của đơn vị khác.", True),
    (1, Reason.ABUSE, "Có người bấm nhiều lần liền.", False),
    (1, Reason.ABUSE, "Nhóm thanh niên bấm đùa.", None),
)


def employ(db: Database, *, at: int) -> Given:
    """The account that whoever looks at the demonstration signs in with; its password is told here alone."""
    given = admit.create(
        db, None, name=NAME, person="Tài khoản xem thử (mô phỏng)", agency=ROOT, address="", at=at
    )
    for role in ROLES:
        admit.give(db, None, given.account, Grant(role, ROOT), at=at)
    return given


def follow(
    db: Database, by: Account, filled: Filled, *, ends: date, rng: random.Random, at: datetime
) -> None:
    """Let cases, disputes and invitations follow from what was filled in, day by day until `ends`."""
    visits.come(db, filled.recent, ends=ends, rng=rng, at=at)
    visits.be_invited(db, filled.year, ends=ends, rng=rng, at=at, by=by.id)
    process.seal_all(db, rng=rng, today=at.date())
    acts = _Acts(db, by, ends, rng)
    for response in _asking(filled.recent, rng):
        acts.case(response)
    for day in (ends - timedelta(days=back) for back in range(RECENT, 0, -7)):
        acts.on(day, lambda on: reply.escalate(db, on=on))
    _disputed(acts, filled.recent)
    acts.happen()


def _asking(recent: Sequence[Response], rng: random.Random) -> Iterator[Response]:
    """Responses whose people ask for an answer: mostly the dissatisfied, mostly about a few agencies."""
    unhappy = [one for one in recent if not written.is_satisfied(one)]
    often = {agency for agency, _ in Counter(one.agency for one in unhappy).most_common(AGENCIES)}
    near, far = ([one for one in unhappy if (one.agency in often) is some] for some in (True, False))
    yield from rng.sample(near, min(len(near), CASES * 4 // 5))
    yield from rng.sample(far, min(len(far), CASES // 5))


def _disputed(acts: _Acts, recent: Sequence[Response]) -> None:
    """Dispute the busiest days of counters, of one agency more than one."""
    busy = Counter((one.agency, one.counter, one.day) for one in recent if one.counter)
    days: dict[str, list[tuple[str, date]]] = {}
    for (agency, counter, day), ratings in busy.most_common():
        if ratings >= LEAST:
            days.setdefault(agency, []).append((str(counter), day))
    agencies = sorted(days, key=lambda agency: len(days[agency]), reverse=True)
    for (most, reason, words, uphold), agency in zip(DISPUTES, agencies, strict=False):
        for counter, day in days[agency][:most]:
            acts.dispute(agency, counter, day, reason, words, uphold)


@dataclass
class _Acts:
    """What happens, gathered by its day, so that it happens in order."""

    db: Database
    by: Account
    ends: date
    rng: random.Random
    _waiting: list[tuple[date, int, Callable[[date], object]]] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=itertools.count)
    _heads: dict[str, Account] = field(default_factory=dict)

    def on(self, day: date, act: Callable[[date], object]) -> bool:
        """Let something happen on a day; not after the end."""
        if day < self.ends:
            self._waiting.append((day, next(self._numbers), act))
        return day < self.ends

    def happen(self) -> None:
        for day, _, act in sorted(self._waiting, key=lambda one: one[:2]):
            act(day)

    def case(self, response: Response) -> None:
        """Ask for an answer to a response, and let what follows from it come."""
        code = collect.receipt_of(self.db, response, on=self.ends).code
        kind = self.rng.choices(["feedback", "help", "corruption"], [85, 12, 3])[0]
        text = self.rng.choice(written.ASKED if kind == "feedback" else written.OTHERS[kind])
        opened: list[Case] = []
        day = self._later(response.day, 5)
        if not self.on(day, lambda on: opened.append(reply.ask(self.db, code, text, on=on, days={}))):
            return
        if self.rng.random() < UNANSWERED:
            return
        day = self._later(day, 12)
        self._step(opened, day, Move.NOTE, written.NOTED)
        self._step(
            opened, day, Move.ANSWER, self.rng.choice(written.ANSWERED), public=self.rng.random() < 0.4
        )
        if self.rng.random() < CLAIMED:
            self._claimed(opened, code, self._later(day, 6))

    def _claimed(self, opened: list[Case], code: str, day: date) -> None:
        self._step(opened, day, Move.CLAIM, self.rng.choice(written.DONE), public=self.rng.random() < 0.4)
        lot, day = self.rng.random(), self._later(day, 7)
        if lot < CONFIRMED:
            self.on(day, lambda on: reply.citizen_moves(self.db, code, Move.CONFIRM, "", on=on, days={}))
        elif lot < CONFIRMED + REOPENED:
            text = self.rng.choice(written.NOT_DONE)
            self.on(day, lambda on: reply.citizen_moves(self.db, code, Move.REOPEN, text, on=on, days={}))
            self._step(opened, self._later(day, 6), Move.CLAIM, self.rng.choice(written.DONE))

    def _step(self, opened: list[Case], day: date, what: Move, text: str, *, public: bool = False) -> None:
        def act(on: date) -> None:
            (case,) = opened
            step = reply.Step(what, text, public)
            reply.move(self.db, self.by, case.desk, case.number, step, on=on, at=_at(on))

        self.on(day, act)

    def dispute(
        self, agency: str, counter: str, of: date, reason: Reason, words: str, uphold: bool | None
    ) -> None:
        def act(on: date) -> None:
            claim, head = reply.Claim(reason, words, on), self._head(agency, _at(on))
            made = reply.dispute_day(self.db, head, agency, claim, place=counter, day=of, at=_at(on))
            if uphold is not None:
                why = "Đã đối chiếu với lịch làm việc và hồ sơ trong ngày."
                reply.decide(self.db, self.by, made.number, uphold=uphold, why=why, on=on, at=_at(on))

        self.on(self._later(of, 4), act)

    def _head(self, agency: str, at: int) -> Account:
        """Who disputes an agency's ratings: an account of its own, made when it is first needed."""
        if agency not in self._heads:
            name, person = f"lanh-dao-{agency}", "Lãnh đạo cơ quan (mô phỏng)"
            given = admit.create(self.db, None, name=name, person=person, agency=agency, address="", at=at)
            admit.give(self.db, None, given.account, Grant(Role.HEAD, agency), at=at)
            self._heads[agency] = given.account
        return self._heads[agency]

    def _later(self, day: date, most: int) -> date:
        return day + timedelta(days=self.rng.randint(1, most))


def _at(day: date) -> int:
    """The middle of a working day, for the audit."""
    return int(datetime.combine(day, time(10), visits.ZONE).timestamp())
