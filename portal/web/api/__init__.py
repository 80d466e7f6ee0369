"""The HTTP API under /api/v1: JSON, by key; what a key sees is what its person sees."""

from portal.web.api import assets, money, openapi, searching, usage  # noqa: F401  the views register themselves
from portal.web.api.blueprint import blueprint

__all__ = ["blueprint"]
