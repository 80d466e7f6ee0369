"""Video and audio: merged stretches, unique beside watched time, and what is not believed (rule 6)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from content.assets.models import AssetVersion, FileFormat
from content.usage.played_time import Span, length_of, merged_spans, parts_played
from content.usage.playing import Played, count_played, played_use
from content.usage.usage_ending import end_view
from content.usage.usage_facts import day_facts
from content.usage.usage_filter import UsageFilter
from content.usage.usage_models import View, ViewerClass
from content.usage.usage_rollups import differences
from content.usage.usage_sessions import sittings
from content.usage.usage_tokens import ViewClaims
from content.usage.usage_views import Moment, open_view
from portal.kernel.identity import Identity, Role
from tests.factories.library import PUBLISHED, a_found_asset, a_read_version
from tests.factories.people import an_identity

MINUTE = 60_000
OPENED = Moment(PUBLISHED, PUBLISHED.date())
SPANS = st.lists(st.tuples(st.integers(0, 90), st.integers(0, 90)).map(sorted).map(tuple), max_size=8)


@given(SPANS, SPANS)
def test_merged_stretches_hold_exactly_the_seconds_that_were_played(
    first: Sequence[Span], second: Sequence[Span]
) -> None:
    seconds = {n for start, stop in (*first, *second) for n in range(start, min(stop, 60))}
    merged = merged_spans(first, second, end=60)
    assert {n for start, stop in merged for n in range(start, stop)} == seconds
    assert length_of(merged) == len(seconds)
    assert merged == merged_spans(merged, first, end=60) == merged_spans(second, first, end=60)
    assert all(one[1] < other[0] for one, other in pairwise(merged))
    assert parts_played(merged, duration=60, parts=60) == [n in seconds for n in range(60)]


@pytest.fixture
def film(session: Session) -> AssetVersion:
    asset = a_found_asset(session, "Film", "w")
    facts = {"format": FileFormat.VIDEO, "duration_ms": 2 * MINUTE}
    return a_read_version(session, asset, "w", number=2, **facts)


def an_open_view(session: Session, reader: Identity, film: AssetVersion) -> tuple[View, ViewClaims]:
    view = open_view(session, reader, film, OPENED)
    view.is_human = True
    session.flush()
    return view, ViewClaims(view.id, film.id, view.viewer_id, 1, PUBLISHED.isoformat())


def test_what_is_played_twice_is_watched_twice_and_seen_once(session: Session, film: AssetVersion) -> None:
    reader, at = an_identity(session), PUBLISHED + timedelta(minutes=5)
    _, claims = an_open_view(session, reader, film)
    first = Played("tab00001", [(0, MINUTE)], MINUTE)
    more = Played("tab00001", [(0, MINUTE + 5_000)], 2 * MINUTE)
    other_tab = Played("tab00002", [(30_000, MINUTE)], 30_000)
    for beat in (first, more, first, other_tab, more):
        assert count_played(session, reader, claims, beat, at)
    use = played_use(session, reader, UsageFilter(asset_id=film.asset_id), film)
    assert use is not None
    assert (use.views, use.people) == (1, 1)
    assert (use.unique_ms, use.watched_ms) == (MINUTE + 5_000, 2 * MINUTE + 30_000)
    assert [part.views for part in use.parts].count(1) == 22
    assert (use.parts[0].start_ms, use.parts[-1].end_ms) == (0, 2 * MINUTE)


def test_more_than_can_have_been_played_is_not_believed(session: Session, film: AssetVersion) -> None:
    reader, at = an_identity(session), PUBLISHED + timedelta(seconds=3)
    view, claims = an_open_view(session, reader, film)
    assert not count_played(session, reader, claims, Played("tab00001", [(0, 2 * MINUTE)], 2 * MINUTE), at)
    view.is_human = False
    assert not count_played(session, reader, claims, Played("tab00001", [(0, 2_000)], 2_000), at)
    assert played_use(session, reader, UsageFilter(asset_id=film.asset_id), film) is None


def test_r1_a_partner_sees_what_its_own_people_played_and_adds_to_nobody_elses_view(
    session: Session, film: AssetVersion
) -> None:
    mine, theirs, brand = an_identity(session), an_identity(session), an_identity(session, role=Role.BRAND)
    _, claims = an_open_view(session, mine, film)
    at = PUBLISHED + timedelta(minutes=1)
    beat = Played("tab00001", [(0, 10_000)], 10_000)
    assert not count_played(session, theirs, claims, beat, at)
    assert count_played(session, mine, claims, beat, at)
    wanted = UsageFilter(asset_id=film.asset_id)
    assert played_use(session, theirs, wanted, film) is None
    assert played_use(session, brand, wanted, film) is not None
    staff = UsageFilter(asset_id=film.asset_id, readers=frozenset({ViewerClass.BRAND}))
    assert played_use(session, brand, staff, film) is None


def test_a_film_is_finished_when_nine_tenths_of_it_were_played_open_or_ended(
    session: Session, film: AssetVersion
) -> None:
    asset_id, brand = film.asset_id, an_identity(session, role=Role.BRAND)
    wanted, at = UsageFilter(asset_id=asset_id), PUBLISHED + timedelta(minutes=3)
    for played_ms in (108_000, 107_000):
        reader = an_identity(session)
        view, claims = an_open_view(session, reader, film)
        view.read_pages = 1
        assert count_played(session, reader, claims, Played("tab00001", [(0, played_ms)], played_ms), at)
    assert _finished(session, brand, wanted) == (1, {(108_000, True), (107_000, False)})
    for open_id in list(session.scalars(select(View.id))):
        assert end_view(session, open_id, at + timedelta(minutes=10))
    assert _finished(session, brand, wanted) == (1, {(108_000, True), (107_000, False)})
    assert differences(session) == []


def _finished(
    session: Session, brand: Identity, wanted: UsageFilter
) -> tuple[int, set[tuple[int | None, bool]]]:
    """What the report counts, and what "who and when" says of each view."""
    facts = day_facts(brand, wanted)
    counted = session.scalars(select(func.sum(facts.c.finished))).one()
    rows = sittings(session, brand, wanted).rows
    return int(counted or 0), {(row.played_ms, row.is_finished) for row in rows}
