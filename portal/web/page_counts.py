"""How long a document is, in the words of its kind: 8 pages, 14 slides, 2 sheets."""

from __future__ import annotations

from flask_babel import ngettext

from content.assets.models import FileFormat


def counted_pages(count: int, format_: FileFormat | None) -> str:
    if format_ is FileFormat.POWERPOINT:
        return str(ngettext("%(num)s slide", "%(num)s slides", count))
    if format_ is FileFormat.EXCEL:
        return str(ngettext("%(num)s sheet", "%(num)s sheets", count))
    return str(ngettext("%(num)s page", "%(num)s pages", count))
