"""Views in the database: opening, beats, the end, downloads and the roll-ups that follow."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from content.usage.usage_downloads import record_download
from content.usage.usage_ending import end_view, end_views
from content.usage.usage_errors import ViewTokenRefused
from content.usage.usage_history import PastDownload, PastView, PastViewer
from content.usage.usage_models import (
    Download,
    UsageDay,
    UsagePageTime,
    UsageTime,
    UsageViewerDay,
    View,
    Viewer,
    ViewerClass,
    ViewEvent,
    ViewEventPage,
    ViewPage,
)
from content.usage.usage_rollups import differences, rebuild
from content.usage.usage_time import Beat, Cap
from content.usage.usage_tokens import claims_of, signed
from content.usage.usage_viewers import erase_viewer
from content.usage.usage_views import BeatAnswer, Moment
from portal.kernel.db import transaction
from portal.kernel.identity import Role
from tests.factories.people import an_identity
from tests.factories.usage import (
    OPENED,
    SECRET,
    a_published_version,
    a_reading,
    an_open_view,
    moment,
    send,
    write_history,
)

LATER = OPENED + timedelta(minutes=20)


def counted(session: Session, view: View) -> dict[int, int]:
    rows = session.execute(
        select(ViewPage.page, func.sum(ViewPage.counted_ms))
        .where(ViewPage.view_id == view.id)
        .group_by(ViewPage.page)
    )
    return {row[0]: int(row[1]) for row in rows}


def test_a_beat_keeps_the_maximum_of_each_page(session: Session) -> None:
    gold, version = an_identity(session), a_published_version(session)
    view = an_open_view(session, gold, version)
    send(session, gold, view, Beat("a", 1, {1: 9_000}, human=True), after=15)
    send(session, gold, view, Beat("a", 2, {1: 9_000, 3: 12_000}, human=True), after=30)
    assert send(session, gold, view, Beat("a", 1, {1: 9_000}, human=True), after=31) is BeatAnswer.COUNTED
    assert counted(session, view) == {1: 9_000, 3: 12_000}
    assert (view.total_ms, view.read_pages, view.is_human) == (21_000, 2, True)


def test_raw_and_counted_time_are_both_kept_with_the_reason(session: Session) -> None:
    gold, version = an_identity(session), a_published_version(session)
    view = an_open_view(session, gold, version)
    send(session, gold, view, Beat("a", 1, {2: 500_000}, human=True), after=15)
    [row] = session.scalars(select(ViewPage))
    assert (row.raw_ms, row.counted_ms, row.cap) == (500_000, 15_000, Cap.WALL_TIME)


def test_a_beat_of_someone_else_counts_nothing(session: Session) -> None:
    gold, other, version = an_identity(session), an_identity(session), a_published_version(session)
    view = an_open_view(session, gold, version)
    assert send(session, other, view, Beat("a", 1, {1: 9_000}, human=True)) is BeatAnswer.ENDED
    assert counted(session, view) == {}


def test_a_token_that_was_changed_or_is_a_day_old_is_refused(session: Session) -> None:
    view = an_open_view(session, an_identity(session), a_published_version(session))
    token = signed(SECRET, view)
    with pytest.raises(ViewTokenRefused):
        claims_of(SECRET, token[:-3] + "abc", OPENED)
    with pytest.raises(ViewTokenRefused):
        claims_of("another secret", token, OPENED)
    with pytest.raises(ViewTokenRefused):
        claims_of(SECRET, token, OPENED + timedelta(hours=25))


def test_a_beat_after_three_silent_minutes_asks_for_a_new_view(session: Session) -> None:
    gold, version = an_identity(session), a_published_version(session)
    view = a_reading(session, gold, version, {1: 10})
    late = Beat("tab", 2, {1: 20_000}, human=True)
    assert send(session, gold, view, late, after=10 + 180) is BeatAnswer.ENDED
    assert counted(session, view) == {1: 10_000}


def test_the_end_of_a_view_writes_its_event_and_the_roll_ups_once(sessions: sessionmaker[Session]) -> None:
    with transaction(sessions) as session:
        gold, version = an_identity(session), a_published_version(session, pages=3)
        view = a_reading(session, gold, version, {1: 5, 2: 1, 3: 130})
    assert end_views(sessions, OPENED + timedelta(minutes=2)) == 0
    assert end_views(sessions, LATER) == 1
    assert end_views(sessions, LATER) == 0
    with transaction(sessions) as session:
        assert not end_view(session, view.id, LATER)
        event = session.scalars(select(ViewEvent)).one()
        assert (event.total_ms, event.read_pages, event.opened_on) == (136_000, 2, date(2026, 6, 9))
        assert session.scalars(select(ViewEventPage.counted_ms).order_by(ViewEventPage.page)).all() == [
            5_000,
            1_000,
            130_000,
        ]
        day = session.scalars(select(UsageDay)).one()
        assert (day.views, day.read, day.finished, day.not_counted) == (1, 1, 0, 0)
        assert (day.total_ms, day.last_opened_at, day.viewer_class) == (136_000, OPENED, ViewerClass.PARTNER)
        assert session.scalars(select(UsageTime.views)).all() == [1]
        assert session.scalars(select(func.count()).select_from(UsagePageTime)).one() == 3
        assert session.scalars(select(UsageViewerDay.viewer_id)).all() == [event.viewer_id]
        assert session.scalars(select(View)).all() == []
        assert session.scalars(select(ViewPage)).all() == []
        assert differences(session) == []


def test_a_view_without_a_human_signal_is_stored_and_not_counted(sessions: sessionmaker[Session]) -> None:
    with transaction(sessions) as session:
        gold, version = an_identity(session), a_published_version(session)
        view = an_open_view(session, gold, version)
        send(session, gold, view, Beat("a", 1, {1: 9_000}, human=False))
    end_views(sessions, LATER)
    with transaction(sessions) as session:
        day = session.scalars(select(UsageDay)).one()
        assert (day.views, day.read, day.not_counted, day.total_ms) == (0, 0, 1, 0)
        assert session.scalars(select(UsageTime)).all() == []
        assert not session.scalars(select(ViewEvent)).one().is_human


def test_staff_of_the_brand_are_a_class_of_their_own(sessions: sessionmaker[Session]) -> None:
    with transaction(sessions) as session:
        a_reading(session, an_identity(session, role=Role.BRAND), a_published_version(session), {1: 5})
    end_views(sessions, LATER)
    with transaction(sessions) as session:
        assert session.scalars(select(UsageDay.viewer_class)).all() == [ViewerClass.BRAND]


def test_a_download_is_a_fact_and_counts_on_its_day(session: Session) -> None:
    gold, version = an_identity(session), a_published_version(session)
    record_download(session, gold, version, moment())
    record_download(session, gold, version, moment(LATER))
    day = session.scalars(select(UsageDay)).one()
    assert (day.downloads, day.views, day.last_opened_at) == (2, 0, None)
    assert session.scalars(select(func.count()).select_from(Download)).one() == 2
    assert differences(session) == []


def test_events_never_change(session: Session) -> None:
    gold, version = an_identity(session), a_published_version(session)
    download = record_download(session, gold, version, moment())
    session.delete(download)
    with pytest.raises(DBAPIError):
        session.flush()


def test_the_day_is_that_of_the_business_zone() -> None:
    late = datetime(2026, 6, 9, 23, 30, tzinfo=UTC)
    assert Moment.of(late, ZoneInfo("Asia/Tokyo")).on == date(2026, 6, 10)


def test_a_viewer_who_was_erased_is_a_new_one_afterwards(session: Session) -> None:
    gold, version = an_identity(session), a_published_version(session)
    first = record_download(session, gold, version, moment())
    erase_viewer(session, gold.user_id, at=LATER)
    second = record_download(session, gold, version, moment(LATER))
    assert first.viewer_id != second.viewer_id
    gone = session.get_one(Viewer, first.viewer_id, populate_existing=True)
    assert (gone.user_id, gone.name, gone.erased_at) == (None, None, LATER)
    assert session.scalars(select(UsageDay.downloads)).all() == [2]


def test_history_rebuild_and_verify_agree(session: Session) -> None:
    gold = an_identity(session)
    version, other = a_published_version(session), a_published_version(session, pages=2)
    viewers = [
        PastViewer(gold.organisation_id, ViewerClass.PARTNER, user_id=gold.user_id),
        PastViewer(gold.organisation_id, ViewerClass.BUYER, name="Dele Adeyinka"),
    ]
    views = [
        PastView(
            version if n % 3 else other,
            viewers[n % 2],
            moment(OPENED - timedelta(hours=7 * n)),
            {1: 1_000 * n, 2: 700 * n, 9: 5_000},
            is_human=n % 5 != 0,
        )
        for n in range(1, 60)
    ]
    write_history(session, views, [PastDownload(version, viewers[0], moment())])
    write_history(session, views[:3])
    assert session.scalars(select(func.count()).select_from(Viewer)).one() == 3
    assert differences(session) == []
    before = session.execute(select(func.sum(UsageDay.views), func.sum(UsageDay.total_ms))).one()
    session.execute(update(UsageDay).values(views=0))
    assert [(each.table, each.missing > 0) for each in differences(session)] == [("usage_days", True)]
    rebuild(session)
    assert differences(session) == []
    assert session.execute(select(func.sum(UsageDay.views), func.sum(UsageDay.total_ms))).one() == before
