"""Names of what can be chosen for the place of a partner's name."""

from __future__ import annotations

from flask_babel import gettext as _

from content.assets.cobranding_models import ZoneAlignment, ZoneBackground


def background_names() -> dict[str, str]:
    return {
        ZoneBackground.CLEAR: _("None, dark words"),
        ZoneBackground.CLEAR_LIGHT: _("None, light words"),
        ZoneBackground.WHITE: _("White"),
        ZoneBackground.DARK: _("Dark"),
    }


def alignment_names() -> dict[str, str]:
    return {
        ZoneAlignment.LEFT: _("Left"),
        ZoneAlignment.CENTER: _("Centre"),
        ZoneAlignment.RIGHT: _("Right"),
    }
