"""One account: who works there, what they signed, and the time line of everything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import render_template, request, url_for

from commissions.orders.advertiser_orders import AdvertiserLine, advertiser_lines, aired_months, commission_of
from partners.account_models import Account, Interaction
from partners.accounts import account as account_by_ref
from partners.interactions import interaction_count, interactions, shown_count
from portal.kernel.identity import Permission
from portal.web.access import requires
from portal.web.content_words import kind_names, stage_names
from portal.web.context import db, identity, now, services
from portal.web.formats import reader_zone
from portal.web.partners.blueprint import blueprint
from portal.web.partners.interaction_rights import may_change
from portal.web.partners.shown_content import picks_by_ref
from portal.web.partners.time_line import (
    AT_ONCE,
    Event,
    EventKind,
    Talk,
    aired,
    by_day,
    orders_signed,
    piece,
    progress,
    talks,
)
from portal.web.recommending import recommended
from portal.web.recommending_facts import buyer_of


@dataclass(frozen=True, slots=True)
class Counts:
    """How many events of each kind there are."""

    talk: int
    order: int
    delivery: int

    @property
    def all(self) -> int:
        return self.talk + self.order + self.delivery


@blueprint.get("/accounts/<ref>")
@requires(Permission.ACCOUNTS_READ)
def account(ref: str) -> str:
    found = account_by_ref(db(), identity(), ref)
    lines = advertiser_lines(db(), identity(), partner_ref=found.organisation.ref, advertiser=found.name)
    months = aired_months(db(), lines, sources=services().settings.sources)
    zone, before, only = reader_zone(), _before(), _only()
    today = now().astimezone(zone).date()
    signed = orders_signed(lines, zone=zone)
    delivered = aired(lines, months, today=today, zone=zone)
    counts = Counts(interaction_count(db(), found), len(signed), len(delivered))
    rows = interactions(db(), found, before=before, limit=AT_ONCE + 1)
    logged = talks(rows)
    events, following = piece(_chosen([*logged, *signed, *delivered], only), before=before)
    return render_template(
        "partners/account.html",
        account=found,
        days=by_day(events, zone=zone),
        counts=counts,
        views=_views(found, counts, only),
        later=_address(found, only, before=following.isoformat()) if following else "",
        content=_content(events),
        orders=progress(lines, months, today=today),
        commission=_commission(found, lines),
        shown=shown_count(db(), found),
        sees_orders=identity().may(Permission.ORDERS_READ),
        sees_money=identity().may(Permission.STATEMENTS_READ),
        may_log=identity().may(Permission.ACCOUNTS_WRITE),
        may_change=may_change,
        **_recommended(found, rows if before is None else None),
        today=today,
    )


def _recommended(found: Account, latest: Sequence[Interaction] | None) -> dict[str, object]:
    """For its partner, beside what happened last: content that fits the account and that it has not seen."""
    asker = identity()
    shows = latest is not None and asker.is_partner and asker.organisation_id == found.organisation_id
    stage = next((one.stage for one in latest or () if one.stage), None)
    cards = recommended(db(), asker, at=now(), buyer=buyer_of(found, stage)) if shows else []
    return {"recommended": cards, "kinds": kind_names(), "stages": stage_names()}


def _before() -> datetime | None:
    try:
        found = datetime.fromisoformat(request.args.get("before", ""))
        return found.astimezone(UTC) if found.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _only() -> EventKind | None:
    try:
        return EventKind(request.args.get("show", ""))
    except ValueError:
        return None


def _chosen(events: list[Event], only: EventKind | None) -> list[Event]:
    return [event for event in events if only is None or event.kind is only]


def _views(found: Account, counts: Counts, only: EventKind | None) -> list[tuple[str, str, bool, int]]:
    """Address, name, whether it is open, and count of each view; nothing to choose without orders."""
    if not identity().may(Permission.ORDERS_READ):
        return []
    rows: list[tuple[EventKind | None, str, int]] = [
        (None, "all", counts.all),
        (EventKind.TALK, "talk", counts.talk),
        (EventKind.ORDER, "order", counts.order),
        (EventKind.DELIVERY, "delivery", counts.delivery),
    ]
    return [(_address(found, kind), name, kind is only, count) for kind, name, count in rows]


def _address(found: Account, only: EventKind | None, *, before: str | None = None) -> str:
    return url_for("partners.account", ref=found.ref, show=str(only) if only else None, before=before)


def _content(events: list[Event]) -> dict[str, object]:
    """Content that was shown and that the reader may still see, by ref."""
    refs = {one.asset_ref for event in events if isinstance(event, Talk) for one in event.interaction.shown}
    return dict(picks_by_ref(db(), identity(), refs, at=now()))


def _commission(found: Account, lines: list[AdvertiserLine]) -> list[object]:
    """What the account's partner has earned on these lines, by currency; only for who may see commissions."""
    if not identity().may(Permission.STATEMENTS_READ):
        return []
    return list(commission_of(db(), lines, payee_ref=found.organisation.ref).values())
