"""Zip files are checked before anything opens them: bombs, overlaps, escapes, entities (R14, R17)."""

from __future__ import annotations

import posixpath
import stat
import struct
import unicodedata
import zipfile
from pathlib import Path

from content.reading.result import Unreadable

MB = 1024 * 1024
MOST_ENTRIES = 10_000
MOST_BYTES = 1024 * MB
MOST_RATIO = 200
# a small entry may shrink a lot without being a bomb
SMALL = 8 * MB
CHUNK = 256 * 1024
LOCAL_HEADER = 30
ENTITY_MARKS = (b"<!DOCTYPE", b"<!ENTITY", "<!DOCTYPE".encode("utf-16-le"), "<!DOCTYPE".encode("utf-16-be"))
RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}


def checked(path: Path) -> list[str]:
    """Names of the entries of a zip that is safe to read. Raises Unreadable with the reason."""
    try:
        _few_enough(path)
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            _believable(entries, path.stat().st_size)
            _safe_names(entries)
            _apart(entries)
            _true_sizes(archive, entries)
            return [entry.filename for entry in entries]
    except (zipfile.BadZipFile, struct.error, NotImplementedError, EOFError, OSError, RuntimeError) as error:
        raise Unreadable("The file is broken: it is no whole zip archive.") from error


def _few_enough(path: Path) -> None:
    # read from the end record, before zipfile builds an object for each entry
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 65_557))
        tail = file.read()
    end = tail.rfind(b"PK\x05\x06")
    if end < 0 or len(tail) < end + 22:
        raise Unreadable("The file is broken: it is no whole zip archive.")
    entries, directory_size = struct.unpack_from("<HI", tail, end + 10)
    if entries > MOST_ENTRIES or directory_size > 4 * MB:
        raise Unreadable(f"The archive holds more than {MOST_ENTRIES:,} files.")


def _believable(entries: list[zipfile.ZipInfo], size: int) -> None:
    declared = sum(entry.file_size for entry in entries)
    if len(entries) > MOST_ENTRIES:
        raise Unreadable(f"The archive holds more than {MOST_ENTRIES:,} files.")
    if declared > MOST_BYTES or (declared > SMALL and declared > size * MOST_RATIO):
        raise Unreadable("The archive unpacks to far more than its size: it was not opened.")
    if any(entry.flag_bits & 1 for entry in entries):
        raise Unreadable("The file is encrypted. Save it without a password and upload it again.")


def _safe_names(entries: list[zipfile.ZipInfo]) -> None:
    seen: set[str] = set()
    for entry in entries:
        name = entry.filename
        folded = unicodedata.normalize("NFC", name).casefold().rstrip("/")
        if folded in seen:
            raise Unreadable(f"The archive holds two files named {name[:80]}.")
        seen.add(folded)
        if _escapes(name) or stat.S_ISLNK(entry.external_attr >> 16):
            raise Unreadable(f"The archive holds an entry that leads out of it: {name[:80]}.")


def _escapes(name: str) -> bool:
    parts = name.removesuffix("/").split("/")
    return (
        name.startswith(("/", "\\"))
        or "\\" in name
        or ":" in name
        or any(char < " " for char in name)
        or any(part in {"", ".", ".."} or part[-1] in ". " for part in parts)
        or posixpath.normpath(name).startswith("..")
        or any(part.split(".")[0].lower() in RESERVED for part in parts)
    )


def _apart(entries: list[zipfile.ZipInfo]) -> None:
    # Python before 3.11.8 reads overlapping entries without complaint (CVE-2024-0450)
    end = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if entry.header_offset < end:
            raise Unreadable("The archive's files overlap: it was not opened.")
        end = entry.header_offset + LOCAL_HEADER + len(entry.filename.encode()) + entry.compress_size


def _true_sizes(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> None:
    """Count the real bytes, whatever the directory says, and look for entities in XML."""
    total = 0
    for entry in entries:
        is_xml = entry.filename.lower().endswith((".xml", ".rels", ".vml"))
        before = b""
        with archive.open(entry) as file:
            while chunk := file.read(CHUNK):
                total += len(chunk)
                if total > MOST_BYTES:
                    raise Unreadable("The archive unpacks to far more than its size: it was not opened.")
                if is_xml and any(mark in before + chunk for mark in ENTITY_MARKS):
                    raise Unreadable("The file declares XML entities, which no office program writes.")
                before = chunk[-32:]
