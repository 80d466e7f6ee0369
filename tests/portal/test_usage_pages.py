"""Viewer, beats and usage reports over HTTP."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import dataclass
from datetime import timedelta
from html import unescape

import pytest
from flask.testing import FlaskClient

from content.assets.models import Asset
from content.usage.usage_ending import end_views
from content.usage.usage_history import PastView, PastViewer
from content.usage.usage_models import ViewerClass
from partners.models import User
from portal.kernel.db import transaction
from portal.kernel.identity import Role
from portal.services import Services
from tests.factories.people import a_partner, a_user
from tests.factories.statements import statements_to
from tests.factories.usage import a_published_version, a_version, moment, write_history
from tests.fixtures.browsers import LogIn
from tests.fixtures.portal import Clock

MOST_QUERIES = 15


@dataclass
class World:
    """An asset that gold partners may see, one that everybody may, and people."""

    asset: str
    title: str
    unopened: str
    gold: User
    silver: User
    brand: User
    finance: User


@pytest.fixture
def world(services: Services) -> World:
    with transaction(services.sessions) as session:
        version = a_published_version(session, pages=3, tier="gold")
        asset = session.get_one(Asset, version.asset_id)
        asset.title = "=Orchard Row <b>Grocers</b>"
        other = a_published_version(session)
        return World(
            asset.ref,
            asset.title,
            session.get_one(Asset, other.asset_id).ref,
            a_user(session, a_partner(session, tier="gold")),
            a_user(session, a_partner(session, tier="silver")),
            a_user(session, role=Role.BRAND),
            a_user(session, role=Role.FINANCE),
        )


def token_of(browser: FlaskClient, ref: str) -> str:
    page = browser.get(f"/library/{ref}/view")
    assert page.status_code == 200
    found = re.search(r'data-token="([^"]+)"', page.text)
    assert found
    return unescape(found.group(1))


def beat(browser: FlaskClient, token: str, pages: dict[int, int], seq: int = 1) -> str:
    sent = {"seq": seq, "tab": "abcdef01", "pages": pages, "human": True}
    answer = browser.post("/usage/beats", data={"token": token, "beat": json.dumps(sent)})
    assert answer.status_code == 200
    return str(answer.json["answer"])  # type: ignore[index]


def test_a_viewer_opens_while_another_writes_and_is_counted_from_its_first_answered_beat(
    world: World, log_in: LogIn, clock: Clock, services: Services
) -> None:
    gold, brand = log_in(world.gold), log_in(world.brand)
    with transaction(services.sessions) as writing:
        writing.get_one(User, world.silver.id).name = "Another Name"
        writing.flush()
        token = token_of(gold, world.asset)
    if beat(gold, token, {1: 1_000}) == "ended":
        token = gold.post("/usage/views", data={"token": token}).json["token"]  # type: ignore[index]
    clock.move(timedelta(seconds=15))
    assert beat(gold, token, {1: 9_000}) == "counted"
    assert world.gold.name in brand.get(f"/reports/usage/{world.asset}").text


def test_what_a_partner_reads_stands_in_the_report_at_once(
    world: World, log_in: LogIn, clock: Clock, services: Services
) -> None:
    gold, brand = log_in(world.gold), log_in(world.brand)
    token = token_of(gold, world.asset)
    clock.move(timedelta(seconds=15))
    assert beat(gold, token, {1: 9_000, 2: 4_000}) == "counted"
    report = brand.get(f"/reports/usage/{world.asset}").text
    assert world.gold.name in report
    assert "reading now" in report
    assert "<b>Grocers" not in report
    clock.move(timedelta(minutes=4))
    assert beat(gold, token, {1: 12_000}, seq=2) == "ended"
    end_views(services.sessions, clock())
    report = brand.get(f"/reports/usage/{world.asset}").text
    assert "0:13" in report
    assert "2 of 3" in report
    assert world.asset in brand.get("/reports/usage").text


def test_a_view_that_ended_is_followed_by_a_new_one(world: World, log_in: LogIn, clock: Clock) -> None:
    gold = log_in(world.gold)
    token = token_of(gold, world.asset)
    clock.move(timedelta(minutes=10))
    answer = gold.post("/usage/views", data={"token": token})
    assert answer.status_code == 200
    following = answer.json["token"]  # type: ignore[index]
    clock.move(timedelta(seconds=15))
    assert beat(gold, following, {3: 8_000}) == "counted"


def test_an_asset_of_another_tier_has_no_viewer_no_beats_and_no_report(
    world: World, log_in: LogIn, clock: Clock
) -> None:
    gold, silver = log_in(world.gold), log_in(world.silver)
    token = token_of(gold, world.asset)
    for address in (
        f"/library/{world.asset}/view",
        f"/library/{world.asset}/versions/1/find?q=words",
        f"/reports/usage/{world.asset}",
        f"/reports/usage/{world.asset}/who.csv",
    ):
        assert silver.get(address).status_code == 404
    assert silver.post("/usage/views", data={"token": token}).status_code == 404
    clock.move(timedelta(seconds=15))
    assert beat(silver, token, {1: 9_000}) == "ended"
    assert world.asset not in silver.get("/reports/usage").text


def test_the_page_of_an_asset_leads_the_brand_to_who_read_it(world: World, log_in: LogIn) -> None:
    report = f'href="/reports/usage/{world.asset}"'
    assert report in log_in(world.brand).get(f"/library/{world.asset}").text
    assert report not in log_in(world.gold).get(f"/library/{world.asset}").text


def test_finance_reads_no_usage_and_a_partner_no_list_of_what_is_unused(world: World, log_in: LogIn) -> None:
    assert log_in(world.finance).get("/reports/usage").status_code == 403
    assert log_in(world.gold).get("/reports/unused").status_code == 403


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[1]",
        '{"seq": -1, "tab": "abcdef01", "pages": {}, "human": true}',
        '{"seq": 1, "tab": "abcdef01", "pages": {"1": -5}, "human": true}',
        '{"seq": 1, "tab": "abcdef01", "pages": {"one": 5}, "human": true}',
        '{"seq": 1, "tab": "a tab", "pages": {}, "human": true}',
        '{"seq": 1, "tab": "abcdef01", "pages": {}, "human": true, "viewer": "me"}',
        "x" * 70_000,
    ],
)
def test_a_beat_that_cannot_be_read_is_refused(text: str, world: World, log_in: LogIn) -> None:
    gold = log_in(world.gold)
    token = token_of(gold, world.asset)
    assert gold.post("/usage/beats", data={"token": token, "beat": text}).status_code == 400


def test_a_beat_with_a_token_of_our_own_making_is_refused(world: World, log_in: LogIn) -> None:
    gold = log_in(world.gold)
    token = token_of(gold, world.asset)
    assert gold.post("/usage/beats", data={"token": f"{token}x", "beat": "{}"}).status_code == 403
    assert gold.post("/usage/views", data={"token": "x.y.z"}).status_code == 403


def test_words_are_found_on_their_pages(world: World, log_in: LogIn) -> None:
    gold = log_in(world.gold)
    answer = gold.get(f"/library/{world.asset}/versions/1/find?q=the+words+3")
    assert answer.json == {"pages": [[1, 1], [2, 1], [3, 2]], "words": ["3", "words"]}
    assert gold.get(f"/library/{world.asset}/versions/1/find?q=").json == {"pages": [], "words": []}


def test_the_export_is_what_is_shown_with_its_filter_in_every_row(
    world: World, log_in: LogIn, clock: Clock
) -> None:
    gold, brand = log_in(world.gold), log_in(world.brand)
    token = token_of(gold, world.asset)
    clock.move(timedelta(seconds=15))
    beat(gold, token, {1: 9_000})
    gold.get(f"/library/{world.asset}/download")
    [row] = rows_of(brand, "/reports/usage.csv?range=7d")
    assert (row["asset"], row["title"], row["opened"]) == (world.asset, f"'{world.title}", "1")
    assert (row["from"], row["to"], row["time_zone"]) == ("2026-06-09", "2026-06-15", "UTC")
    assert row["readers"] == "buyer+partner"
    who = rows_of(brand, f"/reports/usage/{world.asset}/who.csv")
    assert [each["what"] for each in who][-1] == "viewing"
    assert [each["page"] for each in rows_of(brand, f"/reports/usage/{world.asset}/pages.csv")] == [
        "1",
        "2",
        "3",
    ]
    days = rows_of(brand, f"/reports/usage/{world.asset}/days.csv?range=7d")
    assert [each["opened"] for each in days] == ["0"] * 6 + ["1"]
    [partner] = rows_of(brand, f"/reports/usage/{world.asset}/partners.csv?reader=partner")
    assert (partner["tier"], partner["own"], partner["median_seconds"]) == ("gold", "1", "9")
    assert brand.get(f"/reports/usage/{world.asset}/secrets.csv").status_code == 404


def rows_of(browser: FlaskClient, address: str) -> list[dict[str, str]]:
    answer = browser.get(address)
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.text)))


@pytest.mark.parametrize(
    "query",
    ["range=quarter", "range=custom&from=2026-06-01&to=2026-06-09", "range=7d&reader=buyer&sort=title"],
)
def test_every_range_and_reader_has_a_page(query: str, world: World, log_in: LogIn) -> None:
    brand = log_in(world.brand)
    for address in ("/reports/usage", f"/reports/usage/{world.asset}"):
        assert brand.get(f"{address}?{query}").status_code == 200


def test_days_need_no_range_and_no_order(world: World, log_in: LogIn) -> None:
    for days in ("from=2026-06-01&to=2026-06-09", "from=2026-06-09&to=2026-06-01"):
        page = log_in(world.brand).get(f"/reports/usage?{days}").text
        assert "1 to 9 Jun 2026" in page


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("range=custom&from=yesterday", 422),
        ("range=year", 422),
        ("reader=robot", 422),
        ("partner=NOBODY", 404),
        ("version=9", 404),
    ],
)
def test_a_filter_that_makes_no_sense_is_a_sentence(
    query: str, status: int, world: World, log_in: LogIn
) -> None:
    assert log_in(world.brand).get(f"/reports/usage/{world.asset}?{query}").status_code == status


def test_unused_content_is_listed_until_somebody_opens_it(world: World, log_in: LogIn, clock: Clock) -> None:
    gold, brand = log_in(world.gold), log_in(world.brand)
    assert world.unopened in brand.get("/reports/unused").text
    token = token_of(gold, world.unopened)
    clock.move(timedelta(seconds=15))
    beat(gold, token, {1: 3_000})
    assert world.unopened not in brand.get("/reports/unused").text


def test_what_nobody_opens_is_ticked_and_retired_where_it_is_listed(world: World, log_in: LogIn) -> None:
    brand = log_in(world.brand)
    tick = re.search(r'name="id" value="(\d+)" form="bulk"', brand.get("/reports/unused").text)
    assert tick is not None
    chosen = {"action": "retire", "id": tick[1], "form_page": "/reports/unused"}
    preview = brand.post("/content/bulk", data=chosen).text
    assert '"/reports/unused"' in preview
    done = brand.post("/content/bulk/apply", data=chosen | {"back": "/reports/unused"})
    assert done.location == "/reports/unused"
    page = brand.get("/reports/unused").text
    assert "1 asset is retired." in page
    assert f'value="{tick[1]}" form="bulk"' not in page


def test_pages_run_few_queries_however_many_rows(
    world: World, log_in: LogIn, services: Services, clock: Clock
) -> None:
    with transaction(services.sessions) as session:
        versions = [a_published_version(session, pages=9) for _ in range(30)]
        asset = session.get_one(Asset, versions[0].asset_id)
        versions.append(a_version(session, asset, number=2))
        people = [a_user(session, a_partner(session)) for _ in range(8)]
        viewers = [PastViewer(one.organisation_id, ViewerClass.PARTNER, user_id=one.id) for one in people]
        write_history(
            session,
            [
                PastView(
                    versions[n % 31],
                    viewers[n % 8],
                    moment(clock() - timedelta(hours=n)),
                    {1: 5_000, 2: 9_000},
                )
                for n in range(400)
            ],
        )
        asset.owner_id = people[0].id
        organisation, ref = people[0].organisation.ref, asset.ref
    brand, gold = log_in(world.brand), log_in(people[0])
    for browser, address in (
        (brand, "/reports/usage"),
        (brand, f"/reports/usage/{ref}?partner={organisation}&version=2"),
        (brand, "/reports/unused"),
        (brand, "/reports/unused?show=idle"),
        (gold, "/reports/usage"),
        (gold, f"/reports/usage/{ref}"),
        (gold, f"/library/{ref}/view"),
    ):
        with statements_to(services.engine) as seen:
            assert browser.get(address).status_code == 200
        assert len(seen) <= MOST_QUERIES, (address, seen)


@pytest.mark.parametrize("days", ["from=1100-01-01", "from=0001-01-01&to=0001-01-02", "to=9999-12-31"])
def test_r32_a_report_of_more_days_than_a_page_holds_is_refused(
    world: World, log_in: LogIn, days: str
) -> None:
    gold = log_in(world.gold)
    for path in ("/reports/usage", f"/reports/usage/{world.asset}", "/reports/usage.csv"):
        assert gold.get(f"{path}?range=custom&{days}").status_code == 422
    assert gold.get("/reports/usage?range=custom&from=2017-01-01").status_code == 200
