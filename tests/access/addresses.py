"""Every route of the application, and what stands for the parts of its address."""

from __future__ import annotations

from flask import Flask
from werkzeug.routing import Rule

from tests.access.world import World

# what stands for <ref> depends on the area, as do the other parts
PARTS_BY_AREA = {
    "content": {
        "ref": "asset",
        "number": "1",
        "page": "1",
        "language": "en",
        "upload_ref": "999",
        "batch": "none",
    },
    "reports": {"ref": "asset", "table": "pages"},
    "partners": {"ref": "account", "interaction_id": "interaction"},
    "commissions": {
        "number": "statement",
        "position": "1",
        "ending": "pdf",
        "row_id": "1",
        "proposal_id": "proposal",
        "message_id": "message",
        "kind": "quarantine",
        "subject_id": "1",
        "line_id": "1",
    },
    "admin": {"user_id": "person"},
    "auth": {"token": "token", "session_id": "999", "key_id": "999"},
    "api": {},
    "static": {"version": "another", "filename": "css/tokens.css"},
}
PARTS_BY_RULE = {
    "/content/proposed/<int:proposed_id>": {"proposed_id": "999"},
    "/content/changes/<int:change_id>": {"change_id": "999"},
    "/content/words/<int:term_id>": {"term_id": "999"},
    "/digest/stop/<token>": {"token": "token"},
    "/collections/<ref>": {"ref": "collection", "item_id": "item"},
    "/adjustments/holds/<ref>": {"ref": "order"},
    "/demos/": {"token": "nobody", "path": "index.html"},
    "/disputes/<ref>": {"ref": "dispute"},
    "/orders/<ref>": {"ref": "order"},
    "/reconciliation/<line_ref>": {"line_ref": "line"},
    "/library/searches/<int:search_id>": {"search_id": "search"},
    "/synonyms/<int:group_id>": {"group_id": "synonyms"},
    "/requests/<int:request_id>": {"request_id": "request"},
    "/months/<ref>": {"ref": "month"},
    "/plans/<name>": {"name": "standard", "number": "1"},
    "/plans/simulations/<int:simulation_id>": {"simulation_id": "simulation"},
    "/payees/<int:payee_id>": {"payee_id": "payee"},
    "/payouts/<ref>": {"ref": "batch", "name": "payouts.csv"},
    "/api/v1/orders/<ref>": {"ref": "order"},
    "/api/v1/assets/<ref>": {"ref": "asset"},
    "/api/v1/statements/<number>": {"number": "statement"},
}


def routes(app: Flask) -> list[tuple[str, Rule, str]]:
    found = [
        (f"{method} {rule.rule}", rule, method)
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]
    return sorted(found, key=lambda row: (row[2] != "GET", row[0]))


def address(world: World, rule: Rule) -> str:
    area = rule.endpoint.partition(".")[0]
    wanted = dict(PARTS_BY_AREA.get(area, {}))
    for start, parts in PARTS_BY_RULE.items():
        if rule.rule.startswith(start):
            wanted |= parts
    values = {name: world.parts.get(wanted[name], wanted[name]) for name in rule.arguments}
    built = rule.build(values, append_unknown=False)
    assert built is not None
    return built[1]
