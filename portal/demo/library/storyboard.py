"""The storyboard of the studio film: who speaks, and the line that stands as its caption."""

from __future__ import annotations

from collections.abc import Mapping

from content.editing.captions import as_vtt
from portal.demo.makers.film import webm
from portal.demo.makers.pictures import studio_frame

SECONDS_A_LINE = 2
DURATION_MS = 166_000
LINES = (
    (0, "Second Kettle, Monday, ten to nine"),
    (1, "The brief is on one page: three facts"),
    (0, "We read it once, and put it away"),
    (1, "Have you tried it? I have, all week"),
    (0, "Then say what annoyed you first"),
    (1, "They recall the voice, not the script"),
    (0, "Address twice, slowly, no hyphen"),
    (1, "One take, fifty seconds, no music"),
    (0, "If we correct, we correct on air"),
    (1, "Listeners write back the same day"),
    (0, "Twenty-four hours from brief to air"),
    (1, "Bring the product, bring the story"),
)


_SHOWN = DURATION_MS // (SECONDS_A_LINE * 1000)
_EACH = _SHOWN // len(LINES) + 1


def live_read_film() -> bytes:
    """Inside a live read: 2:46, silent, a caption for each line."""
    return webm(
        (
            (
                n * SECONDS_A_LINE * 1000,
                studio_frame(LINES[n // _EACH][1], speaker=LINES[n // _EACH][0], progress=(n + 1) / _SHOWN),
            )
            for n in range(_SHOWN)
        ),
        duration_ms=DURATION_MS,
    )


# what a colleague who listened again would rather read
HEARD = {
    "We read it once, and put it away": "We read it twice, then put it away",
    "Address twice, slowly, no hyphen": "The address twice, slowly, without the hyphen",
    "Twenty-four hours from brief to air": "A day from the brief to the air",
}


def live_read_captions(heard: Mapping[str, str] | None = None) -> bytes:
    """What is said in it, for as long as the line stands; `heard` has lines that are put right."""
    length = _EACH * SECONDS_A_LINE * 1000
    cues = [
        (n * length, min((n + 1) * length, DURATION_MS), (heard or {}).get(words, words))
        for n, (_speaker, words) in enumerate(LINES)
    ]
    return as_vtt(cues).encode()
