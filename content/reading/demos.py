"""HTML demos: checked, then unpacked into files of our own naming, for the store (R14)."""

from __future__ import annotations

import posixpath
import unicodedata
import zipfile
from pathlib import Path

import kreuzberg

from content.reading.archives import checked
from content.reading.result import ReadFile, Reading, ReadPage, Unreadable, fitting

MB = 1024 * 1024
MOST_FILES, MOST_BYTES, MOST_PATH, MOST_DEPTH = 2_000, 300 * MB, 300, 12
MOST_HTML_BYTES = 2 * MB
CHUNK = 256 * 1024
# what only an origin of its own gives a page (security.md 5)
STORAGE_WORDS = (
    "localStorage", "sessionStorage", "indexedDB", "document.cookie", "cookieStore", "navigator.storage",
    "caches.open",
)  # fmt: skip
OCTETS = "application/octet-stream"
TEXTS = {
    ".html": "text/html", ".htm": "text/html", ".css": "text/css", ".js": "text/javascript",
    ".mjs": "text/javascript", ".json": "application/json", ".map": "application/json",
    ".webmanifest": "application/manifest+json", ".svg": "image/svg+xml", ".xml": "text/xml",
    ".txt": "text/plain", ".md": "text/plain", ".csv": "text/csv", ".vtt": "text/vtt",
}  # fmt: skip
OTHERS = {
    ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif",
    ".webp": "image/webp", ".avif": "image/avif", ".ico": "image/x-icon", ".woff": "font/woff",
    ".woff2": "font/woff2", ".ttf": "font/ttf", ".otf": "font/otf", ".mp4": "video/mp4",
    ".webm": "video/webm", ".mp3": "audio/mpeg", ".m4a": "audio/mp4", ".ogg": "audio/ogg",
    ".wav": "audio/wav", ".wasm": "application/wasm", ".pdf": "application/pdf",
    ".glb": "model/gltf-binary",
}  # fmt: skip
SCRIPTED = {"text/html", "text/javascript"}
# what file managers leave in a zip, and no page asks for
LITTER = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")


def read_demo(source: Path, folder: Path, title: str) -> Reading:
    """A zip with an index.html, at its root or in its only folder; its files are in the folder.

    Raises Unreadable.
    """
    names = [name for name in checked(source) if not name.endswith("/") and not _is_litter(name)]
    start = min((name for name in names if posixpath.basename(name) == "index.html"), key=len, default=None)
    if start is None or start.count("/") > 1:
        raise Unreadable("The zip holds no index.html, so it is no HTML demo.")
    _modest(names)
    left = MOST_BYTES
    files = []
    with zipfile.ZipFile(source) as archive:
        for number, name in enumerate(sorted(names)):
            kept = folder / f"demo-{number}"
            left -= _unpacked(archive, name, kept, left)
            files.append(_described(name, kept, is_start=name == start))
    first = folder / next(file.file for file in files if file.is_start)
    with first.open("rb") as page:
        html = page.read(MOST_HTML_BYTES)
    return Reading((ReadPage(1, title, fitting(_words(html))),), files=tuple(files))


def _is_litter(name: str) -> bool:
    return name.startswith(LITTER[0]) or posixpath.basename(name) in LITTER[1:]


def _modest(names: list[str]) -> None:
    if len(names) > MOST_FILES:
        raise Unreadable(f"The demo holds more than {MOST_FILES:,} files.")
    for name in names:
        if len(name) > MOST_PATH or name.count("/") >= MOST_DEPTH:
            raise Unreadable(f"The demo holds a file too deep down, or of too long a name: {name[:80]}.")


def _unpacked(archive: zipfile.ZipFile, name: str, target: Path, left: int) -> int:
    """Bytes that were really written, whatever the directory says."""
    written = 0
    with archive.open(name) as packed, target.open("xb") as file:
        while chunk := packed.read(CHUNK):
            written += len(chunk)
            if written > left:
                raise Unreadable(f"The demo unpacks to more than {MOST_BYTES // MB} MB.")
            file.write(chunk)
    return written


def _described(name: str, kept: Path, *, is_start: bool) -> ReadFile:
    suffix = posixpath.splitext(name)[1].lower()
    text_type = TEXTS.get(suffix)
    media_type, word = OTHERS.get(suffix, OCTETS), None
    if text_type is not None:
        text = kept.read_bytes()
        media_type = f"{text_type}; charset=utf-8" if _is_utf8(text) else text_type
        word = _storage_word(text) if text_type in SCRIPTED else None
    path = unicodedata.normalize("NFC", name)
    return ReadFile(path, kept.name, media_type, kept.stat().st_size, is_start, word)


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _storage_word(text: bytes) -> str | None:
    return next((word for word in STORAGE_WORDS if word.encode() in text), None)


def _words(html: bytes) -> str:
    try:
        config = kreuzberg.ExtractionConfig(use_cache=False)
        found = kreuzberg.extract_bytes_sync(html, "text/html", config=config)
    except kreuzberg.KreuzbergError:
        return ""
    return str(found.content)
