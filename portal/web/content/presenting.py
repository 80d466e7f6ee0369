"""After presenting: what was shown to whom becomes an interaction in the account's time line."""

from __future__ import annotations

from flask import Response, jsonify, redirect, request, url_for
from flask_babel import gettext as _
from pydantic import BaseModel, ConfigDict, Field, PositiveInt, ValidationError
from werkzeug.wrappers import Response as BaseResponse

from content.assets.guard import readable_asset, readable_version
from content.assets.models import AssetVersion
from partners.account_models import InteractionKind
from partners.accounts import account_for_name, account_page
from partners.errors import WrongPages
from partners.interactions import LoggedInteraction, Shown, log_interaction
from portal.kernel.db import transaction
from portal.kernel.identity import Permission
from portal.web.access import requires
from portal.web.content.blueprint import blueprint
from portal.web.context import db, identity, now, services
from portal.web.toasts import tell_done

OFFERED = 8
A_DAY = 24 * 60 * 60


class SentPages(BaseModel):
    """Seconds by page, as the browser measured them."""

    model_config = ConfigDict(extra="forbid")

    pages: dict[PositiveInt, int] = Field(max_length=2_000)


@blueprint.get("/library/<ref>/shown/accounts")
@requires(Permission.ACCOUNTS_WRITE)
def accounts_to_note(ref: str) -> Response:
    """(value, label) of accounts by words of their name: partners choose by name, the brand by ref."""
    readable_asset(db(), identity(), ref, at=now())
    found = account_page(db(), identity(), search=request.args.get("q", "")[:200], limit=OFFERED)
    if identity().is_partner:
        return jsonify(accounts=[(row.name, row.city or "") for row in found.rows])
    return jsonify(accounts=[(row.ref, f"{row.name} · {row.partner}") for row in found.rows])


@blueprint.post("/library/<ref>/versions/<int:number>/shown")
@requires(Permission.ACCOUNTS_WRITE)
def note_shown(ref: str, number: int) -> BaseResponse:
    with transaction(services().sessions) as session:
        version = readable_version(session, identity(), ref, number, at=now())
        seconds = _seconds(request.form.get("pages", ""), version)
        account = account_for_name(session, identity(), request.form.get("account", ""), at=now())
        shown = Shown(ref, version.asset.title, number, seconds)
        logged = LoggedInteraction(
            InteractionKind.CONTENT_SHOWN,
            now(),
            people=" ".join(request.form.get("people", "").split()),
            note=request.form.get("note", ""),
            minutes=max(1, round(sum(seconds.values()) / 60)),
            shown=(shown,),
        )
        made = log_interaction(session, identity(), account.ref, logged, at=now())
    undo = url_for("partners.take_back", ref=account.ref, interaction_id=made.id)
    said = _("It stands in the time line of %(account)s.", account=account.name)
    tell_done(said, undo)
    # where the presentation ended
    page = request.form.get("page", type=int)
    return redirect(url_for("content.viewer", ref=ref, version=number, page=page), 303)


def asked_to_note() -> dict[str, object]:
    """For the viewer: whether to ask afterwards, and the account that was chosen before (`?for=`)."""
    may = identity().may(Permission.ACCOUNTS_WRITE) and not identity().is_preview
    return {"may_note": may, "shown_to": request.args.get("for", "")[:200]}


def _seconds(text: str, version: AssetVersion) -> dict[int, int]:
    """Seconds by page, of pages that there are. Raises WrongPages."""
    try:
        sent = SentPages.model_validate_json(f'{{"pages":{text or "{}"}}}')
    except ValidationError:
        raise WrongPages from None
    return {
        page: min(max(s, 0), A_DAY) for page, s in sorted(sent.pages.items()) if page <= version.page_count
    }
