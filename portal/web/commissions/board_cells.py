"""A cell of the month board, as an address names it ("2026-11.commissionable.USD"), and the lines in it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from commissions.ledger.ledger_models import Period
from commissions.ledger.periods import period
from commissions.overviews.month_board import Stage, lines_at
from portal.kernel.among import IDS_AT_ONCE
from portal.kernel.errors import NotFound, Refusal
from portal.web.formats import month
from portal.web.house import horizon

IN_ALL = "all"


class TooManyLines(Refusal):
    def __init__(self) -> None:
        super().__init__("More lines make this sum than one list looks through. The month's export has them.")


@dataclass(frozen=True, slots=True)
class BoardCell:
    """`stage` is None for all stages."""

    period: Period
    stage: Stage | None
    currency: str

    @property
    def words(self) -> str:
        stage = stage_names()[self.stage] if self.stage else _("In all")
        return f"{stage} · {month(self.period.ref)} · {self.currency}"

    def lines(self, session: Session) -> Collection[int]:
        """Raises TooManyLines for more than a statement takes."""
        found = lines_at(session, self.period, self.stage, self.currency, horizon=horizon())
        if len(found) > IDS_AT_ONCE:
            raise TooManyLines
        return found


def board_cell(session: Session, text: str) -> BoardCell:
    """Raises NotFound for what is no cell, and NoSuchPeriod."""
    ref, _dot, rest = text.partition(".")
    stage, _dot, currency = rest.partition(".")
    if stage != IN_ALL and stage not in set(Stage):
        raise NotFound
    return BoardCell(period(session, ref), None if stage == IN_ALL else Stage(stage), currency)


def stage_names() -> dict[Stage, str]:
    return {
        Stage.UNVERIFIED: _("Delivered, provisional"),
        Stage.VERIFIED: _("Final"),
        Stage.INVOICED: _("Part invoiced"),
        Stage.COMMISSIONABLE: _("Commissionable"),
        Stage.DISPUTED: _("Disputed"),
        Stage.STATED: _("Stated"),
        Stage.PAID: _("Paid"),
    }
