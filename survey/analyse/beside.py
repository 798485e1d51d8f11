"""The index with and without: what it would be with the responses in quarantine, and without those rightly disputed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from survey import disclosure
from survey.analyse.wave import WaveCounts, share_of
from survey.counts import ALL, Moments, fold
from survey.figure import Figure
from survey.instrument import Text
from survey.response import Sealed
from survey.store import cells, disputes, quarantine, responses
from survey.store.database import Connection

LABELS = {
    "with-doubted": {
        "vi": "Tính cả các phiếu đang chờ xem xét hoặc đã để ngoài",
        "en": "With the responses that wait for review or were set aside",
    },
    "without-disputed": {
        "vi": "Không tính các phiếu được kết luận là không nên tính",
        "en": "Without the responses that were rightly disputed",
    },
}


def beside(
    connection: Connection, counts: WaveCounts, domain: str, own: Mapping[str, Moments]
) -> tuple[Figure, ...]:
    """The index of everybody or of an agency, counted otherwise; a figure only where that makes a difference.

    own: the moments of the index that is shown
    """
    figures = (
        otherwise(connection, counts, domain, own, (code, LABELS[code]), commitments, sign)
        for code, (commitments, sign) in others(connection, counts.wave.code, domain).items()
    )
    return tuple(figure for figure in figures if figure is not None)


def others(connection: Connection, wave: str, domain: str) -> dict[str, tuple[Sequence[bytes], int]]:
    """What may be counted otherwise: code -> the responses, and whether they would come in (1) or go (-1)."""
    agency = None if domain == ALL else domain.partition(":")[2]
    some = {
        "with-doubted": (quarantine.left_out(connection, wave, agency), 1),
        "without-disputed": (disputes.upheld(connection, wave, agency), -1),
    }
    return {code: told for code, told in some.items() if told[0]}


def otherwise(
    connection: Connection,
    counts: WaveCounts,
    domain: str,
    own: Mapping[str, Moments],
    name: tuple[str, Text],
    commitments: Sequence[bytes],
    sign: int,
) -> Figure | None:
    """The index with some responses more (sign 1) or without them (-1), under a code and a label.

    None where fewer than ten people's answers lie between the two: side by side they would tell what those said.
    """
    found = counted_otherwise(connection, counts, domain, own, commitments, sign)
    if found is None:
        return None
    shown, moments = found
    estimate = share_of(shown.strata(moments), counts.usual_deff.get(counts.index_code, 1.0))
    code, label = name
    return disclosure.gate(counts.figure(f"{counts.index_code}:{code}", "share", label, domain, estimate))


def counted_otherwise(
    connection: Connection,
    counts: WaveCounts,
    domain: str,
    own: Mapping[str, Moments],
    commitments: Sequence[bytes],
    sign: int,
) -> tuple[WaveCounts, Mapping[str, Moments]] | None:
    """The moments of the index by stratum with some responses more or without them, and the counts with their days.

    None as in `otherwise`.
    """
    first, last = counts.period.months
    rows = [
        (sealed, int.from_bytes(commitment[:4]))
        for commitment, _, content in responses.rows(connection, commitments)
        if (sealed := Sealed.parse(content)).instrument == counts.instrument.ref
        and first <= sealed.month <= last
    ]
    if _tells_of_few([sealed for sealed, _ in rows], counts):
        return None
    folded = fold([sealed for sealed, _ in rows], counts.instrument, [draw for _, draw in rows])
    people, index = cells.moved(connection, folded, counts.instrument.ref, ALL, sign=sign)
    if domain != ALL:
        _, index = cells.moved(connection, folded, counts.instrument.ref, domain, sign=sign)
    strata = {*own, *index}
    moments = {one: own.get(one, Moments()) + index.get(one, Moments()) for one in strata}
    sampled = {one: counts.sampled.get(one, 0) + people.get(one, Moments()).psus for one in strata}
    return replace(counts, sampled={**counts.sampled, **sampled}), {
        one: m for one, m in moments.items() if m.answers
    }


def _tells_of_few(some: Sequence[Sealed], counts: WaveCounts) -> bool:
    """Whether it would tell what fewer than ten people said to count these or not: all of them, or those of an agency that follow.

    Of agencies with ten or more the same is told by itself.
    """
    items = [item.code for item in counts.index_items]
    rated = [one for one in some if any(isinstance(one.answers.get(item), int) for item in items)]
    few = [n for n in Counter(one.agency for one in rated).values() if n < disclosure.SMALLEST]
    return len(rated) < disclosure.SMALLEST or disclosure.follows(few)
