"""Captions of films and sounds: read from what people have, shown as text that can do nothing."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from content.assets.caption_models import VersionCaptions
from content.assets.errors import CaptionsUnreadable
from content.editing.captions import as_vtt, cues_of
from content.finding.indexing import keep_index
from portal.kernel.db import transaction
from portal.kernel.identity import Role
from portal.services import Services
from tests.factories import files
from tests.factories.people import a_partner, a_user
from tests.factories.queue import work_off_queue
from tests.fixtures.browsers import LogIn
from tests.fixtures.portal import Clock

SPOT = "/library/spot"
VTT = b"""WEBVTT - a title

NOTE nobody reads this

intro
00:01.000 --> 00:02.500 align:start
<v Dele>Morning <b>drive</b> sells

01:00:03.000 --> 01:00:04.000
bread & <script>alert(1)</script> butter
"""
SRT = (
    b"\xef\xbb\xbf1\r\n00:00:01,000 --> 00:00:02,500\r\nMorning drive\r\nsells\r\n\r\n"
    b"2\r\n00:00:03,5 --> 00:00:04,000\r\nbread"
)


def test_web_vtt_and_subrip_are_read_alike() -> None:
    assert cues_of(VTT) == [
        (1_000, 2_500, "Morning drive sells"),
        (3_603_000, 3_604_000, "bread & alert(1) butter"),
    ]
    assert cues_of(SRT) == [(1_000, 2_500, "Morning drive sells"), (3_500, 4_000, "bread")]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "no cue"),
        (b"%PDF-1.4", "no cue"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b"x" * (2 * 1024 * 1024 + 1), "2 MB"),
        (b"00:02.000 --> 00:01.000\nbackwards", "no cue"),
        (b"00:01.000 --> 00:02.000\na\n\n" * 20_001, "more than 20,000"),
    ],
)
def test_what_is_no_captions_is_refused_in_words(data: bytes, why: str) -> None:
    with pytest.raises(CaptionsUnreadable, match=why):
        cues_of(data)


@given(st.lists(st.tuples(st.integers(0, 10**8), st.integers(1, 10**5), st.text(min_size=1, max_size=30))))
def test_r12_whatever_was_said_our_captions_hold_no_markup_and_read_as_they_were(
    said: list[tuple[int, int, str]],
) -> None:
    cues = [(start, start + length, words) for start, length, words in said]
    written = as_vtt(cues)
    assert "<" not in written
    assert written.count("-->") <= len(cues)


@pytest.fixture
def brand(services: Services, log_in: LogIn) -> FlaskClient:
    """A sound for gold that is published."""
    with transaction(services.sessions) as session:
        user = a_user(session, role=Role.BRAND)
    browser = log_in(user)
    form = {"title": "Spot", "kind": "audio", "audience": "tier:gold", "language": "en"}
    browser.post("/library", data={**form, "file": (io.BytesIO(files.a_sound()), "spot.wav")})
    work_off_queue(services)
    browser.post(f"{SPOT}/publish")
    return browser


def test_captions_are_shown_searched_and_kept_through_a_restore(
    services: Services, brand: FlaskClient, log_in: LogIn
) -> None:
    with transaction(services.sessions) as session:
        gold_user = a_user(session, a_partner(session, tier="gold"))
        silver_user = a_user(session, a_partner(session, tier="silver"))
    gold, silver = log_in(gold_user), log_in(silver_user)
    form = {"captions": (io.BytesIO(VTT), "spot.vtt"), "language": "en"}
    assert brand.post(f"{SPOT}/versions/1/captions", data=form).status_code == 303
    page = gold.get(f"{SPOT}/view").text
    assert '<track kind="captions" srclang="en" label="English"' in page
    assert "Morning drive sells" in page
    answer = gold.get(f"{SPOT}/versions/1/captions/en.vtt")
    assert answer.content_type == "text/vtt; charset=utf-8"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    assert "00:00:01.000 --> 00:00:02.500" in answer.text
    assert silver.get(f"{SPOT}/versions/1/captions/en.vtt").status_code == 404
    assert gold.post(f"{SPOT}/versions/1/captions", data={}).status_code == 403
    again = {"file": (io.BytesIO(files.a_sound(3)), "spot.wav")}
    brand.post(f"{SPOT}/versions", data=again)
    work_off_queue(services)
    brand.post(f"{SPOT}/versions/1/restore")
    assert "Morning drive sells" in gold.get(f"{SPOT}/view").text
    with services.sessions() as session:
        texts = session.scalars(select(VersionCaptions.text)).all()
    assert texts == ["Morning drive sells\nbread & alert(1) butter"] * 2
    assert brand.post(f"{SPOT}/versions/3/captions/remove", data={"language": "en"}).status_code == 303
    assert gold.get(f"{SPOT}/versions/3/captions/en.vtt").status_code == 404


def captioned(browser: FlaskClient, clock: Clock, words: str, language: str = "en") -> None:
    """A minute later the spot hums, and says these words at 1:05."""
    clock.move(timedelta(minutes=1))
    said = f"WEBVTT\n\n00:01.000 --> 00:09.000\n{'hum ' * 300}\n\n01:05.000 --> 01:09.000\n{words}\n"
    form = {"captions": (io.BytesIO(said.encode()), "spot.vtt"), "language": language}
    assert browser.post(f"{SPOT}/versions/1/captions", data=form).status_code == 303


def test_r6_what_is_said_is_found_at_its_second_by_who_may_hear_it(
    services: Services, clock: Clock, brand: FlaskClient, log_in: LogIn
) -> None:
    with transaction(services.sessions) as session:
        gold_user = a_user(session, a_partner(session, tier="gold"))
        silver_user = a_user(session, a_partner(session, tier="silver"))
    gold, silver = log_in(gold_user), log_in(silver_user)
    captioned(brand, clock, "Zanzibar breakfast, live.")
    keep_index(services.sessions, services.search, clock=services.clock)
    for text in ("zanzibar", '"zanzibar breakfasts"', "zanzi*", "zanzibra"):
        page = gold.get("/library", query_string={"q": text}).text
        assert 'href="/library/spot/view#t=65"' in page, text
        assert "At 1:05" in page
        assert "/library/spot" not in silver.get("/library", query_string={"q": text}).text, text
    clock.move(timedelta(minutes=1))
    assert brand.post(f"{SPOT}/versions/1/captions/remove", data={"language": "en"}).status_code == 303
    keep_index(services.sessions, services.search, clock=services.clock)
    assert "/library/spot" not in gold.get("/library?q=zanzibar").text


def test_captions_are_stemmed_in_their_own_language(
    services: Services, clock: Clock, brand: FlaskClient, log_in: LogIn
) -> None:
    with transaction(services.sessions) as session:
        user = a_user(session, a_partner(session, tier="gold"))
    captioned(brand, clock, "Die schönsten Häuser am Morgen.", "de")
    keep_index(services.sessions, services.search, clock=services.clock)
    assert 'href="/library/spot/view#t=65"' in log_in(user).get("/library?q=schönste").text


def test_languages_of_captions_are_named_where_they_are_chosen_kept_and_read(
    services: Services, clock: Clock, brand: FlaskClient, log_in: LogIn
) -> None:
    with transaction(services.sessions) as session:
        user = a_user(session, a_partner(session, tier="gold"))
    gold = log_in(user)
    captioned(brand, clock, "One of two.")
    assert "<h2>English</h2>" not in gold.get(f"{SPOT}/view").text
    captioned(brand, clock, "Eins von zweien.", "de")
    page = brand.get(SPOT).text
    assert '<option value="de">Deutsch</option>' in page
    assert "Deutsch \N{MIDDLE DOT} 2 lines" in page
    read = gold.get(f"{SPOT}/view").text
    assert read.index("<h2>Deutsch</h2>") < read.index("Eins von zweien.")
    assert "<h2>English</h2>" in read
