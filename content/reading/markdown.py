"""Markdown as people read it: headings, lists, links and tables without the signs that mark them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.token import Token

BULLET = "•"


@dataclass(slots=True)
class _Lines:
    """What was read so far; each list that is open counts its items, or has None for bullets."""

    found: list[str] = field(default_factory=list)
    lists: list[int | None] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)
    mark: str = ""

    def add(self, text: str, *, close: bool = False) -> None:
        if self.found and not close:
            self.found.append("")
        self.found.append(text)


def plain(text: str) -> tuple[str, str]:
    """The first heading, or "", and the words of it all."""
    tokens = (
        MarkdownIt("commonmark", {"html": False, "maxNesting": 100})
        .enable(["table", "strikethrough"])
        .parse(text)
    )
    lines, heading = _Lines(), ""
    for before, token in zip([None, *tokens], tokens, strict=False):
        if token.type == "inline":
            words = "".join(_inline(token.children or []))
            if before is not None and before.type == "heading_open":
                heading = heading or words
            _take(lines, words, in_cell=before is not None and before.type in {"th_open", "td_open"})
        else:
            _block(lines, token)
    return heading, "\n".join(lines.found).strip()


def _take(lines: _Lines, words: str, *, in_cell: bool) -> None:
    if in_cell:
        lines.cells.append(words)
    elif lines.lists:
        indent = "  " * (len(lines.lists) - 1)
        lines.add(f"{indent}{lines.mark}{words}", close=True)
        lines.mark = "  "
    else:
        lines.add(words)


def _block(lines: _Lines, token: Token) -> None:
    if token.type in {"bullet_list_open", "ordered_list_open"}:
        if not lines.lists and lines.found:
            lines.found.append("")
        lines.lists.append(int(token.attrGet("start") or 1) if token.type == "ordered_list_open" else None)
    elif token.type in {"bullet_list_close", "ordered_list_close"}:
        lines.lists.pop()
    elif token.type == "list_item_open":
        number = lines.lists[-1]
        lines.mark = f"{BULLET} " if number is None else f"{number}. "
        lines.lists[-1] = None if number is None else number + 1
    elif token.type in {"fence", "code_block"}:
        lines.add(token.content.rstrip("\n"))
    elif token.type == "tr_close":
        lines.add(" | ".join(lines.cells), close=True)
        lines.cells.clear()
    elif token.type == "table_open" and lines.found:
        lines.found.append("")


def _inline(children: Sequence[Token]) -> Iterator[str]:
    targets: list[str] = []
    for child in children:
        if child.type in {"text", "code_inline"} or child.type == "image":
            yield child.content
        elif child.type == "softbreak":
            yield " "
        elif child.type == "hardbreak":
            yield "\n"
        elif child.type == "link_open":
            targets.append(str(child.attrGet("href") or ""))
        elif child.type == "link_close" and (target := targets.pop()):
            yield f" ({target})" if child.markup != "autolink" else ""
