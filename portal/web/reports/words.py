"""Words of the library that the reports print."""

from __future__ import annotations

from flask_babel import gettext as _

from content.models import AssetKind
from content.usage_models import ViewerClass
from content.usage_sessions import Deed, Sitting


def kind_names() -> dict[AssetKind, str]:
    return {
        AssetKind.CASE_STUDY: _("Case study"),
        AssetKind.ONE_PAGER: _("One-pager"),
        AssetKind.DECK: _("Deck"),
        AssetKind.RATE_CARD: _("Rate card"),
        AssetKind.MEDIA_KIT: _("Media kit"),
        AssetKind.VIDEO: _("Video"),
        AssetKind.AUDIO: _("Audio"),
        AssetKind.DEMO: _("Demo"),
        AssetKind.LINK: _("Link"),
        AssetKind.TEMPLATE: _("Template"),
        AssetKind.DOCUMENT: _("Document"),
    }


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
