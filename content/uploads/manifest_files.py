"""The files that a manifest names: beside it, or where the operator says that they may lie."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from content.assets.errors import UnknownFileType, WrongAddress
from content.assets.file_types import HEAD_BYTES, recognised, safe_file_name
from content.assets.storage_errors import StorageDown
from content.uploads import uploads
from content.uploads.manifest import ManifestRow
from content.uploads.uploads import Upload
from portal.kernel.csv_files import BadCell, BadCells
from portal.kernel.errors import Refusal
from portal.kernel.ports import BlobStore

ADDRESSES = ("http://", "https://")
NOT_TAKEN = (UnknownFileType, WrongAddress, OSError, ValueError)
OUTSIDE = "It lies outside the folder of the manifest. Name its folder with --files-from if it is meant."


def refuse_outside(rows: Sequence[ManifestRow], folders: Sequence[Path], bad: BadCells) -> list[ManifestRow]:
    """The rows whose file lies under one of the folders, of which the first is the manifest's own.

    Links are followed first: whoever wrote a manifest is not always who may read all that the operator can.
    """
    allowed = [folder.resolve() for folder in folders]
    good = []
    for row in rows:
        if _is_inside(row.file or "", folders[0], allowed):
            good.append(row)
        else:
            bad.add(BadCell(row.line, "file", row.file or "", OUTSIDE))
    return good


def _is_inside(name: str, folder: Path, allowed: Sequence[Path]) -> bool:
    if name.startswith(ADDRESSES):
        return True
    try:
        file = (folder / name).resolve()
    except (OSError, ValueError, RuntimeError):
        # no name of any file: it is said when it is opened
        return True
    return any(file.is_relative_to(one) for one in allowed)


def upload_of(blobs: BlobStore, row: ManifestRow, folder: Path) -> Upload:
    """The row's file in the store, its address, or why there is neither. Raises StorageDown."""
    name = row.file or ""
    try:
        if name.startswith(ADDRESSES):
            return uploads.linked(name)
        with (folder / name).open("rb") as stream:
            return uploads.stored(blobs, stream, Path(name).name)
    except StorageDown:
        raise
    except NOT_TAKEN as fault:
        return uploads.failed(name, _failure(name, fault))


def file_fault(row: ManifestRow, folder: Path) -> str:
    """Why the row's file or address would not be taken, "" where it would; nothing is stored."""
    name = row.file or ""
    try:
        if name.startswith(ADDRESSES):
            uploads.linked(name)
        else:
            with (folder / name).open("rb") as stream:
                recognised(safe_file_name(Path(name).name), stream.read(HEAD_BYTES))
    except NOT_TAKEN as fault:
        return _failure(name, fault)
    return ""


def _failure(name: str, fault: Exception) -> str:
    if isinstance(fault, Refusal):
        return fault.sentence
    return f"The file {name} cannot be opened." if name else "It names no file."
