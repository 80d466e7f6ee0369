"""Bring in must-reads, and who has acknowledged them so far."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy.orm import Session

from content.assets.models import Asset
from content.readers.must_read_models import Acknowledgement
from content.readers.must_reads import Ask, ask_to_read
from portal.demo.almanac import Almanac, instant
from portal.demo.channel import OWEN, SILAS
from portal.demo.library.shape import LEONIE
from portal.demo.readers import IMOGEN, JUNE, KATRIN, KENJI, LUKA
from portal.kernel.identity import Identity

# asset, asked so many days ago, due in so many days, what its readers are told, who has read it when
MUST_READS: tuple[tuple[str, int, int, str, tuple[tuple[str, int], ...]], ...] = (
    (
        "political-advertising-rules", 14, 6, "New limits on the last two weeks before an election.",
        ((OWEN, 12), (SILAS, 9), (KATRIN, 9), (LUKA, 3)),
    ),
    (
        "creative-specifications", 40, -5, "Files that miss these limits are sent back.",
        ((OWEN, 38), (KATRIN, 33), (KENJI, 31), (IMOGEN, 30), (SILAS, 26), (LUKA, 24), (JUNE, 20)),
    ),
)  # fmt: skip


def load_must_reads(
    session: Session, on: Almanac, people: Mapping[str, Identity], assets: Mapping[str, Asset]
) -> None:
    for ref, asked, due_in, note, readers in MUST_READS:
        ask = Ask(on.today + timedelta(days=due_in), asks_again=True, note=note)
        must_read = ask_to_read(session, people[LEONIE], assets[ref], ask, at=instant(on.ago(asked), 17))
        for person, days_ago in readers:
            session.add(
                Acknowledgement(
                    must_read_id=must_read.id,
                    user_id=people[person].user_id,
                    organisation_id=people[person].organisation_id,
                    version_id=assets[ref].current_version_id,
                    at=instant(on.ago(days_ago), 18),
                )
            )
    session.flush()
