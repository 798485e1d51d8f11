"""Frames and margins as files: each mistake is named with its line, and nothing is taken from a file with one."""

from __future__ import annotations

import io
from importlib import resources

import pytest

from survey.errors import BadData, BadFrame, BadMargins
from survey.formats import frames
from survey.formats import instrument as instruments
from survey.household import FrameKind, FrameUnit
from survey.instrument import Instrument

KNOWN = frozenset({"03646", "03664"})
HEADING = "stratum,commune,village,unit,size\n"


def read(text: str, kind: FrameKind = FrameKind.HOUSEHOLDS) -> tuple[FrameUnit, ...]:
    return frames.read_frame(io.BytesIO(text.encode()), "frame.csv", kind, KNOWN)


def test_a_frame_is_read_with_the_zeros_that_a_spreadsheet_took() -> None:
    found = read(HEADING + "A,3646,Bản Nà,Hộ 1,3\nA,03646,Bản Nà,Hộ 2,2\n")
    assert found[0] == FrameUnit(2, "A", "03646", "Bản Nà", "Hộ 1", 3)
    assert found[1].commune == "03646"


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        (",03646,Bản Nà,Hộ 2,2", "3: stratum is empty"),
        ("A,99999,Bản Nà,Hộ 2,2", "3: commune '99999' is not known"),
        ("B,03646,Bản Nà,Hộ 2,2", "3: commune '03646' lies in stratum 'A' and in 'B'"),
        ("A,03646,,Hộ 2,2", "3: village is empty"),
        ("A,03646,Bản Nà,Hộ 1,2", "3: unit 'Hộ 1' of this village stands in line 2 already"),
        ("A,03646,Bản Nà,Hộ 2,0", "3: size '0' is no whole number from 1 to 50"),
        ("A,03646,Bản Nà,Hộ 2,two", "3: size 'two' is no whole number from 1 to 50"),
        ("A/B,03664,Bản Nà,Hộ 2,2", "3: stratum 'A/B' is longer than 12 characters, or holds a slash"),
    ],
)
def test_a_row_with_a_mistake_is_named_and_nothing_is_taken(row: str, wrong: str) -> None:
    with pytest.raises(BadFrame) as refusal:
        read(f"{HEADING}A,03646,Bản Nà,Hộ 1,2\n{row}\n")
    assert refusal.value.faults == [f"frame.csv:{wrong}"]


def test_a_file_of_mistakes_is_looked_at_until_fifty() -> None:
    with pytest.raises(BadFrame) as refusal:
        read(HEADING + "".join(f"A,1,Bản,Hộ {number},2\n" for number in range(200)))
    assert len(refusal.value.faults) == 51 and "may be more" in refusal.value.faults[-1]


def test_a_file_without_the_columns_is_no_frame() -> None:
    with pytest.raises(BadData) as refusal:
        read("stratum,commune,village,size\nA,03646,Bản,2\n")
    assert refusal.value.faults == ["frame.csv:1: column 'unit' is missing"]


def test_of_a_dossier_the_line_is_kept_and_not_its_code() -> None:
    found = read(HEADING + "A,03646,,000.00.06.H56-231027-0361,\n", FrameKind.DOSSIERS)
    assert found == (FrameUnit(2, "A", "03646", "-", "2", 1),)


@pytest.fixture(scope="module")
def instrument() -> Instrument:
    name = "sipas-household@2024.toml"
    text = (resources.files("survey") / "instruments" / name).read_text(encoding="utf-8")
    return instruments.parse(name, text)


def margins(text: str, instrument: Instrument) -> dict[str, dict[str, float]]:
    stream = io.BytesIO(f"margin,category,people\n{text}".encode())
    return frames.read_margins(stream, "census.csv", instrument, ("A", "B"))


def test_margins_name_questions_or_strata(instrument: Instrument) -> None:
    found = margins("sex,1,700\nsex,2,710\nstratum,A,410\nstratum,B,1000\n", instrument)
    assert found == {"sex": {"1": 700, "2": 710}, "stratum": {"A": 410, "B": 1000}}


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("shoe,1,7\n", "2: margin 'shoe' is neither 'stratum' nor a question with one choice"),
        ("sex,3,7\nsex,1,7\nsex,2,7\n", "2: category '3' is none of 1, 2"),
        ("sex,1,7\nsex,1,7\nsex,2,7\n", "3: category '1' of sex stands there twice"),
        ("sex,1,-7\nsex,1,7\nsex,2,7\n", "2: people '-7' is no number above 0"),
        ("sex,1,7\n", "0: margin sex lacks 2"),
        (
            "sex,1,700\nsex,2,710\nstratum,A,410\nstratum,B,1001\n",
            "0: the margins are not of one population: sex 1,410, stratum 1,411",
        ),
    ],
)
def test_margins_that_do_not_fit_are_named(text: str, wrong: str, instrument: Instrument) -> None:
    with pytest.raises(BadMargins) as refusal:
        margins(text, instrument)
    assert f"census.csv:{wrong}" in refusal.value.faults
