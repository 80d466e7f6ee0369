"""Co-branding: a zone on a page, and the partner's own copy of a PDF with logo and contact in it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from content.assets.cobranding_models import CobrandedFile
from content.assets.errors import CannotBeBranded, NoContactYet
from content.assets.models import AssetVersion
from content.editing.branding_zones import Zone, zone_of
from content.reading import reader
from content.reading.result import Reading, Unreadable
from partners.models import Organisation
from portal.kernel.db import transaction
from portal.kernel.errors import NotAllowed, NotFound
from portal.kernel.identity import Identity
from portal.kernel.ports import BlobStore
from portal.kernel.upserts import insert_into

# what is drawn changed: files of before are made anew
EDITION = 1


@dataclass(frozen=True, slots=True)
class Signature:
    """What stands in the zone: `logo_sha256` is a PNG of ours, or none."""

    name: str
    contact: str
    logo_sha256: str | None


@dataclass(frozen=True, slots=True)
class BrandingJob:
    """A version's file, its zone and whose name goes there; ready to be made outside any transaction."""

    version_id: int
    organisation_id: int
    file_sha256: str
    zone: Zone
    signature: Signature

    @property
    def made_of(self) -> str:
        facts = [EDITION, self.file_sha256, asdict(self.zone), asdict(self.signature)]
        return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def branding_job(session: Session, identity: Identity, version: AssetVersion) -> BrandingJob:
    """For a version that the guard has granted: with the name of the asker's own organisation, no other's.

    Raises NotFound without a zone, NotAllowed for who is no partner, NoContactYet.
    """
    if version.blob_sha256 is None or zone_of(session, version) is None:
        raise NotFound
    if not identity.is_partner:
        raise NotAllowed("Partners put their own name on it.")
    job = job_for(session, version, session.get_one(Organisation, identity.organisation_id))
    if job is None:
        raise NoContactYet
    return job


def job_for(session: Session, version: AssetVersion, organisation: Organisation) -> BrandingJob | None:
    """None where there is no zone, or no contact to stand in it."""
    zone = zone_of(session, version)
    if zone is None or version.blob_sha256 is None or not organisation.contact:
        return None
    signature = Signature(organisation.name, organisation.contact, organisation.logo_sha256)
    return BrandingJob(version.id, organisation.id, version.blob_sha256, zone, signature)


def copy_of(session: Session, job: BrandingJob) -> CobrandedFile | None:
    """The copy as the job would make it, where it was made before."""
    wanted = select(CobrandedFile).where(
        CobrandedFile.version_id == job.version_id,
        CobrandedFile.organisation_id == job.organisation_id,
        CobrandedFile.made_of == job.made_of,
    )
    return session.scalar(wanted)


def cobranded(
    sessions: sessionmaker[Session], blobs: BlobStore, job: BrandingJob, *, at: datetime
) -> CobrandedFile:
    """The file of a job, made now unless it was before. Raises CannotBeBranded with the reason."""
    with sessions() as session:
        found = copy_of(session, job)
    if found is not None:
        return found
    with TemporaryDirectory(prefix="makegood-") as name:
        folder = Path(name)
        reading = drawn(blobs, job, folder)
        with (folder / reading.files[0].file).open("rb") as file:
            pdf = blobs.put(file)
        with (folder / str(reading.pages[0].image)).open("rb") as file:
            image = blobs.put(file)
    with transaction(sessions) as session:
        # two who ask at the same time make the same bytes; one row is enough
        row = {
            "version_id": job.version_id,
            "organisation_id": job.organisation_id,
            "made_of": job.made_of,
            "file_sha256": pdf.sha256,
            "image_sha256": image.sha256,
            "made_at": at,
        }
        session.execute(insert_into(session, CobrandedFile).values(row).on_conflict_do_nothing())
        made = copy_of(session, job)
    assert made is not None
    return made


def drawn(blobs: BlobStore, job: BrandingJob, folder: Path) -> Reading:
    """PDF and picture of its page in the folder, made by the limited child. Raises CannotBeBranded."""
    source = folder / "source"
    blobs.local_copy(job.file_sha256, source)
    if job.signature.logo_sha256 is not None:
        blobs.local_copy(job.signature.logo_sha256, folder / "logo.png")
    facts = asdict(job.zone) | {"name": job.signature.name, "contact": job.signature.contact}
    facts["has_logo"] = job.signature.logo_sha256 is not None
    (folder / "job.json").write_text(json.dumps(facts), encoding="utf-8")
    try:
        return reader.make("branded", source, folder)
    except Unreadable as unreadable:
        raise CannotBeBranded(str(unreadable)) from None
