"""Alerts: digests of what has changed for the worse, made once a day and tried until they arrive."""

from __future__ import annotations

import hmac
import json
import logging
import smtplib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from survey import alert as alerts
from survey import analyse, design, errors, outbound, telling
from survey.account import Account, Deed, derived, read_address
from survey.admit import kiosks
from survey.agency import Target
from survey.alert import Alert, Every, Kind, Parcel, Subscription, Way
from survey.case import Shelf
from survey.comparison.periods import Direction
from survey.device import State as Stands
from survey.device import slot_of
from survey.figure import Verdict
from survey.outbound import Hook, Mailbox
from survey.reply import cases
from survey.report import Report
from survey.store import alerts as shelf
from survey.store import audit
from survey.store.database import Database

log = logging.getLogger(__name__)

#: the hour of the day from which digests are made: by then what was pressed yesterday is sealed
MORNING = 7


@dataclass(frozen=True)
class Post:
    """How digests leave. address: of the service, for the way to end them; mailbox: None where there is none"""

    address: str
    mailbox: Mailbox | None
    hook: Hook


def subscribe(
    db: Database, by: Account, agency: str, way: Way, target: str, every: Every, *, secret: bytes, at: int
) -> Subscription:
    """Have an agency's digests sent. Raises UnknownAgency, BadAddress, TargetRefused, SubscriptionKnown."""
    design.reference(db).agency(agency)
    if way is Way.MAIL:
        target, secret = read_address(target) or "", b""
        if not target:
            raise errors.BadAddress
    else:
        outbound.check_typed(target)
    with db.write() as connection:
        kept = shelf.subscribe(connection, Subscription(0, agency, way, target[:400], secret, every))
        thing = f"{kept.number} {way} of {agency}"
        audit.record(connection, db.keys.salt, at=at, account=by.id, what=Deed.ALERTS_ORDERED, thing=thing)
    return kept


def end(db: Database, by: Account, agency: str, number: int, *, at: int) -> None:
    """Send no more of them. Raises UnknownSubscription."""
    with db.write() as connection:
        known = shelf.find(connection, number)
        if known is None or known.agency != agency:
            raise errors.UnknownSubscription
        shelf.stop(connection, number)
        thing = f"{number} of {agency}"
        audit.record(connection, db.keys.salt, at=at, account=by.id, what=Deed.ALERTS_ENDED, thing=thing)


def subscriptions(db: Database, agency: str) -> tuple[Subscription, ...]:
    with db.read() as connection:
        return tuple(shelf.subscriptions(connection, agency))


def sent(db: Database, agency: str) -> tuple[tuple[Subscription, Parcel], ...]:
    """The delivery log of an agency."""
    with db.read() as connection:
        return tuple(shelf.log(connection, agency))


# The way to end them, known to whoever got one.


def stop_token(db: Database, number: int) -> str:
    """What stands in a letter's address for ending it: nobody makes it without the service's secret."""
    return f"{number}-{_mark(db, number)}"


def stop(db: Database, token: str) -> None:
    """End what a letter's token is of; ended twice it stays ended. Raises UnknownSubscription."""
    number, _, mark = token.partition("-")
    if (
        not number.isdecimal()
        or len(number) > 9
        or not hmac.compare_digest(mark.encode(), _mark(db, int(number)).encode())
    ):
        raise errors.UnknownSubscription
    with db.write() as connection:
        shelf.stop(connection, int(number))


def _mark(db: Database, number: int) -> str:
    return hmac.new(derived(db.keys.salt, "unsubscribe"), str(number).encode(), "sha256").hexdigest()[:32]


# Gathering.


def gather(db: Database, agency: str, *, now: datetime) -> tuple[Alert, ...]:
    """All that an agency would be told now."""
    return (*_figures(db, agency), *_overdue(db, agency, now), *_dark(db, agency, now))


def _figures(db: Database, agency: str) -> Iterator[Alert]:
    """Drops that are no chance, and targets missed: of figures that are public."""
    report = analyse.report(db, agency=agency)
    for comparison in report.comparisons:
        move = comparison.whole
        if move is not None and move.change.value is not None and move.direction is Direction.DOWN:
            points = f"{abs(move.change.value) * 100:.1f}"
            after, before = (
                {language: telling.named(name, language) for language in ("vi", "en")}
                for name in (comparison.after, comparison.before)
            )
            vi = f"Chỉ số giảm {points.replace('.', ',')} điểm, {after['vi']} so với {before['vi']}."
            en = f"The index fell by {points} points, {after['en']} against {before['en']}."
            yield Alert(Kind.DROP, {"vi": vi, "en": en})
    for target in _missed(report):
        aim, name = f"{target.value:g}", target.name
        vi = f"Chỉ số dưới mục tiêu {aim.replace('.', ',')} % ({name.get('vi', '')}, {target.year})."
        en = f"The index is below the target of {aim}% ({name.get('en', '')}, {target.year})."
        yield Alert(Kind.TARGET, {"vi": vi, "en": en})


def _missed(report: Report) -> list[Target]:
    """The targets that an agency misses, or the whole: its own and that of the plan's groups of fields."""
    judged = [(goal.target, goal.verdict) for goal in report.foremost()]
    if report.line and report.line.target:
        judged.append((report.line.target, report.line.verdict))
    return [target for target, verdict in judged if verdict is Verdict.NOT_MET]


def _overdue(db: Database, agency: str, now: datetime) -> Iterator[Alert]:
    late = cases.listed(db, agency, on=now.date()).often[Shelf.OVERDUE]
    if late:
        vi, en = f"{late} vụ việc quá hạn trả lời.", f"Cases overdue for an answer: {late}."
        yield Alert(Kind.OVERDUE, {"vi": vi, "en": en})


def _dark(db: Database, agency: str, now: datetime) -> Iterator[Alert]:
    for kiosk in kiosks.kiosks_of(db, agency):
        if kiosk.device.state(slot_of(now)) is Stands.SILENT:
            name = kiosk.counter.name
            vi = f"Thiết bị đánh giá không còn tín hiệu: {name.get('vi', kiosk.counter.code)}."
            en = f"A kiosk has gone silent: {name.get('en', kiosk.counter.code)}."
            yield Alert(Kind.DARK, {"vi": vi, "en": en})


# Sending.


def make_digests(db: Database, *, now: datetime) -> int:
    """Put the digests that are due on their way; how many had something in them."""
    if now.hour < MORNING:
        return 0
    with db.read() as connection:
        due = [one for one in shelf.subscriptions(connection) if one.is_due(now.date())]
    made = 0
    for one in due:
        found = gather(db, one.agency, now=now)
        body = _body(db, one, found, now) if found else ""
        with db.write() as connection:
            shelf.digested(connection, one, now.date(), made=int(now.timestamp()), body=body)
        made += bool(found)
    return made


def _body(db: Database, one: Subscription, found: tuple[Alert, ...], now: datetime) -> str:
    told = {
        "agency": one.agency,
        "name": dict(design.reference(db).agency(one.agency).name),
        "day": now.date().isoformat(),
        "alerts": [{"kind": each.kind.value, "words": dict(each.words)} for each in found],
    }
    return json.dumps(told, ensure_ascii=False, sort_keys=True)


def send_waiting(db: Database, post: Post, *, now: datetime) -> int:
    """Try the digests whose time has come; how many arrived. What fails is logged, and tried later again."""
    at, arrived = int(now.timestamp()), 0
    with db.read() as connection:
        waiting = [(one, shelf.find(connection, one.subscription)) for one in shelf.waiting(connection, at)]
    for parcel, to in waiting:
        assert to is not None, "a digest has a subscription"
        told, done = ("stopped", True) if to.stopped else _tried(db, post, parcel, to, at)
        arrived += told in ("sent", "200")
        wait = alerts.WAITS[parcel.attempts] if parcel.attempts < len(alerts.WAITS) else None
        if not done:
            log.warning("digest %s failed (%s), attempt %s", parcel.number, told, parcel.attempts + 1)
        due = None if done or wait is None else at + wait
        with db.write() as connection:
            shelf.tried(connection, parcel, due=due, done=at if done and not to.stopped else None, told=told)
    return arrived


def _tried(db: Database, post: Post, parcel: Parcel, to: Subscription, at: int) -> tuple[str, bool]:
    """What came of an attempt, in one word, and whether that was the last."""
    try:
        if to.way is Way.MAIL:
            return _mailed(db, post, parcel, to)
        body = parcel.body.encode()
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "hai-long",
            "Hai-Long-Delivery": str(parcel.number),
            "Hai-Long-Signature": alerts.signature(to.secret, at, body),
        }
        status = outbound.post(post.hook, to.target, body, headers)
        return str(status), 200 <= status < 300
    except errors.TargetRefused as refusal:
        return f"{refusal.code} {refusal.detail.get('why')}", False
    except (OSError, smtplib.SMTPException) as fault:
        return type(fault).__name__, False


def _mailed(db: Database, post: Post, parcel: Parcel, to: Subscription) -> tuple[str, bool]:
    if post.mailbox is None:
        return "no mail server is set", False
    told, way_out = json.loads(parcel.body), f"{post.address}/unsubscribe/{stop_token(db, to.number)}"
    found = [Alert(Kind(each["kind"]), each["words"]) for each in told["alerts"]]
    text = alerts.letter(told["name"], found, way_out)
    outbound.send(post.mailbox, to.target, alerts.subject(told["name"]), text, stop=way_out)
    return "sent", True
