"""Reports: what is opened, read and downloaded, and what is not."""

from portal.web.reports import asset_usage, exports, unused, usage  # noqa: F401  the views register themselves
from portal.web.reports.blueprint import blueprint

__all__ = ["blueprint"]
