"""Requests for content: a partner's own, and all of them with how often the same was searched in vain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import ScalarSelect, Select, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload

from content.assets.audiences import visible_assets
from content.assets.models import Asset
from content.finding.search_log_models import LoggedSearch
from content.requests.request_models import ContentRequest, RequestState
from portal.kernel.errors import NotFound
from portal.kernel.identity import Identity

SEARCHED_DAYS = 90
TOLD_FOR = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class RequestFilter:
    state: RequestState | None = None
    words: str = ""
    limit: int = 50
    offset: int = 0


@dataclass(frozen=True, slots=True)
class ListedRequest:
    """`searches` for the same words found nothing in 90 days; `answer` is one that the reader may open."""

    request: ContentRequest
    searches: int
    answer: Asset | None


@dataclass(frozen=True, slots=True)
class Requests:
    rows: list[ListedRequest]
    total: int
    states: dict[RequestState, int] = field(default_factory=dict)


def requests(
    session: Session, identity: Identity, wanted: RequestFilter, *, today: date, at: datetime
) -> Requests:
    """A partner's own, the latest first; for the brand all, the most searched first."""
    matching = _readable(identity)
    if wanted.state:
        matching = matching.where(ContentRequest.state == wanted.state)
    if wanted.words:
        by_words = ContentRequest.words.icontains(wanted.words, autoescape=True)
        matching = matching.where(or_(by_words, ContentRequest.searched_as == wanted.words))
    searches = _searches(today).label("searches")
    orders = [] if identity.is_partner else [searches.desc()]
    rows = session.execute(
        matching.add_columns(searches, Asset)
        .outerjoin(
            Asset, (Asset.id == ContentRequest.answer_id) & Asset.id.in_(visible_assets(identity, at=at))
        )
        .options(joinedload(ContentRequest.organisation), joinedload(ContentRequest.asked_by))
        .order_by(*orders, ContentRequest.asked_at.desc(), ContentRequest.id.desc())
        .limit(wanted.limit)
        .offset(wanted.offset)
    )
    listed = [ListedRequest(row[0], int(row[1]), row[2]) for row in rows]
    total = session.scalar(select(func.count()).select_from(matching.subquery())) or 0
    of_state = _readable(identity).with_only_columns(ContentRequest.state, func.count())
    states = session.execute(of_state.group_by(ContentRequest.state))
    return Requests(listed, total, {row[0]: row[1] for row in states})


def request_of(
    session: Session, identity: Identity, request_id: int, *, today: date, at: datetime
) -> ListedRequest:
    """One that the identity may read: its organisation's, or for the brand any. Raises NotFound (R2)."""
    row = session.execute(
        _readable(identity)
        .where(ContentRequest.id == request_id)
        .add_columns(_searches(today), Asset)
        .outerjoin(
            Asset, (Asset.id == ContentRequest.answer_id) & Asset.id.in_(visible_assets(identity, at=at))
        )
        .options(
            joinedload(ContentRequest.organisation),
            joinedload(ContentRequest.asked_by),
            joinedload(ContentRequest.decided_by),
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    return ListedRequest(row[0], int(row[1]), row[2])


def news_of_requests(session: Session, identity: Identity, *, at: datetime) -> Sequence[ContentRequest]:
    """The organisation's requests that were declined, or answered by what the reader may open, and that
    nobody of it has read since.
    """
    is_there = ContentRequest.answer_id.in_(visible_assets(identity, at=at))
    return session.scalars(
        _readable(identity)
        .where(
            or_(
                ContentRequest.state == RequestState.DECLINED,
                and_(ContentRequest.state == RequestState.DONE, is_there),
            ),
            ContentRequest.seen_at.is_(None),
            ContentRequest.decided_at > at - TOLD_FOR,
        )
        .options(joinedload(ContentRequest.answer))
        .order_by(ContentRequest.decided_at.desc())
        .limit(5)
    ).all()


def open_requests(session: Session) -> int:
    counted = select(func.count()).where(ContentRequest.state == RequestState.OPEN)
    return session.scalar(counted) or 0


def requests_by_words(session: Session, texts: Sequence[str]) -> dict[str, int]:
    """How many requests there are for words as the search log keeps them."""
    rows = session.execute(
        select(ContentRequest.searched_as, func.count())
        .where(ContentRequest.searched_as.in_(texts))
        .group_by(ContentRequest.searched_as)
    )
    return {row[0]: row[1] for row in rows}


def _readable(identity: Identity) -> Select[ContentRequest]:
    wanted = select(ContentRequest)
    if identity.sees_all_content:
        return wanted
    return wanted.where(ContentRequest.organisation_id == identity.organisation_id)


def _searches(today: date) -> ScalarSelect[int]:
    return (
        select(func.coalesce(func.sum(LoggedSearch.fruitless), 0))
        .where(
            LoggedSearch.text == ContentRequest.searched_as,
            LoggedSearch.day > today - timedelta(days=SEARCHED_DAYS),
        )
        .correlate(ContentRequest)
        .scalar_subquery()
    )
