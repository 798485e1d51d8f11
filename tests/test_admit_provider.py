"""Signing in with a provider: a real one, that is honest, and that errs in each way it can err."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from survey import admit, errors
from survey.account import Provider, Way
from survey.admit import Entered
from survey.admit import provider as providers
from survey.store.database import Database
from survey.web.context import moment
from tests.provider import CLIENT_ID, CLIENT_SECRET, Vouching, certificate, challenge_of, vouching
from tests.staff import deeds, made, opened, settled

BACK = "https://hailong.example.vn/sign-in/provider/back"
ADDRESS = "lan.lo@example.vn"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vouching]:
    pem = certificate(tmp_path_factory.mktemp("provider"))
    with pytest.MonkeyPatch.context() as patch, vouching(BACK, pem) as told:
        patch.setenv("REQUESTS_CA_BUNDLE", str(pem))
        yield told


@pytest.fixture
def honest(running: Vouching) -> Vouching:
    """The provider, which knows Lan and errs in nothing."""
    running.person = "lan"
    running.people.clear()
    running.people["lan"] = {"email": ADDRESS, "email_verified": True}
    running.people["other"] = {"email": "other@example.vn", "email_verified": True}
    running.change_return.clear()
    running.change_request.clear()
    running.claims.clear()
    running.false_key = running.unsigned = False
    running.asked.clear()
    running.exchanged.clear()
    return running


@pytest.fixture
def named(honest: Vouching) -> Provider:
    return Provider(honest.issuer, CLIENT_ID, CLIENT_SECRET, "Sở Nội vụ")


def went(address: str) -> dict[str, str]:
    """Go to the provider, and what one comes back with."""
    answer = requests.get(address, allow_redirects=False, timeout=10)
    back = urlsplit(answer.headers["Location"])
    assert f"{back.scheme}://{back.netloc}{back.path}" == BACK
    return {name: values[0] for name, values in parse_qs(back.query).items()}


def signed_in(db: Database, named: Provider) -> Entered:
    token, address = providers.ask(db, named, back=BACK, at=moment())
    return providers.enter(db, named, token, went(address), device="", at=moment())


def test_a_person_whom_an_administrator_expects_is_let_in(
    province: Database, honest: Vouching, named: Provider
) -> None:
    account = made(province, address=ADDRESS).account
    entered = signed_in(province, named)
    assert (entered.account.id, entered.session.way) == (account.id, Way.PROVIDER)
    assert deeds(province)[-2:] == ["identity-linked", "signed-in"]


def test_the_code_is_bound_to_this_browser_and_this_question(
    province: Database, honest: Vouching, named: Provider
) -> None:
    made(province, address=ADDRESS)
    signed_in(province, named)
    asked, exchanged = honest.asked[0], honest.exchanged[0]
    assert asked["response_type"] == "code" and asked["code_challenge_method"] == "S256"
    assert asked["code_challenge"] == challenge_of(exchanged["code_verifier"])
    assert len(asked["state"]) >= 43 and len(asked["nonce"]) >= 43
    assert asked["scope"] == "openid email" and "client_secret" not in asked


def test_once_tied_only_issuer_and_subject_count(
    province: Database, honest: Vouching, named: Provider
) -> None:
    account = made(province, address=ADDRESS).account
    signed_in(province, named)
    honest.people["lan"] = {"email": "married@example.vn", "email_verified": True}
    assert signed_in(province, named).account.id == account.id
    honest.people["other"] = {"email": ADDRESS, "email_verified": True}  # the address was given away
    honest.person = "other"
    with pytest.raises(errors.NoAccountForIdentity):
        signed_in(province, named)


def test_a_provider_makes_no_account(province: Database, honest: Vouching, named: Provider) -> None:
    made(province)
    with pytest.raises(errors.NoAccountForIdentity):
        signed_in(province, named)
    assert deeds(province)[-1] == "sign-in-refused"


@pytest.mark.parametrize("said", [False, "true", None])
def test_an_address_that_nobody_verified_opens_nothing(
    province: Database, honest: Vouching, named: Provider, said: object
) -> None:
    made(province, address=ADDRESS)
    honest.people["lan"] = {"email": ADDRESS, "email_verified": said}
    with pytest.raises(errors.NoAccountForIdentity):
        signed_in(province, named)


def test_a_closed_account_stays_closed(province: Database, honest: Vouching, named: Provider) -> None:
    account = made(province, address=ADDRESS).account
    signed_in(province, named)
    admit.disable(province, None, account, at=moment())
    with pytest.raises(errors.NoAccountForIdentity):
        signed_in(province, named)


def test_another_state_than_the_one_that_was_sent_is_refused(
    province: Database, honest: Vouching, named: Provider
) -> None:
    made(province, address=ADDRESS)
    honest.change_return["state"] = "of another browser"
    with pytest.raises(errors.ProviderRefused) as refusal:
        signed_in(province, named)
    assert refusal.value.detail == {"fault": "state"}
    assert honest.exchanged == []
    assert deeds(province)[-1] == "sign-in-refused"


def test_another_nonce_than_the_one_that_was_sent_is_refused(
    province: Database, honest: Vouching, named: Provider
) -> None:
    made(province, address=ADDRESS)
    honest.change_request["nonce"] = "of another sign-in"
    with pytest.raises(errors.ProviderRefused):
        signed_in(province, named)


def test_a_code_of_another_sign_in_is_refused(province: Database, honest: Vouching, named: Provider) -> None:
    made(province, address=ADDRESS)
    _, address = providers.ask(province, named, back=BACK, at=moment())
    stolen = went(address)["code"]
    token, address = providers.ask(province, named, back=BACK, at=moment())
    told = went(address) | {"code": stolen}
    with pytest.raises(errors.ProviderRefused):
        providers.enter(province, named, token, told, device="", at=moment())


def test_an_answer_is_taken_once(province: Database, honest: Vouching, named: Provider) -> None:
    made(province, address=ADDRESS)
    token, address = providers.ask(province, named, back=BACK, at=moment())
    told = went(address)
    providers.enter(province, named, token, told, device="", at=moment())
    with pytest.raises(errors.SignInExpired):
        providers.enter(province, named, token, told, device="", at=moment())


def test_an_answer_without_a_question_or_too_late_is_not_taken(
    province: Database, honest: Vouching, named: Provider
) -> None:
    made(province, address=ADDRESS)
    token, address = providers.ask(province, named, back=BACK, at=moment())
    told = went(address)
    for held, at in (("", moment()), ("made up", moment()), (token, moment() + providers.PATIENCE + 1)):
        with pytest.raises(errors.SignInExpired):
            providers.enter(province, named, held, told, device="", at=at)


def test_what_the_provider_did_not_sign_is_refused(
    province: Database, honest: Vouching, named: Provider
) -> None:
    made(province, address=ADDRESS)
    honest.false_key = True
    with pytest.raises(errors.ProviderRefused):
        signed_in(province, named)
    honest.false_key, honest.unsigned = False, True
    with pytest.raises(errors.ProviderRefused):
        signed_in(province, named)


def test_an_answer_for_somebody_else_is_refused(
    province: Database, honest: Vouching, named: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(province, address=ADDRESS)
    token, address = providers.ask(province, named, back=BACK, at=moment())
    told = went(address)
    real = providers._checked

    def for_another(provider: Provider, *rest: object) -> object:
        return real(replace(provider, client_id="another service"), *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(providers, "_checked", for_another)
    with pytest.raises(errors.ProviderRefused):
        providers.enter(province, named, token, told, device="", at=moment())


def test_a_token_that_is_too_old_is_refused(province: Database, honest: Vouching, named: Provider) -> None:
    made(province, address=ADDRESS)
    token, address = providers.ask(province, named, back=BACK, at=moment() + 7200)
    with pytest.raises(errors.ProviderRefused):
        providers.enter(province, named, token, went(address), device="", at=moment() + 7200)


def test_a_person_who_said_no_is_told_so(province: Database, honest: Vouching, named: Provider) -> None:
    token, address = providers.ask(province, named, back=BACK, at=moment())
    told = {"error": "access_denied", "state": went(address)["state"]}
    with pytest.raises(errors.ProviderDeclined):
        providers.enter(province, named, token, told, device="", at=moment())


def test_a_provider_that_is_away_or_another_than_named_is_told(
    province: Database, honest: Vouching, named: Provider
) -> None:
    for issuer in ("http://127.0.0.1:9", honest.issuer + "/"):
        with pytest.raises(errors.ProviderUnavailable):
            providers.ask(province, replace(named, issuer=issuer), back=BACK, at=moment())


def test_who_one_is_can_be_shown_once_more_at_the_provider(
    province: Database, honest: Vouching, named: Provider
) -> None:
    made(province, address=ADDRESS)
    entered = signed_in(province, named)
    token, address = providers.ask(province, named, back=BACK, at=moment(), entered=entered)
    told = went(address)
    assert honest.asked[-1]["prompt"] == "login"
    honest.claims["auth_time"] = moment()
    again = providers.confirm(province, named, entered, token, told, at=moment())
    assert again.token != entered.token
    assert deeds(province)[-1] == "confirmed"


def test_a_sign_in_of_long_ago_shows_nothing_once_more(
    province: Database, honest: Vouching, named: Provider
) -> None:
    made(province, address=ADDRESS)
    entered = signed_in(province, named)
    for claims in ({}, {"auth_time": moment() - 3600}):
        honest.claims.clear()
        honest.claims.update(claims)
        token, address = providers.ask(province, named, back=BACK, at=moment(), entered=entered)
        with pytest.raises(errors.ProviderRefused):
            providers.confirm(province, named, entered, token, went(address), at=moment())


def test_nobody_shows_with_anothers_identity_who_they_are(
    province: Database, honest: Vouching, named: Provider
) -> None:
    entered = opened(province, settled(province, "other.person"), at=moment())
    honest.claims["auth_time"] = moment()
    token, address = providers.ask(province, named, back=BACK, at=moment(), entered=entered)
    with pytest.raises(errors.NoAccountForIdentity):
        providers.confirm(province, named, entered, token, went(address), at=moment())
