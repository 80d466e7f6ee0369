"""Co-branding in the demo: places that Larkwell keeps free, and how two partners name themselves."""

from __future__ import annotations

import io
from importlib.resources import files
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont
from sqlalchemy import select
from sqlalchemy.orm import Session

from content.assets.cobranding_models import ZoneBackground
from content.assets.models import Asset, AssetVersion
from content.editing.branding_zones import Zone, place_zone
from partners.models import Organisation
from portal.demo.almanac import Almanac, instant
from portal.demo.channel import RHEINBLICK, TIDEWELL
from portal.demo.library.shape import LEONIE
from portal.demo.people_loading import identities
from portal.kernel.ports import BlobStore

ZONES = {
    "orchard-row-grocers": Zone(8, 4600, 8250, 4800, 1200, ZoneBackground.WHITE),
    "media-kit": Zone(18, 5200, 5800, 4400, 2400),
    "rate-card": Zone(1, 850, 8000, 5400, 1000),
}
CONTACTS = {
    TIDEWELL: "Mara Ellingsen, Account director\nmara.ellingsen@tidewell.example\n+1 503 555 0142",
    RHEINBLICK: "Ulrich Senger\nu.senger@rheinblick.example\n+49 221 555 01 42",
}
HEIGHT, TEAL, INK = 200, (15, 107, 120, 255), (20, 44, 52, 255)


def load_partner_names(session: Session, on: Almanac, *, logo_sha256: str) -> None:
    by, at = identities(session, on)[LEONIE], instant(on.ago(3), 17)
    wanted = select(AssetVersion).join(Asset, Asset.current_version_id == AssetVersion.id)
    for version in session.scalars(wanted.where(Asset.ref.in_(ZONES))):
        place_zone(session, version, ZONES[version.asset.ref], at=at, by=by)
    for organisation in session.scalars(select(Organisation).where(Organisation.ref.in_(CONTACTS))):
        organisation.contact = CONTACTS[organisation.ref]
        organisation.logo_sha256 = logo_sha256 if organisation.ref == TIDEWELL else None


def stored_logo(blobs: BlobStore) -> str:
    """Tidewell's logo: a tide under its name."""
    file = Path(str(files("fontpkg_geist"))) / "files" / "Geist[wght].ttf"
    font = ImageFont.truetype(io.BytesIO(file.read_bytes()), 108)
    font.set_variation_by_axes([600])
    picture = Image.new("RGBA", (int(font.getlength("Tidewell")) + 216, HEIGHT), (0, 0, 0, 0))
    draw = ImageDraw.Draw(picture)
    draw.ellipse((10, 20, 170, 180), fill=TEAL)
    for top in (70, 104, 138):
        for left in (28, 72, 116):
            draw.arc((left, top, left + 46, top + 30), 200, 340, fill=(255, 255, 255, 255), width=8)
    draw.text((200, HEIGHT / 2), "Tidewell", font=font, fill=INK, anchor="lm")
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    out.seek(0)
    return blobs.put(out).sha256
