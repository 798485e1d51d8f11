"""Household waves at the desk of whoever leads them: from the plan to the weights, one page for each wave."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import IO

from flask import Blueprint, Response, jsonify, make_response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from survey import design, fieldwork, roles
from survey.errors import (
    BadData,
    NobodyAnswered,
    NotDrawn,
    Refusal,
    SubstituteRefused,
    UnitsUnfinished,
    UnknownInstrument,
    UnknownInterviewer,
    UnknownUnit,
    UnknownWave,
    WaveFixed,
    WaveNotClosed,
    WaveNotOpen,
    WaveOutOfRange,
    WaveTaken,
    WaveTooEarly,
    WeightsDoNotConverge,
)
from survey.fieldwork import Precision
from survey.formats import frames
from survey.household import FrameKind, HouseholdWave, Progress, Stages, Wanted, read_unit_code
from survey.planning import WAYS
from survey.wave_weights import How
from survey.web import guard
from survey.web.account.pages import page, typed
from survey.web.context import moment, store, today
from survey.web.field.names import DISPOSITIONS

blueprint = Blueprint("waves", __name__, url_prefix="/desk/<agency>/waves")

#: what the verbs refuse, told on the page where it was asked for
_REFUSED = (
    BadData,
    NobodyAnswered,
    NotDrawn,
    SubstituteRefused,
    UnitsUnfinished,
    UnknownInstrument,
    UnknownInterviewer,
    UnknownUnit,
    WaveFixed,
    WaveNotClosed,
    WaveNotOpen,
    WaveOutOfRange,
    WaveTaken,
    WaveTooEarly,
    WeightsDoNotConverge,
)


# The list, and a new wave.


@blueprint.get("")
def listed(agency: str) -> Response:
    """Every household wave of the agency, and a new one to be planned."""
    return _listed(agency)


@blueprint.post("")
def plan(agency: str) -> AnyResponse:
    """Plan a wave."""
    try:
        wave = _typed_wave(agency)
        fieldwork.plan(store(), wave)
    except _REFUSED as refusal:
        return _listed(agency, refusal)
    return _to(agency, wave.code, "planned")


def _typed_wave(agency: str) -> HouseholdWave:
    """The wave of the form. Raises WaveOutOfRange with the field that is none."""
    parts = {name: _number(name) / 100 for name in ("margin", "share", "response_rate")}
    likeness = {name: _number(name) for name in ("icc_village", "icc_commune")}
    stages = (int(_number(name)) for name in ("villages", "people", "substitutes"))
    frame = typed("frame", 20)
    if frame not in tuple(FrameKind):
        raise WaveOutOfRange(what="frame")
    return HouseholdWave(
        code=typed("code", 60).strip(),
        title={"vi": typed("vi", 200).strip(), "en": typed("en", 200).strip()},
        root=agency,
        instrument=typed("instrument", 60),
        starts=_day("starts"),
        ends=_day("ends"),
        frame=FrameKind(frame),
        wanted=Wanted(**parts, **likeness, way=typed("way", 20)),
        stages=Stages(*stages),
        seed=typed("seed", 60).strip(),
    )


def _number(name: str) -> float:
    try:
        return float(typed(name, 12).strip().replace(",", "."))
    except ValueError:
        raise WaveOutOfRange(what=name) from None


def _day(name: str) -> date:
    try:
        return date.fromisoformat(typed(name, 20).strip())
    except ValueError:
        raise WaveOutOfRange(what=name) from None


def _listed(agency: str, refusal: Refusal | None = None) -> Response:
    known = design.reference(store())
    return page(
        "agency/waves.html",
        refusal,
        agency=known.agency(agency),
        waves=fieldwork.every_wave(store(), agency),
        instruments=[each for each in known.instruments.values() if each.form == "household" and each.index],
        usual=_AS_USUAL | request.form.to_dict(),
        kinds=FrameKind,
        ways=WAYS,
        may_plan=_may("waves.plan", agency),
    )


#: what stands in the form of a new wave
_AS_USUAL = {
    "margin": "4",
    "share": "80",
    "response_rate": "85",
    "way": "neyman",
    "frame": "households",
    "icc_village": "0.05",
    "icc_commune": "0.02",
    "villages": "2",
    "people": "15",
    "substitutes": "5",
}


# One wave.


@blueprint.get("/<wave>")
def one(agency: str, wave: str) -> Response:
    """All of a wave: plan, frame, sample, field work, weights."""
    return _one(agency, wave)


def _step(done: str) -> Callable[[Callable[[str], None]], Callable[[str, str], AnyResponse]]:
    """A route that does something to a wave, and leads to its page: with what was refused, or with what is done."""

    def stepping(deed: Callable[[str], None]) -> Callable[[str, str], AnyResponse]:
        @wraps(deed)
        def route(agency: str, wave: str) -> AnyResponse:
            _of(agency, wave)
            try:
                deed(wave)
            except _REFUSED as refusal:
                return _one(agency, wave, refusal)
            return _to(agency, wave, done)

        return route

    return stepping


@blueprint.post("/<wave>/frame")
@_step("framed")
def frame(wave: str) -> None:
    """Load the frame from a file."""
    stream, name = _file()
    units = fieldwork.read_frame(store(), wave, stream, name, on=today())
    fieldwork.load_frame(store(), wave, units)


@blueprint.post("/<wave>/draw")
@_step("drawn")
def draw(wave: str) -> None:
    """Draw the sample."""
    fieldwork.draw(store(), wave)


@blueprint.post("/<wave>/open")
@_step("opened")
def open_(wave: str) -> None:
    """Send interviewers into the field."""
    fieldwork.open_wave(store(), wave, by=guard.signed_in().account.id, at=moment(), on=today())


@blueprint.post("/<wave>/assign")
@_step("assigned")
def assign(wave: str) -> None:
    """Share units among interviewers."""
    communes = request.form.getlist("commune")
    fieldwork.assign(store(), wave, request.form.getlist("interviewer"), communes=communes)


@blueprint.post("/<wave>/substitute")
@_step("substituted")
def substitute(wave: str) -> None:
    """Let the next substitute stand in for a unit of this wave."""
    code = read_unit_code(typed("unit", 20)) or ""
    if code not in {unit.code for unit in fieldwork.sample(store(), wave).units}:
        raise UnknownUnit
    by = guard.signed_in().account.id
    fieldwork.substitute(store(), code, typed("reason", 300), by=by, on=today())


@blueprint.post("/<wave>/close")
@_step("closed")
def close(wave: str) -> None:
    """Close the wave."""
    by, rest = guard.signed_in().account.id, "rest" in request.form
    fieldwork.close(store(), wave, rest_unknown=rest, by=by, at=moment(), on=today())


@blueprint.post("/<wave>/weights")
@_step("weighted")
def weight(wave: str) -> None:
    """Weight the answers, and count them."""
    how = _how()
    margins: frames.Margins = {}
    if how.calibration != "none":
        margins = fieldwork.read_margins(store(), wave, *_file())
    by = guard.signed_in().account.id
    fieldwork.weight(store(), wave, margins, how, by=by, at=moment(), on=today())


def _how() -> How:
    """How to weight, as the form says. Raises WaveOutOfRange."""
    low, high = _number("low"), _number("high")
    calibration, classes = typed("calibration", 10), typed("classes", 10)
    if not 0 < low < 1 < high <= 100:
        raise WaveOutOfRange(what="limits")
    if calibration == "none":
        return How("psu" if classes == "psu" else "stratum", "none", low, high)
    return How(
        "psu" if classes == "psu" else "stratum", "logit" if calibration == "logit" else "rake", low, high
    )


def _file() -> tuple[IO[bytes], str]:
    """The file of the form. Raises BadData where none was sent."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise BadData(["no file was chosen"])
    return io.BytesIO(sent.read()), sent.filename[:100]


def _one(agency: str, code: str, refusal: Refusal | None = None) -> Response:
    wave, known = _of(agency, code), design.reference(store())
    progress = None if wave.progress is Progress.PLANNED else fieldwork.field_progress(store(), code)
    return page(
        "agency/wave.html",
        refusal,
        agency=known.agency(agency),
        wave=wave,
        instrument=known.instruments[wave.instrument],
        precision=_precision(code),
        sample=fieldwork.sample(store(), code),
        communes={each.code: each for each in known.agencies.values() if each.code.isdecimal()},
        progress=progress,
        interviewers=fieldwork.interviewers(store(), wave.root),
        weightings=fieldwork.weightings(store(), code),
        stages=Progress,
        names=DISPOSITIONS,
        over=today() > wave.ends,
        may_lead=_may("waves.draw", agency),
        done=request.args.get("done"),
    )


def _precision(code: str) -> Precision | None:
    try:
        return fieldwork.precision(store(), code)
    except NotDrawn:
        return None


# Files.


@blueprint.get("/<wave>/sample.csv")
def sample_csv(agency: str, wave: str) -> Response:
    _of(agency, wave)
    return _csv(f"{wave}-sample.csv", fieldwork.sample_as_csv(store(), wave))


@blueprint.get("/<wave>/progress.csv")
def progress_csv(agency: str, wave: str) -> Response:
    _of(agency, wave)
    return _csv(f"{wave}-progress.csv", frames.progress_as_csv(fieldwork.field_progress(store(), wave)))


@blueprint.get("/<wave>/weights.json")
def weights_json(agency: str, wave: str) -> Response:
    """How the wave was weighted, every version."""
    _of(agency, wave)
    found = fieldwork.weightings(store(), wave)
    return jsonify([{"version": each.version, "at": each.at, **each.record} for each in found])


def _csv(name: str, text: str) -> Response:
    answer = make_response(text, {"Content-Type": "text/csv; charset=utf-8"})
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


# What all of them need.


def _of(agency: str, code: str) -> HouseholdWave:
    """A wave of the agency, or of one below it. Raises UnknownWave."""
    wave = fieldwork.wave(store(), code)
    if not design.reference(store()).under(agency, wave.root):
        raise UnknownWave(wave=code)
    return wave


def _to(agency: str, wave: str, done: str) -> AnyResponse:
    return redirect(url_for("waves.one", agency=agency, wave=wave, done=done), 303)


def _may(endpoint: str, agency: str) -> bool:
    known = design.reference(store())
    return roles.may(endpoint, guard.signed_in().account.grants, agency=agency, under=known.under)
