"""What figures of agencies say of each other: ranges of ranks, bands, and combined estimates."""

from __future__ import annotations

from survey import analyse
from survey.ranking import Band
from survey.store.database import Database
from tests.analyse.rating import answers, line_of, taken, wards
from tests.answering import rated
from tests.conftest import TODAY

# Ranks and bands.


def test_agencies_have_ranges_of_ranks_and_bands_and_no_position(province: Database, four: list[str]) -> None:
    good, usual, other, bad, small = (line_of(province, agency) for agency in four)
    assert good.placing and usual.placing and other.placing and bad.placing
    assert (good.placing.best, good.placing.worst, good.placing.of) == (1, 1, 4)
    assert (usual.placing.best, usual.placing.worst) == (2, 3) == (other.placing.best, other.placing.worst)
    assert bad.placing.best == 4
    assert good.placing.standing.band is Band.ABOVE
    assert bad.placing.standing.band is Band.BELOW
    assert small.placing is None


def test_an_agency_says_on_its_own_page_what_the_list_says_of_it(province: Database, four: list[str]) -> None:
    for agency in four:
        assert analyse.report(province, agency=agency).line == line_of(province, agency)


# Small agencies.


def test_an_agency_with_few_answers_has_a_combined_figure_beside_its_own(
    province: Database, four: list[str]
) -> None:
    line = line_of(province, four[-1])
    assert line.combined is not None
    direct, combined = line.figure.estimate, line.combined.estimate
    assert combined.n == direct.n == 20
    assert combined.value is not None and direct.value is not None
    overall = analyse.report(province).index.estimate.value
    assert overall is not None and min(overall, direct.value) < combined.value < max(overall, direct.value)
    assert "model-assisted" in line.combined.flags
    assert combined.method.startswith("fay-herriot-reml/benchmarked")
    assert [line_of(province, agency).combined for agency in four[:-1]] == [None] * 4


def test_agencies_that_differ_by_chance_alone_get_the_overall_result_without_an_interval(
    province: Database,
) -> None:
    """The same few days of answers everywhere."""
    for agency in wards(province)[:5]:
        taken(province, answers(agency, 3, days=6, each=4, until=TODAY))
    small = next(line for line in analyse.report(province).lines if line.combined)
    assert small.combined is not None
    assert small.combined.estimate.reason == "not-distinguishable"
    assert (small.combined.estimate.low, small.combined.estimate.high, small.combined.estimate.se) == (
        None,
    ) * 3


def test_what_is_withheld_has_no_combined_figure_either(province: Database, four: list[str]) -> None:
    hidden = wards(province)[5]
    taken(province, [rated(5, agency=hidden, counter=f"{hidden}-1") for _ in range(6)])
    lines = analyse.report(province).lines
    withheld = [line for line in lines if line.figure.withheld]
    assert len(withheld) == 2
    assert all(line.combined is None and line.placing is None for line in withheld)


def test_nothing_of_a_withheld_agency_enters_the_others_combined_figures(
    province: Database, four: list[str]
) -> None:
    """Six answers that nobody may see, good or bad: all that is shown stays as it was."""
    hidden, other = wards(province)[5:7]
    for agency, step in ((hidden, 1), (other, 5)):
        taken(province, [rated(step, agency=agency, counter=f"{agency}-1") for _ in range(6)])
    before = {line.agency.code: (line.combined, line.placing) for line in analyse.report(province).lines}
    taken(province, [rated(5, agency=hidden, counter=f"{hidden}-1") for _ in range(3)])
    after = {line.agency.code: (line.combined, line.placing) for line in analyse.report(province).lines}
    assert before == after
