"""A partner's home: the money first, then what needs them, what is new, and what fits their accounts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from flask import render_template

from commissions.ledger_models import Statement
from commissions.pay_dates import PayState, last_pay_states
from content.queries import AssetCard, recent_assets
from portal.kernel.identity import Permission
from portal.web.access import requires
from portal.web.content_words import kind_names
from portal.web.context import db, identity, now, services
from portal.web.home.blueprint import blueprint
from portal.web.home.latest import latest_talks
from portal.web.home.money import own_money
from portal.web.home.needing import changed_content, issued_statements
from portal.web.home.recommending import recommended

NEW_FOR = timedelta(days=30)
NEWS = 6


def partner_home() -> str:
    at = now()
    return render_template(
        "home/partner.html",
        money=own_money(),
        statements=issued_statements(db(), identity(), at=at),
        changed=changed_content(db(), identity(), at=at),
        news=recent_assets(db(), identity(), at=at, most=NEWS),
        is_new=_is_new,
        kinds=kind_names(),
        today=at,
        pays=_pays(),
        may_enter_payee=identity().may(Permission.PAYEE_WRITE),
    )


def _pays() -> Sequence[tuple[Statement, PayState]]:
    if not identity().may(Permission.STATEMENTS_READ):
        return ()
    return last_pay_states(db(), identity(), at=now(), payout_day=services().settings.payout_day)


@blueprint.get("/home/recommended")
@requires(Permission.ACCOUNTS_READ)
def recommendations() -> str:
    """A fragment that the home fetches once it stands: content for the accounts, and what was logged last."""
    asker, at = identity(), now()
    return render_template(
        "home/_fetched.html",
        recommended=recommended(db(), asker, at=at) if asker.is_partner else [],
        latest=latest_talks(db(), asker) if asker.is_partner else [],
        kinds=kind_names(),
        today=at.date(),
    )


def _is_new(card: AssetCard) -> bool:
    """A first version of the last 30 days; an older one is there because it changed."""
    return card.version == 1 and card.published_at is not None and now() - card.published_at <= NEW_FOR
