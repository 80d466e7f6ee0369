"""flask demo: the demo world."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import click
from flask.cli import AppGroup

from portal.cli.console import cli_services, refusals, say

# what makes the demo's files is imported where it is needed: it takes memory that no server gives back
KEPT = "demo_password"

demo = AppGroup("demo", help="The demo world.")


@demo.command("load")
@click.option("--password", default="", help="For every demo log-in; random and kept in DATA_DIR otherwise.")
def load(password: str) -> None:
    """Load the demo data into an empty database and print the log-ins."""
    from portal.demo.loading import load_demo  # noqa: PLC0415  see above

    services = cli_services()
    chosen = password or os.environ.get("DEMO_PASSWORD") or _kept_password(services.settings.data_dir)
    with refusals():
        load_demo(services, password=chosen, tell=say)
    for line in log_in_lines(services.settings.base_url, chosen):
        click.echo(line)


def log_in_lines(base_url: str, password: str) -> list[str]:
    """The demo's log-ins, as a person reads them."""
    from portal.demo.channel import LOG_INS  # noqa: PLC0415  see above

    people = [f"  {email:<22} {what}" for email, what in LOG_INS]
    return [f"Log in at {base_url}/login with the password {password}", *people]


def _kept_password(data_dir: Path) -> str:
    path = data_dir / KEPT
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(12))
    return path.read_text()


commands: list[click.Command] = [demo]
