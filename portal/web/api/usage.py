"""GET /assets/{ref}/usage: opened, read, finished, downloads and times, with page figures."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from content.assets.guard import readable_asset
from content.assets.models import AssetVersion
from content.usage.usage_answers import AssetUsage, asset_usage
from content.usage.usage_filter import UsageFilter
from portal.kernel.identity import Permission
from portal.web.access import requires
from portal.web.api.blueprint import blueprint
from portal.web.api.operations import Query, read
from portal.web.context import db, identity, now


class UsageQuery(Query):
    """Business days, both inclusive; an open side is left out."""

    first_day: date | None = Field(None, alias="from")
    last_day: date | None = Field(None, alias="to")


@blueprint.get("/assets/<ref>/usage")
@requires(Permission.USAGE_READ, found_first=lambda ref: readable_asset(db(), identity(), ref, at=now()))
@read("Who used an asset, and for how long", AssetUsage, UsageQuery)
def usage(query: UsageQuery, ref: str) -> AssetUsage:
    asset = readable_asset(db(), identity(), ref, at=now())
    current = db().get(AssetVersion, asset.current_version_id) if asset.current_version_id else None
    wanted = UsageFilter(query.first_day, query.last_day, asset_id=asset.id)
    return asset_usage(db(), identity(), current, wanted)
