"""Content from a manifest: a row an asset, its file beside the manifest. The same row again has no effect."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from content.assets import audiences
from content.assets.audiences import Rule
from content.assets.errors import UnknownOwner, WrongAudience
from content.assets.freshness import LAST_YEAR, is_endless
from content.assets.languages import UnknownLanguage, language_code
from content.assets.models import (
    Asset,
    AssetKind,
    AssetVersion,
    AudienceDimension,
    Processing,
    Term,
    Vocabulary,
)
from content.editing.describing import (
    OWN_ADDRESSES,
    STAGES,
    Description,
    add_asset,
    describe,
    owner_by_email,
    slug,
)
from content.editing.proposing import describe_for_approval
from content.uploads import uploads
from content.uploads.uploads import Upload
from partners.models import PartnerTerms
from partners.partner_queries import partner_names
from portal.kernel.csv_cells import choice_of, or_default, or_none, read_day, read_ref, read_text
from portal.kernel.csv_files import BadCell, BadCells, Column, CsvFile, Unreadable
from portal.kernel.identity import Identity


class Taken(StrEnum):
    """What became of a row."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class ManifestRow:
    """A row of a manifest; an `expires_at` that is a day is over at its end."""

    ref: str
    title: str
    kind: str
    file: str | None
    summary: str
    personas: list[str]
    stages: list[str]
    industries: list[str]
    products: list[str]
    language: str
    audience: frozenset[Rule]
    owner: str | None
    review_on: date | None
    expires_at: date | datetime | None
    line: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a row; `version_id` is of a new version that is to be read."""

    taken: Taken
    asset_id: int
    version_id: int | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """When a row is taken, who does it, and whether a second person approves what partners read."""

    at: datetime
    by: Identity | str
    needs_approval: bool = False


def _read_words(cell: str) -> list[str]:
    return [word.strip() for word in read_text(cell).split(";") if word.strip()]


def _read_stages(cell: str) -> list[str]:
    words = _read_words(cell)
    wrong = [word for word in words if slug(word) not in STAGES]
    if wrong:
        raise Unreadable(f"It can be {', '.join(STAGES)}.")
    return words


def _read_audience(cell: str) -> frozenset[Rule]:
    try:
        return audiences.parsed(cell)
    except WrongAudience as refusal:
        raise Unreadable(refusal.sentence) from None


def _read_language(cell: str) -> str:
    try:
        return language_code(cell)
    except UnknownLanguage as refusal:
        raise Unreadable(refusal.sentence) from None


def _read_asset_ref(cell: str) -> str:
    ref = read_ref(cell)
    if ref in OWN_ADDRESSES or set(ref) == {"."}:
        raise Unreadable("Under this address the library has a page of its own.")
    return ref


def _read_review(cell: str) -> date:
    day = read_day(cell)
    if is_endless(day):
        raise Unreadable(f"It is later than {LAST_YEAR}; leave it empty for none.")
    return day


def _read_until(cell: str) -> date | datetime:
    if len(cell) == 10:
        return read_day(cell)
    try:
        instant = datetime.fromisoformat(cell)
    except ValueError:
        raise Unreadable("It is not a day or an instant such as 2026-06-30T18:00:00Z.") from None
    if instant.tzinfo is None:
        raise Unreadable("An instant needs its time zone, such as Z or +02:00.")
    return instant


COLUMNS = (
    Column("ref", _read_asset_ref, required=True),
    Column("title", read_text, required=True),
    Column("kind", choice_of([str(kind) for kind in AssetKind]), required=True),
    Column("file", or_none(read_text), required=True),
    Column("summary", or_default(read_text, "")),
    Column("personas", or_default(_read_words, [])),
    Column("stages", or_default(_read_stages, [])),
    Column("industries", or_default(_read_words, [])),
    Column("products", or_default(_read_words, [])),
    Column("language", or_default(_read_language, "en")),
    Column("audience", _read_audience, required=True),
    Column("owner", or_none(read_text)),
    Column("review_on", or_none(_read_review)),
    Column("expires_at", or_none(_read_until)),
)


def rows_of(path: Path, bad: BadCells) -> list[ManifestRow]:
    """The rows that can be read; the others go to `bad`. Raises FileUnreadable."""
    found: dict[str, ManifestRow] = {}
    with path.open("rb") as stream:
        file = CsvFile(stream, COLUMNS, bad)
        for batch in file.batches():
            for number, values in zip(batch.numbers, batch.values(), strict=True):
                row = replace(ManifestRow(*values), line=number)  # type: ignore[arg-type]
                first = found.setdefault(row.ref, row)
                if replace(row, line=first.line) != first:
                    bad.add(BadCell(number, "ref", row.ref, "Another row of the file has the same ref."))
    return list(found.values())


def with_known_partners(session: Session, rows: list[ManifestRow], bad: BadCells) -> list[ManifestRow]:
    """The rows whose audience names only partners that are known."""
    known = partner_names(session).keys()
    good = []
    for row in rows:
        named = {rule.value for rule in row.audience if rule.dimension is AudienceDimension.PARTNER}
        for ref in sorted(named - known):
            bad.add(BadCell(row.line, "audience", ref, "There is no such partner."))
        if named <= known:
            good.append(row)
    return good


def new_words(session: Session, rows: list[ManifestRow]) -> Iterator[str]:
    """Sentences about words, tiers, types and regions that nobody has used before."""
    known = {(term.vocabulary, term.ref) for term in session.scalars(select(Term))}
    for vocabulary, word in sorted({pair for row in rows for pair in _words(row)}):
        if vocabulary is not Vocabulary.STAGE and (vocabulary, slug(word) or word.casefold()) not in known:
            yield f"{vocabulary} {word} is new"
    columns = {
        AudienceDimension.TIER: PartnerTerms.tier,
        AudienceDimension.TYPE: PartnerTerms.type,
        AudienceDimension.REGION: PartnerTerms.region,
    }
    for dimension, column in columns.items():
        used = {str(value).lower() for value in session.scalars(select(column).distinct())}
        named = {rule.value for row in rows for rule in row.audience if rule.dimension is dimension}
        yield from (f"{dimension} {value} is new: no partner has it yet" for value in sorted(named - used))


def take_row(session: Session, row: ManifestRow, upload: Upload, zone: ZoneInfo, made: Made) -> Outcome:
    """Add the asset, or bring it to what the row says."""
    at, by = made.at, made.by
    description = description_of(session, row, zone)
    asset = session.scalar(select(Asset).where(Asset.ref == row.ref))
    taken = Taken.ADDED
    if asset is None:
        asset = add_asset(session, description, ref=row.ref, at=at, by=by)
    else:
        kept = _keeping(asset, description)
        taken = Taken.CHANGED if _describes(session, asset, kept, made) else Taken.UNCHANGED
    newest = asset.versions[0] if asset.versions else None
    if uploads.same_file(newest, upload):
        return Outcome(taken, asset.id)
    version = uploads.add_version(session, asset, upload, at=at, by=by)
    taken = taken if taken is Taken.ADDED else Taken.CHANGED
    return Outcome(taken, asset.id, None if upload.failure else version.id)


def _describes(session: Session, asset: Asset, description: Description, made: Made) -> bool:
    if not made.needs_approval:
        return describe(session, asset, description, at=made.at, by=made.by)
    described = describe_for_approval(session, asset, description, at=made.at, by=made.by)
    return described.changed or described.waits


def unknown_owners(session: Session, rows: list[ManifestRow]) -> Iterator[str]:
    """Sentences about owners that nobody knows; their assets are taken without one."""
    for email in sorted({row.owner for row in rows if row.owner}):
        if _owner_id(session, email) is None:
            yield UnknownOwner(email).sentence


def _words(row: ManifestRow) -> Iterator[tuple[Vocabulary, str]]:
    columns = {
        Vocabulary.PERSONA: row.personas,
        Vocabulary.STAGE: row.stages,
        Vocabulary.INDUSTRY: row.industries,
        Vocabulary.PRODUCT: row.products,
    }
    for vocabulary, words in columns.items():
        yield from ((vocabulary, word) for word in words)


def description_of(session: Session, row: ManifestRow, zone: ZoneInfo) -> Description:
    """What the row says of its asset; an owner whom nobody knows is left out."""
    by_vocabulary: dict[Vocabulary, list[str]] = {vocabulary: [] for vocabulary in Vocabulary}
    for vocabulary, word in _words(row):
        by_vocabulary[vocabulary].append(word)
    return Description(
        title=row.title,
        kind=AssetKind(row.kind),
        audience=row.audience,
        summary=row.summary,
        language=row.language,
        owner_id=_owner_id(session, row.owner) if row.owner else None,
        review_on=row.review_on,
        expires_at=_instant(row.expires_at, zone),
        terms=by_vocabulary,
    )


def _keeping(asset: Asset, description: Description) -> Description:
    """What a manifest has no column for stays as it is."""
    return replace(
        description,
        verified_on=asset.verified_on,
        when_to_use=asset.when_to_use,
        talk_track=asset.talk_track,
        do_not_say=asset.do_not_say,
    )


def _owner_id(session: Session, email: str) -> int | None:
    try:
        return owner_by_email(session, email).id
    except UnknownOwner:
        return None


def _instant(until: date | datetime | None, zone: ZoneInfo) -> datetime | None:
    if until is None or is_endless(until):
        return None
    if isinstance(until, datetime):
        return until
    return datetime.combine(until + timedelta(days=1), time(), zone)


def failures(session: Session, asset_ids: list[int]) -> list[tuple[str, str]]:
    """(ref, reason) of the assets whose newest version failed."""
    any_of = aliased(AssetVersion)
    newest = select(func.max(any_of.number)).where(any_of.asset_id == Asset.id).scalar_subquery()
    found = session.execute(
        select(Asset.ref, AssetVersion.reason)
        .join(AssetVersion, (AssetVersion.asset_id == Asset.id) & (AssetVersion.number == newest))
        .where(Asset.id.in_(asset_ids), AssetVersion.processing == Processing.FAILED)
        .order_by(Asset.ref)
    )
    return [(ref, reason or "") for ref, reason in found]
