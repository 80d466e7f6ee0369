"""Published assets with words in them, to be found."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.assets.audiences import parsed, set_audience
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
from content.editing.stored_files import StoredFiles
from portal.adapters.local_files import LocalFiles

PUBLISHED = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)

_numbers = count(1)


class _EveryFile(LocalFiles):
    def exists(self, sha256: str) -> bool:
        return True


# for tests of other things than the store, whose versions have no file in one
EVERY_FILE = StoredFiles(_EveryFile(Path()))


def a_found_asset(
    session: Session,
    title: str,
    *pages: str,
    audience: str = "all",
    kind: AssetKind = AssetKind.CASE_STUDY,
    **facts: object,
) -> Asset:
    """A published asset whose current version has these pages; `facts` are columns of the asset."""
    number = next(_numbers)
    # later than the one before, and still of PUBLISHED's day when a process has made thousands
    published = PUBLISHED + timedelta(seconds=number)
    columns: dict[str, object] = {
        "ref": f"found-{number}",
        "state": AssetState.PUBLISHED,
        "published_at": published,
        "created_at": published,
        "updated_at": published,
    }
    asset = Asset(title=title, kind=kind, **(columns | facts))
    session.add(asset)
    session.flush()
    set_audience(session, asset, parsed(audience))
    a_read_version(session, asset, *pages)
    return asset


def a_read_version(
    session: Session, asset: Asset, *pages: str, number: int = 1, **facts: object
) -> AssetVersion:
    """A ready version with these pages that is now the current one; `facts` are columns of the version."""
    columns: dict[str, object] = {
        "asset_id": asset.id,
        "number": number,
        "file_name": "file.pdf",
        "media_type": "application/pdf",
        "format": FileFormat.PDF,
        "processing": Processing.READY,
        "page_count": len(pages),
        "created_at": PUBLISHED,
    }
    version = AssetVersion(**(columns | facts))
    version.pages = [Page(number=at, text=text) for at, text in enumerate(pages, start=1)]
    session.add(version)
    session.flush()
    asset.current_version_id = version.id
    session.flush()
    return version


def tag(session: Session, asset: Asset, vocabulary: Vocabulary, *names: str) -> None:
    for name in names:
        ref = name.lower().replace(" ", "-")
        term = session.scalar(select(Term).where(Term.vocabulary == vocabulary, Term.ref == ref))
        asset.terms.append(term or Term(vocabulary=vocabulary, ref=ref, name=name))
    session.flush()


def days_before(day: date, days: int) -> date:
    return day - timedelta(days=days)
