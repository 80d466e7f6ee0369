"""flask usage: roll-ups made again, proved equal to their events, and events as lines."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from flask.cli import AppGroup

from content.usage.played_checks import played_faults, rebuild_played
from content.usage.usage_ending import end_views
from content.usage.usage_exports import usage_lines
from content.usage.usage_rollups import differences
from content.usage.usage_rollups import rebuild as rebuild_roll_ups
from portal.cli.console import cli_services, refusals, say
from portal.kernel.activity import OPERATOR, record
from portal.kernel.db import reading, transaction

usage = AppGroup("usage", help="What was opened, read and downloaded.")


@usage.command("rebuild")
def rebuild() -> None:
    """End the views that are over, and make the roll-ups again from the events."""
    services = cli_services()
    at = services.clock()
    with refusals():
        ended = end_views(services.sessions, at)
        with transaction(services.sessions) as session:
            rebuild_roll_ups(session)
            rebuild_played(session)
            record(session, "rebuilt", ("usage", "roll-ups"), at=at, by=OPERATOR)
    click.echo(f"Rebuilt the roll-ups; views that were over and now ended: {ended}.")


@usage.command("verify")
def verify() -> None:
    """Prove that the roll-ups say what the events say, and sums what was played."""
    with refusals(), reading(cli_services().sessions) as session:
        found, played = differences(session), played_faults(session)
    for difference in found:
        say(f"{difference.table}: {difference.missing} rows missing or wrong, {difference.extra} too many.")
    if played.wrong:
        say(f"played_views: {played.wrong} rows with other sums than their stretches.")
    if found or played.wrong:
        say("Run “flask usage rebuild” to make them again.")
    if played.strangers:
        say(f"played_views: {played.strangers} rows of no view that there is, or of somebody else's.")
    if found or not played.are_none:
        sys.exit(1)
    click.echo("The roll-ups are equal to the events, and what was played to its stretches.")


@usage.command("export")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="File to write.")
def export(out: Path) -> None:
    """Write every ended view and download as a line of JSON, without names."""
    lines = 0
    with refusals(), reading(cli_services().sessions) as session, out.open("w", encoding="utf-8") as file:
        for line in usage_lines(session):
            file.write(f"{line}\n")
            lines += 1
    click.echo(f"Wrote {lines} lines to {out}.")


commands: list[click.Command] = [usage]
