"""Content from a manifest, by its command."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from content.assets.audiences import as_text
from content.assets.models import Asset, AssetState, AssetVersion, Processing
from portal.kernel.db import transaction
from portal.kernel.identity import Role
from portal.services import Services
from tests.factories import files
from tests.factories.people import a_user

HEADER = "ref,title,kind,file,personas,stages,audience,owner,expires_at\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "content"
    made.mkdir()
    (made / "study.pdf").write_bytes(files.a_pdf("One"))
    (made / "locked.pdf").write_bytes(files.an_encrypted_pdf())
    return made


def imported(app: Flask, folder: Path, rows: str, *options: str, header: str = HEADER) -> Result:
    (folder / "m.csv").write_text(header + rows, encoding="utf-8")
    return app.test_cli_runner().invoke(args=["content", "import", str(folder / "m.csv"), *options])


def asset_of(services: Services, ref: str) -> Asset:
    with services.sessions() as session:
        found = session.scalars(select(Asset).where(Asset.ref == ref)).one()
        _ = found.versions, found.terms, found.audience, found.current_version, found.owner
        return found


STUDY = "A1,Study,case_study,study.pdf,Owner; Media buyer,evaluate,tier:gold;region:emea,{owner},2026-12-31\n"


def test_assets_are_added_read_and_published(app: Flask, services: Services, folder: Path) -> None:
    with transaction(services.sessions) as session:
        owner = a_user(session, role=Role.BRAND)
    result = imported(app, folder, STUDY.format(owner=owner.email), "--publish")
    assert result.exit_code == 0
    assert result.stdout == "1 assets: 1 added, 0 changed, 0 unchanged, 1 published, 0 failed\n"
    assert "tier gold is new" in result.stderr
    asset = asset_of(services, "A1")
    assert asset.state is AssetState.PUBLISHED
    assert as_text(asset.audience) == "region:emea;tier:gold"
    assert [term.name for term in asset.terms] == ["Media buyer", "Owner", "Evaluate"]
    assert asset.owner is not None
    assert asset.owner.email == owner.email
    assert asset.expires_at == datetime(2027, 1, 1, tzinfo=UTC)


def test_the_same_manifest_again_has_no_effect(app: Flask, services: Services, folder: Path) -> None:
    imported(app, folder, STUDY.format(owner=""), "--publish")
    before = asset_of(services, "A1").updated_at
    result = imported(app, folder, STUDY.format(owner=""), "--publish")
    assert (result.exit_code, result.stdout) == (0, "already imported\n")
    assert asset_of(services, "A1").updated_at == before


def test_a_changed_file_is_the_next_version(app: Flask, services: Services, folder: Path) -> None:
    imported(app, folder, STUDY.format(owner=""), "--publish")
    (folder / "study.pdf").write_bytes(files.a_pdf("Two"))
    assert "1 changed" in imported(app, folder, STUDY.format(owner=""), "--publish").stdout
    current = asset_of(services, "A1").current_version
    assert current is not None
    assert current.number == 2


def test_a_file_that_cannot_be_read_leaves_its_asset_failed(
    app: Flask, services: Services, folder: Path
) -> None:
    rows = "B1,Gone,deck,gone.pdf,,,all,,\nB2,Locked,deck,locked.pdf,,,all,,\nB3,Link,link,https://a.example/,,,all,,\n"
    (folder / "evil.exe").write_bytes(b"MZ")
    result = imported(app, folder, rows + "B4,Evil,deck,evil.exe,,,all,,\n", "--publish")
    assert result.exit_code == 0
    assert result.stdout.startswith("4 assets: 4 added, 0 changed, 0 unchanged, 1 published, 3 failed\n")
    for ref, reason in (("B1", "cannot be opened"), ("B2", "encrypted"), ("B4", "not a kind of file")):
        asset = asset_of(services, ref)
        assert asset.state is AssetState.DRAFT
        assert asset.versions[0].processing is Processing.FAILED
        assert reason in (asset.versions[0].reason or "")
    assert asset_of(services, "B3").state is AssetState.PUBLISHED


BAD = {
    "kind": "A2,T,novel,study.pdf,,,all,,\n",
    "audience": "A2,T,deck,study.pdf,,,shoe:42,,\n",
    "stages": "A2,T,deck,study.pdf,,buying,all,,\n",
    "expires_at": "A2,T,deck,study.pdf,,,all,,soon\n",
    "title": "A2,,deck,study.pdf,,,all,,\n",
    "There is no such partner": "A2,T,deck,study.pdf,,,partner:NOBODY,,\n",
    "same ref": "A1,T,deck,study.pdf,,,all,,\n",
}


@pytest.mark.parametrize("named", BAD)
def test_a_bad_row_is_listed_by_line_and_nothing_is_written(
    app: Flask, services: Services, folder: Path, named: str
) -> None:
    rows = STUDY.format(owner="") + BAD[named]
    result = imported(app, folder, rows, "--publish")
    assert result.exit_code == 1
    assert "Line 3" in result.stderr
    assert named in result.stderr
    with services.sessions() as session:
        assert session.scalar(select(func.count(Asset.id))) == 0
    assert imported(app, folder, rows, "--partial").exit_code == 1
    with services.sessions() as session:
        assert session.scalar(select(func.count(AssetVersion.id))) == 1


def test_bad_rows_are_listed_in_the_order_of_the_file(app: Flask, folder: Path) -> None:
    rows = "A1,T,deck,../up.pdf,,,all,,\nA2,,deck,study.pdf,,,all,,\nA1,T,novel,study.pdf,,,all,,\n"
    told = imported(app, folder, rows).stderr.splitlines()
    assert [line.partition(",")[0] for line in told[:3]] == ["Line 2", "Line 3", "Line 4"]


OUTSIDE = ("../secret.pdf", "{outside}", "linked.pdf", "sub/../../secret.pdf")


@pytest.mark.parametrize("named", OUTSIDE)
def test_a_manifest_does_not_reach_files_outside_its_folder(
    app: Flask, services: Services, folder: Path, named: str
) -> None:
    """Whoever wrote the manifest would otherwise publish what only the operator can read."""
    outside = folder.parent / "secret.pdf"
    outside.write_bytes(files.a_pdf("Salaries"))
    (folder / "linked.pdf").symlink_to(outside)
    rows = STUDY.format(owner="") + f"A2,Evil,deck,{named.format(outside=outside)},,,all,,\n"
    refused = imported(app, folder, rows, "--publish")
    assert refused.exit_code == 1
    assert "Line 3, file" in refused.stderr
    assert "outside the folder of the manifest" in refused.stderr
    with services.sessions() as session:
        assert session.scalar(select(func.count(Asset.id))) == 0
    # the operator may mean it
    meant = imported(app, folder, rows, "--files-from", str(folder.parent))
    assert (meant.exit_code, meant.stdout[:17]) == (0, "2 assets: 2 added")


def test_an_unknown_column_is_refused_by_name(app: Flask, folder: Path) -> None:
    result = imported(
        app, folder, "A1,T,deck,study.pdf,all,x\n", header="ref,title,kind,file,audience,colour\n"
    )
    assert result.exit_code == 1
    assert "colour" in result.stderr


def test_a_language_by_its_name_is_answered_with_its_code(app: Flask, folder: Path) -> None:
    row = "A1,T,deck,study.pdf,all,Deutsch\n"
    result = imported(app, folder, row, header="ref,title,kind,file,audience,language\n")
    assert result.exit_code == 1
    assert "write de" in result.stderr


def test_verifying_names_what_is_damaged_or_missing(app: Flask, services: Services, folder: Path) -> None:
    imported(app, folder, STUDY.format(owner=""), "--publish")
    runner = app.test_cli_runner()
    assert runner.invoke(args=["content", "verify"]).exit_code == 0
    version = asset_of(services, "A1").current_version
    assert version is not None
    sha256 = str(version.blob_sha256)
    (services.settings.data_dir / "blobs" / sha256[:2] / sha256).write_bytes(b"tampered")
    services.blobs.delete(str(version.cover_sha256))
    result = runner.invoke(args=["content", "verify"])
    assert result.exit_code == 1
    assert f"blob {sha256} is damaged: A1 version 1" in result.stdout
    assert f"blob {version.cover_sha256} is missing: A1 version 1" in result.stdout


def test_a_check_names_the_files_that_would_fail_and_stores_nothing(
    app: Flask, services: Services, folder: Path
) -> None:
    rows = "".join(
        f"{ref},T,deck,{file},all\n"
        for ref, file in (("A1", "study.pdf"), ("A2", "gone.pdf"), ("A3", "m.csv"), ("A4", "https://"))
    )
    result = imported(app, folder, rows, "--check", header="ref,title,kind,file,audience\n")
    assert (result.exit_code, result.stdout.splitlines()[-1]) == (0, "checked, nothing written")
    assert "A1" not in result.stderr
    assert "A2: The file gone.pdf cannot be opened." in result.stderr
    assert "A3: “m.csv” is not a kind of file" in result.stderr
    assert "A4: " in result.stderr
    with services.sessions() as session:
        assert session.scalar(select(func.count(Asset.id))) == 0


def test_a_file_that_another_asset_holds_already_is_said(
    app: Flask, services: Services, folder: Path
) -> None:
    imported(app, folder, STUDY.format(owner=""))
    again = imported(app, folder, STUDY.format(owner="").replace("A1,", "A9,", 1))
    assert "A9: the very file is in A1 already" in again.stderr
    assert asset_of(services, "A9").state is AssetState.DRAFT


def test_the_same_row_twice_in_a_manifest_is_one_asset(app: Flask, services: Services, folder: Path) -> None:
    result = imported(app, folder, STUDY.format(owner="") * 2)
    assert (result.exit_code, result.stdout) == (
        0,
        "1 assets: 1 added, 0 changed, 0 unchanged, 0 published, 0 failed\n",
    )
    with services.sessions() as session:
        assert session.scalar(select(func.count(AssetVersion.id))) == 1


def test_the_bad_cells_of_a_manifest_are_written_as_a_file(app: Flask, folder: Path, tmp_path: Path) -> None:
    rows = "A 1,T,deck,study.pdf,,,all,,\nA2,=1+1,novel,study.pdf,,,all,,\nA3,T,deck,../x.pdf,,,all,,\n"
    errors = tmp_path / "bad.csv"
    result = imported(app, folder, rows, "--errors", str(errors))
    assert result.exit_code == 1
    with errors.open(encoding="utf-8", newline="") as file:
        written = list(csv.DictReader(file))
    assert [(row["line"], row["column"], row["value"]) for row in written] == [
        ("2", "ref", "A 1"),
        ("3", "kind", "novel"),
        ("4", "file", "../x.pdf"),
    ]
    assert all(f"Line {row['line']}" in result.stderr and row["reason"] in result.stderr for row in written)


def test_a_column_that_there_is_not_stands_in_the_file_of_bad_cells(app: Flask, folder: Path) -> None:
    errors = folder / "bad.csv"
    result = imported(
        app, folder, "A1,T,deck,all,\n", "--errors", str(errors), header="ref,title,kind,all,x\n"
    )
    assert result.exit_code == 1
    assert "1,x,,There is no such column.\n" in errors.read_text(encoding="utf-8")
