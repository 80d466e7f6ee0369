"""What is said in films and sounds, for the search: in parts to be indexed, and the moment of a hit."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import accumulate

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.assets.caption_models import VersionCaptions
from search.snippets import Marked
from search.words import one_line

# about a minute and a half of speech: words that stand near to each other were said together
_WORDS_A_PART = 200


def transcripts(session: Session, versions: Collection[int]) -> Mapping[int, list[VersionCaptions]]:
    """By version, in the order of their languages."""
    found: dict[int, list[VersionCaptions]] = defaultdict(list)
    wanted = select(VersionCaptions).where(VersionCaptions.version_id.in_(versions))
    for captions in session.scalars(wanted.order_by(VersionCaptions.version_id, VersionCaptions.language)):
        found[captions.version_id].append(captions)
    return found


def parts_of(captions: VersionCaptions) -> Iterator[str]:
    """The words in parts that end where a cue ends."""
    part: list[str] = []
    for words in _said(captions):
        part += words.split()
        if len(part) >= _WORDS_A_PART:
            yield " ".join(part)
            part = []
    if part:
        yield " ".join(part)


def moment_of(tracks: Sequence[VersionCaptions], quoted: Marked) -> int | None:
    """When the first marked word of a quotation is said, in milliseconds; None when it stands elsewhere."""
    if not quoted.ranges:
        return None
    text = quoted.text.strip("… ")
    into_it = quoted.ranges[0][0] - quoted.text.find(text)
    for captions in tracks:
        said = _said(captions)
        begin = " ".join(said).find(text)
        if begin >= 0:
            starts = list(accumulate((len(words) + 1 for words in said), initial=0))
            return int(captions.cues[bisect_right(starts, begin + into_it) - 1][0])
    return None


def _said(captions: VersionCaptions) -> list[str]:
    return [one_line(str(words)) for _start, _end, words in captions.cues]
