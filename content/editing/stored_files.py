"""Whether the file store can serve what is about to be shown to partners; asked before they are."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.assets.errors import FileLost, StoreSilent
from content.assets.models import Asset, AssetState, AssetVersion, Processing
from content.assets.proposal_models import ChangeOf, ChangeState, ProposedChange
from portal.kernel.ports import BlobStore

# the S3 client holds ten connections, which are all its own
AT_ONCE = 8


class StoredFiles:
    """For one act: each file is asked for once, and none any more after the store did not answer."""

    def __init__(self, blobs: BlobStore) -> None:
        self._blobs = blobs
        self._there: dict[str, bool] = {}
        self._is_silent = False

    def ask(self, wanted: Iterable[str]) -> None:
        """Ask for many together, before a transaction, in which others would wait for a slow store."""
        unknown = [sha256 for sha256 in dict.fromkeys(wanted) if sha256 not in self._there]
        if len(unknown) <= 1:
            self._there.update((sha256, self._is_there(sha256)) for sha256 in unknown)
            return
        with ThreadPoolExecutor(min(AT_ONCE, len(unknown))) as threads:
            self._there.update(zip(unknown, threads.map(self._is_there, unknown), strict=True))

    def refuse_unserved(self, version: AssetVersion) -> None:
        """Raises StoreSilent, FileLost. A web address has no file that could be lost."""
        sha256 = version.blob_sha256
        if sha256 is None:
            return
        self.ask([sha256])
        if self._is_silent:
            raise StoreSilent
        if not self._there[sha256]:
            raise FileLost(version.asset.title)

    def _is_there(self, sha256: str) -> bool:
        if self._is_silent:
            return False
        try:
            if self._blobs.exists(sha256):
                return True
            # a store of which everything is gone can look like one without this file
            self._blobs.check()
        except OSError:
            self._is_silent = True
        return False


def files_to_publish(session: Session, asset_ids: Collection[int]) -> list[str]:
    """What publishing these assets would show; nothing of those that cannot be published now."""
    wanted = (
        select(AssetVersion.blob_sha256)
        .join(Asset, Asset.current_version_id == AssetVersion.id)
        .where(Asset.id.in_(asset_ids), Asset.state.not_in((AssetState.PUBLISHED, AssetState.IN_REVIEW)))
        .where(AssetVersion.processing == Processing.READY)
    )
    return [sha256 for sha256 in session.scalars(wanted) if sha256]


def files_to_approve(session: Session, change_ids: Collection[int]) -> list[str]:
    """The files of the versions that wait for approval in these changes."""
    wanted = (
        select(AssetVersion.blob_sha256)
        .join(ProposedChange, ProposedChange.version_id == AssetVersion.id)
        .where(ProposedChange.id.in_(change_ids), ProposedChange.what == ChangeOf.VERSION)
        .where(ProposedChange.state == ChangeState.WAITING)
    )
    return [sha256 for sha256 in session.scalars(wanted) if sha256]
