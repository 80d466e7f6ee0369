"""What waits on the desks of Larkwell's content people: a scheduled piece, changes for a second person, words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.assets.audiences import Rule
from content.assets.models import Asset, Vocabulary
from content.assets.proposal_models import ChangeOf
from content.editing.approving import send_change_back
from content.editing.captioning import attach_for_approval
from content.editing.captions import CaptionFile
from content.editing.describing import Description
from content.editing.proposing import describe_for_approval, waiting_change
from content.editing.scheduling import schedule
from content.finding.own_searches import save_search
from content.finding.synonyms import add_synonyms
from portal.demo.almanac import Almanac, instant
from portal.demo.channel import MARA
from portal.demo.library.shape import LEONIE, PRIYA
from portal.demo.library.storyboard import HEARD, live_read_captions
from portal.demo.people_loading import identities
from portal.kernel.identity import Identity

SCHEDULED = ("holiday-inventory", 6)
# asset, days ago, what else is to be read
WAITING = (
    "media-kit",
    1,
    "Stations, reach and formats on twelve pages, with the spring study. For a first meeting.",
)
SENT_BACK = (
    "coverage-map",
    5,
    "Every county we reach, by day part.",
    "Say which study the reach is from; the map is of the spring one.",
)
FILM = "inside-a-live-read"
SEARCHES = (
    (MARA, "Retail case studies", "kind=case_study&industry=retail"),
    (MARA, "Podcast, ready to send", "kind=one_pager&product=podcast"),
    (LEONIE, "Due for review", "freshness=due"),
)
SYNONYMS = (("jingle", "sonic logo", "audio logo"), ("make-good", "makegood", "replacement spot"))  # fmt: skip


def load_house_work(session: Session, on: Almanac) -> None:
    people = identities(session, on)
    _schedule(session, on, people[LEONIE])
    ref, ago, summary = WAITING
    _propose(session, on, people, ref, (ago, summary))
    ref, ago, summary, reason = SENT_BACK
    asset = _propose(session, on, people, ref, (ago, summary))
    change = waiting_change(session, asset, ChangeOf.WORDS)
    assert change is not None
    later = instant(on.ago(ago), 18) + timedelta(hours=20)
    send_change_back(session, change, reason, at=later, by=people[LEONIE])
    _put_captions_right(session, on, people[PRIYA])
    for email, name, query in SEARCHES:
        save_search(session, people[email], name, query, at=instant(on.ago(9), 17))
    for words in SYNONYMS:
        add_synonyms(session, list(words), at=instant(on.ago(40), 17), by=people[LEONIE])


def _schedule(session: Session, on: Almanac, by: Identity) -> None:
    ref, days = SCHEDULED
    asset = session.scalars(select(Asset).where(Asset.ref == ref)).one()
    at = instant(on.ago(1), 17)
    schedule(session, asset, instant(on.today + timedelta(days=days), 16), at=at, by=by)


def _propose(
    session: Session, on: Almanac, people: Mapping[str, Identity], ref: str, what: tuple[int, str]
) -> Asset:
    """Priya writes another summary of what is published."""
    asset = session.scalars(select(Asset).where(Asset.ref == ref)).one()
    at = instant(on.ago(what[0]), 18)
    wanted = replace(_as_it_is(asset), summary=what[1])
    describe_for_approval(session, asset, wanted, at=at, by=people[PRIYA])
    session.flush()
    return asset


def _put_captions_right(session: Session, on: Almanac, by: Identity) -> None:
    film = session.scalars(select(Asset).where(Asset.ref == FILM)).one()
    assert film.current_version is not None
    file = CaptionFile(live_read_captions(HEARD), film.language)
    attach_for_approval(session, film.current_version, file, at=instant(on.ago(2), 16), by=by)


def _as_it_is(asset: Asset) -> Description:
    return Description(
        title=asset.title,
        kind=asset.kind,
        audience=frozenset(Rule(row.dimension, row.value) for row in asset.audience),
        summary=asset.summary,
        language=asset.language,
        owner_id=asset.owner_id,
        review_on=asset.review_on,
        expires_at=asset.expires_at,
        verified_on=asset.verified_on,
        terms={kind: [term.name for term in asset.terms_of(kind)] for kind in Vocabulary},
        when_to_use=asset.when_to_use,
        talk_track=asset.talk_track,
        do_not_say=asset.do_not_say,
    )
