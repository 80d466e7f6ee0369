"""The library: search, assets, their pages and files, the viewer, and uploading."""

from portal.web.content import assets, editing, files, manage, steps, upload  # noqa: F401  the views register themselves
from portal.web.content.blueprint import blueprint

__all__ = ["blueprint"]
