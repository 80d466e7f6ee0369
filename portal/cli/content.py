"""flask content: assets from a manifest, and the proof that every byte is still what it was."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click
from flask.cli import AppGroup

from content.assets.asset_facts import Facts
from content.assets.guard import readable_asset
from content.assets.models import Asset, AssetState
from content.editing import bulk, publishing
from content.editing.approving import approve_asset
from content.editing.import_undo import Imported, facts_before, record_import
from content.editing.stored_files import StoredFiles, files_to_publish
from content.processing import processing
from content.processing.verification import faults
from content.uploads import manifest, manifest_files
from content.uploads.manifest import Made, ManifestRow, Outcome
from content.uploads.same_files import other_refs_with
from partners.people import identity_of, person_by_email
from portal.adapters.queue import READ_VERSION
from portal.cli.console import cli_services, refusals, say
from portal.cli.importing import Options, errors_file, errors_option, tell_cells
from portal.kernel.activity import OPERATOR
from portal.kernel.csv_files import BadCells, FileUnreadable
from portal.kernel.db import reading, transaction
from portal.kernel.errors import NotAllowed, Refusal
from portal.kernel.identity import Permission
from portal.services import Services
from portal.worker import read_versions

WAIT_SECONDS = 0.5

content = AppGroup("content", help="Assets, their files, and whether these are whole.")


@content.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="MANIFEST.csv")
@click.option("--publish", is_flag=True, help="Read the files at once and publish what can be published.")
@click.option("--partial", is_flag=True, help="Write the good rows of a file that has bad ones.")
@click.option("--check", is_flag=True, help="Do everything but write.")
@errors_option
@click.option(
    "--files-from",
    "elsewhere",
    multiple=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Files of the manifest may lie here, too, and not only in its own folder.",
)
def import_manifest(
    file: Path,
    publish: bool,  # noqa: FBT001  an option of a command
    elsewhere: tuple[Path, ...],
    **said: bool | Path | None,
) -> None:
    """Add the assets of a manifest, or bring those that are there to what it says."""
    services, options = cli_services(), Options(**said)  # type: ignore[arg-type]
    with refusals(), errors_file(options.errors) as each_bad:
        bad = BadCells(each_bad)
        rows = _good_rows(services, file, bad, elsewhere)
        refused = bool(bad.cells) and not options.partial
        outcomes: list[Outcome] = []
        published = []
        with _recorded(services, rows, outcomes):
            if not (options.check or refused):
                _take(services, rows, file.parent, outcomes)
            if publish:
                _read(services, outcomes)
                published = _publish(services, outcomes)
            else:
                _send(services, outcomes)
    tell_cells(bad)
    if not refused:
        _report(services, rows, outcomes, published)
    if options.check:
        for row in rows:
            if fault := manifest_files.file_fault(row, file.parent):
                say(f"{row.ref}: {fault}")
        click.echo("checked, nothing written")
    if bad.cells:
        count = "One row" if bad.rows == 1 else f"{bad.rows} rows"
        say(f"{count} cannot be read. {'Nothing was' if refused else 'The others were'} written.")
        sys.exit(1)


@content.command("undo")
@click.argument("number", type=int)
def undo_change(number: int) -> None:
    """Take back an import or another change of many assets, by its number."""
    services = cli_services()
    files = StoredFiles(services.blobs)
    with refusals():
        with reading(services.sessions) as session:
            files.ask(bulk.files_to_put_back(session, number))
        wanted = bulk.Undo(services.clock(), OPERATOR, files, services.settings.needs_approval)
        with transaction(services.sessions) as session:
            undone = bulk.undo(session, number, wanted)
    for one in undone.kept:
        say(f"{one.ref}: {one.reason}")
    click.echo(f"{undone.restored} assets are as they were, {len(undone.kept)} were changed since")


@content.command("approve")
@click.argument("ref")
@click.option(
    "--by", "email", required=True, help="Who approves it: one of the brand's people, not an author."
)
def approve(ref: str, email: str) -> None:
    """Approve an asset that waits for a second person, or the changes of a published one that wait."""
    services = cli_services()
    with refusals(), transaction(services.sessions) as session:
        user, at = person_by_email(session, email), services.clock().astimezone(services.settings.zone)
        by = identity_of(session, user, today=at.date())
        if not by.may(Permission.CONTENT_WRITE):
            raise NotAllowed
        asset = readable_asset(session, by, ref, at=at)
        approve_asset(session, asset, at=at, by=by, files=StoredFiles(services.blobs))
    click.echo(f"{ref} is approved by {user.name}.")


@content.command("verify")
def verify() -> None:
    """Compare every blob with its SHA-256, and every version and page with its blobs."""
    services = cli_services()
    with refusals(), reading(services.sessions) as session:
        found = faults(session, services.blobs, tell=say)
        for fault in found.sentences:
            click.echo(fault)
        click.echo(
            f"{found.blobs} blobs checked, {len(found.sentences)} faults, {found.spare} not referred to"
        )
    if found.sentences:
        sys.exit(1)


def _good_rows(services: Services, file: Path, bad: BadCells, elsewhere: Sequence[Path]) -> list[ManifestRow]:
    try:
        found = manifest.rows_of(file, bad)
    except FileUnreadable as refusal:
        for cell in refusal.bad:
            bad.add(cell)
        raise
    rows = manifest_files.refuse_outside(found, (file.parent, *elsewhere), bad)
    with reading(services.sessions) as session:
        good = manifest.with_known_partners(session, rows, bad)
        for sentence in (*manifest.new_words(session, good), *manifest.unknown_owners(session, good)):
            say(sentence)
    return good


@contextmanager
def _recorded(services: Services, rows: Sequence[ManifestRow], outcomes: Sequence[Outcome]) -> Iterator[None]:
    """What is taken meanwhile can be taken back by a number that is told, also where it breaks off."""
    before = _before(services, rows)
    try:
        yield
    finally:
        number = _record(services, before, outcomes)
        if number is not None:
            say(f"flask content undo {number} takes it back")


def _take(services: Services, rows: Sequence[ManifestRow], folder: Path, outcomes: list[Outcome]) -> None:
    """Add to the outcomes, row by row."""
    for number, row in enumerate(rows, 1):
        say(f"{number} of {len(rows)}: {row.ref}")
        upload = manifest_files.upload_of(services.blobs, row, folder)
        if upload.failure:
            say(f"{row.ref}: {upload.failure}")
        made = Made(services.clock(), OPERATOR, services.settings.needs_approval)
        with transaction(services.sessions) as session:
            outcome = manifest.take_row(session, row, upload, services.settings.zone, made)
            is_new = outcome.taken is manifest.Taken.ADDED and upload.sha256 is not None
            same = other_refs_with(session, upload.sha256 or "", outcome.asset_id) if is_new else []
        if same:
            say(f"{row.ref}: the very file is in {', '.join(same[:3])} already")
        outcomes.append(outcome)


def _before(services: Services, rows: Sequence[ManifestRow]) -> dict[int, Facts]:
    with reading(services.sessions) as session:
        return facts_before(session, [row.ref for row in rows])


def _record(services: Services, before: dict[int, Facts], outcomes: Sequence[Outcome]) -> int | None:
    """The number by which the import can be undone."""
    touched = [one for one in outcomes if one.taken is not manifest.Taken.UNCHANGED]
    versions = [one.version_id for one in touched if one.version_id is not None]
    imported = Imported([one.asset_id for one in touched], versions)
    if not touched:
        return None
    with transaction(services.sessions) as session:
        change = record_import(session, before, imported, at=services.clock(), by=OPERATOR)
    return change.id if change else None


def _read(services: Services, outcomes: Sequence[Outcome]) -> None:
    """Read the new versions here; for those that a running worker took first, wait until it is done."""
    unread = [outcome.version_id for outcome in outcomes if outcome.version_id is not None]
    while unread:
        read_versions(services, unread)
        with reading(services.sessions) as session:
            unread = processing.unread(session, unread)
        if unread:
            time.sleep(WAIT_SECONDS)


def _send(services: Services, outcomes: Sequence[Outcome]) -> None:
    for outcome in outcomes:
        if outcome.version_id is not None:
            services.queue.send(READ_VERSION, version_id=outcome.version_id)


def _publish(services: Services, outcomes: Sequence[Outcome]) -> list[str]:
    """Publish every draft of the manifest that is ready; their refs."""
    published = []
    verb = publishing.publish_approved if services.settings.needs_approval else publishing.publish
    files = StoredFiles(services.blobs)
    with reading(services.sessions) as session:
        wanted = files_to_publish(session, [outcome.asset_id for outcome in outcomes])
    files.ask(wanted)
    for outcome in outcomes:
        with transaction(services.sessions) as session:
            asset = session.get_one(Asset, outcome.asset_id)
            if asset.state not in {AssetState.DRAFT, AssetState.APPROVED}:
                continue
            try:
                verb(session, asset, at=services.clock(), by=OPERATOR, files=files)
            except Refusal as refusal:
                say(f"{asset.ref}: {refusal.sentence}")
                continue
            published.append(asset.ref)
    return published


def _report(
    services: Services, rows: Sequence[ManifestRow], outcomes: Sequence[Outcome], published: Sequence[str]
) -> None:
    counts = Counter(outcome.taken for outcome in outcomes)
    if outcomes and not published and set(counts) == {manifest.Taken.UNCHANGED}:
        click.echo("already imported")
        return
    with reading(services.sessions) as session:
        failed = manifest.failures(session, [outcome.asset_id for outcome in outcomes])
    told = ", ".join(f"{counts[taken]} {taken}" for taken in manifest.Taken)
    click.echo(f"{len(rows)} assets: {told}, {len(published)} published, {len(failed)} failed")
    for ref, reason in failed:
        click.echo(f"failed {ref}: {reason}")


commands = [content]
