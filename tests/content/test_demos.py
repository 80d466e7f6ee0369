"""HTML demos: unpacked safely into blobs, opened under a path that ends with the log-in."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from content.assets.audiences import parsed, set_audience
from content.assets.models import Asset, AssetKind, AssetVersion, FileFormat, Processing
from content.editing.describing import Description, add_asset
from content.editing.publishing import retire
from content.processing.processing import process
from content.uploads.uploads import add_version, stored
from content.usage.demo_models import DemoFile, DemoStep
from content.usage.demo_steps import ReachedStep, StepAnswer, count_steps, step_uses
from content.usage.usage_exports import usage_lines
from content.usage.usage_filter import UsageFilter
from content.usage.usage_models import View
from content.usage.usage_time import Beat
from content.usage.usage_tokens import claims_of, signed
from partners.models import User
from partners.people import identity_of
from partners.sessions import end_sessions
from portal.app import create_app
from portal.kernel.db import reading, transaction
from portal.kernel.identity import Identity, Role
from portal.kernel.ports import BlobStore
from portal.services import Services
from tests.factories import files
from tests.factories.people import a_partner, a_user, an_identity
from tests.factories.usage import OPENED, SECRET, a_published_version, an_open_view, moment, send
from tests.fixtures.browsers import LogIn
from tests.fixtures.portal import Clock

PAGE = "<!doctype html><title>Rates</title><h1>Rates</h1><script type=module src=app/main.js></script>"
DEMO = {
    "index.html": PAGE.encode(),
    "app/main.js": b"localStorage.setItem('a', 1)",
    "app/Gr\u00fc\u00dfe.json": '{"a": "\u00fc"}'.encode(),
    "app/logo.exe": b"MZ",
    "__MACOSX/._index.html": b"litter",
}
IFRAME = {"Sec-Fetch-Dest": "iframe"}


def read_demo(sessions: sessionmaker[Session], blobs: BlobStore, data: bytes) -> AssetVersion:
    with transaction(sessions) as session:
        description = Description("Rates", AssetKind.DEMO)
        asset = add_asset(session, description, ref="rates", at=OPENED, by="operator")
        upload = stored(blobs, io.BytesIO(data), "rates.zip")
        version = add_version(session, asset, upload, at=OPENED, by="operator")
    process(sessions, blobs, version.id, clock=lambda: OPENED)
    with reading(sessions) as session:
        return session.get_one(AssetVersion, version.id)


def test_r14_a_demo_is_unpacked_into_blobs_with_types_of_our_own(
    sessions: sessionmaker[Session], blobs: BlobStore
) -> None:
    version = read_demo(sessions, blobs, files.a_zip(DEMO))
    assert version.processing is Processing.READY
    with reading(sessions) as session:
        rows = {file.path: file for file in session.scalars(select(DemoFile))}
    assert {path: file.media_type for path, file in rows.items()} == {
        "index.html": "text/html; charset=utf-8",
        "app/main.js": "text/javascript; charset=utf-8",
        "app/Gr\u00fc\u00dfe.json": "application/json; charset=utf-8",
        "app/logo.exe": "application/octet-stream",
    }
    assert [path for path, file in rows.items() if file.is_start] == ["index.html"]
    assert rows["app/main.js"].storage_word == "localStorage"
    with blobs.open(rows["app/main.js"].sha256) as stream:
        assert stream.read() == DEMO["app/main.js"]


def test_r14_a_demo_that_fails_leaves_no_file(sessions: sessionmaker[Session], blobs: BlobStore) -> None:
    version = read_demo(sessions, blobs, files.a_zip(DEMO | {"app/../x.js": b""}))
    assert version.processing is Processing.FAILED
    with reading(sessions) as session:
        assert session.scalars(select(DemoFile)).all() == []


@dataclass
class Played:
    """A published demo for the gold tier, and who may and may not play it."""

    gold: User
    silver: User
    brand: User


@pytest.fixture
def played(services: Services) -> Played:
    with transaction(services.sessions) as session:
        version = a_published_version(session, pages=1, tier="gold", format=FileFormat.DEMO)
        version.asset.ref, version.asset.kind = "rates", AssetKind.DEMO
        for path, data in DEMO.items():
            blob = services.blobs.put(io.BytesIO(data))
            is_script = path.endswith(".js")
            session.add(
                DemoFile(
                    version_id=version.id,
                    path=path,
                    sha256=blob.sha256,
                    media_type=f"text/{'javascript' if is_script else 'html'}; charset=utf-8",
                    size=blob.size,
                    is_start=path == "index.html",
                    storage_word="localStorage" if is_script else None,
                )
            )
        gold, silver = a_partner(session, tier="gold"), a_partner(session, tier="silver")
        brand = a_user(session, role=Role.BRAND)
        return Played(a_user(session, gold), a_user(session, silver), brand)


def path_of(browser: FlaskClient, ref: str = "rates") -> str:
    answer = browser.get(f"/library/{ref}/versions/1/demo")
    assert answer.status_code == 302
    return str(answer.location)


def test_r11_a_demo_without_a_second_address_has_no_origin_and_no_cookie(
    client: FlaskClient, log_in: LogIn, played: Played
) -> None:
    path = path_of(log_in(played.gold))
    page = client.get(path, headers=IFRAME)
    assert page.status_code == 200
    assert page.get_data().startswith(PAGE.encode())
    policy = page.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox allow-scripts; ")
    assert "allow-same-origin" not in policy
    assert "frame-ancestors 'self'" in policy
    assert page.headers["Access-Control-Allow-Origin"] == "*"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in page.headers
    script = client.get(path.replace("index.html", "app/main.js"), headers={"Sec-Fetch-Dest": "script"})
    assert script.get_data() == DEMO["app/main.js"]
    assert script.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("dest", ["document", "object", "embed", "serviceworker", None])
def test_a_demo_is_a_document_in_the_frame_alone(
    dest: str | None, client: FlaskClient, log_in: LogIn, played: Played
) -> None:
    headers = {"Sec-Fetch-Dest": dest} if dest else {}
    page = client.get(path_of(log_in(played.gold)), headers=headers)
    assert page.status_code == 404
    assert page.mimetype == "text/plain"


def test_r1_another_audience_cannot_play_it_and_a_path_is_for_its_version_alone(
    client: FlaskClient, log_in: LogIn, played: Played
) -> None:
    assert log_in(played.silver).get("/library/rates/versions/1/demo").status_code == 404
    path = path_of(log_in(played.gold))
    assert client.get(path[:-12] + "x/index.html", headers=IFRAME).status_code == 404
    assert client.get(path.replace("index.html", "..%2findex.html"), headers=IFRAME).status_code == 404
    assert client.get(path.replace("index.html", "other.html"), headers=IFRAME).status_code == 404


@pytest.mark.parametrize("end", ["log-out", "retired", "expired", "audience", "disabled", "old"])
def test_f15_an_open_path_ends_with_what_it_was_made_for(
    end: str, services: Services, clock: Clock, client: FlaskClient, log_in: LogIn, played: Played
) -> None:
    path = path_of(log_in(played.gold))
    assert client.get(path, headers=IFRAME).status_code == 200
    with transaction(services.sessions) as session:
        asset = session.scalars(select(Asset)).one()
        if end == "log-out":
            end_sessions(session, played.gold.id, at=clock())
        elif end == "retired":
            retire(session, asset, at=clock(), by="operator")
        elif end == "expired":
            asset.expires_at = clock()
        elif end == "audience":
            set_audience(session, asset, parsed("tier:silver"))
        elif end == "disabled":
            session.get_one(User, played.gold.id).disabled_at = clock()
        else:
            clock.move(timedelta(hours=2, seconds=1))
    ended = client.get(path, headers=IFRAME)
    assert ended.status_code == 404
    assert "cannot be opened here" in ended.text


def test_r11_with_a_second_address_demos_are_there_and_nothing_else(
    services: Services, played: Played, log_in: LogIn
) -> None:
    settings = replace(services.settings, demos_url="http://demos.localhost:8000")
    app = create_app(settings, replace(services, settings=settings))
    app.config["WTF_CSRF_ENABLED"] = False
    theirs = log_in(played.gold)
    with theirs.session_transaction() as cookie:
        token = cookie["sid"]
    browser = app.test_client()
    with browser.session_transaction() as cookie:
        cookie["sid"] = token
    address = path_of(browser)
    assert address.startswith("http://demos.localhost:8000/demos/")
    page = browser.get(address, headers=IFRAME)
    policy = page.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox allow-scripts allow-same-origin allow-popups; default-src 'self' ")
    assert policy.endswith("frame-ancestors http://localhost")
    assert "Set-Cookie" not in page.headers
    assert "X-Frame-Options" not in page.headers
    assert "Access-Control-Allow-Origin" not in page.headers
    path = address.removeprefix("http://demos.localhost:8000")
    assert browser.get(path, headers=IFRAME).status_code == 404
    for other in ("/", "/login", "/healthz", "/static/css/tokens.css", "/nothing"):
        assert browser.get(f"http://demos.localhost:8000{other}").status_code == 404
    frames = browser.get("/library").headers["Content-Security-Policy"]
    assert "frame-src 'self' http://demos.localhost:8000;" in frames


def test_the_uploader_is_told_what_needs_the_second_address(
    services: Services, log_in: LogIn, played: Played
) -> None:
    told = log_in(played.brand).get("/library/rates").text
    assert "app/main.js" in told
    assert "localStorage" in told
    assert "localStorage" not in log_in(played.gold).get("/library/rates").text


def test_a_step_counts_once_for_a_person_and_never_longer_than_the_view(session: Session) -> None:
    identity = an_identity(session, a_partner(session))
    version = a_published_version(session, pages=1)
    view = an_open_view(session, identity, version)
    claims = claims_of(SECRET, signed(SECRET, view), OPENED)
    later = moment(OPENED + timedelta(seconds=20))
    first = ReachedStep("quote", "Asked for a quote", 90_000)
    assert count_steps(session, identity, claims, [first], later) is StepAnswer.WAITING
    send(session, identity, view, Beat("tab", 1, {1: 9_000}, human=True))
    assert count_steps(session, identity, claims, [first, first], later) is StepAnswer.COUNTED
    assert count_steps(session, identity, claims, [first], later) is StepAnswer.COUNTED
    used = step_uses(session, identity, UsageFilter(asset_id=version.asset_id))
    assert [(use.step, use.label, use.people, use.views, use.median) for use in used] == [
        ("quote", "Asked for a quote", 1, 1, 22)
    ]
    stranger = an_identity(session, a_partner(session))
    assert count_steps(session, stranger, claims, [first], later) is StepAnswer.ENDED
    assert step_uses(session, stranger, UsageFilter(asset_id=version.asset_id)) == []


def looked_at_by_gold(session: Session, services: Services, played: Played) -> tuple[Identity, View]:
    version = session.scalars(select(AssetVersion)).one()
    identity = identity_of(session, session.merge(played.gold), today=OPENED.date())
    view = an_open_view(session, identity, version, services.clock())
    view.is_human = True
    return identity, view


def test_r18_a_step_that_a_spreadsheet_would_calculate_stays_text(
    services: Services, log_in: LogIn, played: Played
) -> None:
    with transaction(services.sessions) as session:
        identity, view = looked_at_by_gold(session, services, played)
        claims = claims_of(SECRET, signed(SECRET, view), services.clock())
        reached = ReachedStep("agreed", "=HYPERLINK(1)", 1_000)
        count_steps(session, identity, claims, [reached], moment(services.clock()))
        lines = [json.loads(line) for line in usage_lines(session)]
    assert [(line["kind"], line["step"], line["asset"]) for line in lines] == [("step", "agreed", "rates")]
    told = log_in(played.brand).get("/reports/usage/rates/steps.csv").text.splitlines()[1]
    assert told.startswith("agreed,'=HYPERLINK(1),1,1,1,")


def test_r19_a_step_is_counted_without_what_no_database_keeps(
    services: Services, log_in: LogIn, played: Played
) -> None:
    with transaction(services.sessions) as session:
        _, view = looked_at_by_gold(session, services, played)
        token = signed(services.settings.secret_key, view)
    sent = json.dumps([{"step": "quote", "label": "Asked\0 for\na quote", "ms": 1}])
    answer = log_in(played.gold).post("/usage/steps", data={"token": token, "steps": sent})
    assert answer.json == {"answer": "counted"}
    with services.sessions() as session:
        assert session.scalars(select(DemoStep.label)).all() == ["Asked for a quote"]
