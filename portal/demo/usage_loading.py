"""Bring in six months of usage: what partners and their buyers opened, read and downloaded."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from content.assets.models import Asset, AssetVersion
from content.usage.usage_history import PastDownload, PastView, PastViewer, write_events
from content.usage.usage_models import ViewerClass
from content.usage.usage_rollups import rebuild
from content.usage.usage_views import Moment
from partners.models import Organisation, OrganisationKind, User
from portal.demo.almanac import Almanac
from portal.demo.channel import CATEGORIES, PARTNERS, ZONE
from portal.demo.demo_playing import load_steps
from portal.demo.film_playing import load_played
from portal.demo.habits import BUYERS, DOWNLOADS, VISITS, buyers_of, day_weights, reading
from portal.demo.library import ASSETS
from portal.demo.library.shape import DemoAsset
from portal.demo.sittings import SITTINGS, Sitting

SEED = 418
# of a hundred views, those that were no person: link previews and mail scanners
MACHINES = 7
ANONYMOUS = 6
TIER, REGION = 3, 4


@dataclass(frozen=True, slots=True)
class _Partner:
    """Who opens content at a partner: its own people and its buyers."""

    ref: str
    organisation_id: int
    zone: ZoneInfo
    users: tuple[int, ...]
    buyers: tuple[str, ...]


def load_usage(session: Session, on: Almanac, *, now: datetime, zone: ZoneInfo) -> None:
    """Write the history, then the roll-ups that every view goes through."""
    partners = _partners(session)
    assets = {
        asset.ref: asset for asset in session.scalars(select(Asset).options(selectinload(Asset.versions)))
    }
    history = _History(on, now, zone, random.Random(SEED))  # noqa: S311  the same world each time
    views: list[PastView] = []
    downloads: list[PastDownload] = []
    for demo in ASSETS:
        audience = [partner for partner in partners.values() if _may_see(demo, partner.ref)]
        for view in history.of(demo, assets[demo.ref], audience):
            views.append(view)
            downloads += history.download_after(demo, view)
    views += [history.told(assets, partners, sitting) for sitting in SITTINGS]
    views += _by_the_brand(session, history, assets)
    write_events(session, views, downloads)
    load_steps(session)
    load_played(session)
    # what was played tells whether a film was finished, and came after its views
    rebuild(session)


@dataclass(frozen=True, slots=True)
class _History:
    on: Almanac
    now: datetime
    zone: ZoneInfo
    draw: random.Random

    def of(self, demo: DemoAsset, asset: Asset, audience: list[_Partner]) -> Iterator[PastView]:
        if not demo.opened:
            return
        versions = sorted(asset.versions, key=lambda version: version.number)
        weights = day_weights(
            self.on.ago(demo.quiet_for), [version.created_at.date() for version in versions]
        )
        days = self.draw.choices(list(weights), list(weights.values()), k=demo.opened)
        visits = [VISITS[partner.ref] for partner in audience]
        for day in sorted(days):
            partner = self.draw.choices(audience, visits)[0]
            at = self._office_hour(day, partner.zone)
            if at < versions[0].created_at + timedelta(hours=1):
                continue
            version = max((one for one in versions if one.created_at < at), key=lambda one: one.number)
            yield self._view(demo, version, partner, at)

    def told(
        self, assets: Mapping[str, Asset], partners: Mapping[str, _Partner], sitting: Sitting
    ) -> PastView:
        """A sitting of the story, to the second."""
        partner = partners[sitting.partner]
        at = self.now - timedelta(minutes=sitting.minutes_ago)
        pages = {page: 1000 * seconds for page, seconds in enumerate(sitting.seconds, start=1)}
        viewer = PastViewer(partner.organisation_id, ViewerClass.BUYER, name=sitting.name)
        return PastView(assets[sitting.asset].versions[0], viewer, Moment.of(at, self.zone), pages)

    def download_after(self, demo: DemoAsset, view: PastView) -> Iterator[PastDownload]:
        is_partner = view.viewer.viewer_class is ViewerClass.PARTNER
        if is_partner and view.is_human and self.draw.randrange(100) < DOWNLOADS.get(demo.kind, 0):
            at = view.opened.at + timedelta(seconds=self.draw.randint(20, 240))
            yield PastDownload(view.version, view.viewer, Moment.of(at, self.zone))

    def _view(self, demo: DemoAsset, version: AssetVersion, partner: _Partner, at: datetime) -> PastView:
        opened = Moment.of(at, self.zone)
        if demo.audience == "all" and self.draw.randrange(100) < BUYERS.get(demo.kind, 0):
            is_machine = self.draw.randrange(100) < 2 * MACHINES
            name = None if self.draw.randrange(100) < ANONYMOUS else self.draw.choice(partner.buyers)
            viewer = PastViewer(partner.organisation_id, ViewerClass.BUYER, name=None if is_machine else name)
            if is_machine:
                return PastView(version, viewer, opened, {}, is_human=False)
        else:
            user = self.draw.choice(partner.users)
            viewer = PastViewer(partner.organisation_id, ViewerClass.PARTNER, user_id=user)
        return PastView(version, viewer, opened, reading(self.draw, demo.ref, demo.kind, version.page_count))

    def _office_hour(self, day: date, zone: ZoneInfo) -> datetime:
        hour, minute = (
            self.draw.choice((8, 8, 9, 9, 9, 10, 11, 13, 14, 14, 15, 16, 17)),
            self.draw.randrange(60),
        )
        return datetime(day.year, day.month, day.day, hour, minute, self.draw.randrange(60), tzinfo=zone)


def _partners(session: Session) -> dict[str, _Partner]:
    """The partners whose people log in."""
    organisations = session.scalars(
        select(Organisation).where(Organisation.kind == OrganisationKind.PARTNER)
    ).all()
    users = session.scalars(select(User)).all()
    refs = {organisation.id: organisation.ref for organisation in organisations}
    partner_of = {user.email: refs.get(user.organisation_id, "") for user in users}
    regions = {row[0]: row[REGION] for row in PARTNERS}
    return {
        one.ref: _Partner(
            one.ref,
            one.id,
            ZoneInfo(ZONE[regions[one.ref]]),
            tuple(user.id for user in users if user.organisation_id == one.id),
            tuple(buyers_of(one.ref, partner_of)),
        )
        for one in organisations
        if one.ref in VISITS
    }


def _may_see(demo: DemoAsset, partner: str) -> bool:
    """Whether the asset's audience holds the partner; the demo's audiences are of one rule."""
    if demo.audience == "all":
        return True
    row = next(row for row in PARTNERS if row[0] == partner)
    sells_to = {f"category:{category}" for category in CATEGORIES.get(partner, "").split(";")}
    return demo.audience in {f"tier:{row[TIER]}", f"region:{row[REGION]}", *sells_to}


def _by_the_brand(session: Session, history: _History, assets: Mapping[str, Asset]) -> list[PastView]:
    """Its own people look at what they publish; reports keep them apart."""
    owners = {user.id: user for user in session.scalars(select(User))}
    found = []
    for asset in assets.values():
        owner = owners[asset.owner_id or 0]
        for version in asset.versions:
            viewer = PastViewer(owner.organisation_id, ViewerClass.BRAND, user_id=owner.id)
            opened = Moment.of(version.created_at + timedelta(minutes=12), history.zone)
            found.append(PastView(version, viewer, opened, {1: 6_000}))
    return found
