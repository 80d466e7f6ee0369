"""Books that only files and decisions change, so that the same ones make the same books again."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session, sessionmaker

from commissions.facts.book_lock import lock_books
from commissions.facts.house_rules import HouseRules
from commissions.facts.import_models import ImportKind
from commissions.imports.file_import import import_file
from commissions.imports.importing import ImportReport, ImportRequest
from commissions.ledger.accrual import AccrualSummary, accrue
from commissions.ledger.ledger_models import LineStanding, Posting
from commissions.ledger.quarantine import dismiss, open_rows
from commissions.plans.plan_reading import read_plan
from commissions.proposals.debt_write_offs import WritingOff, write_off_debt
from commissions.proposals.plan_preview import Months, preview
from commissions.reckoning.line_facts import Horizon
from commissions.reckoning.plan_book import plan_book
from portal.kernel.db import reading, transaction
from tests.factories.money import LATER, SIGNED

Row = Mapping[str, str]
# kind, text and instant
Fact = tuple[ImportKind | None, str, datetime]
# line, component, payee and service period
Key = tuple[str, str, str, str]


def as_csv(rows: Sequence[Row]) -> str:
    names = sorted({name for row in rows for name in row})
    text = io.StringIO()
    writer = csv.DictWriter(text, names, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


class FiledBooks:
    """`facts` are the files so far, and when they came; one without a kind is the decision that no row that
    waits counts. `at` is the present.
    """

    def __init__(self, sessions: sessionmaker[Session], house: HouseRules) -> None:
        self.sessions, self.house = sessions, house
        self.facts, self.at = list[Fact](), LATER

    def take(self, kind: ImportKind, *rows: Row) -> ImportReport:
        return self.take_text(kind, as_csv(rows))

    def adopt(self, plan: Mapping[str, Any]) -> ImportReport:
        return self.take_text(ImportKind.PLANS, json.dumps(plan))

    def take_text(self, kind: ImportKind, text: str) -> ImportReport:
        request = ImportRequest(at=self.at, house=self.house)
        report = import_file(self.sessions, kind, io.BytesIO(text.encode()), request)
        assert not report.is_refused, report.bad.first
        self.facts.append((kind, text, self.at))
        return report

    def dismiss_all(self) -> None:
        """What is in doubt does not count."""
        self.facts.append((None, "", self.at))
        with transaction(self.sessions) as session:
            lock_books(session)
            for row in open_rows(session):
                dismiss(session, row.id, by="operator", at=self.at, note="Not so")

    def write_off(self, line: str, units: int, on: date) -> None:
        """Raises NothingToWriteOff."""
        wanted = WritingOff(line, units, "It is not owed any more", on)
        with transaction(self.sessions) as session:
            write_off_debt(session, wanted, replace(SIGNED, at=self.at, house=self.house))
        self.facts.append((ImportKind.WRITE_OFFS, f"{line},{units},{on}", self.at))

    def take_again(self, facts: Sequence[Fact]) -> None:
        for kind, text, at in facts:
            self.at = at
            if kind is None:
                self.dismiss_all()
            elif kind is ImportKind.WRITE_OFFS:
                line, units, on = text.split(",")
                self.write_off(line, int(units), date.fromisoformat(on))
            else:
                self.take_text(kind, text)

    def accrue(self, through: date | None = None) -> AccrualSummary:
        with transaction(self.sessions) as session:
            return accrue(session, at=self.at, through=through, house=self.house)

    def would_change(self, plan: Mapping[str, Any]) -> dict[str, int]:
        """What is shown by currency before a plan is adopted, of what is accrued; nothing that is 0."""
        with reading(self.sessions) as session:
            horizon = Horizon(self.house, plan_book(session), self.house.business_day(self.at))
            totals = preview(session, read_plan(plan), horizon=horizon, months=Months()).totals
        return {currency: difference.minor for currency, _, _, difference in totals if difference}

    def earned(self) -> dict[Key, int]:
        """Minor units of the lines that nothing is in the way of; nothing that is 0."""
        key = (Posting.line_ref, Posting.component, Posting.payee_ref, Posting.service_period)
        fine = select(LineStanding.line_ref).where(LineStanding.problem.is_(None))
        query = select(*key, func.sum(Posting.amount_minor)).where(Posting.line_ref.in_(fine)).group_by(*key)
        with reading(self.sessions) as session:
            return {(row[0], row[1], row[2], row[3]): int(row[4]) for row in session.execute(query) if row[4]}

    def standings(self) -> list[tuple[str, ...]]:
        """Where each line stands, without its id."""
        columns = [one for one in LineStanding.__table__.columns if one.name != "line_id"]
        query = select(*columns).order_by(LineStanding.line_ref)
        with reading(self.sessions) as session:
            return [tuple(map(str, row)) for row in session.execute(query)]


class KeptBooks(FiledBooks):
    """All of it stands in one transaction, which is never kept."""

    def __init__(self, engine: Engine, house: HouseRules) -> None:
        self._connection = engine.connect().execution_options(writes=True)
        self._kept_by_nobody = self._connection.begin()
        sessions: sessionmaker[Session] = sessionmaker(
            self._connection, expire_on_commit=False, join_transaction_mode="create_savepoint"
        )
        super().__init__(sessions, house)

    def forget(self) -> None:
        self._kept_by_nobody.rollback()
        self._connection.close()
