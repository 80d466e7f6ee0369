"""flask payouts: batches for the bank, and what the bank says of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path

import click
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from commissions.facts.import_models import ImportKind
from commissions.ledger.periods import last_closed
from commissions.payouts.payable import LeftOut, LeftOutReason, PayableNow, payable_now
from commissions.payouts.payout_errors import NothingPayable
from commissions.payouts.payout_files import PayoutFile, batch_files
from commissions.payouts.payout_models import PayoutBatch
from commissions.payouts.payouts import BatchOrder, PayoutApproval, create_batch
from partners.people import identity_of, person_by_email
from portal.cli.console import DAY, cli_services, refusals, say
from portal.cli.importing import Options, csv_options, run_import
from portal.house import debtor, house_rules, sealer
from portal.kernel.db import transaction
from portal.kernel.identity import Identity
from portal.kernel.money import totals

payouts = AppGroup("payouts", help="Payouts: pain.001 for the bank, CSV, and the bank's answer.")
WHY_NOT = {
    LeftOutReason.BANK_DATA_WAITS: "its bank data waits for a second person",
    LeftOutReason.BANK_DATA_COOLS: "its new bank data has not cooled off",
    LeftOutReason.HELD: "it is on hold",
    LeftOutReason.USED_LATER: "later corrections used it up",
    LeftOutReason.RETURNED: "it came back from the bank, and is paid with the next statement",
    LeftOutReason.NOTHING_PAYABLE: "nothing of it is payable yet",
    LeftOutReason.BELOW_MINIMUM: "below the least amount that is paid out to its partner",
    LeftOutReason.NO_BANK_DATA: "it has no bank data",
    LeftOutReason.IN_A_PAYOUT: "it is in a payout already",
}


@payouts.command("create")
@click.argument("period")
@click.option("--on", "day", type=DAY, required=True, help="The day on which the bank pays.")
@click.option("--by", help="E-mail address of the author, someone of finance.")
@click.option("--approver", help="E-mail address of the second person, a finance approver.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="A folder.")
def create_command(period: str, day: date, by: str | None, approver: str | None, out: Path) -> None:
    """Pay what is payable of the last closed period; the same call again writes the same files.

    Partners without bank data are in payouts.csv alone, to be paid by hand.
    """
    services = cli_services()
    at = services.clock()
    house = house_rules(services.settings)
    with refusals(), transaction(services.sessions) as session:
        today = house.business_day(at)
        approval = PayoutApproval(_person(session, by, today), _person(session, approver, today))
        order = BatchOrder(period, day, debtor(services.settings))
        try:
            batch = create_batch(session, order, approval=approval, at=at, house=house)
        except NothingPayable:
            _tell_left_out(payable_now(session, period, at=at, by_hand=True).left_out)
            raise
        files = batch_files(session, batch, sealer(services.settings))
        left = payable_now(session, period, at=at, by_hand=True)
        last = last_closed(session)
        if last is None or last.ref != period:
            # what is left of an earlier month is paid with a later statement
            left = replace(left, payable=())
        _write(out, files)
    _tell(batch, left, today)


def _person(session: Session, email: str | None, today: date) -> Identity | None:
    return None if email is None else identity_of(session, person_by_email(session, email), today=today)


def _write(out: Path, files: list[PayoutFile]) -> None:
    out.mkdir(parents=True, exist_ok=True)
    for file in files:
        (out / file.name).write_bytes(file.content)
        say(file.name)


def _tell(batch: PayoutBatch, left: PayableNow, today: date) -> None:
    click.echo(f"{batch.ref}: {len(batch.payouts)} payouts")
    for currency, amount in totals(payout.amount for payout in batch.payouts).items():
        click.echo(f"{currency} {amount.text()}")
    if batch.pay_on < today:
        say(f"{batch.pay_on.isoformat()} is past: the bank may refuse the file.")
    by_hand = [payout.statement for payout in batch.payouts if payout.payee_id is None]
    for statement in by_hand:
        say(f"by hand: {statement}, its partner has no bank data here")
    for one in left.payable:
        say(
            f"not in it: {one.statement} {one.amount.text()}, payable by now; a batch for another day pays it"
        )
    _tell_left_out(one for one in left.left_out if one.reason is not LeftOutReason.IN_A_PAYOUT)


def _tell_left_out(left_out: Iterable[LeftOut]) -> None:
    for one in left_out:
        say(f"left out: {one.statement} {one.amount.text()}, {WHY_NOT[one.reason]}")


@payouts.command("import")
@csv_options
def import_statuses(file: Path, check: bool, partial: bool, errors: Path | None) -> None:  # noqa: FBT001  options of a command
    """Take in what the bank confirmed or returned; what was returned is owed again."""
    run_import(ImportKind.PAYOUT_STATUS, file, Options(partial=partial, check=check, errors=errors))


commands = [payouts]
