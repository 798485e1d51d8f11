"""No role, no page and no command takes an answer away or changes it."""

from __future__ import annotations

import re
from pathlib import Path

import click
from flask import Flask
from sqlalchemy import select

from survey import admit, collect, process
from survey.cli import COMMANDS, main
from survey.roles import GRANTED, Grant
from survey.store import schema
from survey.store.database import Database
from survey.web.context import moment
from tests.answering import rated
from tests.conftest import NOW, TODAY, Chance
from tests.house import test_doors
from tests.house.test_doors import address, opened, staff_routes

app, db = test_doors.app, test_doors.db

STORE = Path(__file__).parents[2] / "survey"


def test_whoever_has_every_role_leaves_every_answer_where_it_is(
    app: Flask, db: Database, chance: Chance
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    for _ in range(6):
        collect.submit(db, rated(1), at=NOW, comment="chờ lâu")
    process.seal_all(db, rng=chance, today=TODAY)
    before = kept(db)
    given = admit.create(db, None, name="all", person="All", agency="son-la", address="", at=moment())
    for role in GRANTED:
        admit.give(db, None, given.account, Grant(role, "son-la"), at=moment())
    client = opened(app, db, given.account.id)
    for rule, method in staff_routes(app):
        if rule.endpoint not in ("account.sign_out", "account.confirm_provider", "account.end_session"):
            client.open(address(rule, "03646"), method=method, data={"reason": "test", "day": "2026-11-23"})
    assert kept(db) == before and process.rebuild(db).equal


def kept(db: Database) -> list[tuple[object, ...]]:
    with db.read() as connection:
        tables = (schema.response, schema.submission, schema.comment)
        return [tuple(row) for table in tables for row in connection.execute(select(table)).all()]


def test_nothing_in_the_store_changes_or_removes_a_response() -> None:
    for path in STORE.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"(?i)(delete\s+from|update)\s+(response|submission|comment)\b", text), path
        assert not re.search(r"schema\.(response|submission|comment)\b\s*\.(delete|update)\(", text), path
        assert not re.search(r"(?:update|delete)\(schema\.(response|submission|comment)\)", text), path


def test_no_command_is_for_taking_answers_away() -> None:
    words = {word for name in commands() for word in name.split("-")}
    assert words.isdisjoint({"delete", "remove", "drop", "purge", "erase", "edit"})


def commands() -> list[str]:
    return [
        name
        for top in COMMANDS
        for name in (top, *getattr(main.get_command(click.Context(main), top), "commands", ()))
    ]
