"""Accounts from the command line: the first one, and help for whoever is locked out.

Whoever may run this holds the machine. It asks for no password, and the audit tells that it was the
command line.
"""

from __future__ import annotations

import click

from survey import admit
from survey.account import Account
from survey.admit import Given
from survey.admit.people import everybody, named, role_of
from survey.cli.opening import demo_option, opened_store, told
from survey.clock import moment
from survey.roles import GRANTED, Grant

_ROLE = click.Choice([role.value for role in GRANTED])


@click.group()
def account() -> None:
    """People who sign in: make, list, grant, revoke, reset, disable, enable."""


@account.command()
@demo_option
@click.argument("name")
@click.option("--person", required=True, help="What the person is called.")
@click.option("--agency", required=True, help="The agency they belong to, as in /agencies/CODE.")
@click.option(
    "--role",
    "parts",
    type=_ROLE,
    multiple=True,
    help="A part to begin with, in that agency and all below it; may be repeated.",
)
@click.option("--address", default="", help="The e-mail address that a provider knows the person by.")
@told
def create(demo: bool, name: str, person: str, agency: str, parts: tuple[str, ...], address: str) -> None:
    """Make the account NAME, and print a first password that works until it is changed."""
    with opened_store(demo) as db:
        at = moment()
        given = admit.create(db, None, name=name, person=person, agency=agency, address=address, at=at)
        for part in parts:
            admit.give(db, None, given.account, Grant(role_of(part), agency), at=at)
    _tell(given)


@account.command(name="list")
@demo_option
@told
def list_(demo: bool) -> None:
    """List every account with its parts."""
    with opened_store(demo) as db:
        for each in everybody(db):
            click.echo(_line(each))


def _line(each: Account) -> str:
    parts = ", ".join(f"{grant.role} at {grant.agency}" for grant in each.grants) or "no role"
    states = {
        "closed": each.disabled,
        "first password": each.first_password,
        "second factor": each.has_second,
    }
    told_ = ", ".join(name for name, holds in states.items() if holds)
    return f"{each.name}\t{each.person}\t{each.agency}\t{parts}" + (f"\t({told_})" if told_ else "")


@account.command()
@demo_option
@click.argument("name")
@click.argument("role", type=_ROLE)
@click.argument("agency")
@told
def grant(demo: bool, name: str, role: str, agency: str) -> None:
    """Give NAME the part ROLE in AGENCY and all below it."""
    with opened_store(demo) as db:
        admit.give(db, None, named(db, name), Grant(role_of(role), agency), at=moment())


@account.command()
@demo_option
@click.argument("name")
@click.argument("role", type=_ROLE)
@click.argument("agency")
@told
def revoke(demo: bool, name: str, role: str, agency: str) -> None:
    """Take the part ROLE in AGENCY back from NAME."""
    with opened_store(demo) as db:
        admit.take_back(db, None, named(db, name), Grant(role_of(role), agency), at=moment())


@account.command()
@demo_option
@click.argument("name")
@told
def reset(demo: bool, name: str) -> None:
    """Print a new first password for NAME; second factors are forgotten and every session ends."""
    with opened_store(demo) as db:
        given = admit.reset(db, None, named(db, name), at=moment())
    _tell(given)


@account.command()
@demo_option
@click.argument("name")
@told
def disable(demo: bool, name: str) -> None:
    """Let NAME in no more; every session ends at once."""
    with opened_store(demo) as db:
        admit.disable(db, None, named(db, name), at=moment())


@account.command()
@demo_option
@click.argument("name")
@told
def enable(demo: bool, name: str) -> None:
    """Let NAME in again."""
    with opened_store(demo) as db:
        admit.enable(db, None, named(db, name), at=moment())


def _tell(given: Given) -> None:
    click.echo(f"name:           {given.account.name}")
    click.echo(f"first password: {given.password}")
    click.echo("It is shown this once, and is changed at the first sign-in (/sign-in).")
