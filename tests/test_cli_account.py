"""Accounts from the command line: the first one is made there, and no password is there before."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from survey import config, design
from survey.cli import main
from survey.store.database import Database
from tests.staff import OWN_PASSWORD, deeds, enter


@pytest.fixture
def ready(sqlite_province: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An instance that is set up, with the catalogue in it."""
    monkeypatch.setenv("SURVEY_INSTANCE", str(tmp_path))
    config.make_secrets({"SURVEY_INSTANCE": str(tmp_path)})
    (tmp_path / "survey.sqlite3").write_bytes(sqlite_province.read_bytes())
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments, catch_exceptions=False)


def create(name: str = "lan.lo", *more: str) -> Result:
    return run("account", "create", name, "--person", "Lò Thị Lan", "--agency", "son-la", *more)


def store() -> Database:
    settings = config.read()
    return design.opened(settings.database_url, settings.keys, settings.purpose)


def test_at_first_there_is_no_account(ready: Path) -> None:
    assert run("account", "list").output == ""


def test_the_first_account_is_made_with_a_password_that_is_told_once(ready: Path) -> None:
    told = create("lan.lo", "--role", "operator")
    found = re.search(r"first password: (\S+)", told.output)
    assert found
    db = store()
    assert enter(db, password=found[1]).session.stage == "first-password"
    assert deeds(db) == ["account-created", "granted"]
    db.dispose()
    listed = run("account", "list").output
    assert "operator at son-la" in listed and "first password" in listed and found[1] not in listed


def test_an_account_begins_with_every_part_that_is_named(ready: Path) -> None:
    create("lan.lo", "--role", "analyst", "--role", "reviewer")
    listed = run("account", "list").output
    assert "analyst at son-la" in listed and "reviewer at son-la" in listed


def test_two_passwords_are_never_the_same(ready: Path) -> None:
    assert create("one.one").output.split()[-20:] != create("two.two").output.split()[-20:]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["create", "lan.lo", "--person", "P", "--agency", "son-la"], "Another account has this name"),
        (["create", "Lò", "--person", "P", "--agency", "son-la"], "A name to sign in with"),
        (["create", "hai.ca", "--person", "P", "--agency", "nowhere"], "There is no such agency"),
        (["create", "hai.ca", "--person", "P", "--agency", "son-la", "--address", "x"], "no e-mail address"),
        (["grant", "nobody", "head", "son-la"], "no account of this name"),
        (["grant", "lan.lo", "head", "nowhere"], "There is no such agency"),
        (["reset", "nobody"], "no account of this name"),
    ],
)
def test_what_does_not_fit_is_one_sentence(ready: Path, arguments: list[str], sentence: str) -> None:
    create()
    told = run("account", *arguments)
    assert told.exit_code == 1 and sentence in told.output and "Traceback" not in told.output


def test_roles_are_given_and_taken_back(ready: Path) -> None:
    create()
    assert run("account", "grant", "lan.lo", "analyst", "03646").exit_code == 0
    assert "analyst at 03646" in run("account", "list").output
    assert run("account", "revoke", "lan.lo", "analyst", "03646").exit_code == 0
    assert "no role" in run("account", "list").output
    assert run("account", "grant", "lan.lo", "root", "son-la").exit_code == 2


def test_an_account_is_reset_closed_and_opened(ready: Path) -> None:
    create()
    assert "first password:" in run("account", "reset", "lan.lo").output
    run("account", "disable", "lan.lo")
    assert "closed" in run("account", "list").output
    run("account", "enable", "lan.lo")
    assert "closed" not in run("account", "list").output
    assert OWN_PASSWORD not in run("account", "list").output


def test_the_audit_is_followed(ready: Path) -> None:
    create()
    told = run("audit", "verify")
    assert told.exit_code == 0 and "1 entries" in told.output
    known = re.search(r"1:[0-9a-f]{64}", told.output)
    assert known
    create("two.two")
    assert run("audit", "verify", "--known", known[0]).exit_code == 0
    false = "1:" + "0" * 64
    broken = run("audit", "verify", "--known", false)
    assert broken.exit_code == 1 and "does NOT follow" in broken.output
    assert run("audit", "verify", "--known", "nonsense").exit_code == 2
