"""A mail as plain text and as a page that mail programs show, both of the same words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

# mail programs know no variables: the values are those of tokens.css
_PAGE = Markup("""<!doctype html>
<html lang="{lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark"><title>{heading}</title><style>
body {{ margin: 0; padding: 24px 12px; background: #f6f6f4; color: #1a1a19;
  font: 15px/22px Geist, -apple-system, "Segoe UI", Roboto, Helvetica, Arial, sans-serif; }}
.sheet {{ max-width: 520px; margin: 0 auto; padding: 28px; background: #fff; border: 1px solid #e8e7e3;
  border-radius: 10px; }}
h1 {{ margin: 4px 0 20px; font-size: 20px; line-height: 26px; font-weight: 600; }}
p {{ margin: 0 0 16px; }} .from, .foot {{ font-size: 13px; line-height: 19px; color: #676661; }}
table {{ width: 100%; border-collapse: collapse; margin: 0 0 16px; font-variant-numeric: tabular-nums; }}
td {{ padding: 9px 0; border-top: 1px solid #e8e7e3; }} td + td {{ text-align: right; }}
tr:last-child td {{ font-weight: 600; border-bottom: 1px solid #e8e7e3; }}
.said {{ padding-left: 14px; border-left: 3px solid #c3cef7; white-space: pre-line; }}
.go {{ display: inline-block; padding: 11px 18px; border-radius: 6px; background: #2c4bd1; color: #fff;
  text-decoration: none; font-weight: 500; }}
.foot {{ margin: 20px 0 0; }}
@media (prefers-color-scheme: dark) {{
  body {{ background: #101011; color: #ececea; }} .sheet {{ background: #17171a; border-color: #29292d; }}
  td, tr:last-child td {{ border-color: #29292d; }} .from, .foot {{ color: #979691; }}
  .said {{ border-color: #3a4886; }} .go {{ background: #4460e6; }} }}
</style></head><body><div class="sheet"><p class="from">{sender}</p><h1>{heading}</h1>
{body}<p><a class="go" href="{address}">{button}</a></p>{foot}</div></body></html>
""")
_ROW = Markup("<tr><td>{}</td><td>{}</td></tr>")
_PARAGRAPH = Markup('<p class="{}">{}</p>')


@dataclass(frozen=True, slots=True)
class MailPage:
    """What a mail says, as text and as a page.

    `figures` are rows of label and amount, the last one the sum that counts; `said` is somebody's own text.
    """

    lang: str
    sender: str
    heading: str
    address: str
    button: str
    words: Sequence[str] = ()
    figures: Sequence[tuple[str, str]] = ()
    said: str = ""
    after: Sequence[str] = ()
    foot: Sequence[str] = ()


def text_of(page: MailPage) -> str:
    """The same as plain text: a paragraph each, the address below what it opens."""
    rows = "\n".join(f"{label}: {amount}" for label, amount in page.figures)
    body = [*page.words, rows, page.said.strip(), *page.after]
    return "\n\n".join(text for text in [*body, page.address, *page.foot] if text) + "\n"


def page_of(page: MailPage) -> str:
    """A document of its own; whatever people wrote is escaped."""
    rows = Markup().join(_ROW.format(label, amount) for label, amount in page.figures)
    table = Markup("<table>{}</table>").format(rows) if page.figures else Markup()
    said = _PARAGRAPH.format("said", page.said) if page.said else Markup()
    return str(
        _PAGE.format(
            lang=page.lang,
            sender=page.sender,
            heading=page.heading,
            body=_paragraphs("", page.words) + table + said + _paragraphs("", page.after),
            address=page.address,
            button=page.button,
            foot=_paragraphs("foot", page.foot),
        )
    )


def _paragraphs(name: str, texts: Iterable[str]) -> Markup:
    return Markup().join(_PARAGRAPH.format(name, text) for text in texts if text)
