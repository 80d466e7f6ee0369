"""What every command shares: its services, and refusals as sentences."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

import click
from flask import current_app
from sqlalchemy.exc import OperationalError

from portal.kernel.errors import Refusal
from portal.services import EXTENSION, Services


def cli_services() -> Services:
    return cast("Services", current_app.extensions[EXTENSION])


@contextmanager
def refusals() -> Iterator[None]:
    """A refusal, or a database that gives up, is a sentence on stderr and exit status 1."""
    try:
        yield
    except Refusal as refusal:
        click.echo(refusal.sentence, err=True)
        sys.exit(1)
    except OperationalError as fault:
        # a full disk, or a server that went away; each command writes in one transaction
        reason = str(fault.orig).strip().partition("\n")[0]
        click.echo(f"The database gave up: {reason}. Nothing is half done; run the command again.", err=True)
        sys.exit(1)


def say(text: str) -> None:
    """Progress and warnings go to stderr, so that stdout holds only results."""
    click.echo(text, err=True)
