"""Naming an asset in a field: by its title, its ref or the address of its page. For who sees all content."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from content.assets.models import Asset, AssetKind, AssetState

# how an offered title stands in the field
_OFFERED = re.compile(r".*\(([^()\s]{1,64})\)")


@dataclass(frozen=True, slots=True)
class NamedAsset:
    ref: str
    title: str
    kind: AssetKind
    language: str

    @property
    def offered(self) -> str:
        """What the field holds once it is chosen; of two of a title it says which."""
        return f"{self.title} ({self.ref})"


def named_like(session: Session, text: str, *, most: int) -> list[NamedAsset]:
    """Those whose title or ref holds the text, what is published first; none for no text."""
    typed = text.strip()
    if not typed:
        return []
    fits = or_(Asset.title.icontains(typed, autoescape=True), Asset.ref.icontains(typed, autoescape=True))
    rows = session.execute(
        select(Asset.ref, Asset.title, Asset.kind, Asset.language)
        .where(fits, Asset.state != AssetState.RETIRED)
        .order_by(Asset.state != AssetState.PUBLISHED, Asset.title, Asset.id)
        .limit(most)
    )
    return [NamedAsset(*row) for row in rows]


def named_ref(session: Session, text: str) -> str:
    """The ref of what is meant; the text itself where nothing is called so."""
    typed = text.strip()
    offered = _OFFERED.fullmatch(typed)
    for ref in (offered[1] if offered else "", _last_of_address(typed)):
        if ref and session.scalar(select(Asset.id).where(Asset.ref == ref)) is not None:
            return ref
    titled = session.scalars(
        select(Asset.ref).where(func.lower(Asset.title) == typed.lower()).order_by(Asset.id).limit(2)
    ).all()
    return titled[0] if len(titled) == 1 else typed


def _last_of_address(text: str) -> str:
    """A ref, out of itself or of the address of the asset's page."""
    try:
        path = urlsplit(text).path
    except ValueError:
        return ""
    parts = [part for part in path.split("/") if part]
    return (parts[1] if parts[:1] == ["library"] and len(parts) > 1 else parts[-1]) if parts else ""
