"""`flask worker`: reads uploads, keeps the index and ends views, until it is told to stop."""

from __future__ import annotations

import logging

import click

from portal.cli.console import cli_services, say
from portal.worker import run_worker


@click.command("worker")
def worker() -> None:
    """Do the work of the background until stopped by Ctrl-C or SIGTERM."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    logging.getLogger("huey").setLevel(logging.WARNING)
    services = cli_services()
    say("The worker is running.")
    run_worker(services)
    say("The worker has stopped.")


commands: list[click.Command] = [worker]
