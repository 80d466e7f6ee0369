"""Words of the library that the reports print."""

from __future__ import annotations

from flask_babel import gettext as _

from content.usage.usage_models import ViewerClass
from content.usage.usage_sessions import Deed, Sitting


def class_names() -> dict[ViewerClass, str]:
    return {
        ViewerClass.PARTNER: _("Partner"),
        ViewerClass.BUYER: _("Buyer"),
        ViewerClass.BRAND: _("The brand's staff"),
    }


def outcome(sitting: Sitting) -> str:
    """What came of a view: reading now, finished, 3 of 8 pages."""
    if sitting.deed is Deed.VIEWING:
        return str(_("reading now"))
    if sitting.is_finished:
        return str(_("finished"))
    return str(_("%(read)s of %(pages)s", read=sitting.read_pages, pages=sitting.page_count))
