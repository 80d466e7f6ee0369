"""One guard: every door to an asset, tried for every reason why a partner may not have it (R1, R29)."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from content.assets.audiences import parsed, set_audience
from content.assets.models import Asset, AssetState, Processing
from portal.kernel.db import transaction
from portal.services import Services
from tests.access.addresses import address, routes
from tests.access.test_matrix import ACTORS, expectations
from tests.access.world import World
from tests.fixtures.browsers import LogIn

NAMES_AN_ASSET = ("/library/<ref>", "/api/v1/assets/<ref>", "/reports/usage/<ref>")
REFUSALS = {403, 404}
# what puts the asset out of the gold partner's reach; all that it changes is put back by OPEN
OPEN: dict[str, object] = {"state": AssetState.PUBLISHED, "hidden_at": None, "expires_at": None}
REASONS: dict[str, dict[str, object]] = {
    **{str(state): {"state": state} for state in AssetState if state is not AssetState.PUBLISHED},
    "hidden": {"hidden_at": True},
    "expired": {"expires_at": True},
    "for others": {"audience": "tier:silver"},
    "for nobody": {"audience": ""},
    "its version failed": {"processing": Processing.FAILED},
}


def put(services: Services, world: World, facts: dict[str, object]) -> None:
    with transaction(services.sessions) as session:
        asset = session.scalars(select(Asset).where(Asset.ref == world.parts["asset"])).one()
        set_audience(session, asset, parsed(str(facts.get("audience", "tier:gold"))))
        asset.versions[0].processing = Processing(str(facts.get("processing", Processing.READY)))
        for name, value in (OPEN | {name: facts[name] for name in OPEN if name in facts}).items():
            setattr(asset, name, services.clock() if value is True else value)


def test_r1_r29_no_door_to_an_asset_opens_for_any_reason_to_refuse(
    app: Flask, services: Services, world: World, log_in: LogIn
) -> None:
    expected, gold = expectations(), ACTORS.index("gold")
    doors = [row for row in routes(app) if row[1].rule.startswith(NAMES_AN_ASSET)]
    # the others are no partner's, whatever the asset
    doors = [row for row in doors if expected[row[0]][gold] != "403"]
    browser, key = log_in(world.people["gold"]), {"Authorization": f"Bearer {world.keys['gold']}"}
    opened = {}
    for reason in ("none", *REASONS):
        put(services, world, REASONS.get(reason, {}))
        for name, rule, method in doors:
            headers = key if rule.rule.startswith("/api/") else {}
            with browser.open(address(world, rule), method=method, headers=headers, buffered=True) as got:
                if got.status_code not in REFUSALS:
                    opened[reason, name] = got.status
    assert sum(reason == "none" for reason, _ in opened) >= 20
    assert [door for door in opened if door[0] != "none"] == []
