"""Covers for files without a picture of their own: the title, and a motif of what the file is."""

from __future__ import annotations

import hashlib
import textwrap
import wave
from array import array
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from content.reading.titles import is_beyond_geist, set_title

SIZE = (1280, 720)
# the motif stands on the right of this
EDGE = 800
BARS = (24, 52, 90, 66, 124, 158, 106, 140, 82, 116, 62, 88, 44, 24)
WAVE_BARS = 64
GLIMPSE = 700
MOST_SAMPLES = 60_000_000


@dataclass(frozen=True, slots=True)
class Shade:
    """Ground, text on it, the panel of the motif, and the colour that stands out."""

    ground: str
    ink: str
    panel: str
    accent: str


WARM = Shade("#dd5b36", "#ffffff", "#c94e2b", "#ffe2c9")
FOREST = Shade("#12352c", "#ffffff", "#1b4a3e", "#f2b84b")
NAVY = Shade("#1f3a5f", "#ffffff", "#2c5282", "#f2b84b")
PLUM = Shade("#4a2545", "#ffffff", "#5e3559", "#f0c9a0")
SAND = Shade("#f3ead6", "#2a2620", "#ece0c4", "#dd5b36")
PAPER = Shade("#fbf8f1", "#12352c", "#f3eee0", "#dd5b36")
NIGHT = Shade("#1c2b3a", "#ffffff", "#15212d", "#ffffff")
MIST = Shade("#e9efe9", "#12352c", "#dbe6de", "#12352c")

Motif = Callable[[ImageDraw.ImageDraw, Shade], None]


@dataclass(frozen=True, slots=True)
class Card:
    """What a cover says. `kind` is the word for people, `format_` what the file is."""

    title: str
    kind: str
    format_: str


def drawn(card: Card, source: Path) -> Image.Image:
    """The cover; one asset always gets the same."""
    shades, motif = MOTIFS.get(card.format_, MOTIFS["text"])
    shade = shades[hashlib.sha256(card.title.encode()).digest()[0] % len(shades)]
    picture = Image.new("RGB", SIZE, shade.ground)
    draw = ImageDraw.Draw(picture)
    levels = _levels(source) if card.format_ == "audio" else None
    if levels:
        _wave(draw, shade, levels)
        _title(picture, shade, card)
        return picture
    draw.rectangle((EDGE, 0, *SIZE), fill=shade.panel)
    motif(draw, shade)
    _title(picture, shade, card, at_foot=True)
    return picture


def _title(picture: Image.Image, shade: Shade, card: Card, *, at_foot: bool = False) -> None:
    draw = ImageDraw.Draw(picture)
    if not is_beyond_geist(card.title):
        return _words(draw, shade, card) if at_foot else _words_above(draw, shade, card)
    draw.text((80, 84 if at_foot else 64), card.kind, fill=shade.accent, font=_font(34, 500))
    place, size = ((80, 160), (EDGE - 130, 490)) if at_foot else ((80, 116), (SIZE[0] - 160, 150))
    words = set_title(card.title, size, ink=shade.ink, largest=82 if at_foot else 58, at_foot=at_foot)
    picture.paste(words, place, words)
    return None


def _words(draw: ImageDraw.ImageDraw, shade: Shade, card: Card) -> None:
    """Kind and title beside the motif, at the foot of the card."""
    draw.text((80, 84), card.kind, fill=shade.accent, font=_font(34, 500))
    lines = textwrap.wrap(card.title, 17, max_lines=5, placeholder=" …") or [""]
    font = _font(82 if len(lines) <= 3 else 66, 600)
    text = "\n".join(lines)
    box = draw.multiline_textbbox((0, 0), text, font=font, spacing=16)
    draw.multiline_text((80, 640 - box[3]), text, fill=shade.ink, font=font, spacing=16)


def _words_above(draw: ImageDraw.ImageDraw, shade: Shade, card: Card) -> None:
    """Kind and title over the wave of a sound."""
    draw.text((80, 64), card.kind, fill=shade.accent, font=_font(34, 500))
    lines = textwrap.wrap(card.title, 34, max_lines=2, placeholder=" …")
    draw.multiline_text((80, 116), "\n".join(lines), fill=shade.ink, font=_font(58, 600), spacing=12)


def _bars(draw: ImageDraw.ImageDraw, shade: Shade) -> None:
    for n, height in enumerate(BARS):
        left = EDGE + 46 + n * 28
        draw.rounded_rectangle((left, 360 - height, left + 13, 360 + height), 6, fill=shade.accent)


def _screen(draw: ImageDraw.ImageDraw, shade: Shade) -> None:
    for box, fill in (
        ((850, 150, 1010, 300), "#27405a"),
        ((1030, 120, 1240, 310), "#2f4d6b"),
        ((850, 330, 1240, 560), "#27405a"),
    ):
        draw.rounded_rectangle(box, 12, fill=fill)
    draw.ellipse((965, 295, 1115, 445), fill=shade.accent)
    draw.polygon(((1018, 328), (1018, 412), (1086, 370)), fill=shade.ground)


def _grid(draw: ImageDraw.ImageDraw, shade: Shade) -> None:
    for row in range(8):
        top = 132 + row * 58
        for column in range(3):
            left = EDGE + 48 + column * 132
            fill = shade.accent if row == 0 else "#ffffff"
            draw.rounded_rectangle((left, top, left + 120, top + 46), 6, fill=fill)


def _page(draw: ImageDraw.ImageDraw, shade: Shade) -> None:
    draw.rounded_rectangle((880, 96, 1200, 720), 10, fill="#ffffff")
    draw.rounded_rectangle((916, 140, 1060, 160), 6, fill=shade.accent)
    for n, length in enumerate((248, 230, 244, 170, 0, 248, 216, 238, 120, 0, 240, 226, 180)):
        if length:
            top = 204 + n * 36
            draw.rounded_rectangle((916, top, 916 + length, top + 10), 5, fill="#d3d0c6")


def _sliders(draw: ImageDraw.ImageDraw, shade: Shade) -> None:
    draw.rounded_rectangle((850, 130, 1240, 590), 14, fill="#ffffff")
    for n in range(3):
        draw.ellipse((874 + n * 26, 154, 888 + n * 26, 168), fill="#c9c6bd")
    for n, reach in enumerate((280, 150, 220)):
        top = 250 + n * 100
        draw.rounded_rectangle((890, top, 1200, top + 10), 5, fill="#e6e3da")
        draw.rounded_rectangle((890, top, 890 + reach, top + 10), 5, fill=shade.accent)
        draw.ellipse(
            (876 + reach, top - 13, 912 + reach, top + 23), fill="#ffffff", outline=shade.accent, width=5
        )


def _rings(draw: ImageDraw.ImageDraw, shade: Shade) -> None:
    for radius in (190, 130, 72):
        box = (1040 - radius, 360 - radius, 1040 + radius, 360 + radius)
        draw.ellipse(box, outline=shade.ground, width=8)
    draw.ellipse((1012, 332, 1068, 388), fill=shade.accent)


def _wave(draw: ImageDraw.ImageDraw, shade: Shade, levels: Sequence[float]) -> None:
    played = len(levels) // 3
    for n, level in enumerate(levels):
        left, height = 80 + n * 17.6, 14 + 170 * level
        fill = shade.accent if n <= played else "#b89f68"
        draw.rounded_rectangle((left, 470 - height, left + 9, 470 + height), 4, fill=fill)


def _levels(source: Path) -> list[float] | None:
    """Loudness over time of a WAV of 16 bits, each 0 to 1; None for any other sound."""
    with suppress(wave.Error, EOFError, OSError, ZeroDivisionError), wave.open(str(source)) as sound:
        frames = sound.getnframes()
        if sound.getsampwidth() != 2 or not WAVE_BARS <= frames <= MOST_SAMPLES:
            return None
        peaks = []
        for _ in range(WAVE_BARS):
            # the start of each part is enough to see how it rises and falls
            part = array("h", sound.readframes(frames // WAVE_BARS))[:GLIMPSE]
            peaks.append(sum(map(abs, part)))
        top = max(peaks) or 1
        return [peak / top for peak in peaks]
    return None


def _font(size: int, weight: int) -> ImageFont.FreeTypeFont:
    """Geist, the type of the portal."""
    found = ImageFont.truetype(str(files("fontpkg_geist") / "files" / "Geist[wght].ttf"), size)
    found.set_variation_by_axes([weight])
    return found


MOTIFS: dict[str, tuple[tuple[Shade, ...], Motif]] = {
    "powerpoint": ((FOREST, NAVY, WARM, PLUM), _bars),
    "audio": ((SAND,), _bars),
    "video": ((NIGHT,), _screen),
    "excel": ((MIST, SAND), _grid),
    "demo": ((MIST, PAPER), _sliders),
    "link": ((NAVY, FOREST), _rings),
    "word": ((PAPER, MIST), _page),
    "text": ((PAPER, SAND), _page),
}
