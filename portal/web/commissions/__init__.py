"""Money: imports, exceptions, the month board and its close, statements, and orders."""

from portal.web.commissions import (  # noqa: F401  the views register themselves
    approvals,
    closing,
    exceptions,
    exports,
    imports,
    months,
    orders,
    plan_editing,
    plan_simulations,
    plans,
    reconciliation,
    statements,
    what_ifs,
)
from portal.web.commissions.blueprint import blueprint
from portal.web.commissions.imports import take_file

# it checks the form token itself, once it knows who is asking (large_body)
LARGE_BODIES = (take_file,)

__all__ = ["LARGE_BODIES", "blueprint"]
