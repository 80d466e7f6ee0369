"""An import is taken back whole: what it added is gone, what it changed is as it was."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from pathlib import Path

from click.testing import Result
from flask import Flask
from sqlalchemy import select

from content.assets.models import Asset, AssetState, AssetVersion
from content.editing import publishing, scheduling
from content.editing.stored_files import StoredFiles
from content.uploads.uploads import add_version, stored
from content.usage.usage_views import Moment, open_view
from portal.kernel.db import transaction
from portal.kernel.identity import Role
from portal.services import Services
from tests.factories import files
from tests.factories.people import an_identity

HEAD = "ref,title,kind,file,audience\n"


def run(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=["content", *arguments])


def imported(app: Flask, folder: Path, *rows: str) -> str:
    """The number under which it can be undone."""
    manifest = folder / "manifest.csv"
    manifest.write_text(HEAD + "".join(f"{row}\n" for row in rows))
    done = run(app, "import", str(manifest), "--publish")
    assert done.exit_code == 0, done.output
    number = re.search(r"flask content undo (\d+)", done.output)
    assert number is not None
    return number[1]


def titles(services: Services) -> dict[str, tuple[str, AssetState, int | None]]:
    with services.sessions() as session:
        return {
            ref: (title, state, number)
            for ref, title, state, number in session.execute(
                select(Asset.ref, Asset.title, Asset.state, AssetVersion.number).outerjoin(
                    AssetVersion, AssetVersion.id == Asset.current_version_id
                )
            )
        }


def test_an_import_is_taken_back_whole(app: Flask, services: Services, tmp_path: Path) -> None:
    for name, words in (("a.pdf", "One"), ("b.pdf", "Two"), ("c.pdf", "Three")):
        (tmp_path / name).write_bytes(files.a_pdf(words))
    imported(app, tmp_path, "A,First title,deck,a.pdf,all")
    before = titles(services)
    number = imported(app, tmp_path, "A,Other title,deck,b.pdf,tier:gold", "B,New one,deck,c.pdf,all")
    assert titles(services)["A"] == ("Other title", AssetState.PUBLISHED, 2)
    undone = run(app, "undo", number)
    assert "2 assets are as they were, 0 were changed since" in undone.output
    assert titles(services) == before
    assert run(app, "undo", number).exit_code == 1


def test_what_somebody_opened_since_is_retired_and_not_removed(
    app: Flask, services: Services, tmp_path: Path
) -> None:
    (tmp_path / "a.pdf").write_bytes(files.a_pdf("One"))
    number = imported(app, tmp_path, "A,First title,deck,a.pdf,all")
    with transaction(services.sessions) as session:
        version = session.scalars(select(Asset)).one().current_version
        assert version is not None
        open_view(session, an_identity(session), version, Moment.of(services.clock(), services.settings.zone))
    run(app, "undo", number)
    assert titles(services)["A"] == ("First title", AssetState.RETIRED, 1)


def test_what_is_taken_back_is_not_published_by_a_time_that_was_set(
    app: Flask, services: Services, tmp_path: Path
) -> None:
    (tmp_path / "a.pdf").write_bytes(files.a_pdf("One"))
    number = imported(app, tmp_path, "A,First title,deck,a.pdf,all")
    soon = services.clock() + timedelta(hours=1)
    with transaction(services.sessions) as session:
        person, asset = an_identity(session, role=Role.BRAND), session.scalars(select(Asset)).one()
        version = asset.current_version
        assert version is not None
        open_view(session, person, version, Moment.of(services.clock(), services.settings.zone))
        publishing.withdraw(session, asset, at=services.clock(), by=person)
        scheduling.schedule(session, asset, soon, at=services.clock(), by=person)
    run(app, "undo", number)
    stored = StoredFiles(services.blobs)
    scheduling.publish_due(services.sessions, stored, needs_approval=False, clock=lambda: soon)
    assert titles(services)["A"] == ("First title", AssetState.RETIRED, 1)


def test_what_somebody_has_worked_on_since_the_import_stays_and_is_named(
    app: Flask, services: Services, tmp_path: Path
) -> None:
    for name, words in (("a.pdf", "One"), ("b.pdf", "Two")):
        (tmp_path / name).write_bytes(files.a_pdf(words))
    number = imported(
        app, tmp_path, "A,First,deck,a.pdf,all", "B,Second,deck,b.pdf,all", "C,Third,deck,a.pdf,all"
    )
    with transaction(services.sessions) as session:
        person = an_identity(session, role=Role.BRAND)
        first, second, _third = session.scalars(select(Asset).order_by(Asset.ref))
        publishing.written_by(first, at=services.clock(), by=person)
        upload = stored(services.blobs, io.BytesIO(files.a_pdf("One")), "a.pdf")
        add_version(session, second, upload, at=services.clock(), by=person)
    undone = run(app, "undo", number)
    assert "1 assets are as they were, 2 were changed since" in undone.output
    assert {ref: one[0] for ref, one in titles(services).items()} == {"A": "First", "B": "Second"}


def test_nothing_comes_back_whose_file_the_store_has_lost(
    app: Flask, services: Services, tmp_path: Path
) -> None:
    for name, words in (("a.pdf", "One"), ("b.pdf", "Two")):
        (tmp_path / name).write_bytes(files.a_pdf(words))
    imported(app, tmp_path, "A,First title,deck,a.pdf,all")
    number = imported(app, tmp_path, "A,First title,deck,b.pdf,all")
    with services.sessions() as session:
        lost = session.scalars(select(AssetVersion.blob_sha256).where(AssetVersion.number == 1)).one()
    services.blobs.delete(lost or "")
    undone = run(app, "undo", number)
    assert "The store has lost the file of “First title”" in undone.output
    assert titles(services)["A"] == ("First title", AssetState.PUBLISHED, 2)
