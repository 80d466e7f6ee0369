"""An asset as the index takes it: as a whole, page by page, and what is said in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.assets.caption_models import VersionCaptions
from content.assets.models import Asset, AssetVersion, FileFormat, Page
from content.processing.transcripts import parts_of, transcripts
from search.documents import WHOLE, Document

# a page of more words is indexed in parts: PostgreSQL counts places up to 16,383
_WORDS_A_PART = 4000
# parts of a transcript are counted from here: behind those of whatever a page of the film says
_FIRST_SPOKEN = 1000


@dataclass(frozen=True, slots=True)
class _Page:
    """What is read of a page: making the whole of it takes longer than its words."""

    number: int
    title: str
    text: str
    is_spoken: bool


def documents_of(session: Session, assets: Sequence[Asset]) -> dict[int, list[Document]]:
    """Each asset as a whole, the pages of its current version when that is ready, and what is said in it."""
    pages = _current_pages(session, assets)
    said = transcripts(session, [asset.current_version_id for asset in assets if asset.current_version_id])
    return {
        asset.id: [
            _whole(asset),
            *_paged(asset, pages[asset.id]),
            *_spoken(asset, said.get(asset.current_version_id or 0, [])),
        ]
        for asset in assets
    }


def _current_pages(session: Session, assets: Sequence[Asset]) -> dict[int, list[_Page]]:
    pages: dict[int, list[_Page]] = defaultdict(list)
    rows = session.execute(
        select(AssetVersion.asset_id, Page.number, Page.title, Page.text, AssetVersion.format)
        .join(Page, Page.version_id == AssetVersion.id)
        .where(
            AssetVersion.id.in_([asset.current_version_id for asset in assets if asset.current_version_id])
        )
        .order_by(Page.version_id, Page.number)
    )
    for asset_id, number, title, text_, format_ in rows:
        # what stands on a page of a film or a recording was said in it
        pages[asset_id].append(_Page(number, title, text_, format_ in {FileFormat.AUDIO, FileFormat.VIDEO}))
    return pages


def _whole(asset: Asset) -> Document:
    """What can be said of the asset without its pages."""
    words = [asset.kind.replace("_", " "), *(term.name for term in asset.terms), asset.ref]
    return Document(
        asset.id,
        WHOLE,
        asset.title,
        asset.summary,
        language=asset.language,
        tags=", ".join(words),
        guidance=" · ".join(part for part in (asset.when_to_use, asset.talk_track, asset.do_not_say) if part),
    )


def _paged(asset: Asset, pages: Iterable[_Page]) -> Iterator[Document]:
    for page in pages:
        for part, words in enumerate(_parts(page.text)):
            yield Document(
                asset.id,
                page.number,
                page.title,
                words,
                part,
                language=asset.language,
                spoken=page.is_spoken,
            )


def _parts(text_: str) -> Iterator[str]:
    # so many words would not go into it
    if len(text_) < 2 * _WORDS_A_PART:
        yield text_
        return
    words = text_.split()
    for start in range(0, max(len(words), 1), _WORDS_A_PART):
        yield " ".join(words[start : start + _WORDS_A_PART])


def _spoken(asset: Asset, tracks: Iterable[VersionCaptions]) -> Iterator[Document]:
    """A film's transcript, as further parts of its one page."""
    parts = ((said, captions.language) for captions in tracks for said in parts_of(captions))
    for part, (said, language) in enumerate(parts, start=_FIRST_SPOKEN):
        yield Document(asset.id, 1, "", said, part, language=language, spoken=True)
