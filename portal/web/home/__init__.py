"""The first page: each role's own question, answered first. The place that joins content and commissions."""

from portal.web.home import views  # noqa: F401  the view registers itself
from portal.web.home.blueprint import blueprint

__all__ = ["blueprint"]
