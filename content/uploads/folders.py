"""A folder from a drive: what its names say of the files, before anything is sent, to be corrected."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.assets.errors import UnknownFileType
from content.assets.file_types import recognised, safe_file_name
from content.assets.models import AssetKind, FileFormat, Term, Vocabulary
from content.editing.describing import STAGES, slug

MOST_FILES = 1_000
# what systems and office programs leave in folders, and nobody means to upload
_LEFT_BY_PROGRAMS = re.compile(r"(^|/)(\.|~\$|__MACOSX/|Thumbs\.db$|desktop\.ini$)", re.IGNORECASE)
_KIND_BY_WORDS = (
    ("rate-?cards?|rates|preisliste|tarife?", AssetKind.RATE_CARD),
    ("media-?kits?|mediadaten|press-?kit", AssetKind.MEDIA_KIT),
    ("case-?stud(y|ies)|stud(y|ies)|success-?story|fallstudie", AssetKind.CASE_STUDY),
    ("one-?pagers?|1-?pager|fact-?sheet|datasheet", AssetKind.ONE_PAGER),
    ("templates?|vorlagen?", AssetKind.TEMPLATE),
    ("decks?|pitch|presentations?|slides", AssetKind.DECK),
)
_KIND_BY_FORMAT = {
    FileFormat.POWERPOINT: AssetKind.DECK,
    FileFormat.VIDEO: AssetKind.VIDEO,
    FileFormat.AUDIO: AssetKind.AUDIO,
    FileFormat.DEMO: AssetKind.DEMO,
}


@dataclass(frozen=True, slots=True)
class FolderWord:
    """A folder's name, and the vocabulary that it is taken for; none where it says the kind of its files."""

    name: str
    vocabulary: Vocabulary | None
    is_known: bool
    files: int


@dataclass(frozen=True, slots=True)
class FolderFile:
    """A file of the folder; `words` are the names of its folders, `sentence` why it cannot be taken."""

    path: str
    title: str
    kind: AssetKind
    words: tuple[str, ...]
    sentence: str | None = None

    @property
    def name(self) -> str:
        return self.path.rsplit("/", 1)[-1]


@dataclass(frozen=True, slots=True)
class FolderPreview:
    """`left_out` counts what programs leave in folders, and what is more than MOST_FILES."""

    files: tuple[FolderFile, ...]
    words: tuple[FolderWord, ...]
    left_out: int


def preview(session: Session, paths: Sequence[str]) -> FolderPreview:
    """What the names of files and their folders say. A folder that holds all of them says nothing."""
    meant = [path for path in dict.fromkeys(paths) if not _LEFT_BY_PROGRAMS.search(path)][:MOST_FILES]
    shared = _shared_folders(meant)
    files = tuple(_file(path, shared) for path in sorted(meant, key=_in_reading_order))
    return FolderPreview(files, _words(session, files), len(paths) - len(meant))


def guessed_title(file_name: str) -> str:
    """A title out of a file's name: "orchard_row-v2.pdf" is "Orchard row v2"."""
    stem = PurePosixPath(file_name).stem if "." in file_name.strip(".") else file_name
    words = " ".join(re.sub(r"[_\s]+|(?<=\w)-(?=\w)", " ", unicodedata.normalize("NFC", stem)).split())
    return words[:1].upper() + words[1:]


def guessed_kind(path: str, format_: FileFormat | None) -> AssetKind:
    """By the words of the file's name, then its format, then the words of its folders."""
    *folders, name = path.split("/")
    return (
        _kind_of_words(name)
        or _KIND_BY_FORMAT.get(format_ or FileFormat.OTHER)
        or next(filter(None, map(_kind_of_words, reversed(folders))), AssetKind.DOCUMENT)
    )


def _kind_of_words(name: str) -> AssetKind | None:
    words = slug(PurePosixPath(name).stem)
    return next((kind for pattern, kind in _KIND_BY_WORDS if re.search(rf"\b({pattern})\b", words)), None)


def _shared_folders(paths: Sequence[str]) -> int:
    """How many folders, from the top, every file is in."""
    parts = [path.split("/")[:-1] for path in paths]
    shared = 0
    for level in zip(*parts, strict=False):
        if len(set(level)) > 1:
            break
        shared += 1
    return shared


def _file(path: str, shared: int) -> FolderFile:
    *folders, name = path.split("/")
    sentence, format_ = None, None
    try:
        format_ = recognised(safe_file_name(name), b"").format
    except UnknownFileType as refusal:
        sentence = refusal.sentence
    words = tuple(" ".join(re.sub(r"[_\s]+", " ", folder).split()) for folder in folders[shared:])
    return FolderFile(path, guessed_title(name), guessed_kind(path, format_), words, sentence)


def _words(session: Session, files: Sequence[FolderFile]) -> tuple[FolderWord, ...]:
    counts: dict[str, int] = {}
    for file in files:
        for word in file.words:
            counts[word] = counts.get(word, 0) + 1
    known = {term.ref: term.vocabulary for term in session.scalars(select(Term))}
    known |= dict.fromkeys(STAGES, Vocabulary.STAGE)
    return tuple(
        FolderWord(word, known.get(slug(word), _unknown_word(word)), slug(word) in known, count)
        for word, count in sorted(counts.items(), key=lambda row: row[0].casefold())
    )


def _unknown_word(name: str) -> Vocabulary | None:
    return None if _kind_of_words(name) else Vocabulary.PRODUCT


def _in_reading_order(path: str) -> tuple[list[str], str]:
    *folders, name = path.casefold().split("/")
    return folders, name
