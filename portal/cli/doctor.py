"""flask doctor: what is configured, reachable and missing."""

from __future__ import annotations

import sys
from urllib.parse import urlsplit

import click

from portal.cli.console import cli_services
from portal.readiness import findings, office_previews

_NO_PAYER = "CSV only: PAYER_NAME, PAYER_ACCOUNT and PAYER_BIC are not set"


@click.command("doctor")
def doctor() -> None:
    """Say what is configured, reachable and missing; exit 1 when something does not work."""
    services = cli_services()
    settings = services.settings
    click.echo(f"data folder      {settings.data_dir}")
    click.echo(f"database         {urlsplit(settings.database_url).scheme}")
    click.echo(f"storage          {urlsplit(settings.storage_url).scheme}")
    click.echo(f"search           {urlsplit(settings.search_url).scheme}")
    click.echo(f"mail             {'SMTP' if settings.smtp_url else 'written to the data folder'}")
    click.echo(f"address          {settings.base_url}")
    click.echo(
        f"bank data        {'encrypted by PAYEE_KEY' if settings.payee_key else 'none: PAYEE_KEY is not set'}"
    )
    click.echo(
        f"payouts          {'from the account of ' + settings.payer.name if settings.payer else _NO_PAYER}"
    )
    found = [*findings(services), office_previews()]
    for finding in found:
        click.echo(f"{'ok ' if finding.works else 'BAD'} {finding.part}: {finding.sentence}")
    sys.exit(0 if all(finding.works for finding in found) else 1)


commands = [doctor]
