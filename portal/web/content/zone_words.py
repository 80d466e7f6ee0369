"""The place of a partner's name in words, and names of what can be chosen for it."""

from __future__ import annotations

from flask_babel import gettext as _

from content.assets.cobranding_models import ZoneAlignment, ZoneBackground
from content.assets.proposal_models import ProposedChange
from content.editing.branding_zones import Zone


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


def zone_in_words(zone: Zone) -> str:
    """Page 2, 10% from the left, 80% from the top, 60% wide, 12.5% high; White, Left"""
    sizes = {name: f"{getattr(zone, name) / 100:g}" for name in ("x", "y", "width", "height")}
    place = _(
        "Page %(page)s, %(x)s%% from the left, %(y)s%% from the top, %(width)s%% wide, %(height)s%% high",
        page=zone.page,
        **sizes,
    )
    look = (background_names()[zone.background], alignment_names()[zone.alignment])
    return f"{place} ({', '.join(map(str, look))})"


def zone_percents(change: ProposedChange) -> dict[str, str]:
    """The zone of a change as its form has it, for the address of a preview."""
    zone = Zone.of_facts(change.after["zone"])
    sizes = {name: f"{getattr(zone, name) / 100:g}" for name in ("x", "y", "width", "height")}
    return {"page": str(zone.page), **sizes, "background": zone.background, "alignment": zone.alignment}
