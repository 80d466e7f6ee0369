"""A hit in words: what it is, where it opens, and why it stands where it does."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from content.assets.models import FileFormat, Vocabulary
from content.finding.finding import FoundAsset
from content.finding.found_assets import WORDS as ITS_WORDS
from content.finding.found_assets import Reason
from content.finding.proofs import HISTORY, Signal
from portal.web.formats import duration
from portal.web.page_counts import counted_pages


def kind_line(found: FoundAsset, kinds: Mapping[str, str]) -> str:
    """Case study · 8 pages."""
    parts = [kinds[found.kind]]
    if found.page_count > 1:
        parts.append(counted_pages(found.page_count, found.format))
    return " · ".join(parts)


def page_name(found: FoundAsset, number: int) -> str:
    """Page 3; of a film, when it is said."""
    if found.moment_ms is not None:
        return str(_("At %(time)s", time=duration(found.moment_ms)))
    if found.format is FileFormat.POWERPOINT:
        return str(_("Slide %(number)d", number=number))
    if found.format is FileFormat.EXCEL:
        return str(_("Sheet %(number)d", number=number))
    return str(_("Page %(number)d", number=number))


def viewer_address(found: FoundAsset, number: int) -> str:
    """The viewer opened at a page, or at the second in which it is said."""
    place = f"page={number}" if found.moment_ms is None else f"t={found.moment_ms // 1000}"
    return f"{url_for('content.asset', ref=found.ref)}/view#{place}"


def opening_address(found: FoundAsset) -> str:
    """Where a click on a hit leads: to the page that matched, else to the asset."""
    return viewer_address(found, found.page) if found.pages else url_for("content.asset", ref=found.ref)


def details(found: FoundAsset) -> list[str]:
    """What it is about and for when, for the best hit's first line."""
    return [*found.terms_of(Vocabulary.INDUSTRY)[:2], *found.terms_of(Vocabulary.STAGE)[:2]]


def reason_words(reason: Reason) -> str:
    """What a reason says of the asset: 12 partners used it in 90 days."""
    if reason.signal == ITS_WORDS:
        return str(_("Your words in it"))
    if reason.signal == Signal.FRESHNESS:
        return str(_("Verified not long ago"))
    if reason.signal == Signal.OPENED:
        return str(_("Opened by others who found it"))
    return str(
        ngettext(
            "%(num)d partner used it in %(days)d days",
            "%(num)d partners used it in %(days)d days",
            reason.partners or 0,
            days=HISTORY.days,
        )
    )


def signal_names() -> dict[str, str]:
    """What counts beside the words, as a choice."""
    return {
        Signal.FRESHNESS: _("freshness"),
        Signal.PEERS: _("use by partners"),
        Signal.OPENED: _("openings after a search"),
    }


# what the templates call for a found asset
WORDS: tuple[Callable[..., object], ...] = (
    kind_line,
    page_name,
    viewer_address,
    opening_address,
    details,
    reason_words,
    signal_names,
)
