"""Searches that found nothing: what people looked for and the library does not have."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from content.search_models import FruitlessSearch

_LONGEST = 200


def record_fruitless_search(session: Session, text: str, *, organisation_id: int, at: datetime) -> None:
    """Keep the words, whose organisation they were, and when; not who typed them."""
    words = " ".join(text.split())[:_LONGEST]
    session.add(FruitlessSearch(at=at, organisation_id=organisation_id, text=words))
