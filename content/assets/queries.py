"""Assets as pages and lists show them: everything loaded at once, filtered by who asks."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from content.assets.audiences import visible_assets
from content.assets.guard import is_open_version, readable_asset
from content.assets.models import (
    Asset,
    AssetKind,
    AssetState,
    AssetVersion,
    FileFormat,
    Page,
    Processing,
    Term,
    Vocabulary,
)
from partners.models import PartnerTerms
from partners.partner_queries import partner_names
from portal.kernel.errors import NotFound
from portal.kernel.identity import Identity


@dataclass(frozen=True, slots=True)
class AssetCard:
    """What a card of an asset shows; `version` is the current one's number."""

    ref: str
    title: str
    kind: AssetKind
    summary: str
    format: FileFormat
    version: int
    pages: int
    duration_ms: int | None
    has_cover: bool
    verified_on: date | None
    review_on: date | None
    published_at: datetime | None
    # when the current version came
    version_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class AssetPage:
    """An asset with its newest version (for who writes) or its current one, and what hangs on both."""

    asset: Asset
    version: AssetVersion | None
    versions: tuple[AssetVersion, ...]

    @property
    def newest(self) -> AssetVersion | None:
        return self.versions[0] if self.versions else None


@dataclass(frozen=True, slots=True)
class ManagedFilter:
    """What the brand's list is narrowed to; every field is an "and"."""

    text: str = ""
    state: AssetState | None = None
    processing: Processing | None = None
    kind: AssetKind | None = None
    review_by: date | None = None
    owner_id: int | None = None


@dataclass(frozen=True, slots=True)
class Managed:
    """One page of the brand's list: (asset, its newest version or None), and how many there are in all."""

    rows: list[tuple[Asset, AssetVersion | None]]
    total: int
    states: dict[AssetState, int] = field(default_factory=dict)


def recent_assets(session: Session, identity: Identity, *, at: datetime, most: int) -> list[AssetCard]:
    """What the identity may open, newest first by when it was published or got its current version."""
    newest = func.coalesce(AssetVersion.came_at, Asset.published_at)
    rows = session.execute(
        select(Asset, AssetVersion)
        .join(AssetVersion, AssetVersion.id == Asset.current_version_id)
        .where(Asset.id.in_(visible_assets(identity, at=at)), Asset.state == AssetState.PUBLISHED)
        .order_by(newest.desc(), Asset.id.desc())
        .limit(most)
    )
    return [card(asset, version) for asset, version in rows]


def card(asset: Asset, version: AssetVersion) -> AssetCard:
    return AssetCard(
        ref=asset.ref,
        title=asset.title,
        kind=asset.kind,
        summary=asset.summary,
        format=version.format,
        version=version.number,
        pages=version.page_count,
        duration_ms=version.duration_ms,
        has_cover=version.cover_sha256 is not None,
        verified_on=asset.verified_on,
        review_on=asset.review_on,
        published_at=asset.published_at,
        version_at=version.came_at,
        updated_at=asset.updated_at,
    )


def asset_page(session: Session, identity: Identity, ref: str, *, at: datetime) -> AssetPage:
    """The asset's page as the identity may see it. Raises NotFound."""
    options = (
        joinedload(Asset.owner),
        joinedload(Asset.submitted_by),
        joinedload(Asset.approved_by),
        joinedload(Asset.sent_back_by),
        joinedload(Asset.current_version),
        selectinload(Asset.terms),
        selectinload(Asset.audience),
    )
    asset = readable_asset(session, identity, ref, at=at, options=options)
    wanted = select(AssetVersion).where(AssetVersion.asset_id == asset.id)
    if not identity.sees_all_content:
        wanted = wanted.where(is_open_version())
    versions = session.scalars(
        wanted.options(joinedload(AssetVersion.created_by)).order_by(AssetVersion.number.desc())
    ).all()
    if identity.sees_all_content:
        # they are all of them: what asks the asset for its versions does not read them again
        set_committed_value(asset, "versions", list(versions))
    shown = next((one for one in versions if one.id == asset.current_version_id), None)
    if shown is None and not identity.sees_all_content:
        raise NotFound
    return AssetPage(asset, shown or (versions[0] if versions else None), tuple(versions))


def pages_of(session: Session, version: AssetVersion, *, most: int) -> list[Page]:
    """The first pages of a version, without loading the words of all of them."""
    return list(
        session.scalars(select(Page).where(Page.version_id == version.id).order_by(Page.number).limit(most))
    )


def pages_ready(session: Session, version: AssetVersion | None) -> int:
    """How many pages of a version that is being read can be looked at already."""
    if version is None or version.processing is not Processing.PROCESSING:
        return 0
    return session.scalar(select(func.count()).where(Page.version_id == version.id)) or 0


def managed_assets(session: Session, wanted: ManagedFilter, *, limit: int, offset: int = 0) -> Managed:
    """The brand's list of every asset, the last touched first."""
    newest = aliased(AssetVersion)
    top = select(func.max(AssetVersion.number)).where(AssetVersion.asset_id == Asset.id).scalar_subquery()
    matching: Select[Asset] = (
        select(Asset)
        .outerjoin(newest, (newest.asset_id == Asset.id) & (newest.number == top))
        .where(*_conditions(wanted, newest))
    )
    rows = session.execute(
        matching.add_columns(newest)
        .options(joinedload(Asset.owner))
        .order_by(Asset.updated_at.desc(), Asset.id.desc())
        .limit(limit)
        .offset(offset)
    )
    total = session.scalar(select(func.count()).select_from(matching.subquery())) or 0
    states = session.execute(select(Asset.state, func.count()).group_by(Asset.state))
    return Managed([(asset, version) for asset, version in rows], total, {row[0]: row[1] for row in states})


def managed_ids(session: Session, wanted: ManagedFilter) -> list[int]:
    """Every asset that the list would show on all its pages."""
    newest = aliased(AssetVersion)
    top = select(func.max(AssetVersion.number)).where(AssetVersion.asset_id == Asset.id).scalar_subquery()
    matching = select(Asset.id).outerjoin(newest, (newest.asset_id == Asset.id) & (newest.number == top))
    return list(session.scalars(matching.where(*_conditions(wanted, newest))))


def _conditions(wanted: ManagedFilter, newest: type[AssetVersion]) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.text:
        found.append(
            or_(
                Asset.title.icontains(wanted.text, autoescape=True),
                Asset.ref.icontains(wanted.text, autoescape=True),
            )
        )
    if wanted.state:
        found.append(Asset.state == wanted.state)
    if wanted.processing:
        found.append(newest.processing == wanted.processing)
    if wanted.kind:
        found.append(Asset.kind == wanted.kind)
    if wanted.review_by:
        found.append(Asset.review_on <= wanted.review_by)
    if wanted.owner_id:
        found.append(Asset.owner_id == wanted.owner_id)
    return found


def terms(session: Session) -> dict[Vocabulary, list[Term]]:
    """Every word of every vocabulary, by name."""
    found: dict[Vocabulary, list[Term]] = {vocabulary: [] for vocabulary in Vocabulary}
    for term in session.scalars(select(Term).order_by(Term.name)):
        found[term.vocabulary].append(term)
    return found


@dataclass(frozen=True, slots=True)
class AudienceChoices:
    """What there is to choose an audience from."""

    tiers: list[str]
    types: list[str]
    regions: list[str]
    partners: list[tuple[str, str]]
    categories: list[str]


def audience_choices(session: Session) -> AudienceChoices:
    """Tiers, types and regions that any partner has had, and the partners as (ref, name)."""

    def values(column: ColumnElement[str] | ColumnElement[str | None]) -> list[str]:
        folded = func.lower(column)
        return [str(value) for value in session.scalars(select(folded).distinct().order_by(folded)) if value]

    return AudienceChoices(
        values(PartnerTerms.tier.expression),
        values(PartnerTerms.type.expression),
        values(PartnerTerms.region.expression),
        list(partner_names(session).items()),
        _categories(session),
    )


def _categories(session: Session) -> list[str]:
    listed = session.scalars(
        select(PartnerTerms.category).where(PartnerTerms.category.is_not(None)).distinct()
    )
    return sorted({part for text in listed for part in (text or "").split(";") if part})
