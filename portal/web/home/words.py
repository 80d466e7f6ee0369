"""Kinds of content as words, for the homes."""

from __future__ import annotations

from flask_babel import gettext as _


def kind_names() -> dict[str, str]:
    return {
        "case_study": _("Case study"),
        "one_pager": _("One-pager"),
        "deck": _("Deck"),
        "rate_card": _("Rate card"),
        "media_kit": _("Media kit"),
        "video": _("Video"),
        "audio": _("Audio"),
        "demo": _("Demo"),
        "link": _("Link"),
        "template": _("Template"),
        "document": _("Document"),
    }
