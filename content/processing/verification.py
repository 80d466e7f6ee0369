"""Proof that what is stored is what was stored: blobs against their SHA-256, rows against blobs."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from content.assets.cobranding_models import CobrandedFile
from content.assets.models import Asset, AssetVersion, Page, Processing
from content.processing.links import is_taken
from content.usage.demo_models import DemoFile
from portal.kernel.ports import BlobNotStored, BlobStore

CHUNK = 1024 * 1024
TELL_EVERY = 1_000


@dataclass
class Verified:
    """What was found: sentences about faults, blobs read, and blobs that no row names (no fault)."""

    sentences: list[str] = field(default_factory=list)
    blobs: int = 0
    spare: int = 0


def faults(session: Session, blobs: BlobStore, *, tell: Callable[[str], None]) -> Verified:
    """Read every blob once. `tell` hears of the progress."""
    found = Verified()
    named = dict(_named(session))
    stored = set()
    for sha256 in blobs.keys():  # noqa: SIM118  a store is no mapping
        stored.add(sha256)
        found.blobs += 1
        if found.blobs % TELL_EVERY == 0:
            tell(f"{found.blobs:,} blobs read")
        if not _is_whole(blobs, sha256):
            found.sentences.append(f"blob {sha256} is damaged: {named.get(sha256, 'nothing names it')}")
    found.sentences += [
        f"blob {sha256} is missing: {what}" for sha256, what in sorted(named.items()) if sha256 not in stored
    ]
    found.sentences += _wrong_current(session)
    found.sentences += _wrong_links(session)
    found.spare = len(stored - set(named))
    return found


def _named(session: Session) -> Iterator[tuple[str, str]]:
    pictures = (Page.image_sha256, Page.small_sha256, Page.thumbnail_sha256)
    pages = select(Asset.ref, AssetVersion.number, Page.number, *pictures)
    pages = pages.select_from(Page).join(AssetVersion, AssetVersion.id == Page.version_id).join(Asset)
    for ref, number, page, *hashes in session.execute(pages):
        yield from ((one, f"{ref} version {number} page {page}") for one in hashes if one)
    versions = select(Asset.ref, AssetVersion.number, AssetVersion.cover_sha256, AssetVersion.blob_sha256)
    for ref, number, *hashes in session.execute(versions.select_from(AssetVersion).join(Asset)):
        yield from ((one, f"{ref} version {number}") for one in hashes if one)
    files = select(Asset.ref, AssetVersion.number, DemoFile.path, DemoFile.sha256)
    files = files.select_from(DemoFile).join(AssetVersion, AssetVersion.id == DemoFile.version_id).join(Asset)
    for ref, number, path, sha256 in session.execute(files):
        yield sha256, f"{ref} version {number} file {path}"
    made = select(Asset.ref, AssetVersion.number, CobrandedFile.file_sha256, CobrandedFile.image_sha256)
    made = made.select_from(CobrandedFile).join(AssetVersion, AssetVersion.id == CobrandedFile.version_id)
    for ref, number, pdf, image in session.execute(made.join(Asset)):
        yield from ((one, f"{ref} version {number} with a partner's name") for one in (pdf, image))


def _is_whole(blobs: BlobStore, sha256: str) -> bool:
    digest = hashlib.sha256()
    try:
        with blobs.open(sha256) as stream:
            while chunk := stream.read(CHUNK):
                digest.update(chunk)
    except BlobNotStored:
        return False
    return digest.hexdigest() == sha256


def _wrong_links(session: Session) -> Iterator[str]:
    """Stored addresses that no browser is sent to; nothing is asked of the network (R21)."""
    links = select(Asset.ref, AssetVersion.number, AssetVersion.url).join(AssetVersion.asset)
    for ref, number, url in session.execute(links.where(AssetVersion.url.is_not(None)).order_by(Asset.ref)):
        if url is not None and not is_taken(url):
            yield f"{ref} version {number} links to an address that cannot be opened"


def _wrong_current(session: Session) -> Iterator[str]:
    current = aliased(AssetVersion)
    wrong = (
        select(Asset.ref)
        .outerjoin(current, current.id == Asset.current_version_id)
        .where(Asset.current_version_id.is_not(None))
        .where(
            or_(current.id.is_(None), current.asset_id != Asset.id, current.processing != Processing.READY)
        )
    )
    for ref in session.scalars(wrong.order_by(Asset.ref)):
        yield f"{ref} shows a version that is not its own, or not ready"
