"""What was taken over at go-live without a due day: proposed to be payable."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from commissions.adjustments.adjusting import Signed
from commissions.adjustments.taken_over import Releasing
from commissions.proposals.opening_proposals import propose_release
from portal.kernel.db import transaction
from portal.kernel.identity import Permission
from portal.kernel.money import Money
from portal.web.access import requires
from portal.web.commissions.blueprint import blueprint
from portal.web.context import identity, now, services
from portal.web.house import house


@blueprint.post("/adjustments/taken-over")
@requires(Permission.MONTH_WRITE)
def release_taken_over() -> Response:
    """The author's half; the amount is what they saw, so that nothing else is made payable."""
    form = request.form
    amount = Money(form.get("amount", 0, type=int), form.get("currency", ""))
    wanted = Releasing(form.get("partner_ref", ""), amount, form.get("reason", "")[:1000])
    signed = Signed(by=str(identity().user_id), at=now(), house=house())
    with transaction(services().sessions) as session:
        made = propose_release(session, wanted, signed, by=identity())
    flash(_("It waits for a second person. Nothing is payable before."), "good")
    return redirect(url_for("commissions.approval", proposal_id=made.id), 303)
