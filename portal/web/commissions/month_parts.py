"""What a month's pages fetch once they stand, each a page of its own for who has no script."""

from __future__ import annotations

from flask import url_for
from flask_babel import gettext as _

from commissions.ledger.ledger_models import Account, Period
from commissions.ledger.periods import period
from commissions.overviews.month_board import month_board
from commissions.statements.closing import drafts_hash, preview
from commissions.statements.printing import printed
from portal.kernel.identity import Permission
from portal.kernel.money import Money
from portal.web.access import requires
from portal.web.commissions.blueprint import blueprint
from portal.web.commissions.board_cells import IN_ALL, stage_names
from portal.web.commissions.closing import may_close
from portal.web.context import business_day, db
from portal.web.formats import month
from portal.web.house import horizon, house
from portal.web.parts import part


@blueprint.get("/months/<ref>/board")
@requires(Permission.MONTH_READ)
def board(ref: str) -> str:
    """Where the commission stands: the month's page fetches it once it stands itself."""
    found = period(db(), ref)
    return part(
        "commissions/_board.html",
        _("Where the commission stands"),
        above=_above(found),
        board=month_board(db(), found, horizon=horizon()),
        period=found,
        names=stage_names(),
        in_all=IN_ALL,
        accounts=_accounts(),
    )


@blueprint.get("/months/<ref>/prints")
@requires(Permission.MONTH_READ)
def prints(ref: str) -> str:
    """How many of the month's PDFs are made: the month's page asks until all are."""
    found = period(db(), ref)
    return part(
        "commissions/_prints.html",
        _("Statements as PDF"),
        above=_above(found),
        period=found,
        printed=printed(db(), ref),
    )


@blueprint.get("/months/<ref>/preview/statements")
@requires(Permission.MONTH_READ)
def preview_drafts(ref: str) -> str:
    """The statements themselves: the page fetches them once it stands itself."""
    found = period(db(), ref)
    drafts = preview(db(), found, today=business_day(), house=house())
    closes = may_close(found)
    return part(
        "commissions/_preview.html",
        _("Statements as they would be issued"),
        above=_above(found),
        period=found,
        drafts=drafts.statements,
        may_close=closes,
        seen=drafts_hash(drafts) if closes else "",
        money=Money,
    )


def _above(found: Period) -> list[tuple[str, str]]:
    address = url_for("commissions.month", ref=found.ref)
    return [(url_for("commissions.months"), _("Month board")), (address, month(found.ref))]


def _accounts() -> list[tuple[Account, str]]:
    """The accounts of partners, with what each holds in words."""
    return [
        (Account.ACCRUED, _("Accrued")),
        (Account.PAYABLE, _("Payable")),
        (Account.HOLDBACK, _("Held back")),
        (Account.HELD, _("On hold")),
        (Account.RECEIVABLE, _("Owed by partners")),
        (Account.CLEARING, _("On its way")),
        (Account.CASH, _("Paid")),
    ]
