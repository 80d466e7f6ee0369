"""Downloads: who took which version home, and when."""

from __future__ import annotations

from sqlalchemy.orm import Session

from content.assets.models import AssetVersion
from content.usage.usage_models import Download
from content.usage.usage_rollups import roll_up_downloads
from content.usage.usage_viewers import viewer_class_of, viewer_id_of
from content.usage.usage_views import Moment
from portal.kernel.identity import Identity


def record_download(session: Session, identity: Identity, version: AssetVersion, moment: Moment) -> Download:
    """Record that a version, which the guard has granted, was handed out as a file."""
    return _record(session, identity, version, moment, is_cobranded=False)


def record_cobranded_download(
    session: Session, identity: Identity, version: AssetVersion, moment: Moment
) -> Download:
    """The same for a file with the partner's own name on it."""
    return _record(session, identity, version, moment, is_cobranded=True)


def _record(
    session: Session, identity: Identity, version: AssetVersion, moment: Moment, *, is_cobranded: bool
) -> Download:
    download = Download(
        asset_id=version.asset_id,
        version_id=version.id,
        viewer_id=viewer_id_of(session, identity.user_id),
        viewer_class=viewer_class_of(identity),
        organisation_id=identity.organisation_id,
        downloaded_at=moment.at,
        downloaded_on=moment.on,
        is_cobranded=is_cobranded,
    )
    session.add(download)
    session.flush()
    roll_up_downloads(session, Download.id == download.id)
    return download
