"""A partner's home: the money first, then what needs them, what is new, and what fits their accounts."""

from __future__ import annotations

from datetime import timedelta

from flask import render_template
from flask_babel import gettext as _

from content.assets.queries import AssetCard, recent_assets
from content.readers.changes import changes_since
from content.readers.must_read_queries import to_read
from content.readers.saving import saved_refs
from content.requests.request_queries import news_of_requests
from content.usage.visits import last_seen
from portal.kernel.identity import Permission
from portal.web.access import requires
from portal.web.content_words import kind_names, stage_names
from portal.web.context import business_day, db, identity, now
from portal.web.home.blueprint import blueprint
from portal.web.home.latest import latest_talks
from portal.web.home.money import own_money
from portal.web.home.needing import changed_content, issued_statements
from portal.web.parts import part
from portal.web.recommending import recommended

NEW_FOR = timedelta(days=30)
NEWS = 6
MUST_READS = 5


def partner_home() -> str:
    at = now()
    return render_template(
        "home/partner.html",
        money=own_money(),
        statements=issued_statements(db(), identity(), at=at),
        changed=changed_content(db(), identity(), at=at),
        answered=news_of_requests(db(), identity(), at=at),
        must_reads=to_read(db(), identity(), at=at)[:MUST_READS],
        house_day=business_day(),
        today=at,
        may_see_money=identity().may(Permission.STATEMENTS_READ),
    )


@blueprint.get("/home/recommended")
@requires(Permission.ACCOUNTS_READ)
def recommendations() -> str:
    """What the home fetches once it stands: content for the accounts, what is new, what was logged last."""
    asker, at = identity(), now()
    return part(
        "home/_fetched.html",
        _("New for you"),
        alone="home/_new_for_you.html",
        recommended=recommended(db(), asker, at=at) if asker.is_partner else [],
        saved=saved_refs(db(), asker),
        latest=latest_talks(db(), asker) if asker.is_partner else [],
        news=recent_assets(db(), asker, at=at, most=NEWS) if asker.is_partner else [],
        changes=changes_since(db(), asker, last_seen(db(), asker, at=at), at=at),
        is_new=_is_new,
        kinds=kind_names(),
        stages=stage_names(),
        today=at.date(),
    )


def _is_new(card: AssetCard) -> bool:
    """A first version of the last 30 days; an older one is there because it changed."""
    return card.version == 1 and card.published_at is not None and now() - card.published_at <= NEW_FOR
