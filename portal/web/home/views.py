"""`/` for everyone."""

from __future__ import annotations

from portal.kernel.identity import Permission
from portal.web.access import requires_log_in
from portal.web.context import identity
from portal.web.home.blueprint import blueprint
from portal.web.home.brand import brand_home
from portal.web.home.finance import finance_home
from portal.web.home.partner import partner_home


@blueprint.get("/")
@requires_log_in
def home() -> str:
    if identity().is_partner:
        return partner_home()
    if identity().may(Permission.MONTH_WRITE):
        return finance_home()
    return brand_home()
