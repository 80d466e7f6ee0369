"""flask commissions: accrue, check, close, export, and the ledger for other programs."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import click
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from commissions.checking.checking import broken_rules
from commissions.ledger.accrual import AccrualSummary, accrue
from commissions.ledger.ledger_out import ledger_beancount, ledger_csv
from commissions.ledger.periods import period as period_named
from commissions.simulation.simulation_answers import LARGEST_FILE, answers, as_text
from commissions.statements.closing import Approval, close_period
from commissions.statements.exports import period_files
from partners.people import identity_of, person_by_email
from portal.adapters.queue import AFTER_CLOSE
from portal.cli.console import DAY, cli_services, refusals, say
from portal.house import house_rules
from portal.kernel.activity import OPERATOR, record
from portal.kernel.db import reading, transaction
from portal.kernel.identity import Identity
from portal.kernel.money import Money

commissions = AppGroup("commissions", help="Commission: accrual, close, statements, ledger.")


@commissions.command("accrue")
@click.option("--through", type=DAY, help="The last service day that counts; without it all facts received.")
def accrue_command(through: date | None) -> None:
    """Post what was earned less what is posted."""
    services = cli_services()
    at = services.clock()
    house = house_rules(services.settings)
    with refusals(), transaction(services.sessions) as session:
        summary = accrue(session, at=at, through=through, house=house)
        record(session, "accrued", ("ledger", "commissions"), at=at, by=OPERATOR, postings=summary.postings)
    _tell(summary)


def _tell(summary: AccrualSummary) -> None:
    click.echo(f"{summary.lines} lines calculated, {summary.postings} postings")
    for currency, minor in sorted(summary.change.items()):
        click.echo(f"{currency} {Money(minor, currency).text()}")
    for problem, count in sorted(summary.problems.items()):
        say(f"left out: {count} lines, {problem.value.replace('_', ' ')}")


@commissions.command("close")
@click.argument("period")
@click.option("--by", required=True, help="E-mail address of the author, someone of finance.")
@click.option("--approver", required=True, help="E-mail address of the second person, a finance approver.")
def close_command(period: str, by: str, approver: str) -> None:
    """Accrue, draft, check, approve and issue. PERIOD is YYYY-MM."""
    services = cli_services()
    at = services.clock()
    house = house_rules(services.settings)
    with refusals(), transaction(services.sessions) as session:
        today = house.business_day(at)
        approval = Approval(_person(session, by, today), _person(session, approver, today))
        closed = close_period(session, period, approval=approval, at=at, house=house)
    services.queue.send(AFTER_CLOSE)
    click.echo(f"{closed.period} is closed: {closed.statements} statements, {closed.lines} lines")
    click.echo(f"manifest {closed.manifest_hash}")


def _person(session: Session, email: str, today: date) -> Identity:
    return identity_of(session, person_by_email(session, email), today=today)


@commissions.command("export")
@click.argument("period")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="A folder.")
def export_command(period: str, out: Path) -> None:
    """Write statements, lines, PDFs, spreadsheet and control file. An open period gives drafts."""
    services = cli_services()
    house = house_rules(services.settings)
    with refusals(), reading(services.sessions) as session:
        found = period_named(session, period)
        for file in period_files(session, found, house, blobs=services.blobs):
            out.mkdir(parents=True, exist_ok=True)
            (out / file.name).write_bytes(file.content)
            say(file.name)
        if not found.is_closed:
            say("Drafts of what is accrued. For facts that came since, run flask commissions accrue first.")
    click.echo(f"Wrote the files of {period} to {out}.")


@commissions.command("ledger")
@click.option("--through", type=DAY, help="The last day of entries.")
@click.option("--format", "shape", type=click.Choice(["csv", "beancount"]), default="csv", show_default=True)
def ledger_command(through: date | None, shape: str) -> None:
    """Print the ledger."""
    services = cli_services()
    with refusals(), reading(services.sessions) as session:
        lines = (
            ledger_csv(session, through=through)
            if shape == "csv"
            else ledger_beancount(session, through=through)
        )
        for line in lines:
            # bytes, so that no machine changes the ends of lines
            click.echo(line.encode(), nl=False)


@commissions.command("simulate")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", is_flag=True, expose_value=False, help="Answer as JSON: the only shape so far.")
def simulate_command(file: Path) -> None:
    """Try a plan on given lines; nothing is written.

    A case that makes no sense is answered by its error, and the others still run; the exit status is 1
    only where the file as a whole cannot be read.
    """
    house = house_rules(cli_services().settings)
    with refusals(), file.open("rb") as stream:
        click.echo(as_text(answers(stream.read(LARGEST_FILE + 1), house)))


@commissions.command("check")
def check_command() -> None:
    """Check every invariant that stored data can show: ledger, postings, statements, manifests."""
    services = cli_services()
    found = 0
    with refusals(), reading(services.sessions) as session:
        for broken in broken_rules(session, house_rules(services.settings), tell=say):
            found += 1
            click.echo(f"{broken.rule}: {broken.sentence}")
    if found:
        sys.exit(1)
    click.echo("All of it holds.")


commands = [commissions]
