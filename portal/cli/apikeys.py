"""flask apikeys: keys of the API."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from partners.api_keys import Scope, create_key
from partners.people import person_by_email
from portal.cli.console import cli_services, refusals, say
from portal.kernel.activity import OPERATOR, record
from portal.kernel.db import transaction

apikeys = AppGroup("apikeys", help="Keys of the API.")


@apikeys.command("create")
@click.option("--user", "email", required=True, help="Whose key it is; it may do what they may do.")
@click.option("--scope", type=click.Choice([scope.value for scope in Scope]), required=True)
def create(email: str, scope: str) -> None:
    """Make a key and print it once, alone on the last line."""
    services = cli_services()
    at = services.clock()
    with refusals(), transaction(services.sessions) as session:
        user = person_by_email(session, email)
        key = create_key(session, user, Scope(scope), at=at)
        record(session, "key created", ("user", user.email), at=at, by=OPERATOR, scope=scope)
    say(f"A key of {user.email}, {scope}, valid for a year. It is not shown again.")
    click.echo(key)


commands = [apikeys]
