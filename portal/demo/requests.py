"""What partners of the demo world asked for: one waits, one is planned, one is answered, one declined."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from content.assets.models import AssetKind
from content.requests.request_models import RequestState
from content.requests.requesting import Decision, Wish, ask_for, decide
from portal.demo.almanac import Almanac, instant
from portal.demo.people_loading import identities


@dataclass(frozen=True, slots=True)
class DemoRequest:
    email: str
    ago: int
    wish: Wish
    decision: Decision | None = None


REQUESTS = (
    DemoRequest("gold@demo.example", 2, Wish("Attribution", AssetKind.ONE_PAGER, "Orchard Row asks how we count store visits after a spot. Meeting in two weeks.")),
    DemoRequest("silver@demo.example", 7, Wish("Angebotsvorlage", AssetKind.TEMPLATE, "Auf Deutsch, eine Seite."), Decision(RequestState.PLANNED, reason="In the next batch of translations.")),
    DemoRequest("gold@demo.example", 12, Wish("How brand lift is measured"), Decision(RequestState.DONE, "brand-lift-method")),
    DemoRequest("silver@demo.example", 20, Wish("Price list for agencies", AssetKind.RATE_CARD), Decision(RequestState.DECLINED, reason="Agencies get the rate card of the partner who serves them.")),
)  # fmt: skip


def load_requests(session: Session, on: Almanac) -> None:
    known = identities(session, on)
    for one in REQUESTS:
        asked = ask_for(session, known[one.email], one.wish, at=instant(on.ago(one.ago), 14, 20))
        if one.decision:
            at = instant(on.ago(one.ago), 9, 5) + timedelta(days=1)
            decide(session, asked, one.decision, at=at, by=known["brand@demo.example"])
