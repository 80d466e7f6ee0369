"""What every command shares: its services, and refusals as sentences."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import NoReturn, cast

import click
from flask import current_app
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError

from portal.kernel.csv_cells import read_day
from portal.kernel.csv_files import Unreadable
from portal.kernel.errors import Refusal
from portal.readiness import NotUpgraded
from portal.services import EXTENSION, Services

# a line that cannot be understood is refused like anything else: with a sentence, and 1
click.UsageError.exit_code = 1
# PostgreSQL's for a table and a column that there are not
LACKING = {"42P01", "42703"}


class Day(click.ParamType[date]):
    """A day as the files write it."""

    name = "YYYY-MM-DD"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> date:
        try:
            return read_day(value)
        except Unreadable as problem:
            self.fail(f"“{value}”: {problem}", param, ctx)


DAY = Day()


def cli_services() -> Services:
    return cast("Services", current_app.extensions[EXTENSION])


@contextmanager
def refusals() -> Iterator[None]:
    """A refusal, a file that cannot be opened, or a database that gives up: a sentence and exit status 1."""
    try:
        yield
    except Refusal as refusal:
        _end(refusal.sentence)
    except (OperationalError, ProgrammingError) as fault:
        if _lacks_something(fault):
            _end(NotUpgraded().sentence)
        if isinstance(fault, ProgrammingError):
            raise
        # a full disk, or a server that went away; each command writes in one transaction
        reason = str(fault.orig).strip().partition("\n")[0]
        _end(f"The database gave up: {reason}. Nothing is half done; run the command again.")
    except UnicodeEncodeError:
        # the system hands on bytes that are no text, and the first who stores them breaks
        _end("Something that was typed is not UTF-8.")
    except OSError as fault:
        if fault.filename is None:
            raise
        _end(f"{fault.filename}: {fault.strerror}.")


def _lacks_something(fault: DBAPIError) -> bool:
    """A table or column: only SQLite counts that among what has to do with its operation."""
    return "no such " in str(fault.orig) or getattr(fault.orig, "sqlstate", None) in LACKING


def _end(sentence: str) -> NoReturn:
    click.echo(sentence, err=True)
    sys.exit(1)


def say(text: str) -> None:
    """Progress and warnings go to stderr, so that stdout holds only results."""
    click.echo(text, err=True)
