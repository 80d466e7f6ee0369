"""`flask search`: rebuild the index, and search as a person would."""

from __future__ import annotations

import json
from dataclasses import asdict

import click
from flask.cli import AppGroup

from content.finding.finding import FindQuery
from content.finding.indexing import rebuild
from content.finding.search_answers import SearchAnswer, search_answer
from partners.people import identity_of, person_by_email
from portal.cli.console import cli_services, refusals, say
from portal.kernel.db import reading

search = AppGroup("search", help="The search index.")


@search.command("rebuild")
def rebuild_index() -> None:
    """Write the whole index anew from the database; searches go on meanwhile."""
    services = cli_services()
    say("Indexing every asset…")
    with refusals():
        count = rebuild(services.sessions, services.search)
    click.echo(f"Indexed {count} assets.")


@search.command("query")
@click.argument("text")
@click.option("--as", "email", required=True, help="E-mail address of the person who searches.")
@click.option("--limit", type=click.IntRange(1, 100), default=10, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print what the API would answer.")
def query(text: str, email: str, limit: int, as_json: bool) -> None:  # noqa: FBT001  Click passes flags so
    """Search what a person may see, and print the hits, best first."""
    services = cli_services()
    at = services.clock()
    with refusals(), reading(services.sessions) as session:
        asker = identity_of(session, person_by_email(session, email), today=at.date())
        answer = search_answer(session, services.search, asker, FindQuery(text, limit=limit), at=at)
    if answer.note:
        say(answer.note)
    if as_json:
        click.echo(json.dumps(asdict(answer), ensure_ascii=False, indent=2))
        return
    _print(answer, text)


def _print(answer: SearchAnswer, text: str) -> None:
    for item in answer.items:
        click.echo(f"{item.ref}  {item.title}  page {item.page}")
        if item.snippet:
            click.echo(f"    {item.snippet}")
    if answer.corrected:
        say(f"Nothing has “{text}”; this is for “{answer.corrected}”.")
    if answer.suggestion:
        say(f"Did you mean “{answer.suggestion}”?")
    say(f"{answer.total} found, {len(answer.items)} shown.")


commands: list[click.Command] = [search]
