"""Pictures: a coverage map, a poster of the breakfast team, and the storyboard of a film."""

from __future__ import annotations

from io import BytesIO
from math import cos, pi, sin

from PIL import Image, ImageDraw, ImageFont

from portal.demo.makers.typesetting import geist

FOREST, SAGE, GOLD, EMBER, CREAM, INK = "#12352c", "#9fb3ab", "#f2b84b", "#dd5b36", "#fbf8f1", "#3d3b35"
COAST = ((0, 0), (250, 0), (286, 150), (240, 300), (300, 460), (262, 620), (318, 780), (290, 900), (0, 900))
STATIONS = (
    ("Lark City 103.1", "Seattle", (960, 210), 190, "910,000 a week"),
    ("Lark 96.4", "Portland", (820, 520), 160, "640,000 a week"),
    ("Coast 88.7", "Salem", (700, 740), 120, "210,000 a week"),
)


def coverage_map() -> bytes:
    """Where the three stations can be heard, as PNG."""
    picture = Image.new("RGB", (1600, 900), "#eef1ea")
    draw = ImageDraw.Draw(picture, "RGBA")
    draw.polygon(COAST, fill="#cfe0e8")
    draw.line([(1090, 0), (1010, 300), (880, 470), (300, 560)], fill="#b9d2dd", width=14, joint="curve")
    for _, _, (x, y), radius, _ in STATIONS:
        for share, alpha in ((1.0, 46), (0.66, 60)):
            r = radius * share
            draw.ellipse((x - r, y - r, x + r, y + r), fill=(18, 53, 44, alpha))
    for name, city, (x, y), _, reach in STATIONS:
        draw.ellipse((x - 13, y - 13, x + 13, y + 13), fill=EMBER)
        draw.text((x + 26, y - 34), name, fill=FOREST, font=font(34, 600))
        draw.text((x + 26, y + 8), f"{city}, {reach}", fill=INK, font=font(24, 400))
    draw.rectangle((1180, 560, 1540, 840), fill=FOREST)
    draw.text((1216, 596), "Coverage", fill="white", font=font(46, 600))
    draw.multiline_text(
        (1216, 668),
        "Inner ring: clear in a\ncar. Outer ring: clear\nat home. Day and night.",
        fill="#d6e3dc",
        font=font(26, 400),
        spacing=12,
    )
    return _bytes(picture, "PNG")


def breakfast_poster() -> bytes:
    """A poster of the breakfast show for shop windows, as JPEG."""
    picture = Image.new("RGB", (1200, 1600), EMBER)
    draw = ImageDraw.Draw(picture)
    for n in range(24):
        turn = n * pi / 12
        draw.line(
            [(600 + cos(turn) * 330, 640 + sin(turn) * 330), (600 + cos(turn) * 470, 640 + sin(turn) * 470)],
            fill="#ffd9a0",
            width=26,
        )
    draw.ellipse((320, 360, 880, 920), fill=GOLD)
    draw.rounded_rectangle((470, 560, 690, 790), 36, fill=CREAM)
    draw.arc((650, 600, 780, 740), -90, 90, fill=CREAM, width=26)
    for n, lift in enumerate((0, 34, 10)):
        draw.arc((490 + n * 60, 440 - lift, 540 + n * 60, 540 - lift), 90, 270, fill=CREAM, width=12)
    draw.text((96, 1080), "Up with\nthe lark.", fill="white", font=font(150, 700), spacing=10)
    draw.text((100, 1440), "Lark 96.4, from six. Portland's morning.", fill="#ffe9d6", font=font(46, 500))
    return _bytes(picture, "JPEG")


def studio_frame(line: str, *, speaker: int, progress: float) -> Image.Image:
    """One picture of the studio film: who speaks is lit, the line is the caption."""
    picture = Image.new("RGB", (640, 360), "#1c2b3a")
    draw = ImageDraw.Draw(picture)
    draw.polygon(((0, 270), (640, 214), (640, 360), (0, 360)), fill="#15212d")
    for n, box in enumerate(((70, 70, 230, 170), (246, 52, 430, 164), (448, 72, 580, 160))):
        draw.rounded_rectangle(box, 6, fill="#2f4d6b" if n == 1 else "#27405a")
    for n, x in enumerate((220, 400)):
        lit = n == speaker
        draw.ellipse((x - 30, 120, x + 30, 180), fill="#3a5877" if lit else "#0f1820")
        draw.rounded_rectangle((x - 44, 184, x + 44, 330), 34, fill="#33506d" if lit else "#0f1820")
        if lit:
            draw.rounded_rectangle((x + 52, 150, x + 60, 210), 4, fill=GOLD)
    draw.rectangle((0, 0, 640, 46), fill="#0c141c")
    draw.text((28, 12), line, fill="white", font=font(20, 500))
    draw.rectangle((0, 354, int(640 * progress), 360), fill=EMBER)
    return picture


def font(size: int, weight: int) -> ImageFont.FreeTypeFont:
    """Geist in a size and a weight."""
    found = ImageFont.truetype(geist(), size)
    found.set_variation_by_axes([weight])
    return found


def _bytes(picture: Image.Image, kind: str) -> bytes:
    made = BytesIO()
    picture.save(made, kind, quality=86)
    return made.getvalue()
