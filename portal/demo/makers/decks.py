"""PowerPoint decks with native shapes, charts and speaker's notes, so that partners can edit them."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import Any

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.util import Emu, Pt

# python-pptx is typed in part only
_colour: Any = RGBColor.from_string
_chart_data: Any = CategoryChartData

WIDTH, HEIGHT = 960, 540
INK, NOTE, WHITE, FOREST, EMBER, SAGE = "3D3B35", "6F6C63", "FFFFFF", "12352C", "DD5B36", "9FB3AB"
TILES = ("E9EFE9", "F7ECD3", "FBE3DA", "E2ECF4")
VOICE = (20, 44, 76, 56, 104, 132, 88, 116, 68, 96, 52, 72, 36, 20)


@dataclass(frozen=True, slots=True)
class Slide:
    """One slide: its title and whatever of the rest it has; `notes` is what the speaker says."""

    title: str
    body: tuple[str, ...] = ()
    chart: tuple[tuple[str, float], ...] = ()
    figures: tuple[tuple[str, str], ...] = ()
    quote: str = ""
    source: str = ""
    notes: str = ""


@dataclass(frozen=True, slots=True)
class Deck:
    title: str
    subtitle: str
    slides: tuple[Slide, ...]
    colour: str = EMBER
    shade: str = "C94E2B"


def deck_file(deck: Deck) -> bytes:
    """The deck as a .pptx of its cover and its slides."""
    show = Presentation()
    show.slide_width, show.slide_height = _length(WIDTH), _length(HEIGHT)
    says = show.core_properties
    says.title, says.author, says.last_modified_by = deck.title, "Larkwell Audio", "Leonie Marchetti"
    _cover(show, deck)
    for number, slide in enumerate(deck.slides, start=2):
        _slide(show, deck, slide, number)
    made = BytesIO()
    show.save(made)
    return made.getvalue()


def _cover(show: Any, deck: Deck) -> None:
    page = _page(show, deck.title)
    _box(page, (0, 0, WIDTH, HEIGHT), deck.colour)
    _box(page, (588, 0, 372, HEIGHT), deck.shade)
    for n, height in enumerate(VOICE):
        _box(page, (618 + n * 24, 270 - height * 1.5, 10, height * 3), "FFE2C9", round_=True)
    _title(page, (64, 72, 480, 40), "Larkwell Audio", size=20, colour="FFE2C9")
    _heading(page, (64, 200, 500, 170), size=52, colour=WHITE)
    _text(page, (64, 440, 480, 40), deck.subtitle, size=18, colour="FFE2C9")


def _slide(show: Any, deck: Deck, slide: Slide, number: int) -> None:
    page = _page(show, slide.title)
    if slide.quote:
        _box(page, (0, 0, WIDTH, HEIGHT), "FBF8F1")
        _title(page, (60, 120, 120, 120), "“", size=110, colour="F2B84B")
        _title(page, (64, 230, 800, 180), slide.quote, size=38, colour=FOREST)
    _heading(page, (64, 48, 832, 110), size=36, colour=FOREST)
    _box(page, (64, 34, 64, 6), deck.colour)
    top = 168
    if slide.figures:
        _figures(page, slide.figures, top)
        top += 166
    if slide.chart:
        _chart(page, slide.chart, (56, top, 520 if slide.body else 840, 480 - top))
    if slide.body:
        left, width = (600, 310) if slide.chart else (64, 800)
        _points(page, (left, top, width, 480 - top), slide.body)
    foot = slide.source or "Larkwell Audio"
    _text(page, (64, 500, 760, 24), foot, size=11, colour=NOTE)
    _text(page, (860, 500, 40, 24), str(number), size=11, colour=NOTE)
    if slide.notes:
        page.notes_slide.notes_text_frame.text = slide.notes


def _page(show: Any, title: str) -> Any:
    """A slide whose title is a title to PowerPoint and to screen readers."""
    page = show.slides.add_slide(show.slide_layouts[5])
    page.shapes.title.text_frame.text = title
    return page


def _heading(page: Any, box: tuple[float, ...], *, size: int, colour: str) -> None:
    """Put the title in its place, above what was drawn before."""
    title = page.shapes.title
    title.left, title.top, title.width, title.height = map(_length, box)
    title.text_frame.word_wrap, title.text_frame.vertical_anchor = True, MSO_ANCHOR.TOP
    title.text_frame.margin_left = title.text_frame.margin_top = 0
    paragraph = title.text_frame.paragraphs[0]
    paragraph.alignment = PP_ALIGN.LEFT
    font = paragraph.runs[0].font
    font.size, font.name, font.bold = Pt(size), "Arial", True
    font.color.rgb = _colour(colour)
    page.shapes._spTree.append(title._element)  # noqa: SLF001  python-pptx has no order of shapes


def _figures(page: Any, figures: tuple[tuple[str, str], ...], top: int) -> None:
    width = (832 - 20 * (len(figures) - 1)) / len(figures)
    for n, (figure, label) in enumerate(figures):
        left = 64 + n * (width + 20)
        _box(page, (left, top, width, 142), TILES[n % len(TILES)], round_=True)
        _title(page, (left + 18, top + 14, width - 30, 60), figure, size=40, colour=FOREST)
        _text(page, (left + 18, top + 82, width - 30, 50), label, size=16, colour=INK)


def _chart(page: Any, values: tuple[tuple[str, float], ...], box: tuple[float, ...]) -> None:
    data: Any = _chart_data()
    data.categories = [name for name, _ in reversed(values)]
    data.add_series("Share", [value for _, value in reversed(values)])
    left, top, width, height = map(_length, box)
    chart = page.shapes.add_chart(XL_CHART_TYPE.BAR_CLUSTERED, left, top, width, height, data).chart
    chart.has_legend = chart.has_title = False
    chart.value_axis.visible = False
    chart.value_axis.has_major_gridlines = False
    chart.value_axis.minimum_scale = 0
    chart.category_axis.format.line.fill.background()
    chart.category_axis.tick_labels.font.size = Pt(16)
    plot = chart.plots[0]
    plot.gap_width, plot.has_data_labels = 45, True
    plot.data_labels.font.size, plot.data_labels.font.bold = Pt(16), True
    best = max(value for _, value in values)
    for n, (_, value) in enumerate(reversed(values)):
        fill = plot.series[0].points[n].format.fill
        fill.solid()
        fill.fore_color.rgb = _colour(EMBER if value == best else SAGE)


def _points(page: Any, box: tuple[float, ...], points: tuple[str, ...]) -> None:
    frame = _frame(page, box)
    for n, point in enumerate(points):
        paragraph = frame.paragraphs[0] if n == 0 else frame.add_paragraph()
        paragraph.space_after = Pt(12)
        _run(paragraph, point, size=21, colour=INK)


def _title(page: Any, box: tuple[float, ...], text: str, *, size: int, colour: str) -> None:
    _run(_frame(page, box).paragraphs[0], text, size=size, colour=colour).font.bold = True


def _text(page: Any, box: tuple[float, ...], text: str, *, size: int, colour: str) -> None:
    _run(_frame(page, box).paragraphs[0], text, size=size, colour=colour)


def _run(paragraph: Any, text: str, *, size: int, colour: str) -> Any:
    run = paragraph.add_run()
    run.text = text
    run.font.size, run.font.name = Pt(size), "Arial"
    run.font.color.rgb = _colour(colour)
    return run


def _frame(page: Any, box: tuple[float, ...]) -> Any:
    left, top, width, height = map(_length, box)
    frame = page.shapes.add_textbox(left, top, width, height).text_frame
    frame.word_wrap, frame.vertical_anchor = True, MSO_ANCHOR.TOP
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    return frame


def _box(page: Any, box: tuple[float, ...], colour: str, *, round_: bool = False) -> None:
    left, top, width, height = map(_length, box)
    kind = MSO_SHAPE.ROUNDED_RECTANGLE if round_ else MSO_SHAPE.RECTANGLE
    shape = page.shapes.add_shape(kind, left, top, width, height)
    shape.fill.solid()
    shape.fill.fore_color.rgb = _colour(colour)
    shape.line.fill.background()
    shape.shadow.inherit = False


def _length(points: float) -> Emu:
    return Emu(int(points * 12700))
