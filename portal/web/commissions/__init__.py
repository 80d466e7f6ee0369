"""Money: imports, exceptions, the month board and its close, statements, and orders."""

from portal.web.commissions import (  # noqa: F401  the views register themselves
    adjustments,
    approvals,
    closing,
    dispute_asking,
    dispute_deciding,
    disputes,
    draft_statements,
    exceptions,
    exports,
    imports,
    money_parts,
    month_parts,
    months,
    orders,
    payees,
    payouts,
    plan_editing,
    plan_simulations,
    plans,
    reconciliation,
    statement_files,
    statements,
    taken_over,
    what_ifs,
)
from portal.web.commissions.blueprint import blueprint
from portal.web.commissions.dispute_asking import ask
from portal.web.commissions.disputes import say
from portal.web.commissions.imports import take_file

# they check the form token themselves, once they know who is asking (large_body)
LARGE_BODIES = (take_file, ask, say)

__all__ = ["LARGE_BODIES", "blueprint"]
