"""Names of what a file says of itself."""

from __future__ import annotations

from flask_babel import gettext as _


def file_fact_names() -> dict[str, str]:
    return {
        "author": _("Author"),
        "saved_by": _("Last saved by"),
        "company": _("Company"),
        "manager": _("Manager"),
        "program": _("Made with"),
        "copyright": _("Copyright"),
        "camera": _("Camera"),
        "place": _("Taken at"),
        "comments": _("Comments in it"),
        "changes": _("Changes not accepted"),
    }
