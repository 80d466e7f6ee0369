"""Every route of the application, tried by everyone (R1, R2, R3): a route without a line here fails.

Columns: nobody, the partner who owns the thing, another partner, the brand, finance; `in` is the log-in.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from partners.models import User
from portal.services import Services
from tests.access.addresses import address, routes
from tests.access.world import World

LogIn = Callable[[User], FlaskClient]
ACTORS = ("nobody", "gold", "silver", "brand", "finance")
TO_LOG_IN = "in"

MATRIX = """
GET /                                                                       in   200  200  200  200
GET /account                                                                in   200  200  200  200
GET /accounts                                                               in   200  200  200  200
GET /accounts/<ref>                                                         in   200  404  200  200
GET /accounts/<ref>/content                                                 in   200  404  200  403
GET /accounts/<ref>/interactions/<int:interaction_id>                       in   200  404  403  403
GET /accounts/<ref>/interactions/new                                        in   200  404  200  403
GET /accounts/new                                                           in   200  200  200  403
GET /adjustments                                                            in   403  403  403  200
GET /adjustments/new                                                        in   403  403  403  200
GET /api/v1/assets                                                          401  200  200  200  200
GET /api/v1/assets/<ref>                                                    401  200  404  200  200
GET /api/v1/assets/<ref>/usage                                              401  200  404  200  403
GET /api/v1/openapi.json                                                    200  200  200  200  200
GET /api/v1/orders/<ref>                                                    401  200  404  403  200
GET /api/v1/search                                                          401  200  200  200  200
GET /api/v1/statements                                                      401  200  200  403  200
GET /api/v1/statements/<number>                                             401  200  404  403  200
GET /api/v1/statements/<number>/lines                                       401  200  404  403  200
GET /approvals                                                              in   403  403  403  200
GET /approvals/<int:proposal_id>                                            in   403  403  403  200
GET /approvals/<int:proposal_id>/file                                       in   403  403  403  200
GET /brand                                                                  in   403  403  403  403
GET /brand/logo                                                             in   403  403  403  403
GET /content                                                                in   403  403  200  403
GET /content/audience                                                       in   403  403  200  403
GET /content/changes                                                        in   403  403  200  403
GET /content/proposed/<int:proposed_id>/captions                              in   403  403  404  403
GET /content/proposed/<int:proposed_id>/captions.vtt                          in   403  403  404  403
GET /content/review                                                         in   403  403  200  403
GET /demos/<token>/<path:path>                                              404  404  404  404  404
GET /content/view-as                                                        in   403  403  200  403
GET /content/words                                                          in   403  403  200  403
GET /disputes                                                               in   200  200  403  200
GET /disputes/<ref>                                                         in   200  404  403  200
GET /disputes/<ref>/files/<int:message_id>                                  in   200  404  403  200
GET /disputes/new                                                           in   404  404  403  403
GET /exceptions                                                             in   403  403  403  200
GET /exceptions.csv                                                         in   403  403  403  200
GET /forgotten                                                              200  200  200  200  200
GET /healthz                                                                200  200  200  200  200
GET /home/recommended                                                       in   200  200  200  200
GET /imports                                                                in   403  403  403  200
GET /invitations/<token>                                                    200  200  200  200  200
GET /library                                                                in   200  200  200  200
GET /library/<ref>                                                          in   200  404  200  200
GET /library/<ref>/compare                                                  in   422  404  422  422
GET /library/<ref>/download                                                 in   200  404  200  200
GET /library/<ref>/edit                                                     in   403  403  200  403
GET /library/<ref>/news                                                     in   403  403  200  403
GET /library/<ref>/our-copy                                                 in   404  404  404  404
GET /library/<ref>/our-copy/state                                           in   404  404  404  404
GET /library/<ref>/processing                                               in   403  403  200  403
GET /library/<ref>/shown/accounts                                           in   200  404  200  403
GET /library/<ref>/thumbnail                                                in   200  404  200  200
GET /library/<ref>/versions/<int:number>/demo                               in   404  404  404  404
GET /library/<ref>/versions/<int:number>/open                               in   404  404  404  404
GET /library/<ref>/versions/<int:number>/captions/<language>.vtt            in   404  404  404  404
GET /library/<ref>/versions/<int:number>/download                           in   200  404  200  200
GET /library/<ref>/versions/<int:number>/find                               in   200  404  200  200
GET /library/<ref>/versions/<int:number>/media                              in   404  404  404  404
GET /library/<ref>/versions/<int:number>/pages                              in   200  404  200  200
GET /library/<ref>/versions/<int:number>/pages/<int:page>/image             in   200  404  200  200
GET /library/<ref>/versions/<int:number>/pages/<int:page>/small             in   200  404  200  200
GET /library/<ref>/versions/<int:number>/pages/<int:page>/text              in   200  404  200  200
GET /library/<ref>/versions/<int:number>/pages/<int:page>/thumbnail         in   200  404  200  200
GET /library/<ref>/versions/<int:number>/pages/<int:page>/words             in   200  404  200  200
GET /library/<ref>/versions/new                                             in   403  403  200  403
GET /library/<ref>/view                                                     in   200  404  200  200
GET /library/complete                                                       in   200  200  200  200
GET /library/<ref>/with-our-name                                            in   404  404  404  404
GET /library/<ref>/with-our-name/page                                       in   404  404  404  404
GET /library/<ref>/zone                                                     in   403  403  200  403
GET /library/<ref>/zone/preview                                             in   403  403  422  403
GET /library/searches                                                       in   200  200  200  200
GET /library/searches/new                                                   in   200  200  200  200
GET /library/suggestions                                                    in   200  200  200  200
GET /library/new                                                            in   403  403  200  403
GET /login                                                                  200  303  303  303  303
GET /money/pays                                                             in   200  200  403  403
GET /money/strips                                                           in   200  200  403  403
GET /money/payee                                                            in   200  200  403  403
GET /money/what-if                                                          in   200  200  403  403
GET /months                                                                 in   403  403  403  303
GET /months/<ref>                                                           in   403  403  403  200
GET /months/<ref>/board                                                     in   403  403  403  200
GET /months/<ref>/export                                                    in   403  403  403  200
GET /months/<ref>/preview                                                   in   403  403  403  200
GET /months/<ref>/preview/statements                                        in   403  403  403  200
GET /months/<ref>/prints                                                    in   403  403  403  200
GET /orders                                                                 in   200  200  403  200
GET /orders/<ref>                                                           in   200  404  403  200
GET /our-name                                                               in   200  200  403  403
GET /our-name/logo                                                          in   404  404  403  403
GET /palette                                                                in   200  200  200  200
GET /payees                                                                 in   403  403  403  200
GET /payees/<int:payee_id>                                                  in   403  403  403  200
GET /payouts                                                                in   403  403  403  200
GET /payouts/<ref>                                                          in   403  403  403  200
GET /payouts/<ref>/<name>                                                   in   403  403  403  200
GET /people                                                                 in   200  200  403  403
GET /plans                                                                  in   403  403  403  200
GET /plans/<name>                                                           in   403  403  403  200
GET /plans/<name>/<int:number>.json                                         in   403  403  403  200
GET /plans/<name>/edit                                                      in   403  403  403  200
GET /plans/<name>/simulate                                                  in   403  403  403  200
GET /plans/new                                                              in   403  403  403  200
GET /plans/simulations/<int:simulation_id>                                  in   403  403  403  200
GET /readyz                                                                 200  200  200  200  200
GET /library/arrivals/<batch>                                               in   403  403  404  403
GET /uploads/same                                                           in   403  403  200  403
GET /uploads/<upload_ref>                                                   in   403  403  404  403
GET /reconciliation                                                         in   403  403  403  200
GET /reconciliation.csv                                                     in   403  403  403  200
GET /reconciliation/<line_ref>                                              in   403  403  403  200
GET /reports/searches                                                       in   403  403  200  403
GET /reports/searches.csv                                                   in   403  403  200  403
GET /reports/unused                                                         in   403  403  200  403
GET /reports/usage                                                          in   200  200  200  403
GET /reports/usage.csv                                                      in   200  200  200  403
GET /reports/usage/<ref>                                                    in   200  404  200  403
GET /reports/usage/<ref>/<table>.csv                                        in   200  404  200  403
GET /requests                                                               in   200  200  200  403
GET /requests/<int:request_id>                                              in   200  404  200  403
GET /requests/new                                                           in   200  200  403  403
GET /reset/<token>                                                          200  200  200  200  200
GET /statements                                                             in   200  200  403  200
GET /statements/<number>                                                    in   200  404  403  200
GET /statements/<number>.<ending>                                           in   200  404  403  200
GET /statements/<number>/lines/<int:position>                               in   200  404  403  200
GET /statements/<number>/pay                                                in   200  404  403  200
GET /static/<path:filename>                                                 200  200  200  200  200
GET /synonyms                                                               in   403  403  200  403
GET /synonyms/<int:group_id>                                                in   403  403  200  403
GET /synonyms/new                                                           in   403  403  200  403
GET /trail                                                                  in   403  403  403  403
POST /account/browsers/<int:session_id>/end                                 in   303  303  303  303
POST /account/browsers/end-others                                           in   303  303  303  303
POST /account/formats                                                       in   422  422  422  422
POST /account/keys                                                          in   201  201  201  201
POST /account/keys/<int:key_id>/revoke                                      in   303  303  303  303
POST /account/password                                                      in   422  422  422  422
POST /accounts                                                              in   422  422  403  403
POST /accounts/<ref>/interactions                                           in   422  404  422  403
POST /accounts/<ref>/interactions/<int:interaction_id>                      in   422  404  403  403
POST /accounts/<ref>/interactions/<int:interaction_id>/undo                 in   303  404  403  403
POST /adjustments                                                           in   403  403  403  422
POST /adjustments/holds/<ref>                                               in   403  403  403  422
POST /api/v1/assets                                                         401  403  403  422  403
POST /api/v1/assets/<ref>/versions                                          401  403  403  422  403
POST /api/v1/deliveries                                                     401  403  403  403  422
POST /approvals/<int:proposal_id>/approve                                   in   403  403  403  403
POST /approvals/<int:proposal_id>/reject                                    in   403  403  403  403
POST /approvals/<int:proposal_id>/withdraw                                  in   403  403  403  403
POST /content/bulk                                                          in   403  403  404  403
POST /content/bulk/apply                                                    in   403  403  404  403
POST /reports/unused/ask                                                    in   403  403  422  403
POST /content/changes/<int:change_id>/undo                                  in   403  403  404  403
POST /content/view-as                                                       in   403  403  404  403
POST /content/view-as/end                                                   in   303  303  303  303
POST /content/words                                                         in   403  403  404  403
POST /content/words/<int:term_id>/merge                                     in   403  403  404  403
POST /content/words/<int:term_id>/remove                                    in   403  403  404  403
POST /content/words/<int:term_id>/rename                                    in   403  403  404  403
POST /content/words/languages                                               in   403  403  422  403
POST /disputes                                                              in   404  404  403  403
POST /disputes/<ref>/messages                                               in   422  404  403  422
POST /disputes/<ref>/outcome                                                in   403  403  403  422
POST /disputes/<ref>/owner                                                  in   403  403  403  303
POST /disputes/<ref>/withdraw                                               in   303  404  403  403
POST /brand                                                                 in   403  403  403  403
POST /exceptions/<int:row_id>/dismiss                                       in   403  403  403  422
POST /exceptions/<kind>/<int:subject_id>/owner                              in   403  403  403  303
POST /exceptions/debts/<int:line_id>/write-off                              in   403  403  403  422
POST /forgotten                                                             303  303  303  303  303
POST /imports                                                               in   403  403  403  422
POST /imports/errors.csv                                                    in   403  403  403  200
POST /invitations/<token>                                                   422  422  422  422  422
POST /library                                                               in   403  403  422  403
POST /library/<ref>/approve                                                 in   403  403  409  403
POST /library/<ref>/edit                                                    in   403  403  422  403
POST /library/<ref>/news                                                    in   403  403  409  403
POST /library/<ref>/publish                                                 in   403  403  409  403
POST /library/<ref>/retire                                                  in   403  403  303  403
POST /library/<ref>/schedule                                                in   403  403  422  403
POST /library/<ref>/schedule/cancel                                         in   403  403  409  403
POST /library/<ref>/still-right                                             in   403  403  409  403
POST /library/<ref>/send-back                                               in   403  403  409  403
POST /content/proposed/<int:proposed_id>/approve                            in   403  403  404  403
POST /content/proposed/<int:proposed_id>/send-back                          in   403  403  404  403
POST /content/proposed/<int:proposed_id>/take-back                          in   403  403  404  403
POST /content/review/approve                                                in   403  403  422  403
POST /library/<ref>/submit                                                  in   403  403  303  403
POST /library/<ref>/translations                                            in   403  403  422  403
POST /library/<ref>/translations/remove                                     in   403  403  409  403
POST /library/<ref>/versions                                                in   403  403  422  403
POST /library/<ref>/versions/<int:number>/captions                          in   403  403  422  403
POST /library/<ref>/versions/<int:number>/captions/remove                   in   403  403  303  403
POST /library/<ref>/versions/<int:number>/restore                           in   403  403  409  403
POST /library/<ref>/versions/<int:number>/retry                             in   403  403  409  403
POST /library/<ref>/versions/<int:number>/shown                             in   422  404  422  403
POST /library/<ref>/withdraw                                                in   403  403  303  403
POST /library/<ref>/zone                                                    in   403  403  422  403
POST /library/searches                                                      in   422  422  422  422
POST /library/searches/<int:search_id>/put-back                             in   303  404  404  404
POST /library/searches/<int:search_id>/remove                               in   303  404  404  404
POST /library/searches/recent/forget                                        in   303  303  303  303
POST /login                                                                 422  422  422  422  422
POST /logout                                                                in   303  303  303  303
POST /money/payee                                                           in   422  422  403  403
POST /money/payee/withdraw                                                  in   409  409  403  403
POST /months/<ref>/accrue                                                   in   403  403  403  303
POST /months/<ref>/close                                                    in   403  403  403  403
POST /months/<ref>/review                                                   in   403  403  403  303
POST /months/<ref>/take-back                                                in   403  403  403  303
POST /our-name                                                              in   422  422  403  403
POST /payees/<int:payee_id>/reveal                                          in   403  403  403  422
POST /payouts                                                               in   403  403  403  422
POST /people                                                                in   404  404  403  403
POST /people/<int:user_id>/disable                                          in   403  404  403  403
POST /people/<int:user_id>/enable                                           in   303  404  403  403
POST /people/<int:user_id>/invite-again                                     in   303  404  403  403
POST /people/<int:user_id>/role                                             in   422  404  403  403
POST /plans                                                                 in   403  403  403  422
POST /plans/<name>/simulate                                                 in   403  403  403  303
POST /plans/draft                                                           in   403  403  403  200
POST /plans/examples                                                        in   403  403  403  200
POST /plans/simulate                                                        in   403  403  403  422
POST /plans/simulations/<int:simulation_id>/again                           in   403  403  403  303
POST /requests                                                              in   422  422  403  403
POST /requests/<int:request_id>/decision                                    in   403  403  422  403
POST /requests/<int:request_id>/withdraw                                    in   303  404  403  403
POST /reset/<token>                                                         422  422  422  422  422
POST /library/new/folder                                                    in   403  403  200  403
POST /library/arrivals/<batch>/withdraw                                     in   403  403  404  403
POST /library/arrivals/<batch>/publish                                      in   403  403  404  403
POST /library/arrivals                                                      in   403  403  404  403
PUT /uploads/<upload_ref>/parts/<int:number>                                in   403  403  404  403
POST /uploads/<upload_ref>/parts/<int:number>                               in   403  403  404  403
POST /uploads/<upload_ref>/finish                                           in   403  403  404  403
POST /uploads/<upload_ref>/cancel                                           in   403  403  404  403
POST /uploads                                                               in   403  403  422  403
POST /synonyms                                                              in   403  403  422  403
POST /synonyms/<int:group_id>                                               in   403  403  422  403
POST /synonyms/<int:group_id>/remove                                        in   403  403  303  403
POST /usage/beats                                                           in   403  403  403  403
POST /usage/steps                                                           in   403  403  403  403
POST /usage/views                                                           in   403  403  403  403
GET /library/saved                                                          in   200  200  200  200
POST /library/<ref>/reports/settle                                          in   403  403  303  403
POST /library/<ref>/with-our-name                                           in   404  404  404  404
POST /library/<ref>/save                                                    in   303  404  303  303
POST /library/<ref>/unsave                                                  in   303  404  303  303
POST /library/<ref>/versions/<int:number>/feedback                          in   422  404  403  403
POST /library/<ref>/versions/<int:number>/feedback/withdraw                 in   303  404  403  403
GET /collections                                                            in   200  200  200  200
GET /collections/<ref>                                                      in   200  404  404  404
GET /collections/<ref>/arrange                                              in   200  404  404  403
GET /collections/<ref>/edit                                                 in   200  404  404  403
GET /collections/add                                                        in   404  404  404  403
GET /collections/new                                                        in   200  200  200  403
POST /collections                                                           in   422  422  422  403
POST /collections/<ref>/edit                                                in   422  404  404  403
POST /collections/<ref>/headings                                            in   422  404  404  403
POST /collections/<ref>/items                                               in   404  404  404  403
POST /collections/<ref>/items/<int:item_id>/move                            in   303  404  404  403
POST /collections/<ref>/items/<int:item_id>/note                            in   303  404  404  403
POST /collections/<ref>/items/<int:item_id>/remove                          in   303  404  404  403
POST /collections/<ref>/items/<int:item_id>/restore                         in   303  404  404  403
POST /collections/<ref>/order                                               in   303  404  404  403
POST /collections/<ref>/publish                                             in   409  404  404  403
POST /collections/<ref>/retire                                              in   303  404  404  403
POST /collections/<ref>/withdraw                                            in   409  404  404  403
GET /library/<ref>/must-read                                                in   403  403  200  403
GET /must-reads                                                             in   403  403  200  403
GET /must-reads/<ref>                                                       in   403  403  200  403
GET /must-reads/<ref>.csv                                                   in   403  403  200  403
POST /library/<ref>/acknowledge                                             in   303  404  403  403
POST /library/<ref>/must-read                                               in   403  403  422  403
POST /must-reads/<ref>/end                                                  in   403  403  303  403
POST /must-reads/<ref>/remind                                               in   403  403  303  403
POST /must-reads/<ref>/resume                                               in   403  403  303  403
GET /digest/stop/<token>                                                    404  404  404  404  404
GET /library/changes                                                        in   200  200  200  200
POST /account/digest                                                        in   303  303  303  303
POST /digest/stop/<token>                                                   404  404  404  404  404
POST /library/changes/seen                                                  in   303  303  303  303
POST /library/changes/unseen                                                in   303  303  303  303
"""


def expectations() -> dict[str, list[str]]:
    rows = (line.rsplit(None, len(ACTORS)) for line in MATRIX.strip().splitlines())
    return {" ".join(row[0].split()): row[1:] for row in rows}


def answer(app: Flask, world: World, log_in: LogIn, actor: str, row: tuple[str, Rule, str]) -> str:
    _, rule, method = row
    browser = app.test_client() if actor == "nobody" else log_in(world.people[actor])
    key = world.keys.get(actor)
    headers = {"Authorization": f"Bearer {key}"} if key and rule.rule.startswith("/api/") else {}
    with browser.open(address(world, rule), method=method, headers=headers, buffered=True) as got:
        pass
    if got.status_code in {302, 303} and (got.location or "").startswith("/login?"):
        return TO_LOG_IN
    return str(got.status_code)


def test_every_route_is_in_the_matrix(app: Flask) -> None:
    assert [name for name, _, _ in routes(app)] == sorted(
        expectations(), key=lambda name: (not name.startswith("GET"), name)
    )


@pytest.mark.parametrize("actor", ACTORS)
def test_r1_r3_every_route_answers_as_the_matrix_says(
    app: Flask, services: Services, world: World, log_in: LogIn, actor: str
) -> None:
    expected = expectations()
    column = ACTORS.index(actor)
    wrong = {}
    for row in routes(app):
        got = answer(app, world, log_in, actor, row)
        if got != expected[row[0]][column]:
            wrong[row[0]] = f"{got}, not {expected[row[0]][column]}"
    assert wrong == {}
