"""flask payouts: the bank's files on the command line, once, also when two processes ask for them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from commissions.ledger.ledger_models import LedgerEntry
from commissions.payouts.payout_models import Payout, PayoutBatch
from config import Payer, Settings
from partners.models import User
from portal.app import create_app
from portal.kernel.db import reading, transaction
from portal.kernel.identity import Role
from portal.services import Services
from tests.factories.closed_months import close, the_worked_example
from tests.factories.payees import SEALER, approved_payee, german_details
from tests.factories.people import a_brand, a_user
from tests.factories.waiting_processes import at_once, start
from tests.fixtures.portal import Clock

Run = Callable[..., Result]
APRIL = datetime(2026, 4, 8, 9, tzinfo=UTC)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    payer = Payer("Larkwell Audio", "DE75512108001245126199", "SOLADEST600")
    return replace(settings, payer=payer, payee_key=SEALER.key)


@pytest.fixture
def run(app: Flask, services: Services, clock: Clock) -> Run:
    """Runs `flask payouts ...`; March is closed, R1 has bank data, R2 has none."""
    clock.at = APRIL
    with transaction(services.sessions) as session:
        the_worked_example(session)
        close(session, "2026-03", APRIL)
        approved_payee(session, "R1", german_details(), at=APRIL)
    runner = app.test_cli_runner()
    return lambda *arguments: runner.invoke(args=["payouts", *arguments])


def create(run: Run, out: Path, *options: str) -> Result:
    return run("create", "2026-03", "--on", "2026-04-15", "--out", str(out), *options)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_create_writes_the_banks_file_and_the_csv_and_again_the_same_bytes(run: Run, tmp_path: Path) -> None:
    first = create(run, tmp_path / "first")
    assert (first.exit_code, first.stdout) == (0, "2026-03-20260415: 2 payouts\nUSD 563.86\n")
    assert "by hand: 2026-03-R2-USD" in first.stderr
    files = contents(tmp_path / "first")
    assert list(files) == ["pain.001-USD.xml", "payouts.csv"]
    assert files["payouts.csv"].decode().splitlines()[0] == (
        "payout_ref,statement,partner_ref,partner,currency,amount,on,method,account_ends"
    )
    assert create(run, tmp_path / "again").stdout == first.stdout
    assert contents(tmp_path / "again") == files


def test_where_nothing_is_to_be_paid_each_statement_says_why(run: Run, tmp_path: Path) -> None:
    create(run, tmp_path)
    refused = run("create", "2026-03", "--on", "2026-04-16", "--out", str(tmp_path))
    assert refused.exit_code == 1
    assert "left out: 2026-03-R1-USD 338.32, it is in a payout already" in refused.stderr
    assert "2 statements are left out, each with its reason." in refused.stderr


def test_what_became_payable_since_is_told_when_the_same_is_asked_again(
    run: Run, tmp_path: Path, services: Services, clock: Clock
) -> None:
    with transaction(services.sessions) as session:
        # entered a day before
        approved_payee(session, "R2", german_details(), at=APRIL + timedelta(days=29))
    cools = "left out: 2026-03-R2-USD 225.54, its new bank data has not cooled off"
    assert cools in create(run, tmp_path).stderr
    clock.at = APRIL + timedelta(days=3)
    again = create(run, tmp_path)
    assert again.exit_code == 0
    assert "not in it: 2026-03-R2-USD 225.54, payable by now; a batch for another day pays it" in again.stderr


def test_the_banks_answer_comes_back_by_import(run: Run, tmp_path: Path, clock: Clock) -> None:
    create(run, tmp_path)
    clock.at = datetime(2026, 4, 17, 9, tzinfo=UTC)
    refs = [line.split(",")[0] for line in (tmp_path / "payouts.csv").read_text().splitlines()[1:]]
    answer = tmp_path / "status.csv"
    answer.write_text(
        f"payout_ref,status,on,reason\n{refs[0]},confirmed,2026-04-16,\n{refs[1]},returned,2026-04-16,AC04\n"
    )
    result = run("import", str(answer))
    assert result.exit_code == 0
    assert result.stdout == "2 rows: 2 accepted, 0 unchanged, 0 superseded, 0 quarantined\n"
    assert run("import", str(answer)).stdout == "already imported\n"


def test_refusals_are_sentences(run: Run, tmp_path: Path, services: Services) -> None:
    with transaction(services.sessions) as session:
        approver = a_user(session, a_brand(session), Role.FINANCE_APPROVER)
    out = tmp_path / "out"
    both = ("--by", approver.email, "--approver", approver.email)
    refused = {
        "The author cannot approve: a second person has to.\n": create(run, out, *both),
        "2026-03 can be paid after its last day, 2026-03-31.\n": run(
            "create", "2026-03", "--on", "2026-03-31", "--out", str(out)
        ),
        "Only the last closed period can be paid, and 2026-02 is not that. "
        "The last closed one is 2026-03.\n": run(
            "create", "2026-02", "--on", "2026-04-15", "--out", str(out)
        ),
    }
    assert {sentence: result.stderr for sentence, result in refused.items()} == {one: one for one in refused}
    assert {result.exit_code for result in refused.values()} == {1}
    assert not out.exists()


def test_another_key_writes_and_posts_nothing(
    run: Run, tmp_path: Path, settings: Settings, services: Services
) -> None:
    other = replace(services, settings=replace(settings, payee_key=bytes(32)))
    runner = create_app(other.settings, other).test_cli_runner()
    result = runner.invoke(
        args=["payouts", "create", "2026-03", "--on", "2026-04-15", "--out", str(tmp_path / "out")]
    )
    assert result.exit_code == 1
    assert result.stderr.startswith("PAYEE_KEY is not the key")
    with reading(services.sessions) as session:
        assert session.scalars(select(Payout)).all() == []
        assert not (tmp_path / "out").exists()


PAY = """
import sys
from datetime import UTC, date, datetime
from commissions.facts.house_rules import HouseRules
from commissions.payouts.payouts import BatchOrder, PayoutApproval, create_batch
from portal.kernel.db import make_engine, make_sessions, transaction
at = datetime(2026, 4, 8, 9, tzinfo=UTC)
sessions = make_sessions(make_engine(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
order = BatchOrder("2026-03", date(2026, 4, 15), None)
with transaction(sessions) as session:
    print(create_batch(session, order, approval=PayoutApproval(None, None), at=at, house=HouseRules()).id)
"""


def test_two_processes_that_create_the_same_batch_at_once_give_one(
    database_url: str, sessions: sessionmaker[Session]
) -> None:
    with transaction(sessions) as session:
        the_worked_example(session)
        close(session, "2026-03", APRIL)
        entries = session.scalar(select(func.max(LedgerEntry.entry))) or 0
    said = at_once([start(PAY, database_url) for _ in range(2)])
    assert said[0] == said[1]
    with reading(sessions) as session:
        assert len(session.scalars(select(PayoutBatch)).all()) == 1
        assert len(session.scalars(select(Payout)).all()) == 2
        assert session.scalar(select(func.max(LedgerEntry.entry))) == entries + 2


def test_a_person_who_pays_is_named(run: Run, tmp_path: Path, services: Services) -> None:
    with transaction(services.sessions) as session:
        brand = a_brand(session)
        finance: User = a_user(session, brand, Role.FINANCE)
        approver = a_user(session, brand, Role.FINANCE_APPROVER)
    assert create(run, tmp_path, "--by", finance.email, "--approver", approver.email).exit_code == 0
    with reading(services.sessions) as session:
        batch = session.scalars(select(PayoutBatch)).one()
        assert (batch.created_by, batch.approved_by) == (str(finance.id), str(approver.id))
