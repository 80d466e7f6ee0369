"""Words of the library that the reports print."""

from __future__ import annotations

from flask_babel import gettext as _

from content.usage.usage_models import ViewerClass
from content.usage.usage_sessions import Deed, Sitting
from portal.web.formats import percent


def class_names() -> dict[ViewerClass, str]:
    return {
        ViewerClass.PARTNER: _("Partner"),
        ViewerClass.BUYER: _("Buyer"),
        ViewerClass.BRAND: _("The brand's staff"),
    }


def outcome(sitting: Sitting, *, is_recording: bool = False) -> str:
    """What came of a view: reading now, finished, 3 of 8 pages, 40% of a recording."""
    if sitting.deed is Deed.VIEWING:
        return str(_("reading now"))
    if sitting.is_finished:
        return str(_("finished"))
    if is_recording:
        return _share_played(sitting)
    return str(_("%(read)s of %(pages)s", read=sitting.read_pages, pages=sitting.page_count))


def _share_played(sitting: Sitting) -> str:
    """Of a recording whose length is known; else the time beside it has to do."""
    if not (sitting.played_ms and sitting.duration_ms):
        return ""
    return str(_("%(share)s played", share=percent(sitting.played_ms / sitting.duration_ms)))
