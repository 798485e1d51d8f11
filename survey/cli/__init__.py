"""Operator commands, a group of options for each verb. `survey --help` lists them."""

from __future__ import annotations

from importlib import import_module

import click

#: command -> module of this package, and its name in it; a module is loaded when one of its commands is asked for
COMMANDS = {
    "account": "account:account",
    "audit": "audit:audit",
    "comments": "comments:comments",
    "import": "intake:import_",
    "kiosk": "kiosk:kiosk",
    "plan": "plan:plan",
    "posters": "posters:posters",
    "publish": "publish:publish_",
    "quarantine": "quarantine:quarantine",
    "rebuild": "seal:rebuild",
    "report": "report:report_",
    "seal": "seal:seal",
    "serve": "serve:serve",
    "setup": "setup:setup",
    "verify": "publish:verify",
    "wave": "wave:wave",
}


class Commands(click.Group):
    """A group that starts as fast as the one command that is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name].split(":")
        command: click.Command = getattr(import_module(f"survey.cli.{module}"), name)
        return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="hai-long")
def main() -> None:
    """Hài lòng: citizen satisfaction with administrative procedures."""
