"""flask users: invite and create people."""

from __future__ import annotations

import sys

import click
from flask.cli import AppGroup

from partners.models import BRAND_REF
from partners.people import NewPerson, add_person
from partners.sign_in_models import TicketPurpose
from partners.tickets import issue_ticket
from portal.cli.console import cli_services, refusals, say
from portal.kernel.activity import OPERATOR, record
from portal.kernel.db import transaction
from portal.kernel.identity import Role
from portal.letters import invitation_letter

users = AppGroup("users", help="People who log in.")
ROLES = click.Choice([role.value for role in Role])


@users.command("invite")
@click.argument("email")
@click.option("--role", type=ROLES, required=True)
@click.option("--organisation", default=BRAND_REF, show_default=True, help="Ref of the organisation.")
def invite(email: str, role: str, organisation: str) -> None:
    """Add a person and send them a link to choose a password."""
    services = cli_services()
    at = services.clock()
    with refusals(), transaction(services.sessions) as session:
        user = add_person(session, NewPerson(email, Role(role), organisation_ref=organisation), at=at)
        token = issue_ticket(session, user, TicketPurpose.INVITATION, at=at)
        record(session, "invited", ("user", user.email), at=at, by=OPERATOR, role=role)
    services.mailer.send(invitation_letter(user, f"{services.settings.base_url}/invitations/{token}"))
    click.echo(f"Invited {user.email} as {role} of {organisation}.")


@users.command("create")
@click.argument("email")
@click.option("--role", type=ROLES, required=True)
@click.option("--organisation", default=BRAND_REF, show_default=True, help="Ref of the organisation.")
@click.option("--name", default="", help="The person's name.")
@click.option("--password-stdin", is_flag=True, required=True, help="Read the password from standard input.")
def create(email: str, role: str, organisation: str, name: str, password_stdin: bool) -> None:  # noqa: FBT001, ARG001  the flag is a promise, not a choice
    """Add a person with a password that is read from standard input."""
    if sys.stdin.isatty():
        say("Password:")
    password = sys.stdin.readline().rstrip("\n")
    services = cli_services()
    at = services.clock()
    new = NewPerson(email, Role(role), name=name, organisation_ref=organisation, password=password)
    with refusals(), transaction(services.sessions) as session:
        user = add_person(session, new, at=at)
        record(session, "created", ("user", user.email), at=at, by=OPERATOR, role=role)
    click.echo(f"Created {user.email} as {role} of {organisation}.")


commands = [users]
