"""What a file is, by its first bytes and our own table, never by what the client says (R11)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePath
from urllib.parse import quote

from content.assets.errors import UnknownFileType
from content.assets.models import FileFormat

HEAD_BYTES = 4096
OOXML = "application/vnd.openxmlformats-officedocument."
OCTETS = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class FileType:
    format: FileFormat
    media_type: str
    # what the name ends in when it is downloaded
    suffix: str


_PDF = FileType(FileFormat.PDF, "application/pdf", ".pdf")
_PNG = FileType(FileFormat.IMAGE, "image/png", ".png")
_JPEG = FileType(FileFormat.IMAGE, "image/jpeg", ".jpg")
_GIF = FileType(FileFormat.IMAGE, "image/gif", ".gif")
_WEBP = FileType(FileFormat.IMAGE, "image/webp", ".webp")
_AVIF = FileType(FileFormat.IMAGE, "image/avif", ".avif")
_MP4 = FileType(FileFormat.VIDEO, "video/mp4", ".mp4")
_WEBM = FileType(FileFormat.VIDEO, "video/webm", ".webm")
_MP3 = FileType(FileFormat.AUDIO, "audio/mpeg", ".mp3")
_M4A = FileType(FileFormat.AUDIO, "audio/mp4", ".m4a")
_OGG = FileType(FileFormat.AUDIO, "audio/ogg", ".ogg")
_WAV = FileType(FileFormat.AUDIO, "audio/wav", ".wav")
_PPTX = FileType(FileFormat.POWERPOINT, f"{OOXML}presentationml.presentation", ".pptx")
_DOCX = FileType(FileFormat.WORD, f"{OOXML}wordprocessingml.document", ".docx")
_XLSX = FileType(FileFormat.EXCEL, f"{OOXML}spreadsheetml.sheet", ".xlsx")
_DEMO = FileType(FileFormat.DEMO, "application/zip", ".zip")
_TEXT = FileType(FileFormat.TEXT, "text/plain; charset=utf-8", ".txt")
_MARKDOWN = FileType(FileFormat.MARKDOWN, "text/plain; charset=utf-8", ".md")
LINK = FileType(FileFormat.LINK, "text/uri-list", "")
OTHER = FileType(FileFormat.OTHER, OCTETS, "")

_BY_SUFFIX = {
    kind.suffix: kind
    for kind in (
        _PDF, _PNG, _JPEG, _GIF, _WEBP, _AVIF, _MP4, _WEBM, _MP3, _M4A, _OGG, _WAV,
        _PPTX, _DOCX, _XLSX, _DEMO, _TEXT, _MARKDOWN,
    )
} | {".jpeg": _JPEG, ".markdown": _MARKDOWN, ".m4v": _MP4, ".oga": _OGG}  # fmt: skip

# containers whose first bytes do not say what is in them: there the name decides, and reading proves it
_IN_A_ZIP = {".pptx": _PPTX, ".docx": _DOCX, ".xlsx": _XLSX, ".zip": _DEMO}
_BINARY_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# control characters, what turns the direction of a text, and halves of pairs of surrogates
_UNSEEN = re.compile(r"[\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_INLINE = {
    FileFormat.PDF, FileFormat.IMAGE, FileFormat.VIDEO, FileFormat.AUDIO,
    FileFormat.TEXT, FileFormat.MARKDOWN,
}  # fmt: skip


def recognised(file_name: str, head: bytes) -> FileType:
    """The type of a file by its first HEAD_BYTES. Raises UnknownFileType, with advice where there is any.

    A file that has the name of a known type and not its bytes is taken for that type: reading it then
    fails with the reason, and the upload is kept.
    """
    suffix = PurePath(file_name).suffix.lower()
    found = _by_signature(head)
    if found is not None:
        return found
    if head.startswith(b"PK\x03\x04") and suffix in _IN_A_ZIP:
        return _IN_A_ZIP[suffix]
    if suffix not in _BY_SUFFIX or (head.startswith(_BINARY_OFFICE) and suffix not in _IN_A_ZIP):
        raise UnknownFileType(file_name, _advice(suffix, head))
    return _BY_SUFFIX[suffix]


def _by_signature(head: bytes) -> FileType | None:
    if b"%PDF-" in head[:1024]:
        return _PDF
    if head[4:8] == b"ftyp":
        return {b"M4A ": _M4A, b"M4B ": _M4A, b"avif": _AVIF, b"avis": _AVIF}.get(head[8:12], _MP4)
    if head[:4] == b"RIFF":
        return {b"WEBP": _WEBP, b"WAVE": _WAV}.get(head[8:12])
    if head[:2] == b"\xff\xfb" or head[:2] in {b"\xff\xf3", b"\xff\xf2", b"\xff\xfa"}:
        return _MP3
    starts = {
        b"\x89PNG\r\n\x1a\n": _PNG, b"\xff\xd8\xff": _JPEG, b"GIF87a": _GIF, b"GIF89a": _GIF,
        b"\x1aE\xdf\xa3": _WEBM, b"ID3": _MP3, b"OggS": _OGG,
    }  # fmt: skip
    return next((kind for start, kind in starts.items() if head.startswith(start)), None)


def _advice(suffix: str, head: bytes) -> str:
    if suffix in {".ppt", ".doc", ".xls"} or head.startswith(_BINARY_OFFICE):
        return " Save it in today's format (pptx, docx, xlsx) first."
    if suffix in {".pptm", ".docm", ".xlsm", ".potm", ".dotm"}:
        return " Files with macros are not taken; save it without them."
    if suffix == ".svg":
        return " A drawing can carry scripts; upload it as PNG."
    if suffix in {".html", ".htm"}:
        return " Put an HTML demo in a zip with its index.html."
    return ""


def may_open_inline(format_: FileFormat) -> bool:
    """Whether a browser may show it on our origin; everything else is an attachment (security 5)."""
    return format_ in _INLINE


def safe_file_name(name: str) -> str:
    """The last part of a name without what cannot be seen or stored, at most 120 characters long."""
    last = re.split(r"[/\\]", name)[-1]
    clean = _UNSEEN.sub("", last).strip(" .")
    stem, dot, suffix = clean.rpartition(".")
    short = f"{stem[: 119 - len(suffix)]}{dot}{suffix}" if dot and len(suffix) < 16 else clean[:120]
    return short or "file"


def content_disposition(kind: str, file_name: str) -> str:
    """A header by RFC 6266: `kind` is inline or attachment."""
    plain = re.sub(r"[^A-Za-z0-9 ._()-]", "_", file_name)
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(file_name, safe='')}"
