"""A household wave from the command line, before it opens: planned, framed, drawn, and refused in one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from survey.cli import main
from tests.households import frame

PLAN = (
    *("wave", "plan", "sipas-2027", "--vi", "Khảo sát 2027", "--en", "Survey 2027", "--margin", "10"),
    *("--starts", "2027-09-01", "--people", "6", "--substitutes", "2", "--seed", "lottery"),
)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments, catch_exceptions=False)


def test_a_wave_is_planned_framed_and_drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SURVEY_INSTANCE", str(tmp_path))
    assert run("setup").exit_code == 0
    assert "wave-out-of-range" in run(*PLAN, "--ends", "2027-08-01").output
    assert run(*PLAN, "--ends", "2027-09-30").exit_code == 0
    assert "wave-taken" in run(*PLAN, "--ends", "2027-09-30").output
    assert run(*PLAN, "--ends", "2027-09-29", "--change").exit_code == 0
    assert "not-drawn" in run("wave", "draw", "sipas-2027").output

    lines = [f"{u.stratum},{u.commune},{u.village},{u.label},{u.size}" for u in frame()]
    file = tmp_path / "frame.csv"
    file.write_text("\n".join(["stratum,commune,village,unit,size", *lines, "rural,1,Bản,Hộ,2"]), "utf-8")
    assert run("wave", "frame", "sipas-2027", str(file)).output.strip().endswith("commune '1' is not known")
    file.write_text("\n".join(["stratum,commune,village,unit,size", *lines]), "utf-8")
    assert "points" in run("wave", "frame", "sipas-2027", str(file)).output
    assert run("wave", "draw", "sipas-2027").output == run("wave", "draw", "sipas-2027").output
    assert run("wave", "sample", "sipas-2027").output.count("\n") > 50
    assert "planned" in run("wave", "list").output
    assert run("wave", "open", "sipas-2027").exit_code == 0
    assert "wave-fixed" in run("wave", "draw", "sipas-2027").output
    assert "RR1 0.0%" in run("wave", "progress", "sipas-2027").output
    assert "wave-too-early" in run("wave", "close", "sipas-2027").output
    assert "wave-not-closed" in run("wave", "weight", "sipas-2027", "--calibration", "none").output
    assert "sipas-2027" in run("wave", "report", "sipas-2027", "--csv").output
