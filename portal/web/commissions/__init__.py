"""Money: imports, exceptions, the month board and its close, statements, and orders."""

from portal.web.commissions import closing, exports, imports, months, orders, statements  # noqa: F401  the views register themselves
from portal.web.commissions.blueprint import blueprint
from portal.web.commissions.imports import take_file

# it checks the form token itself, once it knows who is asking (large_body)
LARGE_BODIES = (take_file,)

__all__ = ["LARGE_BODIES", "blueprint"]
