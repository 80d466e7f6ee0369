"""flask doctor: what is configured, reachable and missing."""

from __future__ import annotations

import sys
from urllib.parse import urlsplit

import click

from config import Settings
from portal.cli.console import cli_services
from portal.font_findings import names_in_pdfs, page_pictures
from portal.readiness import direct_uploads, findings, late_mails, office_previews, unindexed_assets

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
    click.echo(f"demos            {_demos(settings)}")
    click.echo(
        f"bank data        {'encrypted by PAYEE_KEY' if settings.payee_key else 'none: PAYEE_KEY is not set'}"
    )
    click.echo(
        f"payouts          {'from the account of ' + settings.payer.name if settings.payer else _NO_PAYER}"
    )
    found = [
        *findings(services),
        unindexed_assets(services),
        office_previews(),
        page_pictures(),
        names_in_pdfs(services),
        direct_uploads(services),
        late_mails(services),
    ]
    for finding in found:
        click.echo(f"{'ok ' if finding.works else 'BAD'} {finding.part}: {finding.sentence}")
    sys.exit(0 if all(finding.works for finding in found) else 1)


def _demos(settings: Settings) -> str:
    if settings.demos_url is None:
        return "in a sandbox without storage: DEMOS_URL is not set"
    app, demos = settings.host.split("."), str(settings.demos_host).split(".")
    if app[-2:] == demos[-2:] and len(app) > 1:
        return f"{settings.demos_url}, under one domain with BASE_URL: no cookie may be set for that domain"
    return f"{settings.demos_url}, a domain of its own: private windows keep demos there from storing"


commands = [doctor]
