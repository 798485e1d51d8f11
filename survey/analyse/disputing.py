"""Dispute rates: of the ratings that count in a period, how many were disputed, and of those decided how many rightly.

A dispute belongs to the period of its ratings, whenever it was opened. Numbers of 1 to 9 ratings are told as that, and
nothing from which they follow (docs/method.md, "Counted otherwise").
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from survey import disclosure
from survey.analyse.wave import WaveCounts
from survey.dispute import Disputed, Ruling, Tally
from survey.figure import Figure
from survey.report import Rates
from survey.response import Sealed
from survey.stats import Estimate
from survey.store import disputes, responses
from survey.store.database import Connection

METHOD = "dispute-rate@1"
#: why a rate is a range
FEW_DISPUTED = "few-disputed"

DISPUTED = {"vi": "Tỷ lệ phiếu bị đề nghị xem lại", "en": "Share of disputed ratings"}
UPHELD = {
    "vi": "Tỷ lệ được kết luận là đề nghị đúng, trong số đã có kết luận",
    "en": "Share rightly disputed of those decided",
}


def tallies(connection: Connection, counts: WaveCounts) -> dict[str, Tally]:
    """The disputed ratings that count in the period, by the agency that was rated."""
    first, last = counts.period.months
    rulings = disputes.rulings(connection, counts.wave.code)
    found: defaultdict[str, Counter[Ruling]] = defaultdict(Counter)
    for commitment, _, content in responses.rows(connection, list(rulings)):
        sealed = Sealed.parse(content)
        if first <= sealed.month <= last:
            found[sealed.agency][rulings[bytes(commitment)]] += 1
    return {
        agency: Tally(**{ruling.value: n for ruling, n in by.items()}) for agency, by in sorted(found.items())
    }


def told(counts: WaveCounts, found: Mapping[str, Tally], held: Mapping[str, str]) -> dict[str, Disputed]:
    """What may be told of the whole (the wave's root) and of every agency. held: domain -> why nothing of an agency is"""
    each = {body.code: found.get(body.code, Tally()) for body in counts.bodies}
    by_agency = {code: _told(tally, held.get(f"agency:{code}") or "") for code, tally in each.items()}
    whole = sum(found.values(), Tally())
    hidden = [n for code, one in by_agency.items() if not one.exact and (n := each[code].disputed)]
    undecided = [n for code, one in by_agency.items() if one.undecided and (n := each[code].decided)]
    shown = sum(one.least for one in by_agency.values() if one.exact)
    return {counts.wave.root: _of_whole(_told(whole, ""), shown, hidden, undecided), **by_agency}


def _told(tally: Tally, held: str) -> Disputed:
    """A tally by itself."""
    if held:
        return Disputed(held=held, undecided=held)
    few = 0 < tally.disputed < disclosure.SMALLEST
    least, most = (1, disclosure.SMALLEST - 1) if few else (tally.disputed, tally.disputed)
    if 0 < tally.decided < disclosure.SMALLEST or few:
        return Disputed(least, most, undecided=disclosure.TOO_FEW)
    return Disputed(least, most, tally.decided, tally.upheld)


def _of_whole(whole: Disputed, shown: int, hidden: Sequence[int], undecided: Sequence[int]) -> Disputed:
    """The whole, no closer than what is told of its agencies allows: what is hidden there must not follow.

    shown: what is told of them · hidden: disputed ratings of agencies of which it is not · undecided: decided ones
    """
    if disclosure.follows(undecided) and not whole.undecided:
        whole = replace(whole, decided=0, upheld=0, undecided=disclosure.SECONDARY)
    if not whole.exact or not disclosure.follows(hidden):
        return whole
    if max(hidden) >= disclosure.SMALLEST:
        return Disputed(held=disclosure.SECONDARY, undecided=disclosure.SECONDARY)
    return replace(whole, least=shown + len(hidden), most=shown + len(hidden) * (disclosure.SMALLEST - 1))


def rates(counts: WaveCounts, responses: Figure, told: Disputed) -> Rates:
    """The rates of the whole or of an agency. responses: how many answered, as it is told"""
    n = responses.estimate.n

    def figure(code: str, label: Mapping[str, str], estimate: Estimate, held: str) -> Figure:
        made = counts.figure(code, "share", label, responses.domain, replace(estimate, method=METHOD))
        why = responses.withheld or held
        return disclosure.withhold(made, why) if why else made

    disputed = _share(told.least, n)
    if n and not told.exact:
        low, high = told.least / n, min(told.most, n) / n
        disputed = replace(disputed, value=None, low=low, high=high, reason=FEW_DISPUTED)
    return Rates(
        figure("disputed", DISPUTED, disputed, told.held),
        figure("disputed:upheld", UPHELD, _share(told.upheld, told.decided), told.held or told.undecided),
        Disputed(held=responses.withheld, undecided=responses.withheld) if responses.withheld else told,
    )


def _share(part: int, of: int) -> Estimate:
    return Estimate(value=part / of, n=of, answers=of) if of else Estimate(reason="no-answers")
