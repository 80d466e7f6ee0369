"""Reports: what is opened, read and downloaded, what is not, and what is searched for in vain."""

from portal.web.reports import (  # noqa: F401  the views register themselves
    asset_usage,
    exports,
    searches,
    unused,
    usage,
)
from portal.web.reports.blueprint import blueprint

__all__ = ["blueprint"]
