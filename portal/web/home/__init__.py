"""The first page: each role's own question, answered first. The place that joins content and commissions."""

from portal.web.home import palette, views  # noqa: F401  the views register themselves
from portal.web.home.blueprint import blueprint

__all__ = ["blueprint"]
