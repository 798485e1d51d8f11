"""A posted form becomes a response, or is refused by name; nothing is guessed and nothing is forgiven."""

from __future__ import annotations

from importlib import resources
from urllib.parse import quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from survey import errors, forms
from survey.agency import Agency
from survey.design import Asked
from survey.formats import instrument as instruments
from survey.frame import Wave, WaveKind
from survey.instrument import Instrument, Missing
from survey.response import Answer, Assistance, Mode, Respondent, Response
from tests.conftest import TODAY

WARD = Agency("03646", {"vi": "Phường Tô Hiệu"}, "ward", "son-la")


def shipped(name: str) -> Instrument:
    text = (resources.files("survey") / "instruments" / f"{name}.toml").read_text(encoding="utf-8")
    return instruments.parse(f"{name}.toml", text)


SHORT = shipped("onestop-short@2026.1")
FULL = shipped("sipas-service@2024")
WAVE = Wave("rating-short", {"vi": "Đánh giá"}, WaveKind.CONTINUOUS, SHORT.ref, "son-la", TODAY)
ASKED = Asked(WAVE, SHORT, WARD)


def read(*fields: tuple[str, str], **more: str) -> Response:
    """The response of a form that carries what every form carries, and `fields`."""
    carried = {"response": "r" * 16, "instrument": SHORT.ref, "wave": WAVE.code} | more
    return forms.to_response(
        MultiDict([*carried.items(), *fields]), ASKED, on=TODAY, mode=Mode.ONLINE, language="vi"
    )


def answer(response: Response, item: str) -> Answer:
    return next(given for given in response.answers if given.item == item)


def test_a_chosen_face_is_the_step_of_its_item() -> None:
    response = read(("item-overall", "5"), ("item-access", "1"))
    assert answer(response, "overall") == Answer("overall", (5,))
    assert answer(response, "access") == Answer("access", (1,))
    assert (response.agency, response.wave, response.instrument) == ("03646", "rating-short", SHORT.ref)


def test_what_was_not_answered_is_missing_and_never_a_step() -> None:
    response = read(("item-overall", "5"))
    unanswered = [given for given in response.answers if given.item != "overall"]
    assert len(unanswered) == len(SHORT.items) - 1
    assert all(given.values == () and given.missing is Missing.REFUSED for given in unanswered)


def test_a_reason_for_no_answer_is_kept_by_its_name() -> None:
    response = read(("item-overall", "5"), ("item-result", "not_applicable"))
    assert answer(response, "result") == Answer("result", (), Missing.NOT_APPLICABLE)


def test_an_answer_and_a_reason_are_both_handed_on_for_the_door_to_refuse() -> None:
    response = read(("item-result", "4"), ("item-result", "dont_know"))
    assert answer(response, "result") == Answer("result", (4,), Missing.DONT_KNOW)


def test_two_faces_for_one_question_are_both_handed_on() -> None:
    assert answer(read(("item-result", "4"), ("item-result", "2")), "result").values == (4, 2)


@pytest.mark.parametrize("value", ["five", "4.0", "４", "+4", " 4", "4 ", "99999999", "NaN", "on", "٤"])
def test_a_value_that_is_no_whole_number_is_no_step(value: str) -> None:
    with pytest.raises(errors.UnknownStep):
        read(("item-overall", value))


def test_a_field_named_like_an_item_that_is_not_asked_is_refused() -> None:
    with pytest.raises(errors.UnknownItem):
        read(("item-overall", "5"), ("item-salary", "5"))


def test_a_field_that_a_browser_adds_is_no_item() -> None:
    assert answer(read(("item-overall", "5"), ("autofill", "x")), "overall").values == (5,)


@pytest.mark.parametrize("fields", [[], [("item-overall", "")], [("respondent", "citizen")]])
def test_a_form_without_any_answer_is_not_a_response(fields: list[tuple[str, str]]) -> None:
    with pytest.raises(errors.NothingAnswered):
        read(*fields)


def test_answers_to_another_version_are_not_read_as_answers_to_this_one() -> None:
    with pytest.raises(errors.WrongVersion):
        read(("item-overall", "5"), instrument="onestop-short@2025.1")


def test_answers_to_another_wave_are_refused() -> None:
    with pytest.raises(errors.UnknownWave):
        read(("item-overall", "5"), wave="rating-long")


def test_who_came_is_optional_and_from_the_list() -> None:
    assert read(("item-overall", "5")).respondent is Respondent.UNSTATED
    assert read(("item-overall", "5"), respondent="business").respondent is Respondent.BUSINESS
    with pytest.raises(errors.UnknownChoice):
        read(("item-overall", "5"), respondent="officer")


def test_who_helped_is_optional_and_from_the_list() -> None:
    assert read(("item-overall", "4")).assisted is Assistance.NONE
    assert read(("item-overall", "4"), assisted="relative").assisted is Assistance.RELATIVE
    with pytest.raises(errors.UnknownChoice):
        read(("item-overall", "4"), assisted="mayor")


@pytest.mark.parametrize("broken", ["\ufffd", "a\0b"])
def test_text_that_was_lost_on_its_way_is_refused(broken: str) -> None:
    with pytest.raises(errors.BrokenEncoding):
        read(("item-overall", broken))
    with pytest.raises(errors.BrokenEncoding):
        read((broken, "5"))


@pytest.mark.parametrize("raw", [b"a=%", b"a=%4", b"a=%zz", b"a=%C3", b"a=\xff", b"a=%00", b"%EF%BF%BD=1"])
def test_bytes_that_spell_no_text_are_refused(raw: bytes) -> None:
    with pytest.raises(errors.BrokenEncoding):
        forms.check_encoding(raw)


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufffd")))
def test_any_text_that_arrived_whole_is_let_in(text: str) -> None:
    forms.check_encoding(f"q={quote_plus(text)}".encode())


def test_more_fields_than_a_form_can_have_are_refused() -> None:
    with pytest.raises(errors.TooManyFields):
        read(*[("autofill", str(n)) for n in range(forms.MOST_FIELDS)])


@pytest.mark.parametrize("instrument", [SHORT, FULL], ids=lambda instrument: instrument.ref)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_form_offers_the_steps_of_the_scale_in_its_order_and_its_words(
    instrument: Instrument, language: str
) -> None:
    form = forms.form_of(instrument, language)
    for item in instrument.items:
        choices = getattr(form, forms.PREFIX + item.code).kwargs["choices"]
        steps = [(c.value, c.label) for c in choices if not c.render_kw.get("reason")]
        scale = instrument.scale_of(item)
        assert steps == [(str(s.value), instrument.text_in(s.label, language)) for s in scale.steps]
        reasons = {c.value for c in choices if c.render_kw.get("reason")}
        assert reasons == {reason.value for reason in item.missing}


def test_a_form_is_made_once_for_each_instrument_and_language() -> None:
    assert forms.form_of(SHORT, "vi") is forms.form_of(SHORT, "vi")
    assert forms.form_of(SHORT, "vi") is not forms.form_of(SHORT, "en")
    assert forms.form_of(SHORT, "vi") is not forms.form_of(FULL, "vi")


def test_the_long_form_is_asked_factor_by_factor_and_leaves_nothing_out() -> None:
    parts = forms.sections(FULL, "vi")
    asked = [item.code for part in parts for item in part.items]
    assert asked == [item.code for item in FULL.items]
    labels = [FULL.text_in(factor.label, "vi") for factor in FULL.factors]
    assert [part.heading for part in parts if part.heading] == labels


def test_the_short_form_has_no_headings_in_the_way() -> None:
    assert [part.heading for part in forms.sections(SHORT, "en")] == [None]
